// Prune: removes the oldest records once nothing in them must be kept any more. Whole segments go, and the published entry bundles with
// them; hash tiles stay, so every proof about what is left stays valid.
//
// A record must be kept for the time of its session's retention class, and for its own `retain.at_least` if that is longer. Kept in any
// case: records of a class that has no time, intents in doubt, and whatever stands behind the first record that must be kept.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "host/evidence/log/log.h"
#include "host/evidence/review/reading.h"

namespace remit::evidence {

struct KeepTimes {
    std::map<std::string, int64_t> of_class;  // nanoseconds
    std::optional<int64_t> otherwise;         // of all other classes; without it they are kept for ever
    std::optional<int64_t> of(std::string_view retention) const;
};
/// `standard=400d,audit=7d,*=90d`.
Result<KeepTimes> parse_keep_times(std::string_view text);

struct PrunePlan {
    uint64_t first = 0;     // oldest record now
    uint64_t below = 0;     // records below this one go; `first`: none
    uint64_t segments = 0;  // that go
    uint64_t keeper = 0;    // the first record that must be kept
    std::string why;        // it must
};
Result<PrunePlan> plan_prune(Reading& log, const KeepTimes& keep, int64_t now_ns);

/// Publishes, records what goes and who says so, then removes it. Returns the index of the oldest record left.
Result<uint64_t> prune(Log& log, const PrunePlan& plan, const KeepTimes& keep, std::string_view by);

}  // namespace remit::evidence
