// Evidence for `remit eval`: each line becomes a record, and is answered once that is durable. Lines are answered in order; many are on
// their way to the disk at once. With `intents` the process is a gateway's evidence: allowed calls are intents with permits, and lines
// redeem those and tell what became of them.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "host/cli/console.h"
#include "host/evidence/disk/disk.h"
#include "host/evidence/log/log.h"
#include "host/evidence/payload/keyring.h"
#include "host/evidence/recorder/recorder.h"

namespace remit::cli {

struct EvidenceSettings {
    std::string folder;
    std::string origin;  // of a log that is made; empty: after the folder
    bool intents = false, explain = false;
};

class EvidenceEval {
public:
    /// Opens the log, or makes one where there is none.
    static Result<std::unique_ptr<EvidenceEval>> open(const EvidenceSettings& settings,
                                                      std::shared_ptr<const Policy> policy, std::string_view image,
                                                      Console& console);
    void take(std::string_view line);
    /// Answers all lines so far.
    void drain();
    /// Ends the sessions and the log.
    Exit close();
    Verdict strictest() const { return strictest_; }

private:
    struct Answer {
        evidence::Pending pending;  // of a decision
        bool is_decision = false;
        std::string text;         // otherwise
        evidence::Ticket ticket;  // of an outcome that was submitted
        bool waits = false;
    };
    EvidenceEval(const EvidenceSettings& settings, Console& console) : settings_(settings), console_(console) {}
    void decide(std::string_view request, const evidence::CallContext& context);
    void decide_with_context(std::string_view line);
    void redeem(std::string_view line);
    void outcome(std::string_view line);
    void say(std::string text);
    void answer_first();

    const EvidenceSettings settings_;
    Console& console_;
    std::unique_ptr<evidence::Disk> disk_;
    std::unique_ptr<evidence::Log> log_;
    std::unique_ptr<evidence::Keyring> keyring_;
    std::unique_ptr<evidence::Recorder> recorder_;
    std::unique_ptr<Decider> decider_;
    std::deque<Answer> answers_;
    Verdict strictest_ = Verdict::Allow;
    size_t unrecorded_ = 0;
    std::string trouble_;
};

}  // namespace remit::cli
