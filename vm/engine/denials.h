// Built-in denials: what every policy refuses without being asked (docs/semantics.md section 8). One table for the enum, the
// names in `rules`, the words for people, and whether rules are still evaluated.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace remit {

// REMIT_DENIAL(Name, id, stops, text)
#define REMIT_DENIALS(REMIT_DENIAL)                                                                          \
    REMIT_DENIAL(Malformed, "malformed", true, "not a request")                                              \
    REMIT_DENIAL(Limit, "limit", true, "the request is larger than a limit permits")                         \
    REMIT_DENIAL(SessionIncomplete, "session-incomplete", true, "the session does not say all that it must") \
    REMIT_DENIAL(TimeMissing, "time-missing", true, "context.time is missing or not a timestamp")            \
    REMIT_DENIAL(ToolUnknown, "tool-unknown", true, "the policy declares no such tool")                      \
    REMIT_DENIAL(Arguments, "arguments", true, "the arguments do not fit the tool")                          \
    REMIT_DENIAL(Label, "label", true, "a label names what is not known")                                    \
    REMIT_DENIAL(SessionRevoked, "session-revoked", false, "the session is revoked")                         \
    REMIT_DENIAL(SessionExpired, "session-expired", false, "the session has expired")                        \
    REMIT_DENIAL(OutOfScope, "out-of-scope", false, "the tool is not in the session's scope")                \
    REMIT_DENIAL(StateMissing, "state-missing", false, "a declared mark or count is missing from the state") \
    REMIT_DENIAL(FactMissing, "fact-missing", false, "a fact that a rule needs is missing")                  \
    REMIT_DENIAL(FactStale, "fact-stale", false, "a fact that a rule needs is not fresh")                    \
    REMIT_DENIAL(RetentionConflict, "retention-conflict", false,                                             \
                 "what must be kept longest may not be kept that long")                                      \
    REMIT_DENIAL(IsolationUnavailable, "isolation-unavailable", false, "the host has no such isolation")     \
    REMIT_DENIAL(NoAllow, "no-allow", false, "no allow rule covers this call")                               \
    REMIT_DENIAL(Result, "result", true, "the result is not what the tool declares")                         \
    REMIT_DENIAL(Batch, "batch", true, "a batch is decided from JSON only, element by element")

enum class Denial : uint8_t {
#define REMIT_DENIAL(name, id, stops, text) name,
    REMIT_DENIALS(REMIT_DENIAL)
#undef REMIT_DENIAL
};
struct DenialInfo {
    std::string_view id;
    bool stops;  // no rule is evaluated
    std::string_view text;
};
inline constexpr DenialInfo kDenials[] = {
#define REMIT_DENIAL(name, id, stops, text) {id, stops, text},
    REMIT_DENIALS(REMIT_DENIAL)
#undef REMIT_DENIAL
};
inline const DenialInfo& info(Denial d) { return kDenials[static_cast<size_t>(d)]; }

struct Denied {
    Denial denial;
    std::string detail;  // may be empty
};
using Denials = std::vector<Denied>;

}  // namespace remit
