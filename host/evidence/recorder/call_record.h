// What a `decision` or `intent` record says; the members are those of docs/evidence.md.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "host/evidence/recorder/bounds.h"
#include "host/evidence/recorder/recorder.h"
#include "host/evidence/recorder/sealing.h"

namespace remit::evidence {

inline constexpr std::string_view kUnavailable = "evidence-unavailable";

struct CallRecord {
    const Request* request = nullptr;  // null: refused before it was read
    const Decision* decision = nullptr;
    const CallContext* context = nullptr;
    const ToolDesc* tool = nullptr;  // null: unknown
    int64_t decide_ns = 0;
    bool window = false, withheld = false;
    std::vector<std::string> redacted;
    std::function<std::optional<ActionId>(std::string_view digest)> asked_by;
};

/// What the decision demands on record and the call did not bring.
std::vector<std::string> missing_of(const CallRecord& call);
/// The record, at most `most_bytes`. Seals the decision itself if it is too large to stand in it. The salt of the arguments'
/// commitments is that of the first payload.
std::string call_record(const CallRecord& call, Sealing& sealing, size_t most_bytes);

}  // namespace remit::evidence
