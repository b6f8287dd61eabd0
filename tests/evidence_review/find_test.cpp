// The search index: the same answers as looking at every record, kept up with the log, made again when it does not fit.
#include "host/evidence/review/find.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>

#include "host/evidence/record/entry.h"
#include "host/evidence/review/members.h"
#include "tests/evidence_review/made_log.h"

using namespace remit::evidence;
using namespace remit::evidence::testing;

namespace {

/// A log in a folder, open for reading.
struct Opened {
    explicit Opened(const Files& files) { put(files); }
    void put(const Files& files) {
        for (const auto& [path, bytes] : files) {
            std::filesystem::create_directories(std::filesystem::path(folder.path + "/" + path).parent_path());
            std::ofstream(folder.path + "/" + path, std::ios::binary) << bytes;
        }
        disk = posix_disk(folder.path);
        auto opened = Reading::open(*disk);
        if (!opened) FAIL(opened.error());
        reading = std::move(*opened);
    }
    std::unique_ptr<FindIndex> index() {
        auto opened = FindIndex::open(*reading, folder.path + "/find.sqlite");
        if (!opened) FAIL(opened.error());
        return std::move(*opened);
    }
    TemporaryFolder folder;
    std::unique_ptr<Disk> disk;
    std::unique_ptr<Reading> reading;
};

/// All records that fit, by looking at each.
std::vector<uint64_t> looked_up(Reading& log, const FindQuery& query) {
    std::vector<uint64_t> out;
    std::map<ChainId, std::string> sessions;
    JournalReader& reader = log.journal();
    REQUIRE(reader.seek(reader.first()).ok());
    for (;;) {
        const auto next = reader.next();
        REQUIRE(next.ok());
        if (*next == nullptr) break;
        const auto view = read_entry((*next)->entry);
        REQUIRE(view.ok());
        const std::string_view record = view->record;
        const auto text = [&](const char* name) { return std::string(plain_text_of(record, name).value_or("")); };
        const Kind kind = (*next)->meta.kind;
        if (kind == Kind::SessionOpen) sessions[(*next)->meta.chain] = text("session");
        const bool decides = kind == Kind::Decision || kind == Kind::Intent;
        const auto is = [&](const std::optional<std::string>& wanted, const std::string& there) {
            return !wanted || (decides && *wanted == there);
        };
        const std::string_view decision = member_of(record, "decision");
        if (query.session && sessions[(*next)->meta.chain] != *query.session) continue;
        if (!is(query.tenant, text("tenant")) || !is(query.tool, text("tool")) || !is(query.call, text("call")))
            continue;
        if (!is(query.verdict, std::string(plain_text_of(decision, "verdict").value_or("")))) continue;
        if (query.rule && record.find(*query.rule) == std::string_view::npos) continue;
        if (query.kind && kind != *query.kind) continue;
        if (query.since_ns && view->head.wall_ns < *query.since_ns) continue;
        if (query.until_ns && view->head.wall_ns >= *query.until_ns) continue;
        out.push_back((*next)->index);
    }
    std::reverse(out.begin(), out.end());
    if (out.size() > query.limit) out.resize(query.limit);
    return out;
}

std::vector<uint64_t> found(FindIndex& index, const FindQuery& query) {
    const auto rows = index.find(query);
    if (!rows) FAIL(rows.error());
    std::vector<uint64_t> out;
    for (const Found& row : *rows) out.push_back(row.index);
    return out;
}

MadeLog timed_log(size_t sessions, size_t calls) {
    return make_log([&](Log& log, Keyring&) {
        std::mt19937 random(5);
        std::vector<SessionWriter> writers;
        for (size_t i = 0; i < sessions; ++i) {
            writers.emplace_back(log, static_cast<uint8_t>(i + 1), fmt::format("s-{}", i % 3));
            writers.back().open(i + 1, i % 2 == 0 ? "acme" : "globex");
        }
        for (size_t call = 0; call < calls; ++call) {
            SessionWriter& writer = writers[random() % writers.size()];
            // Nearly in order: a clock that jumps back now and then.
            writer.wall_ns += static_cast<int64_t>(call) * 1'000'000'000 -
                              static_cast<int64_t>(random() % 3) * 5'000'000'000;
            const std::string verdict = random() % 4 == 0 ? "deny" : random() % 5 == 0 ? "ask" : "allow";
            const uint64_t n = writer.intent(random() % 2 == 0 ? "pay.refund" : "pay.look",
                                             fmt::format("c-{}", call % 40), verdict);
            if (verdict == "allow" && random() % 2 == 0) writer.outcome(n);
        }
    });
}

}  // namespace

