#include "host/evidence/recorder/permits.h"

#include <array>

#include "host/evidence/crypto/bytes.h"
#include "host/evidence/record/ensure.h"

namespace remit::evidence {

void Permits::forget(std::map<ActionId, Given>::iterator given) {
    actions_.erase(given->second.token);
    order_.erase(given->second.place);
    given_.erase(given);
}

std::string Permits::give(const ActionId& action) {
    std::array<uint8_t, 16> bytes;
    random_bytes(bytes);
    std::string token = to_hex(bytes);
    const std::lock_guard lock(mutex_);
    ensure(!given_.contains(action), "a second permit for one action");
    if (given_.size() >= kMaxPermits) forget(given_.find(order_.front()));
    const auto place = order_.insert(order_.end(), action);
    given_.emplace(action, Given{token, place});
    actions_.emplace(token, action);
    return token;
}

bool Permits::redeem(std::string_view token) {
    const std::lock_guard lock(mutex_);
    const auto found = actions_.find(std::string(token));
    if (found == actions_.end()) return false;
    forget(given_.find(found->second));
    return true;
}

void Permits::revoke(const ActionId& action) {
    const std::lock_guard lock(mutex_);
    if (const auto found = given_.find(action); found != given_.end()) forget(found);
}

}  // namespace remit::evidence
