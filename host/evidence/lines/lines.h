// Lines: the recorder as a conversation in lines of JSON, for gateways in any language. Each line has one answer, in order; answers come
// once what they say is durable, and many lines are on their way to the disk at once.
//
//   a request                                   the decision, with `action`; and `permit`, for an intent
//   {"evidence":{...},"request":{...}}          the same; `evidence` says what the host knows beside the request
//   {"redeem":"TOKEN"}                          {"redeemed":true}, once, right before the effect
//   {"outcome":{"action":"...","status":...}}   {"action":"...","recorded":true}, or false and an `error`
//
// docs/evidence.md has the members. Not thread-safe.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "host/evidence/recorder/recorder.h"

namespace remit::evidence {

struct LineSettings {
    bool intents = false;  // allowed calls are intents; without it they are decisions, and nothing is redeemed
    bool explain = false;  // as `remit eval --explain`
};

class Lines {
public:
    /// The policy's image must be in use already. `answer` gets each answer without a newline.
    Lines(Log& log, Recorder& recorder, std::shared_ptr<const Policy> policy, const LineSettings& settings,
          std::function<void(std::string_view)> answer);
    ~Lines();  // answers what was taken
    Lines(const Lines&) = delete;
    Lines& operator=(const Lines&) = delete;

    void take(std::string_view line);
    /// Waits for the disk and answers all lines so far.
    void drain();

    Verdict strictest() const { return strictest_; }
    /// Calls that were denied because they could not be recorded, and why the last one.
    uint64_t unrecorded() const { return unrecorded_; }
    const std::string& trouble() const { return trouble_; }

private:
    struct Answer {
        Pending pending;  // of a decision
        bool is_decision = false;
        std::string text;  // otherwise
        Ticket ticket;     // of an outcome that was submitted
        bool waits = false;
    };
    void decide(std::string_view request, const CallContext& context);
    void decide_with_context(std::string_view line);
    void redeem(std::string_view line);
    void outcome(std::string_view line);
    void say(std::string text);
    void answer_first();

    Log& log_;
    Recorder& recorder_;
    const LineSettings settings_;
    const std::function<void(std::string_view)> answer_;
    Decider decider_;
    std::deque<Answer> answers_;
    Verdict strictest_ = Verdict::Allow;
    uint64_t unrecorded_ = 0;
    std::string trouble_;
};

}  // namespace remit::evidence
