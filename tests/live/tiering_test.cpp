// Better engines from the background: put in force if they are made in time, and never in place of something newer.
#include "vm/engine/tiering.h"

#include <atomic>
#include <future>
#include <list>
#include <stdexcept>
#include <thread>

#include "tests/catch.h"
#include "tests/live/versions.h"

using namespace remit;
using namespace remit::test;
using namespace std::chrono_literals;
using State = TieringStatus::State;

namespace {

using Made = Result<std::shared_ptr<const Kernel>>;
using Given = std::shared_ptr<const LoadedProgram>;

std::unique_ptr<Tiering> tiering_of(const std::shared_ptr<LivePolicy>& live, std::vector<KernelMaker> tiers) {
    auto tiering = Tiering::start(live, std::move(tiers));
    REQUIRE(tiering.ok());
    return std::move(*tiering);
}
KernelMaker maker(const char* name) {
    return [name](Given program) -> Made { return renamed(std::move(program), name); };
}

/// Makes kernels when it is let, and remembers for what.
class Slow {
public:
    KernelMaker maker() {
        return [this](Given program) -> Made {
            started_.set_value_once();
            gate_.wait();
            const std::lock_guard lock(mutex_);
            made_.push_back(number_of(program->program()));
            return renamed(std::move(program), "jit");
        };
    }
    void wait_started() { started_.wait(); }
    void let() { gate_.set_value_once(); }
    std::vector<uint64_t> made() const {
        const std::lock_guard lock(mutex_);
        return made_;
    }

private:
    class Signal {
    public:
        void set_value_once() {
            std::call_once(once_, [&] { promise_.set_value(); });
        }
        void wait() const { future_.wait(); }

    private:
        std::once_flag once_;
        std::promise<void> promise_;
        std::shared_future<void> future_{promise_.get_future()};
    };
    Signal started_, gate_;
    mutable std::mutex mutex_;
    std::vector<uint64_t> made_;
};

/// As many threads asleep in guards as there may be versions in use, each in its own.
class Sleepers {
public:
    Sleepers(LivePolicy& live, Tiering& tiering) {
        for (uint64_t n = 1; n <= kMaxRetiredVersions; ++n) {
            sleep(live);
            CHECK(tiering.publish(version_policy(n + 1)).done());
        }
        CHECK(live.stats().retired == kMaxRetiredVersions);
    }
    ~Sleepers() { wake_all(); }
    void wake_one() {
        wake_.front().set_value();
        threads_.front().join();
        wake_.pop_front();
        threads_.pop_front();
    }
    void wake_all() {
        while (!threads_.empty()) wake_one();
    }

private:
    void sleep(LivePolicy& live) {
        readers_.push_back(reader_of(live));
        wake_.emplace_back();
        std::promise<void> asleep;
        threads_.emplace_back([&asleep, &reader = readers_.back(), wake = wake_.back().get_future()] {
            const auto guard = reader.enter();
            asleep.set_value();
            wake.wait();
        });
        asleep.get_future().wait();
    }
    std::list<LivePolicy::Reader> readers_;
    std::list<std::promise<void>> wake_;
    std::list<std::thread> threads_;
};

std::string engine(LivePolicy& live) { return live.current().policy->layers()[0].kernel->name(); }
uint64_t number(LivePolicy& live) { return number_of(live.current().policy->layers()[0].program->program()); }

}  // namespace

TEST_CASE("a policy answers at once, and natively a little later") {
    const auto live = live_from(1);
    Slow slow;
    const auto tiering = tiering_of(live, {slow.maker()});
    auto reader = reader_of(*live);
    const Decision before = reader.decide(request());
    CHECK(before.engine == "interp");
    slow.wait_started();
    CHECK(tiering->status().state == State::Making);
    slow.let();
    REQUIRE(tiering->settle(10s));
    const Decision after = reader.decide(request());
    CHECK(after.engine == "jit");
    CHECK(after.policy == before.policy);
    const TieringStatus status = tiering->status();
    CHECK(status.state == State::Settled);
    CHECK(status.tier == 1);
    CHECK(status.made == 1);
    CHECK(status.version == live->version());
    CHECK(live->stats().retired == 0);
}

TEST_CASE("a newer publication makes a compilation obsolete, and drops those that wait") {
    const auto live = live_from(1);
    Slow slow;
    const auto tiering = tiering_of(live, {slow.maker()});
    slow.wait_started();
    CHECK(tiering->publish(version_policy(2)).done());
    CHECK(tiering->publish(version_policy(3)).done());
    CHECK(number(*live) == 3);
    CHECK(engine(*live) == "interp");
    CHECK(tiering->status().state == State::Waiting);
    slow.let();
    REQUIRE(tiering->settle(10s));
    CHECK(number(*live) == 3);
    CHECK(engine(*live) == "jit");
    CHECK(slow.made() == std::vector<uint64_t>{1, 3, 3});  // one layer of the first, nothing of the second
    CHECK(tiering->status().obsolete == 1);
    CHECK(tiering->status().made == 1);
}

TEST_CASE("what others publish is not overwritten") {
    const auto live = live_from(1);
    Slow slow;
    const auto tiering = tiering_of(live, {slow.maker()});
    slow.wait_started();
    REQUIRE(live->publish(version_policy(9)).done());
    slow.let();
    REQUIRE(tiering->settle(10s));
    CHECK(tiering->status().state == State::Obsolete);
    CHECK(number(*live) == 9);
    CHECK(engine(*live) == "interp");
}

