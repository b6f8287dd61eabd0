// Call: one tool call after another, in numbers instead of JSON, decided at the cost of the kernel. Scratch memory for one thread and one
// policy. The meaning is docs/semantics.md's, as for Decider; only signatures, evidence and labels of list elements go by JSON alone.
//
//     Call call(policy);
//     call.begin(*session, names.tool("payments.refund"));
//     call.set_time(now);
//     call.set_int(amount, 30000);  // 300.00 of a decimal(2)
//     if (call.decide().verdict == Verdict::Allow) ...
//     call.set_int(amount, 9900);   // what was set stays; only what changed is read again
//     call.decide();
//
// Setters never fail: a value that does not fit denies the call, as the same value in a request would (`arguments`, `limit`,
// `label`, `state-missing`, ...), until it is set again. Texts are views: they must live until the last `decide` or `explain`
// that uses them. Neither setters of numbers and texts nor `decide` allocate; JSON texts, facts and values that have to be parsed (url,
// email, path, host) may.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "vm/engine/names.h"
#include "vm/engine/ruling.h"
#include "vm/engine/session.h"

namespace remit {

class Call {
public:
    explicit Call(std::shared_ptr<const Policy> policy);
    ~Call();
    Call(Call&&) noexcept;
    Call& operator=(Call&&) noexcept;

    const Policy& policy() const;

    /// A new call of `tool` (Names::tool); everything that was set is gone, the time too. `session` must live until the next `begin`.
    /// False, and the call is denied as `session-incomplete`, if the session is another policy's.
    bool begin(const Session& session, uint32_t tool) noexcept;
    /// The same for a session that is not bound. It lacks what is empty, as SessionSpec says.
    void begin(const SessionFields& session, uint32_t tool) noexcept;

    // Arguments, by Names::param. Each may be set again.
    /// bool (0, 1), int, decimal (scaled by its type), duration and timestamp (ns), symbol (rank).
    void set_int(uint32_t param, int64_t value) noexcept {
        if (param < live_count_ && live_[param].low <= value && value <= live_[param].high) {
            *live_[param].number = value;
            live_[param].slot->bits = value;
        } else {
            set_number(param, value);
        }
    }
    /// Whatever a JSON string may stand for: string, symbol, decimal, duration, timestamp, ip, cidr, url, path, email, host.
    void set_text(uint32_t param, std::string_view text) noexcept;
    void set_json(uint32_t param, std::string_view json) noexcept;  // any value, as JSON text
    void set_null(uint32_t param) noexcept;
    void unset(uint32_t param) noexcept;

    /// Sources of a label: the user, the agent, or a tool (Names::tool).
    static constexpr uint32_t kUser = UINT32_MAX - 1, kAgent = UINT32_MAX - 2;
    static constexpr uint32_t kNoClass = UINT32_MAX - 1;
    /// Where an argument came from and its class (Names::symbol(kVocClasses, ..), or kNoClass). A list: that of the whole.
    void set_label(uint32_t param, uint32_t data_class, std::span<const uint32_t> sources) noexcept;
    /// Class of what is sent, beside the arguments' classes.
    void set_data(uint32_t data_class) noexcept;

    void set_time(int64_t ns) noexcept;  // since 1970; without it: `time-missing`
    void set_id(std::string_view id) noexcept;
    void set_parent(std::string_view parent) noexcept;
    void set_isolation(uint32_t best) noexcept;  // the best level that the host has; not set: not checked

    /// State (Names::mark, Names::count); every declared mark and count must be given for each call.
    void set_mark(uint32_t mark, bool value) noexcept;
    void set_count(uint32_t count, int64_t value) noexcept;             // in Names::count_scale decimals
    void set_distinct(uint32_t count, std::string_view json) noexcept;  // the values so far, a JSON array
    /// What the session has read: highest class, lowest trust, as ranks. Not set: the strictest.
    void set_high_water(uint32_t data_class) noexcept;
    void set_low_water(uint32_t trust) noexcept;
    /// A fact's key is a JSON array, its value a JSON object.
    void add_fact(std::string_view fact, std::string_view key_json, int64_t as_of,
                  std::string_view value_json) noexcept;

    /// Decides; as often as wanted. The answer is valid until the next `decide` or `begin`.
    const Ruling& decide() noexcept;
    /// The effects of the latest `decide`: false at the end.
    bool next_effect(EffectCursor& cursor, Effect& effect) const noexcept;
    /// The same call by the long way, with every rule that speaks; as Decider would answer the request. Allocates.
    Decision explain();

private:
    /// An argument that was set to a fitting number: it may be overwritten within these bounds without looking at anything else.
    struct Live {
        int64_t low = 1, high = 0;  // empty: not so
        int64_t* number = nullptr;
        V* slot = nullptr;
    };
    struct Impl;
    void set_number(uint32_t param, int64_t value) noexcept;

    const Live* live_ = nullptr;
    uint32_t live_count_ = 0;
    std::unique_ptr<Impl> impl_;
};

}  // namespace remit
