// Recorder: evidence before effect. For each call: decide, make the record durable, and only then give a one-time permit; after the
// effect, record what became of it. If nothing can be recorded, what changes state is denied.
//
// Thread-safe; each thread brings its own Decider. A session's records are one chain, in the order in which they were recorded.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/evidence/log/log.h"
#include "host/evidence/payload/keyring.h"
#include "host/evidence/record/entry.h"
#include "vm/engine/policy.h"
#include "vm/engine/request.h"

namespace remit::evidence {

inline constexpr size_t kMaxOpenChains = 16'384;  // the one longest without a record is closed to make room for another

/// What the host knows of a call beyond the request.
struct CallContext {
    std::string_view traceparent;  // W3C trace context, as it came; not recorded if it is not well-formed
    std::string_view subject;  // whose data it is: names the payload's key; empty: the session's principal, or its id
    std::string_view isolation_profile;  // "sha256:..." of what the effect will run in
    std::string_view egress_profile;
    std::string_view prompt;  // the prompt's text, to be sealed; the request's context has its hash
    struct Lease {
        std::string_view rule;  // of the decision's leases
        uint64_t fence = 0;
        int64_t deadline_ns = 0;
    };
    std::vector<Lease> leases;  // granted for this call
    /// Answers before the record is on the disk, if the tool changes nothing; the record says so. What a crash may lose is what was
    /// submitted since the last batch began: milliseconds.
    bool window = false;
};

enum class Purpose : uint8_t {
    Act,     // an allowed call is an intent: its effect follows, and its outcome
    Answer,  // the decision is all there is: nothing is released
};

/// The right to do one thing once. Not copyable. Who does not use it has not acted, and says so by the outcome `not-done`.
class Permit {
public:
    Permit() = default;
    Permit(Permit&& other) noexcept : action_(other.action_), token_(std::exchange(other.token_, {})) {}
    Permit& operator=(Permit&& other) noexcept {
        action_ = other.action_, token_ = std::exchange(other.token_, {});
        return *this;
    }
    const ActionId& action() const { return action_; }
    /// For a runner in another process: 32 hex digits, good for one Recorder::redeem.
    const std::string& token() const { return token_; }
    explicit operator bool() const { return !token_.empty(); }

private:
    friend class Recorder;
    ActionId action_;
    std::string token_;
};

struct Begun {
    Decision decision;               // as it is to be obeyed: a denial if it could not be recorded
    std::optional<ActionId> action;  // of the record, if there is one
    uint64_t index = 0;
    Permit permit;        // with Purpose::Act and an allowed call
    std::string trouble;  // why it was not recorded
};

/// What `start` submitted and `finish_begin` waits for.
struct Pending {
    Begun begun;
    Ticket ticket;
    bool recorded = false;  // there is something to wait for
    bool waits = true;      // false: answered within the window
    bool intent = false;
};

enum class OutcomeStatus : uint8_t { Done, Failed, NotDone, Unknown };
std::string_view text_of(OutcomeStatus status);
std::optional<OutcomeStatus> outcome_named(std::string_view text);

struct Artifact {
    std::string name;
    Hash sha256{};
    uint64_t size = 0;
};
struct Outcome {
    OutcomeStatus status = OutcomeStatus::Done;
    std::vector<Artifact> artifacts;  // checksums of what came out
    std::string_view output;          // to be sealed; may be empty
    std::string error;                // what went wrong, in words
    int64_t duration_ns = 0;
    std::string resolved_by;  // a person's name, when an intent in doubt is settled by hand
    std::string note;
};

class Recorder {
public:
    /// `log` and `keyring` outlive it. `policy_images`: written to `policies/` by `use_policy`.
    Recorder(Log& log, Keyring& keyring);
    ~Recorder();

    /// Keeps the policy's image and records that it is in force. Needed once for each version before `begin`, which denies otherwise:
    /// what cannot be replayed is no evidence.
    Result<bool> use_policy(const Policy& policy, std::string_view image);

    /// Decides and records. With Act and `allow` the intent is durable when this returns. Never throws.
    Begun begin(Decider& decider, std::string_view request_json, const CallContext& context = {},
                Purpose purpose = Purpose::Act);
    /// The same without waiting for the disk; `finish_begin` waits. For hosts that pipeline.
    Pending start(Decider& decider, std::string_view request_json, const CallContext& context = {},
                  Purpose purpose = Purpose::Act);
    Begun finish_begin(Pending pending);

    /// True once for each permit: right before the effect. False: it was used, or is from before a restart. Then do nothing.
    bool redeem(const Permit& permit);
    bool redeem(std::string_view token);
    /// Records the outcome, durable on return; once for each intent (NotFound afterwards). For an intent in doubt (after a restart) too.
    DiskStatus finish(const ActionId& action, const Outcome& outcome);
    /// The same without waiting: Log::wait with the ticket does. NotFound: it is no intent that waits for an outcome.
    DiskStatus start_finish(const ActionId& action, const Outcome& outcome, Ticket& ticket);

    /// A person's word on a call that was asked about.
    struct Vote {
        std::string digest;  // "sha256:..." of the decision that asked
        std::string by, kind;
        std::vector<std::string> roles;
        bool approved = false;
        int64_t asked_ns = 0, signed_ns = 0;
        std::string reason;
    };
    DiskStatus record_vote(std::string_view session, const Vote& vote);
    /// Anything else the host wants on the record: JSON of an object, which is put into canonical form. Refused: what is no such text,
    /// is too large, or has numbers that are no integers within 2^53.
    DiskStatus record_note(std::string_view session, std::string_view note);

    /// Ends the session's chain with its count, durably. Later records of the session begin another. Fails while intents of the session
    /// have no outcome: DiskError::Exists.
    DiskStatus close_session(std::string_view session);
    /// Before the log closes: ends all that can be ended, and records how many denied calls no record tells of.
    void close_all_sessions();

    /// Intents without an outcome that this process did not begin.
    std::vector<InDoubt> in_doubt() const;

    /// Calls that were denied because nothing could be recorded, and that no `gap` record tells of yet.
    uint64_t unrecorded() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace remit::evidence
