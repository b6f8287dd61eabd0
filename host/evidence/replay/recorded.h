// Recorded: what replay needs of a record, found where it stands.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "host/evidence/review/reading.h"

namespace remit::evidence {

struct Recorded {
    std::string_view decision;              // canonical text; empty if it is in a payload
    std::string_view policy, tool, tenant;  // without their quotes, escapes as they are
    bool redacted = false;
};
/// Nothing if the record lacks what every decision has.
std::optional<Recorded> read_recorded(std::string_view record);

/// From the value of the member `decision` to the record's end; empty if it has none.
std::string_view from_decision(std::string_view record);
/// The same as read_recorded for a record whose decision is known: `rest` is what follows it in the record.
std::optional<Recorded> read_recorded_behind(std::string_view decision, std::string_view rest);

/// The payload of a record in one role, or null.
const SealedPayload* payload_in(const RecordView& record, PayloadRole role);

/// What of a decision must be obeyed: its canonical text without `rules`, which explain it, and without `digest`, which covers the
/// policy's version and so is another one under every other policy.
std::string obeyed(std::string_view decision);

/// The word in a decision's canonical text: "allow", "ask", "deny"; empty if there is none.
std::string_view verdict_of(std::string_view decision);
/// A rule that spoke: what it is, and where it stands (its hash, where it has no place).
struct SpokeRule {
    std::string hash, at;
    bool operator<(const SpokeRule& other) const { return hash < other.hash; }
};
std::vector<SpokeRule> rules_of(std::string_view decision);

}  // namespace remit::evidence