TEST_CASE("tiers rise one after another") {
    const auto live = live_from(1);
    std::vector<std::string> seen;
    const auto noting = [&](const char* name) -> KernelMaker {
        return [&seen, &live, name](Given program) -> Made {
            seen.push_back(engine(*live));
            return renamed(std::move(program), name);
        };
    };
    const auto tiering = tiering_of(live, {noting("first"), noting("second")});
    REQUIRE(tiering->settle(10s));
    CHECK(seen == std::vector<std::string>{"interp", "interp", "first", "first"});
    CHECK(engine(*live) == "second");
    CHECK(tiering->status().tier == 2);
    CHECK(live->version() == 3);
}

TEST_CASE("a compiler that fails leaves the policy as it is, and says so") {
    const auto live = live_from(1);
    std::atomic<int> how{0};
    const auto tiering = tiering_of(live, {[&how](Given program) -> Made {
                                        switch (how) {
                                            case 0: return Failure{"no such processor"};
                                            case 1: throw std::runtime_error("relocation out of range");
                                            case 2: throw 7;
                                            case 3: return std::shared_ptr<const Kernel>();
                                        }
                                        return renamed(std::move(program), "jit");
                                    }});
    const char* const kErrors[] = {"no such processor", "relocation out of range", "the compiler failed", "engine"};
    for (int i = 0; i < 4; ++i) {
        if (i > 0) {
            how = i;
            REQUIRE(tiering->publish(version_policy(static_cast<uint64_t>(i) + 1)).done());
        }
        REQUIRE(tiering->settle(10s));
        CHECK(tiering->status().state == State::Failed);
        CHECK(tiering->status().failed == static_cast<uint64_t>(i) + 1);
        CHECK(tiering->status().error.find(kErrors[i]) != std::string::npos);
        CHECK(number(*live) == static_cast<uint64_t>(i) + 1);
        CHECK(engine(*live) == "interp");
    }
    how = 4;
    REQUIRE(tiering->publish(version_policy(5)).done());
    REQUIRE(tiering->settle(10s));
    CHECK(tiering->status().state == State::Settled);
    CHECK(tiering->status().error.empty());
    CHECK(engine(*live) == "jit");
}

TEST_CASE("all layers change engines at once") {
    const auto live = live_from(1);
    std::atomic<bool> stop{false};
    std::atomic<uint64_t> mixed{0}, native{0};
    auto reader = reader_of(*live);
    std::thread reading([&] {
        do {
            const auto guard = reader.enter();
            const std::string child = guard->layers()[0].kernel->name(), parent = guard->layers()[1].kernel->name();
            if (child != parent || !ask_kernels(*guard).same()) ++mixed;
            if (child == "jit") ++native;
        } while (!stop.load());
    });
    const auto tiering = tiering_of(live, {maker("jit")});
    for (uint64_t n = 2; n < 100; ++n) {
        (void)tiering->publish(version_policy(n));
        if (n % 4 == 0) (void)tiering->settle(10s);
    }
    CHECK(tiering->settle(10s));
    CHECK(engine(*live) == "jit");
    while (native == 0) std::this_thread::yield();
    stop = true;
    reading.join();
    CHECK(mixed == 0);
    CHECK(number(*live) == 99);
}

TEST_CASE("stopping waits for what is being compiled and puts nothing more in force") {
    const auto live = live_from(1);
    Slow slow;
    const auto tiering = tiering_of(live, {slow.maker()});
    slow.wait_started();
    CHECK(tiering->publish(version_policy(2)).done());
    auto stopped = std::async(std::launch::async, [&] { tiering->stop(); });
    CHECK(stopped.wait_for(20ms) == std::future_status::timeout);
    slow.let();
    stopped.get();
    CHECK(tiering->status().state == State::Stopped);
    CHECK(number(*live) == 2);
    CHECK(engine(*live) == "interp");
    CHECK(tiering->publish(version_policy(3)).done());
    CHECK(tiering->settle(0ms));
    CHECK(number(*live) == 3);
    tiering->stop();
}

TEST_CASE("publishing and stopping at the same time") {
    for (int round = 0; round < 30; ++round) {
        const auto live = live_from(1);
        auto tiering = tiering_of(live, {maker("jit"), maker("jit2")});
        const auto publish = [&](uint64_t from) {
            for (uint64_t n = from; n < from + 10; ++n) (void)tiering->publish(version_policy(n));
        };
        std::thread one([&] { publish(100); }), two([&] { publish(200); });
        std::this_thread::sleep_for(std::chrono::microseconds(100 * round));
        tiering->stop();
        const uint64_t version = live->version();
        one.join();
        two.join();
        CHECK(live->version() >= version);
        CHECK(live->version() >= 21);
        tiering.reset();
        CHECK(live->collect() == 0);
    }
}

TEST_CASE("a busy live policy is tried again") {
    const auto live = live_from(1);
    Slow slow;
    const auto tiering = tiering_of(live, {slow.maker()});
    slow.wait_started();
    Sleepers sleepers(*live, *tiering);
    slow.let();
    CHECK_FALSE(tiering->settle(50ms));
    CHECK(engine(*live) == "interp");
    sleepers.wake_all();
    CHECK(tiering->settle(10s));
    CHECK(engine(*live) == "jit");
    CHECK(number(*live) == kMaxRetiredVersions + 1);
}

TEST_CASE("what is published while a tier waits for room is not overwritten") {
    const auto live = live_from(1);
    Slow slow;
    const auto tiering = tiering_of(live, {slow.maker()});
    slow.wait_started();
    Sleepers sleepers(*live, *tiering);
    slow.let();
    CHECK_FALSE(tiering->settle(20ms));
    sleepers.wake_one();  // room for one version: for this one, or for the tier
    const bool first = live->publish(version_policy(1000)).done();
    sleepers.wake_all();
    if (!first) CHECK(live->publish(version_policy(1000)).done());
    CHECK(tiering->settle(10s));
    CHECK(number(*live) == 1000);
    CHECK(engine(*live) == "interp");
}
