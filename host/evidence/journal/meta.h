// Kind and Meta: what the log must know of a record without reading it. The same facts stand in the record's own bytes (`head`),
// which the tree covers; `remit log verify` compares the two.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace remit::evidence {

// REMIT_RECORD(Name, text, what it is)
#define REMIT_RECORDS(REMIT_RECORD)                                                                      \
    REMIT_RECORD(SessionOpen, "session.open", "a session's chain begins: who, for whom, how long kept")  \
    REMIT_RECORD(SessionClose, "session.close", "the chain ends: how many records it has")               \
    REMIT_RECORD(Decision, "decision", "a decision that releases nothing: deny, ask, or evaluated only") \
    REMIT_RECORD(Intent, "intent", "an allowed call, before its effect")                                 \
    REMIT_RECORD(Outcome, "outcome", "what became of an intent")                                         \
    REMIT_RECORD(Approval, "approval", "a person's word on a call")                                      \
    REMIT_RECORD(Policy, "policy", "a policy version comes into force")                                  \
    REMIT_RECORD(Opened, "log.opened", "the log was opened; what recovery found")                        \
    REMIT_RECORD(Closed, "log.closed", "the log was closed in order")                                    \
    REMIT_RECORD(Gap, "gap", "records that could not be written, counted")                               \
    REMIT_RECORD(ClockJump, "clock.jump", "wall time moved against monotonic time")                      \
    REMIT_RECORD(Erased, "erased", "payload keys that were destroyed")                                   \
    REMIT_RECORD(Pruned, "pruned", "entries below an index that were deleted")                           \
    REMIT_RECORD(Note, "note", "something the host wants on the record")

enum class Kind : uint8_t {
#define REMIT_RECORD(name, text, what) name,
    REMIT_RECORDS(REMIT_RECORD)
#undef REMIT_RECORD
};
inline constexpr size_t kKinds = 0
#define REMIT_RECORD(name, text, what) +1
    REMIT_RECORDS(REMIT_RECORD)
#undef REMIT_RECORD
    ;
std::string_view text_of(Kind kind);
std::optional<Kind> kind_named(std::string_view text);

/// A chain: the records of one session from open to close. Random; all zero: the log's own records, which form one chain too.
struct ChainId {
    std::array<uint8_t, 16> bytes{};
    auto operator<=>(const ChainId&) const = default;
};

struct Meta {
    Kind kind = Kind::Note;
    ChainId chain;
    uint64_t number = 0;   // of the record in its chain, from 0
    uint64_t answers = 0;  // Outcome: the number of its intent in the same chain
    bool operator==(const Meta&) const = default;
};

}  // namespace remit::evidence
