// Replay: decides every recorded request again, under the policy its record names or under another one.
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
    /// Makes a policy ready on the engine that is to decide; called once for each version, with the image the log keeps.
    std::function<Result<std::shared_ptr<const Policy>>(std::string_view image)> load;
    std::shared_ptr<const Policy> instead;  // decide by this one; null: by what the record names
    uint64_t from = 0, to = UINT64_MAX;
    unsigned threads = 1;
    size_t examples = 3;  // kept of each kind of change
    std::function<void(uint64_t done, uint64_t total)> progress;
};
struct Change {
    uint64_t index = 0;
    std::string action, tool, tenant;
    std::string before, after;  // the decisions' canonical texts
};
struct Changes {
    uint64_t count = 0;
    std::vector<Change> examples;
};
struct ReplayReport {
    uint64_t records = 0;      // that hold a decision
    uint64_t same = 0;
    uint64_t unreadable = 0;   // payload key destroyed, or arguments redacted
    uint64_t no_policy = 0;    // the policy's image is not in the log
    uint64_t differing = 0;
    std::map<std::string, Changes> by_verdict;  // "allow -> deny"; "allow -> allow" when something else differs
    std::map<std::string, uint64_t> by_tool, by_tenant, by_rule;  // of the differing ones; a rule: spoke in one of the two only
    std::vector<std::string> problems;  // records that could not be read
};
Result<ReplayReport> replay(Reading& log, const ReplayOptions& options);

}  // namespace remit::evidence
