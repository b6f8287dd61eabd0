// Committer: the open batch, and the thread that makes batches durable. Group commit without a delay: what was submitted while the last
// batch was written is the next one.
#pragma once

#include <array>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "host/evidence/log/log.h"

namespace remit::evidence {

class Committer {
public:
    Committer(std::unique_ptr<Journal> journal, uint64_t segment_bytes, size_t queue_bytes);
    ~Committer();
    Committer(const Committer&) = delete;
    Committer& operator=(const Committer&) = delete;

    /// Before the first submission. `committed`: after each batch, on the committer's thread: be short. `lost`: submissions went void.
    struct Events {
        std::function<void(bool segments_wanted)> committed;
        std::function<void(uint64_t records, const std::string& why)> lost;
    };
    void start(Events events);

    /// `ahead_of_queue`: does not wait while the queue is full (for the committer's own thread).
    Result<Ticket> submit(const Submission& submission, uint64_t epoch, bool ahead_of_queue = false);
    DiskStatus wait(const Ticket& ticket);
    /// `submit` and `wait` in one. Where nobody else commits, the caller's thread does: that saves two changes of thread.
    DiskStatus append(const Submission& submission, uint64_t epoch, Ticket& ticket);
    uint64_t durable() const noexcept { return durable_.load(std::memory_order_acquire); }
    uint64_t epoch() const noexcept { return epoch_.load(std::memory_order_acquire); }
    Mode mode() const noexcept { return mode_.load(std::memory_order_acquire); }
    std::string trouble() const;
    /// The tree as of the last durable record.
    Frontier tip() const;

    /// Runs `use` between two batches.
    template <class Use>
    auto with_journal(Use use) {
        const std::lock_guard lock(journal_mutex_);
        return use(*journal_);
    }
    /// Will the reserve be touched soon, unless a segment is made quickly? Any thread, never waits.
    bool segments_short() const noexcept { return segments_short_.load(std::memory_order_relaxed); }
    /// The keeper made a segment, or could not.
    void prepared(const Journal::Preparation& done);
    void not_prepared(const std::string& why);

    /// No more submissions; what there is becomes durable, the thread ends, the journal is sealed.
    DiskStatus finish();

private:
    Result<Ticket> enqueue(const Submission& submission, uint64_t epoch, bool ahead_of_queue, bool wake);
    void run();
    bool commit_open();  // false: there was nothing; with committing_
    void commit(uint64_t batch);
    void wake_if_idle();
    void fail(const DiskStatus& why);
    void settle_mode();  // with journal_mutex_

    const uint64_t segment_bytes_, most_bytes_;
    const size_t queue_bytes_;
    Events events_;
    std::mutex committing_;  // whoever has it is the one who commits

    mutable std::mutex journal_mutex_;
    std::condition_variable segment_made_;
    std::unique_ptr<Journal> journal_;
    bool cannot_prepare_ = false, full_ = false;

    mutable std::mutex queue_mutex_;
    std::condition_variable work_, not_full_;
    Batch open_, writing_;
    uint64_t next_index_, batch_ = 0;
    bool idle_ = false, stopping_ = false;
    std::vector<uint64_t> void_from_;  // of each epoch that ended: the first index that is not durable
    std::string trouble_;

    mutable std::mutex tip_mutex_;
    Frontier tip_;

    std::atomic<uint64_t> durable_, epoch_{0};
    std::atomic<Mode> mode_{Mode::Normal};
    std::atomic<bool> segments_short_{false};
    std::array<std::atomic<uint32_t>, 16> finished_{};  // batches, by number modulo 16: what waiters sleep on
    std::thread thread_;
};

}  // namespace remit::evidence
