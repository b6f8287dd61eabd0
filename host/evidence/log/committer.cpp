#include "host/evidence/log/committer.h"

#include <fmt/format.h>

#include <algorithm>

namespace remit::evidence {

Committer::Committer(std::unique_ptr<Journal> journal, uint64_t segment_bytes, size_t queue_bytes)
    : segment_bytes_(segment_bytes),
      most_bytes_(Journal::most_bytes(segment_bytes)),
      queue_bytes_(std::min<size_t>(queue_bytes, segment_bytes / 2)),  // so that a batch begins one segment at most
      journal_(std::move(journal)),
      next_index_(journal_->size()),
      tip_(journal_->frontier()),
      durable_(journal_->size()) {
    settle_mode();
}

Committer::~Committer() { static_cast<void>(finish()); }

void Committer::start(Events events) {
    events_ = std::move(events);
    thread_ = std::thread([this] { run(); });
}

Result<Ticket> Committer::submit(const Submission& submission, uint64_t epoch, bool ahead_of_queue) {
    return enqueue(submission, epoch, ahead_of_queue, true);
}

DiskStatus Committer::append(const Submission& submission, uint64_t epoch, Ticket& ticket) {
    auto taken = enqueue(submission, epoch, false, false);
    if (!taken) return {DiskError::Io, taken.error()};
    ticket = *taken;
    if (committing_.try_lock()) {
        commit_open();
        committing_.unlock();
        wake_if_idle();  // what came meanwhile
    }
    // Otherwise whoever commits now looks for more when he is done.
    return wait(ticket);
}

Result<Ticket> Committer::enqueue(const Submission& s, uint64_t epoch, bool ahead_of_queue, bool wake) {
    if (s.entry.size() > kMaxEntryBytes)
        return Failure{fmt::format("a record of {} bytes; at most {} are possible", s.entry.size(), kMaxEntryBytes)};
    size_t payload_bytes = 0;
    for (const SealedPayload& p : s.payloads) payload_bytes += p.ciphertext.size() + 2 * kPayloadMetaBytes;
    if (payload_bytes + s.entry.size() + 2 * kEntryMetaBytes > most_bytes_ || s.payloads.size() > kMaxPayloadsOfEntry)
        return Failure{fmt::format("a record with {} bytes of payloads does not fit a segment", payload_bytes)};

    std::unique_lock lock(queue_mutex_);
    if (!ahead_of_queue) {
        not_full_.wait(lock, [&] { return open_.frames.size() < queue_bytes_ || stopping_; });
    }
    if (stopping_) return Failure{"the log is closed"};
    if (epoch != epoch_.load(std::memory_order_relaxed)) return Failure{"records before this one were lost"};
    if (mode_.load(std::memory_order_relaxed) == Mode::Broken) return Failure{trouble_};
    append_record(open_.frames, s.meta, s.entry, s.payloads);
    open_.leaves.push_back(s.leaf);
    const Ticket ticket{next_index_++, epoch, batch_};
    if (wake && idle_) {
        idle_ = false;
        lock.unlock();
        work_.notify_one();
    }
    return ticket;
}

void Committer::wake_if_idle() {
    {
        const std::lock_guard lock(queue_mutex_);
        if (!idle_ || open_.empty()) return;
        idle_ = false;
    }
    work_.notify_one();
}

DiskStatus Committer::wait(const Ticket& ticket) {
    std::atomic<uint32_t>& word = finished_[ticket.batch % finished_.size()];
    for (;;) {
        const uint32_t seen = word.load(std::memory_order_acquire);
        const bool reached = durable_.load(std::memory_order_acquire) > ticket.index;
        if (epoch_.load(std::memory_order_acquire) != ticket.epoch) {
            const std::lock_guard lock(queue_mutex_);
            if (ticket.index < void_from_[ticket.epoch]) return {};
            return {DiskError::Io, trouble_};
        }
        if (reached) return {};
        word.wait(seen, std::memory_order_acquire);
    }
}

std::string Committer::trouble() const {
    const std::lock_guard lock(queue_mutex_);
    return mode_.load() == Mode::Normal ? "" : trouble_;
}

Frontier Committer::tip() const {
    const std::lock_guard lock(tip_mutex_);
    return tip_;
}

void Committer::run() {
    for (;;) {
        {
            std::unique_lock lock(queue_mutex_);
            while (open_.empty() && !stopping_) {
                idle_ = true;
                work_.wait(lock);
            }
            idle_ = false;
            if (open_.empty()) return;
        }
        const std::lock_guard role(committing_);
        commit_open();
    }
}

bool Committer::commit_open() {
    uint64_t batch = 0;
    {
        const std::lock_guard lock(queue_mutex_);
        if (open_.empty()) return false;
        std::swap(open_, writing_);
        batch = batch_++;
    }
    not_full_.notify_all();
    commit(batch);
    writing_.clear();
    return true;
}

void Committer::commit(uint64_t batch) {
    bool wanted = false;
    {
        std::unique_lock lock(journal_mutex_);
        // Zeroing a segment takes longer than filling it when records come at the disk's own speed. That is no reason to touch the reserve.
        segment_made_.wait(lock, [&] {
            return cannot_prepare_ || journal_->wanted() == 0 || !journal_->would_use_reserve(writing_.frames.size());
        });
        const DiskStatus done = journal_->commit(writing_);
        wanted = journal_->wanted() > 0;
        segments_short_.store(wanted && journal_->room() < segment_bytes_ + segment_bytes_ / 2,
                              std::memory_order_relaxed);
        {  // after a failure too: a batch over two segments may be durable in part
            const std::lock_guard tip(tip_mutex_);
            tip_ = journal_->frontier();
            durable_.store(journal_->size(), std::memory_order_release);
        }
        if (!done.ok()) fail(done);
        settle_mode();
    }
    std::atomic<uint32_t>& word = finished_[batch % finished_.size()];
    word.fetch_add(1, std::memory_order_release);
    word.notify_all();
    if (events_.committed) events_.committed(wanted);
}

/// The batch, and all that was submitted on top of it, is void: their chains' heads are of records that do not exist.
void Committer::fail(const DiskStatus& why) {
    uint64_t lost = 0;
    {
        const std::lock_guard lock(queue_mutex_);
        lost = next_index_ - journal_->size();
        open_.clear();
        next_index_ = journal_->size();
        void_from_.push_back(next_index_);
        trouble_ = why.message;
        epoch_.fetch_add(1, std::memory_order_release);
        ++batch_;  // nobody waits in vain for the batch that was emptied
    }
    full_ = why.error == DiskError::NoSpace;
    not_full_.notify_all();
    for (auto& word : finished_) {
        word.fetch_add(1, std::memory_order_release);
        word.notify_all();
    }
    settle_mode();
    if (events_.lost) events_.lost(lost, why.message);
}

void Committer::settle_mode() {
    Mode mode = Mode::Normal;
    if (journal_->broken() || full_)
        mode = Mode::Broken;
    else if (journal_->in_reserve() && cannot_prepare_)
        mode = Mode::Reserve;
    mode_.store(mode, std::memory_order_release);
}

void Committer::prepared(const Journal::Preparation& done) {
    {
        const std::lock_guard lock(journal_mutex_);
        journal_->prepared(done);
        cannot_prepare_ = full_ = false;
        settle_mode();
    }
    segment_made_.notify_all();
}

void Committer::not_prepared(const std::string& why) {
    {
        const std::lock_guard lock(journal_mutex_);
        cannot_prepare_ = true;
        {
            const std::lock_guard queue(queue_mutex_);
            trouble_ = why;
        }
        settle_mode();
    }
    segment_made_.notify_all();
}

DiskStatus Committer::finish() {
    {
        const std::lock_guard lock(queue_mutex_);
        stopping_ = true;
    }
    work_.notify_one();
    not_full_.notify_all();
    if (!thread_.joinable()) return {};
    thread_.join();
    const std::lock_guard role(committing_);
    const std::lock_guard lock(journal_mutex_);
    return journal_->close();
}

}  // namespace remit::evidence
