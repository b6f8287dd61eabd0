#include "host/evidence/recorder/permits.h"

#include <array>

#include "host/evidence/crypto/bytes.h"

namespace remit::evidence {

std::string Permits::give(const ActionId& action) {
    std::array<uint8_t, 16> bytes;
    random_bytes(bytes);
    std::string token = to_hex(bytes);
    const std::lock_guard lock(mutex_);
    while (tokens_.size() >= kMaxPermits || order_.size() >= 2 * kMaxPermits) {
        if (const auto oldest = tokens_.find(order_.front()); oldest != tokens_.end()) {
            actions_.erase(oldest->second);
            tokens_.erase(oldest);
        }
        order_.pop_front();
    }
    actions_.emplace(token, action);
    tokens_.emplace(action, token);
    order_.push_back(action);
    return token;
}

bool Permits::redeem(std::string_view token) {
    const std::lock_guard lock(mutex_);
    const auto found = actions_.find(std::string(token));
    if (found == actions_.end()) return false;
    tokens_.erase(found->second);
    actions_.erase(found);
    return true;
}

void Permits::revoke(const ActionId& action) {
    const std::lock_guard lock(mutex_);
    const auto found = tokens_.find(action);
    if (found == tokens_.end()) return;
    actions_.erase(found->second);
    tokens_.erase(found);
}

}  // namespace remit::evidence
