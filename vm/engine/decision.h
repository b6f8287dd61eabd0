// Decision: the answer to one request, as people and gateways read it. The fields follow docs/cli.md's decision JSON.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "vm/program/program.h"

namespace remit {

enum class Verdict : uint8_t { Allow, Ask, Deny };  // ordered: the join is the maximum

struct SpokenRule {
    std::string rule;  // "sha256:..." or "builtin:session-expired"
    std::string at;    // "file:line:column", empty for built-in denials
    std::string kind;  // "allow", "block", ..., "deny" for built-in denials
    std::string name;  // risk, lane, mark, count: its name
    std::string because;
    int64_t weight = 0;  // risk
};
struct Obligation {
    std::string by;  // "owner" or a role
    uint32_t quorum = 1;
    int64_t within_ns = 0;
    std::vector<std::string> with;  // sorted
    bool override = false;          // of a block that signatures override
    bool met = false;
};
struct Lease {
    std::string rule;  // "sha256:..."
    std::string kind;  // "parallel" | "rate"
    std::string per;   // "session" | "tenant"
    std::string key;   // the session's id or tenant
    int64_t max = 0;
    int64_t over_ns = 0;  // rate
    int64_t calls = 1;    // rate: how many of `max` are taken; a batch takes one for each call in it
};
struct CountCharge {
    std::string name;
    std::optional<std::string> key;  // of a count that is kept for each value of an argument
    std::string amount;              // "+300.00", "+1"; "+max" for unbounded
    int64_t raw = 0;                 // scaled
};

/// One element of a batch: which of them it was.
struct ElementSaid {
    Verdict verdict = Verdict::Deny;
    int64_t risk = 0;
    std::vector<std::string> rules;  // "sha256:..." and "builtin:..." of what spoke for it
};

struct Decision {
    std::string id;
    bool after = false;  // of a call's result: `allow` hands it over, `deny` withholds it
    Verdict verdict = Verdict::Deny;
    int64_t risk = 0;
    std::string lane;
    std::vector<SpokenRule> rules;
    std::vector<SpokenRule> watched;  // that spoke without effect
    std::vector<Obligation> ask;      // sorted by signer; all, met or not
    std::string digest;               // "sha256:..."; what signatures cover
    std::vector<Lease> leases;        // sorted by rule
    std::string isolation_level = "none";
    std::set<std::string> isolation_by;
    bool reach_closed = true;
    std::set<std::string> reach;
    std::optional<int64_t> state_version;
    std::set<std::string> marks;           // that this call sets
    std::vector<CountCharge> counts;       // that this call adds
    std::set<std::string> redact, record;  // of a result, redact names its parts: `/result/email`
    std::optional<int64_t> retain_at_least_ns, retain_at_most_ns;
    std::vector<ElementSaid> elements;  // of a batch, in order
    std::string policy;                 // "sha256:..." as the engine returned it (of the lowest layer)
    std::string engine;                 // "interp" | "jit"
    std::string error;                  // malformed, limit
};

/// One line of JSON without a newline, keys as in docs/cli.md; `explain` adds the terms of the risk sum.
std::string to_json(const Decision&, bool explain = false);

}  // namespace remit
