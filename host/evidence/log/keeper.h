// Keeper: the thread behind the committer. Signs a checkpoint when there are new records and the last one is old enough, and makes
// segments before they are needed.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "host/evidence/log/committer.h"
#include "host/evidence/log/config.h"

namespace remit::evidence {

class Keeper {
public:
    /// `first`: the head that is on disk; no head is ever signed below it. All must outlive the keeper.
    Keeper(Committer& committer, Disk& disk, const SignerKey& signer, std::string origin, Head first);
    ~Keeper() { stop(); }

    /// `signed_new`: after each new head. `tick`: once in a while.
    struct Events {
        std::function<void()> signed_new, tick;
    };
    void start(int64_t checkpoint_every_ns, Events events);
    void stop();
    void want_segments();  // any thread, never waits

    Head head() const;
    /// A head that covers all durable records, on disk. Any thread.
    Result<Head> sign_now();
    /// The same, kept so that a power cut cannot take it.
    Result<Head> sign_synced();
    Result<bool> add_cosignature(std::string_view note);
    /// Why the last signing failed; empty if it did not.
    std::string trouble() const;

private:
    void run(int64_t every_ns);
    bool make_segments();  // false: one could not be made

    Committer& committer_;
    Disk& disk_;
    const SignerKey& signer_;
    const std::string origin_;
    Events events_;
    std::mutex sync_mutex_;  // of the synced head's file; before head_mutex_
    uint64_t synced_ = 0;    // its size
    mutable std::mutex head_mutex_;
    Head head_;
    std::string trouble_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool wanted_ = false;
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

}  // namespace remit::evidence
