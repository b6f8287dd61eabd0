// The log's own chain: its openings and closings, policies, gaps, erasures. Thread-safe.
#pragma once

#include <mutex>

#include "host/evidence/log/committer.h"
#include "host/evidence/record/entry.h"

namespace remit::evidence {

class OwnChain {
public:
    OwnChain(Committer& committer, Clock& clock, uint64_t boot) : committer_(committer), clock_(clock), boot_(boot) {}

    /// `ahead_of_queue`: never waits; fails where it would have to.
    /// `heads` reads the chain's head as of the last durable record: asked at first and after a failure.
    Result<Ticket> submit(Kind kind, std::string_view record, const std::function<ChainHead()>& heads,
                          bool ahead_of_queue);

private:
    Committer& committer_;
    Clock& clock_;
    const uint64_t boot_;
    std::mutex mutex_;
    std::optional<uint64_t> epoch_;  // in which `count_` and `head_` hold
    uint64_t count_ = 0;
    Hash head_{};
};

}  // namespace remit::evidence
