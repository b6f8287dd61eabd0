#include "host/evidence/log/own_chain.h"

namespace remit::evidence {

Result<Ticket> OwnChain::submit(Kind kind, std::string_view record, const std::function<ChainHead()>& heads,
                                bool ahead_of_queue) {
    // Who holds the mutex may be waiting for room in the queue, that is for the very thread that must not wait.
    std::unique_lock lock(mutex_, std::defer_lock);
    if (!ahead_of_queue)
        lock.lock();
    else if (!lock.try_lock())
        return Failure{"another thread is writing a record of the log's own"};
    const uint64_t epoch = committer_.epoch();
    if (epoch_ != epoch) {
        const ChainHead known = heads();
        count_ = known.count;
        head_ = known.head;
        epoch_ = epoch;
    }
    EntryHead head;
    head.kind = kind;
    head.number = count_;
    if (count_ > 0) head.prev = head_;
    head.wall_ns = clock_.wall_ns();
    head.mono_us = clock_.monotonic_ns() / 1000;
    head.boot = boot_;
    const std::string entry = make_entry(head, record);
    Submission submission;
    submission.meta = {kind, {}, count_, 0};
    submission.entry = entry;
    submission.leaf = leaf_hash(entry);
    auto ticket = committer_.submit(submission, epoch, ahead_of_queue);
    if (!ticket) return ticket;
    ++count_;
    head_ = submission.leaf;
    return ticket;
}

}  // namespace remit::evidence
