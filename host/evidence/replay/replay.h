// Replay: decides every recorded request again, under the policy its record names or under another one, and says what differs. The
// requests come from the sealed payloads: one whose key was destroyed, or whose values were redacted, is counted and left out.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/evidence/review/reading.h"
#include "vm/engine/policy.h"

namespace remit::evidence {

struct ReplayOptions {
    /// Makes a policy ready on the engine that is to decide; called once for each version, with the image that the log keeps. Calls do
    /// not overlap.
    std::function<Result<std::shared_ptr<const Policy>>(std::string_view image)> load;
    std::shared_ptr<const Policy> instead;  // decide by this one; null: by what the record names
    uint64_t from = 0, to = UINT64_MAX;     // records
    unsigned threads = 1;
    size_t examples = 3;                                          // kept of each kind of change
    std::function<void(uint64_t done, uint64_t total)> progress;  // one call at a time
};

/// One decision that came out otherwise.
struct Change {
    uint64_t index = 0;
    std::string action, tool, tenant;
    std::string before, after;  // canonical texts of the decisions
};
struct Changes {
    uint64_t count = 0;
    std::vector<Change> examples;  // the first ones, by index
};
struct ReplayReport {
    uint64_t records = 0;  // that hold a decision
    uint64_t same = 0;     // bit for bit
    uint64_t differing = 0;
    uint64_t erased = 0;                        // the payload's key was destroyed, or the request was never kept
    uint64_t redacted = 0;                      // values were taken out of the request
    uint64_t no_policy = 0;                     // its policy's image is not in the log, or does not load
    uint64_t unreadable = 0;                    // the record does not say what it should; `problems` has the first ones
    std::map<std::string, Changes> by_verdict;  // "allow -> deny"; "allow -> allow" if something else differs
    std::map<std::string, uint64_t> by_tool, by_tenant;  // of the differing ones
    std::map<std::string, uint64_t>
        by_rule;  // that spoke in one of the two decisions only: "support.remit:41:1", or its hash
    std::map<std::string, std::string> policy_problems;  // version -> why it could not be had
    std::vector<std::string> problems;
};
Result<ReplayReport> replay(Reading& log, const ReplayOptions& options);

}  // namespace remit::evidence
