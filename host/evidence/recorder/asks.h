// Asks: which record asked for signatures on a digest, so that the call that comes back with them can say what it answers.
#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string_view>

#include "host/evidence/record/entry.h"

namespace remit::evidence {

inline constexpr size_t kMaxAsks = 65'536;  // the oldest are forgotten

class Asks {
public:
    void note(std::string_view digest, const ActionId& action) {
        const auto hash = parse_hash(digest);
        if (!hash) return;
        const std::lock_guard lock(mutex_);
        if (!actions_.insert_or_assign(*hash, action).second) return;
        order_.push_back(*hash);
        if (order_.size() <= kMaxAsks) return;
        actions_.erase(order_.front());
        order_.pop_front();
    }
    std::optional<ActionId> find(std::string_view digest) const {
        const auto hash = parse_hash(digest);
        const std::lock_guard lock(mutex_);
        const auto found = hash ? actions_.find(*hash) : actions_.end();
        if (found == actions_.end()) return std::nullopt;
        return found->second;
    }

private:
    mutable std::mutex mutex_;
    std::map<Hash, ActionId> actions_;
    std::deque<Hash> order_;
};

}  // namespace remit::evidence
