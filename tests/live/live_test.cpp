// Versions under their readers: whole, in order, at once.
#include "vm/engine/live.h"

#include <atomic>
#include <thread>

#include "tests/catch.h"
#include "tests/live/versions.h"

using namespace remit;
using namespace remit::test;

namespace {

/// What threads find wrong; Catch's assertions are for one thread.
struct Wrong {
    std::atomic<uint64_t> mixed{0}, backwards{0}, moved{0}, seen{0};
    void note(const Told& told, uint64_t& last) {
        if (!told.same()) ++mixed;
        if (told.child < last) ++backwards;
        last = told.child;
        ++seen;
    }
    void check(uint64_t at_least) const {
        CHECK(mixed == 0);
        CHECK(backwards == 0);
        CHECK(moved == 0);
        CHECK(seen >= at_least);
    }
};

void read_guards(LivePolicy::Reader& reader, const std::atomic<bool>& stop, Wrong& wrong) {
    uint64_t last = 0;
    do {
        const auto guard = reader.enter();
        const Told told = ask_kernels(*guard);
        wrong.note(told, last);
        const auto inner = reader.enter();
        if (inner.version() != guard.version() || &*inner != &*guard) ++wrong.moved;
    } while (!stop.load());
}

void read_json(LivePolicy::Reader& reader, const std::atomic<bool>& stop, Wrong& wrong) {
    const std::string text = request();
    uint64_t last = 0;
    do {
        const Decision decision = reader.decide(text);
        wrong.note(told(decision), last);
        if (decision.verdict != Verdict::Allow) ++wrong.moved;
    } while (!stop.load());
}

}  // namespace

TEST_CASE("no decision is made half by one version and half by another") {
    const bool asymmetric = GENERATE(true, false);
    const auto live = live_from(1, asymmetric);
    if (!asymmetric) CHECK_FALSE(live->stats().asymmetric);
    auto one = reader_of(*live), two = reader_of(*live);
    std::atomic<bool> stop{false};
    Wrong guards, json;
    std::thread first([&] { read_guards(one, stop, guards); });
    std::thread second([&] { read_json(two, stop, json); });
    uint64_t busy = 0, out_of_order = 0;
    for (uint64_t n = 2; n <= 600; ++n) {
        const Published published = live->publish(version_policy(n));
        if (!published.done()) ++busy;
        if (published.version != n) ++out_of_order;
    }
    stop = true;
    first.join();
    second.join();
    CHECK(busy == 0);
    CHECK(out_of_order == 0);
    guards.check(600);
    json.check(100);
    CHECK(live->collect() == 0);
    CHECK(ask_kernels(*one.enter()).child == 600);
    CHECK(told(two.decide(request())).child == 600);
}

TEST_CASE("two threads may publish") {
    const auto live = live_from(1);
    auto reader = reader_of(*live);
    std::atomic<bool> stop{false};
    std::atomic<uint64_t> mixed{0};
    std::thread reading([&] {
        do {
            if (!ask_kernels(*reader.enter()).same()) ++mixed;
        } while (!stop.load());
    });
    const auto publish = [&](uint64_t from) {
        for (uint64_t n = from; n < from + 100; ++n) (void)live->publish(version_policy(n));
    };
    std::thread other([&] { publish(1000); });
    publish(2000);
    other.join();
    stop = true;
    reading.join();
    CHECK(mixed == 0);
    CHECK(live->version() == 201);
    CHECK(live->collect() == 0);
}

TEST_CASE("a published version is the one that is read next") {
    const auto live = live_from(7);
    auto reader = reader_of(*live);
    CHECK(live->version() == 1);
    CHECK(reader.enter().version() == 1);
    CHECK(told(reader.decide(request())).child == 7);
    CHECK(live->publish(version_policy(8)).version == 2);
    CHECK(reader.enter().version() == 2);
    CHECK(told(reader.decide(request())).child == 8);
    CHECK(told(reader.decide(request())).parent == 8);
    CHECK(number_of(live->current().policy->layers()[0].program->program()) == 8);
    CHECK(live->current().version == 2);
}

TEST_CASE("within a guard JSON is decided by the guard's version") {
    const auto live = live_from(1);
    auto reader = reader_of(*live);
    {
        const auto guard = reader.enter();
        REQUIRE(live->publish(version_policy(2)).done());
        CHECK(told(reader.decide(request())).child == 1);
        CHECK(ask_kernels(*guard).child == 1);
    }
    CHECK(told(reader.decide(request())).child == 2);
    CHECK(live->collect() == 0);
}

TEST_CASE("a version is replaced only if it is still in force") {
    const auto live = live_from(1);
    CHECK(live->replace(1, version_policy(2)).version == 2);
    CHECK(live->replace(1, version_policy(3)).status == PublishStatus::Obsolete);
    CHECK(number_of(live->current().policy->layers()[0].program->program()) == 2);
}

TEST_CASE("no policy is not a policy") {
    CHECK_FALSE(LivePolicy::make(nullptr).ok());
    const auto live = live_from(1);
    CHECK(live->publish(nullptr).status == PublishStatus::Invalid);
    CHECK(live->replace(1, nullptr).status == PublishStatus::Invalid);
    CHECK(live->version() == 1);
}

TEST_CASE("threads come and go while versions do") {
    const auto live = live_from(1);
    std::atomic<bool> stop{false};
    std::atomic<uint64_t> mixed{0}, refused{0};
    const auto visitors = [&] {
        do {
            auto reader = live->reader();
            if (!reader) {
                ++refused;
                continue;
            }
            auto moved = std::move(*reader);
            if (!ask_kernels(*moved.enter()).same() || !told(moved.decide(request())).same()) ++mixed;
        } while (!stop.load());
    };
    std::thread first(visitors), second(visitors);
    for (uint64_t n = 2; n <= 200; ++n) (void)live->publish(version_policy(n));
    stop = true;
    first.join();
    second.join();
    CHECK(mixed == 0);
    CHECK(refused == 0);
    CHECK(live->stats().readers == 0);
    CHECK(live->collect() == 0);
}

TEST_CASE("readers have a limit") {
    const auto live = live_from(1);
    std::vector<LivePolicy::Reader> readers;
    for (size_t i = 0; i < kMaxLiveReaders; ++i) readers.push_back(reader_of(*live));
    CHECK(live->stats().readers == kMaxLiveReaders);
    CHECK_FALSE(live->reader().ok());
    readers.pop_back();
    CHECK(live->reader().ok());
}

TEST_CASE("a reader outlives its live policy") {
    auto live = live_from(5);
    auto reader = reader_of(*live);
    live.reset();
    CHECK(ask_kernels(*reader.enter()).child == 5);
    CHECK(told(reader.decide(request())).child == 5);
}
