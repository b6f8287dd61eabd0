// The log under several threads and a failing disk.
#include <atomic>
#include <thread>

#include "host/evidence/journal/reader.h"
#include "tests/evidence_log/fixture.h"

using namespace remit;
using namespace remit::evidence;
using namespace remit::evidence::testing;

namespace {

std::vector<std::string> records_of(Disk& disk) {
    auto reader = JournalReader::open(disk, "segments");
    REQUIRE(reader);
    REQUIRE(*(*reader)->seek((*reader)->first()));
    std::vector<std::string> out;
    for (;;) {
        auto record = (*reader)->next();
        REQUIRE(record);
        if (*record == nullptr) return out;
        out.emplace_back((*record)->entry);
    }
}

size_t count_of(const std::vector<std::string>& records, std::string_view kind) {
    const std::string wanted = "\"kind\":\"" + std::string(kind) + "\"";
    size_t count = 0;
    for (const std::string& record : records) count += record.find(wanted) != std::string::npos;
    return count;
}

}  // namespace

TEST_CASE("records of many threads are durable when wait returns, each chain in order") {
    Folder folder;
    auto disk = posix_disk(folder.path);
    auto log = must(Log::create("test.example/log", kSegmentBytes, options_for(*disk)));
    constexpr size_t kThreads = 8, kEach = 200;
    std::atomic<size_t> early{0};
    std::vector<std::thread> threads;
    for (size_t t = 0; t < kThreads; ++t) {
        threads.emplace_back([&, t] {
            Chain chain(static_cast<uint8_t>(t + 1));
            for (size_t i = 0; i < kEach; ++i) {
                const auto ticket = chain.add(*log);
                if (!ticket || !log->wait(*ticket).ok() || log->durable() <= ticket->index) ++early;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(early == 0);
    CHECK(log->mode() == Mode::Normal);
    log->with_chains([&](const Chains& chains) {
        for (size_t t = 0; t < kThreads; ++t) {
            ChainId id;
            id.bytes[0] = static_cast<uint8_t>(t + 1);
            REQUIRE(chains.find(id) != nullptr);
            CHECK(chains.find(id)->count == kEach);
        }
    });
    REQUIRE(log->close().ok());
    log.reset();
    const auto records = records_of(*disk);
    CHECK(records.size() == kThreads * kEach + 2);  // and log.opened, log.closed
    CHECK(count_of(records, "note") == kThreads * (kEach - 1));
}

TEST_CASE("a log that was closed opens as it was, and nobody else may have it meanwhile") {
    Folder folder;
    auto disk = posix_disk(folder.path), other = posix_disk(folder.path);
    {
        auto log = must(Log::create("test.example/log", kSegmentBytes, options_for(*disk)));
        Chain chain(1);
        for (int i = 0; i < 1000; ++i) REQUIRE(chain.add(*log));
        const auto second = Log::open(options_for(*other));
        REQUIRE_FALSE(second);
        CHECK(second.error() == "another process has the log open for writing");
        REQUIRE(log->close().ok());
        const auto late = chain.add(*log);
        REQUIRE_FALSE(late);
        CHECK(late.error() == "the log is closed");
    }
    auto log = must(Log::open(options_for(*other)));
    CHECK(log->recovery().clean);
    CHECK(log->recovery().size == 1002);
    CHECK(log->durable() == 1003);
    Chain chain(1);
    chain.read_again(*log);
    CHECK(chain.next() == 1000);
    const auto more = chain.add(*log);
    REQUIRE(more);
    CHECK(log->wait(*more).ok());
}

TEST_CASE("a log is not made where one is") {
    Folder folder;
    auto disk = posix_disk(folder.path);
    must(Log::create("test.example/log", kSegmentBytes, options_for(*disk))).reset();
    const auto again = Log::create("test.example/log", kSegmentBytes, options_for(*disk));
    REQUIRE_FALSE(again);
    CHECK(again.error() == "an evidence log is here already");
    CHECK_FALSE(Log::create("bad name", kSegmentBytes, options_for(*disk)));
}

TEST_CASE("records that are too large are refused, and nothing else suffers") {
    Folder folder;
    auto disk = posix_disk(folder.path);
    auto log = must(Log::create("test.example/log", kSegmentBytes, options_for(*disk)));
    Chain chain(1);
    REQUIRE(chain.add(*log));
    CHECK_FALSE(chain.add(*log, "\"" + std::string(kMaxEntryBytes, 'x') + "\""));
    const std::string large(60u << 10, 'x');
    const SealedPayload payload{1, {}, 1, 0, large};
    Submission s;
    s.entry = "{}";
    s.leaf = leaf_hash(s.entry);
    s.payloads = {&payload, 1};
    CHECK_FALSE(log->submit(s, 0));  // segments of 64 KiB
    const auto fine = chain.add(*log);
    REQUIRE(fine);
    CHECK(log->wait(*fine).ok());
}

TEST_CASE("a failed sync loses what waited for it, says so, and the log goes on") {
    Folder folder;
    Faults faults;
    auto disk = failing_disk(posix_disk(folder.path), faults);
    auto log = must(Log::create("test.example/log", kSegmentBytes, options_for(*disk)));
    Chain chain(1);
    const auto first = chain.add(*log);
    REQUIRE(first);
    REQUIRE(log->wait(*first).ok());
    faults.bad_syncs = 1;
    const auto lost = chain.add(*log, "\"lost\"");
    REQUIRE(lost);
    const DiskStatus waited = log->wait(*lost);
    CHECK_FALSE(waited.ok());
    CHECK(waited.message == "cannot sync: input/output error");
    CHECK(log->wait(*first).ok());  // still
    CHECK(log->epoch() == 1);
    CHECK_FALSE(chain.add(*log));  // on top of a record that does not exist
    chain.read_again(*log);
    CHECK(chain.next() == 1);
    REQUIRE(eventually([&] { return log->mode() == Mode::Normal; }));
    const auto after = chain.add(*log, "\"after\"");
    REQUIRE(after);
    CHECK(log->wait(*after).ok());
    REQUIRE(log->close().ok());
    log.reset();
    const auto records = records_of(*disk);
    CHECK(count_of(records, "gap") == 1);
    for (const std::string& record : records) CHECK(record.find("lost\"}") == std::string::npos);
    CHECK(must(Log::open(options_for(*disk)))->recovery().clean);
}

TEST_CASE("a full disk: the reserve takes what must still be said, and space brings the log back") {
    Folder folder;
    Faults faults;
    auto disk = failing_disk(posix_disk(folder.path), faults);
    auto log = must(Log::create("test.example/log", kSegmentBytes, options_for(*disk)));
    REQUIRE(eventually([&] { return log->mode() == Mode::Normal; }));
    faults.full = true;
    Chain chain(1);
    const std::string text = "\"" + std::string(900, 'x') + "\"";
    size_t normal = 0, reserve = 0, refused = 0;
    for (int i = 0; i < 400 && refused == 0; ++i) {
        const auto ticket = chain.add(*log, text);
        if (!ticket || !log->wait(*ticket).ok()) {
            ++refused;
        } else {
            ++(log->mode() == Mode::Normal ? normal : reserve);
        }
    }
    CHECK(normal > 60);  // a segment holds about 60
    CHECK(reserve > 40);
    CHECK(refused == 1);
    CHECK(log->mode() == Mode::Broken);
    CHECK_FALSE(log->trouble().empty());
    faults.full = false;
    REQUIRE(eventually([&] { return log->mode() == Mode::Normal; }));
    chain.read_again(*log);
    CHECK(chain.next() == normal + reserve);
    const auto after = chain.add(*log, text);
    REQUIRE(after);
    CHECK(log->wait(*after).ok());
    REQUIRE(log->close().ok());
    log.reset();
    const auto records = records_of(*disk);
    CHECK(count_of(records, "gap") == 1);
    CHECK(count_of(records, "note") + 1 == normal + reserve + 1);
}

TEST_CASE("a dead disk: nothing is acknowledged, nothing hangs") {
    Folder folder;
    Faults faults;
    auto disk = failing_disk(posix_disk(folder.path), faults);
    auto log = must(Log::create("test.example/log", kSegmentBytes, options_for(*disk)));
    faults.dead = true;
    std::atomic<size_t> acknowledged{0};
    std::vector<std::thread> threads;
    for (uint8_t t = 1; t <= 4; ++t) {
        threads.emplace_back([&, t] {
            Chain chain(t);
            for (int i = 0; i < 50; ++i) {
                const auto ticket = chain.add(*log);
                if (ticket && log->wait(*ticket).ok()) ++acknowledged;
                if (!ticket) chain.read_again(*log);
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(acknowledged == 0);
    CHECK(log->mode() == Mode::Broken);
    CHECK_FALSE(log->close().ok());
}
