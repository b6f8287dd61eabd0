// Permits: tokens that are good for one effect. They live in memory only: after a restart none is good. Thread-safe.
#pragma once

#include <list>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "host/evidence/record/entry.h"

namespace remit::evidence {

inline constexpr size_t kMaxPermits = 65'536;  // not yet redeemed; the oldest becomes void to make room

class Permits {
public:
    /// A new token for the action, which has none: 32 hex digits.
    std::string give(const ActionId& action);
    /// True once.
    bool redeem(std::string_view token);
    /// The action is over: what was not redeemed is void.
    void revoke(const ActionId& action);

private:
    struct Given {
        std::string token;
        std::list<ActionId>::iterator place;
    };
    void forget(std::map<ActionId, Given>::iterator given);

    std::mutex mutex_;
    std::unordered_map<std::string, ActionId> actions_;  // by token
    std::map<ActionId, Given> given_;
    std::list<ActionId> order_;  // the oldest in front
};

}  // namespace remit::evidence
