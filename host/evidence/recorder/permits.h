// Permits: tokens that are good for one effect. They live in memory only: after a restart none is good. Thread-safe.
#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "host/evidence/record/entry.h"

namespace remit::evidence {

inline constexpr size_t kMaxPermits = 65'536;  // not yet redeemed; the oldest becomes void to make room

class Permits {
public:
    /// A new token for the action: 32 hex digits.
    std::string give(const ActionId& action);
    /// True once.
    bool redeem(std::string_view token);
    /// The action is over: what was not redeemed is void.
    void revoke(const ActionId& action);

private:
    std::mutex mutex_;
    std::unordered_map<std::string, ActionId> actions_;  // by token
    std::map<ActionId, std::string> tokens_;
    std::deque<ActionId> order_;  // some are gone already
};

}  // namespace remit::evidence
