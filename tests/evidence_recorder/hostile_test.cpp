// Requests by whoever wants to break the recorder: each is answered, and whatever is recorded is a record.
#include <random>

#include "tests/evidence_recorder/fixture.h"

namespace remit::evidence::testing {

namespace {

/// All that was recorded is in form, and small enough.
void check_records(const Evidence& e) {
    const auto seen = e.seen();
    CHECK(wrong_with(seen) == "");
    for (const Seen& s : seen) CHECK(s.entry.size() <= kMaxEntryBytes);
}

std::string many(const std::string& item, size_t times) {
    std::string out;
    for (size_t i = 0; i < times; ++i) {
        if (i > 0) out += ',';
        std::string one = item;
        for (size_t at = one.find('#'); at != one.npos; at = one.find('#')) one.replace(at, 1, std::to_string(i));
        out += one;
    }
    return out;
}

}  // namespace

TEST_CASE("requests with a little of everything changed") {
    Evidence e(open_shop());
    test::Ask ask = ask_of("s-1");
    ask.args = R"({"order":"A-1","amount":"300.00","notify":["a@b.example","c@d.example"]})";
    ask.call_more =
        R"(,"labels":{"order":{"sources":["user"]},"notify/1":{"class":"internal","sources":["agent"]}},"evidence":{"plan":"sha256:bb"})";
    ask.signatures =
        R"([{"by":"a","kind":"b","digest":"sha256:00","asked":"2026-11-23T09:59:00Z","signed":"2026-11-23T09:59:30Z","roles":["c"]}])";
    const std::string good = ask.text();
    REQUIRE(e.begin(good).permit);
    std::mt19937_64 random(11);
    size_t recorded = 0;
    std::vector<Pending> pending;
    constexpr int kRequests = 1500;
    for (int i = 0; i < kRequests; ++i) {
        std::string text = good;
        for (uint64_t n = 1 + random() % 5; n > 0; --n) {
            const size_t at = random() % text.size();
            switch (random() % 4) {
                case 0: text[at] = static_cast<char>(random()); break;
                case 1: text.erase(at, random() % 30); break;
                case 2: text.insert(at, text.substr(random() % text.size(), random() % 30)); break;
                default: text.insert(at, "\\u0000"); break;
            }
            if (text.empty()) text = "x";
        }
        CallContext context;
        const std::string noise = text.substr(random() % text.size(), 80);
        context.traceparent = context.isolation_profile = context.prompt = noise;
        context.subject = std::string_view(noise).substr(0, 1);  // each has a key, and each key takes a sync
        pending.push_back(e.recorder->start(*e.decider, text, context, i % 2 == 0 ? Purpose::Act : Purpose::Answer));
    }
    for (Pending& p : pending) {
        recorded += p.recorded;
        CHECK(e.recorder->finish_begin(std::move(p)).trouble.empty());
    }
    CHECK(recorded == kRequests);
    check_records(e);
}

TEST_CASE("requests with too much of something") {
    Evidence e(open_shop(), 16u << 20);
    const std::string control(3000, '\x01'), long_text(600'000, 'x');
    std::string escaped;
    for (size_t i = 0; i < control.size(); ++i) escaped += "\\u0001";
    std::vector<test::Ask> asks;
    const auto add = [&](auto change) { change(asks.emplace_back(ask_of("s-1"))); };
    add([&](test::Ask& a) { a.session = R"({"id":")" + escaped + R"(","principal":")" + escaped + "\"}"; });
    add([&](test::Ask& a) { a.session = R"({"id":")" + long_text + R"(","tenant":")" + long_text + "\"}"; });
    add([&](test::Ask& a) {
        a.session = R"({"id":"r","roles":[)" + many('"' + escaped.substr(0, 600) + "#\"", 1000) + "]}";
    });
    add([&](test::Ask& a) { a.session = R"({"id":"r","scope":[)" + many("\"s#\"", 1000) + "]}"; });
    add([&](test::Ask& a) { a.args = "{" + many(R"("a#":1)", 50'000) + "}"; });
    add([&](test::Ask& a) { a.args = "{" + many("\"" + escaped.substr(0, 6000) + "#\":1", 300) + "}"; });
    add([&](test::Ask& a) { a.args = R"({"order":")" + long_text + "\"}"; });
    add([&](test::Ask& a) { a.args = R"([1,2,3])"; });
    add([&](test::Ask& a) {
        a.call_more = R"(,"labels":{)" + many(R"("l#":{"class":"x","sources":["a","b","c"]})", 20'000) + "}";
    });
    add([&](test::Ask& a) {
        a.call_more = R"(,"labels":{"order":{"sources":[)" + many("\"" + escaped + "\"", 100) + "]}}";
    });
    add([&](test::Ask& a) {
        a.call_more = R"(,"evidence":{)" + many("\"" + escaped.substr(0, 3000) + "#\":\"" + escaped + "\"", 90) + "}";
    });
    add([&](test::Ask& a) { a.call_more = R"(,"data":")" + long_text + R"(","parent":")" + escaped + "\""; });
    add([&](test::Ask& a) {
        a.signatures = "[" +
                       many(R"({"by":")" + escaped + R"(","kind":")" + escaped + R"(","digest":")" + escaped +
                                R"(","asked":"2026-11-23T09:59:00Z","signed":"2026-11-23T09:59:30Z","roles":[)" +
                                many("\"" + escaped.substr(0, 600) + "\"", 20) + "]}",
                            20) +
                       "]";
    });
    add([&](test::Ask& a) { a.tool = escaped; });
    for (const test::Ask& ask : asks) {
        CallContext context;
        context.subject = context.isolation_profile = context.egress_profile = context.prompt = long_text;
        context.leases.resize(500, {control, UINT64_MAX, INT64_MIN});
        const Begun begun = e.begin(ask.text(), context);
        CHECK(begun.action);
        CHECK(begun.trouble.empty());
    }
    check_records(e);
    size_t truncated = 0;
    for (const Seen& seen : e.seen()) truncated += seen.says("\"truncated\":[");
    CHECK(truncated >= 5);
    CHECK(member(e.of(Kind::SessionOpen).at(2).record, "more_roles") != "");
    CHECK(member(e.of(Kind::SessionOpen).at(3).record, "more_scope") == "744");
}

TEST_CASE("a request too large to be kept is denied, and the denial recorded without it") {
    Evidence e(open_shop(), 16u << 20);
    const Begun huge = e.begin(std::string((4u << 20) + 1, ' '));
    CHECK(huge.decision.verdict == Verdict::Deny);
    REQUIRE(huge.action);
    CHECK(member(e.of(Kind::Decision).at(0).record, "payloads") == R"([{"role":"request","size":4194305}])");
    Evidence small(open_shop(), 64u << 10);
    test::Ask ask = ask_of("s-1");
    ask.args = R"({"order":")" + std::string(60'000, 'x') + R"(","amount":"1"})";
    const Begun large = small.begin(ask.text());
    REQUIRE(large.action);
    CHECK(small.of(Kind::Intent).size() + small.of(Kind::Decision).size() == 1);
    check_records(small);
}

TEST_CASE("hostile outcomes and votes") {
    Evidence e(open_shop(), 16u << 20);
    const std::string control(100'000, '\x02');
    for (int i = 0; i < 3; ++i) {
        const Begun begun = e.begin(ask_of("s-1").text());
        Outcome outcome;
        outcome.error = outcome.note = outcome.resolved_by = control;
        outcome.duration_ns = i == 0 ? INT64_MAX : INT64_MIN;
        outcome.artifacts.resize(5000, {control, {}, UINT64_MAX});
        outcome.output = control;
        CHECK(e.recorder->finish(*begun.action, outcome).ok());
        CHECK(e.recorder
                  ->record_vote(control, {control, control, control, std::vector<std::string>(1000, control), true,
                                          INT64_MIN, INT64_MAX, control})
                  .ok());
    }
    check_records(e);
}

}  // namespace remit::evidence::testing
