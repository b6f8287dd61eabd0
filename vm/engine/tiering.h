// Tiering: a policy answers at once by whatever engine it comes with, better ones are made for it in the background.
//
//   auto tiering = Tiering::start(live, {native});      // native: a program to a Kernel, e.g. by make_native
//   (*tiering)->publish(policy_of_interpreters);        // in force when this returns; native a little later
//
// One thread makes the kernels of the policy that is in force, layer by layer, and publishes a Policy of the same programs
// with them: tiering up is a publication like any other, with the same guarantees, and all layers change engines at once.
// A newer publication, by whomever, makes the work obsolete: a compilation that waits is dropped, the result of one that runs is thrown
// away. A compilation that fails leaves the policy as it is and is told by status(). After the last tier the thread sleeps.
//
// Threads: all functions may be called by any thread. `stop` and the destructor wait for a compilation that runs.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "vm/engine/live.h"

namespace remit {

/// Makes an engine for a program; called on the background thread, one at a time. An exception counts as a failure.
using KernelMaker = std::function<Result<std::shared_ptr<const Kernel>>(std::shared_ptr<const LoadedProgram>)>;

struct TieringStatus {
    enum class State : uint8_t {
        Waiting,   // the version in force is about to be compiled
        Making,    // ... is being compiled
        Settled,   // all tiers are done
        Obsolete,  // somebody published past this Tiering: nothing is done for what is in force now
        Failed,    // a tier failed, see `error`; the ones before it are in force
        Stopped,
    };
    State state = State::Waiting;
    uint64_t version = 0;  // as this Tiering last published it
    size_t tier = 0;       // tiers done for it; 0: it answers by the engines that it came with
    std::string error;     // of the last failure, kept until a tier succeeds
    // since the start
    uint64_t made = 0, failed = 0, obsolete = 0;  // tiers
    double last_ms = 0;                           // what the last tier took to make
};

/// A version that is to be compiled.
struct TieringJob {
    uint64_t version = 0;
    std::shared_ptr<const Policy> policy;
};

class Tiering {
public:
    /// `tiers`: in rising order, each replaces the one before. Begins with the version that is in force. Fails if there can be no
    /// thread.
    static Result<std::unique_ptr<Tiering>> start(std::shared_ptr<LivePolicy> live, std::vector<KernelMaker> tiers);
    ~Tiering();
    Tiering(const Tiering&) = delete;
    Tiering& operator=(const Tiering&) = delete;

    /// LivePolicy::publish, and better engines in the background. After `stop` only the former.
    Published publish(std::shared_ptr<const Policy> policy);
    TieringStatus status() const;
    /// Waits until nothing is waiting or being made; false: `most` has passed.
    bool settle(std::chrono::milliseconds most) const;
    /// Nothing is published by this Tiering any more once it returns. Must not be called by a KernelMaker.
    void stop();

private:
    Tiering(std::shared_ptr<LivePolicy> live, std::vector<KernelMaker> tiers);
    void enqueue(TieringJob job);
    void loop();
    void work(TieringJob job);
    bool is_wanted(const TieringJob& job) const;
    Result<std::shared_ptr<const Policy>> make(const TieringJob& job, const KernelMaker& maker) const;
    bool put_in_force(TieringJob& job, std::shared_ptr<const Policy> better);
    void finish(const TieringJob& job, TieringStatus::State state, std::string error = {});

    const std::shared_ptr<LivePolicy> live_;
    const std::vector<KernelMaker> tiers_;
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    std::optional<TieringJob> next_;  // the newest that waits
    bool stopping_ = false;
    TieringStatus status_;
    std::thread thread_;
};

}  // namespace remit