TEST_CASE("the index answers as looking at every record does") {
    const MadeLog made = timed_log(6, 300);
    Opened log(made.files);
    const auto index = log.index();
    CHECK(index->size() == made.size);
    std::mt19937 random(11);
    size_t answers = 0;
    for (int i = 0; i < 400; ++i) {
        INFO(i);
        FindQuery query;
        const auto maybe = [&] { return random() % 4 == 0; };
        if (maybe()) query.session = fmt::format("s-{}", random() % 4);
        if (maybe()) query.tenant = random() % 2 == 0 ? "acme" : random() % 2 == 0 ? "globex" : "nobody";
        if (maybe()) query.tool = random() % 2 == 0 ? "pay.refund" : "pay.look";
        if (maybe()) query.verdict = random() % 3 == 0 ? "allow" : random() % 2 == 0 ? "ask" : "deny";
        if (maybe()) query.rule = fmt::format("sha256:{:0>64}", random() % 2 == 0 ? "1" : "2");
        if (maybe()) query.call = fmt::format("c-{}", random() % 50);
        if (maybe()) query.kind = random() % 2 == 0 ? Kind::Intent : Kind::Outcome;
        if (maybe()) query.since_ns = 1'795'428'000'000'000'000 + static_cast<int64_t>(random() % 400) * 20'000'000'000;
        if (maybe()) query.until_ns = 1'795'428'000'000'000'000 + static_cast<int64_t>(random() % 400) * 20'000'000'000;
        query.limit = random() % 3 == 0 ? 5 : 10'000;
        const auto expected = looked_up(*log.reading, query);
        CHECK(found(*index, query) == expected);
        answers += expected.size();
    }
    CHECK(answers > 1000);
}

TEST_CASE("rows say what the records say, and actions are found") {
    const MadeLog made = timed_log(2, 20);
    Opened log(made.files);
    const auto index = log.index();
    FindQuery query;
    query.kind = Kind::Intent;
    query.limit = 1;
    const auto rows = index->find(query);
    REQUIRE(rows.ok());
    REQUIRE(rows->size() == 1);
    const Found& row = rows->front();
    const auto record = log.reading->record(row.index);
    REQUIRE(record.ok());
    CHECK((*record)->entry.find("\"call\":\"" + row.call + "\"") != std::string_view::npos);
    CHECK((*record)->entry.find("\"tool\":\"" + row.tool + "\"") != std::string_view::npos);
    CHECK((*record)->meta.chain == row.action.chain);
    CHECK((*record)->meta.number == row.action.number);
    const auto again = index->find_action(row.action);
    REQUIRE(again.ok());
    CHECK(*again == row.index);
    CHECK(*index->find_action({ChainId{{9, 9, 9}}, 0}) == std::nullopt);
}

TEST_CASE("an index keeps up, and is made again when it is of another log or no index at all") {
    const MadeLog first = timed_log(2, 30), other = timed_log(3, 50);
    Opened log(first.files);
    CHECK(log.index()->size() == first.size);
    CHECK(log.index()->size() == first.size);

    Opened replaced(other.files);
    std::filesystem::copy_file(log.folder.path + "/find.sqlite", replaced.folder.path + "/find.sqlite");
    const auto index = replaced.index();
    CHECK(index->size() == other.size);
    FindQuery all;
    all.limit = 10'000;
    CHECK(found(*index, all) == looked_up(*replaced.reading, all));

    std::ofstream(log.folder.path + "/find.sqlite", std::ios::trunc) << std::string(5000, 'x');
    CHECK(found(*log.index(), all) == looked_up(*log.reading, all));
}

TEST_CASE("an index follows a growing log") {
    const TemporaryFolder folder;
    const auto disk = posix_disk(folder.path);
    LogOptions options;
    options.disk = disk.get();
    auto log = Log::create(kOrigin, 16u << 10, std::move(options));
    REQUIRE(log.ok());
    SessionWriter session(**log, 1, "s-1");
    session.open(1);
    FindQuery all;
    all.limit = 10'000;
    for (int round = 0; round < 5; ++round) {
        for (int i = 0; i < 20; ++i) session.outcome(session.intent("pay.look", fmt::format("c-{}-{}", round, i)));
        auto reading = Reading::open(*disk);
        REQUIRE(reading.ok());
        auto index = FindIndex::open(**reading, folder.path + "/find.sqlite");
        REQUIRE(index.ok());
        CHECK((*index)->size() == session.last() + 1);
        CHECK(found(**index, all) == looked_up(**reading, all));
    }
}
