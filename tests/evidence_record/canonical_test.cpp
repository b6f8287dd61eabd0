// Records are their own canonical form: writer and decisions.
#include <algorithm>
#include <random>

#include "host/evidence/record/canonical.h"
#include "host/evidence/record/decision_text.h"
#include "tests/catch.h"
#include "vm/engine/json.h"

namespace remit::evidence {

namespace {

/// Reads and writes again: what is canonical stays as it is.
std::string again(const std::string& text) {
    Arena arena;
    JsonReader reader;
    const Json* root = reader.read(text, arena);
    if (root == nullptr) return reader.error();
    std::string out;
    append_canonical_json(out, *root);
    return out;
}

}  // namespace

TEST_CASE("what the writer writes is canonical") {
    std::string out;
    CanonicalWriter w(out);
    w.open_object();
    w.key("a");
    w.open_array();
    w.number(-5);
    w.text("x");
    w.open_object();
    w.close_object();
    w.close_array();
    w.truth("b", true);
    w.number("bb", kMaxJsonInteger);
    w.raw("c", "{\"z\":1}");
    w.wide_number("d", INT64_MAX);
    w.text_if("e", "");
    w.text("f", "tab\t \"quoted\" \\ \x01 \xC3\xA9 \xFF");
    w.close_object();
    CHECK(out ==
          "{\"a\":[-5,\"x\",{}],\"b\":true,\"bb\":9007199254740992,\"c\":{\"z\":1},\"d\":\"9223372036854775807\",\"f\":"
          "\"tab\\t \\\"quoted\\\" \\\\ \\u0001 \xC3\xA9 \xEF\xBF\xBD\"}");
    CHECK(again(out) == out);
}

TEST_CASE("the fast way for plain texts gives the same bytes as the slow one") {
    std::mt19937_64 random(7);
    for (int i = 0; i < 20'000; ++i) {
        std::string text(random() % 40, 'a');
        for (char& c : text)
            if (random() % 16 == 0) c = static_cast<char>(random());
        std::string fast, slow;
        append_text(fast, text);
        append_json_string(slow, text);
        REQUIRE(fast == slow);
    }
    for (int c = 0; c < 256; ++c)
        for (size_t at = 0; at < 17; ++at) {
            std::string text(17, 'a'), fast, slow;
            text[at] = static_cast<char>(c);
            append_text(fast, text);
            append_json_string(slow, text);
            REQUIRE(fast == slow);
        }
}

TEST_CASE("a decision with everything, and one with nothing") {
    Decision d;
    std::string empty;
    append_decision(empty, d);
    CHECK(empty == R"({"lane":"","reach":"closed","risk":0,"verdict":"deny"})");

    d.verdict = Verdict::Ask;
    d.risk = INT64_MAX;
    d.lane = "high";
    d.rules.push_back({"sha256:00", "a.remit:1:1", "risk", "size", "large \"sum\"", 40});
    d.rules.push_back({"builtin:no-allow", "", "deny", "", "", 0});
    d.ask.push_back({"owner", 2, 3'600'000'000'000, {"assets", "plan"}, false, true});
    d.digest = "sha256:11";
    d.leases.push_back({"sha256:22", "rate", "tenant", "acme", 10, 60'000'000'000});
    d.isolation_level = "sandbox";
    d.isolation_by = {"tenant"};
    d.reach_closed = false;
    d.reach = {"saas"};
    d.state_version = 12;
    d.marks = {"seen"};
    d.counts.push_back({"zeta", {}, "+1", 1});
    d.counts.push_back({"alpha", {}, "+2", 2});  // in the engine's order, not sorted
    d.redact = {"/amount"};
    d.record = {"plan"};
    d.retain_at_least_ns = 86'400'000'000'000;
    d.error = "limit: x";
    std::string full;
    append_decision(full, d);
    CHECK(
        full ==
        R"({"ask":[{"by":"owner","met":true,"quorum":2,"with":["assets","plan"],"within":"1h"}],"digest":"sha256:11",)"
        R"("error":"limit: x","isolation":{"by":["tenant"],"level":"sandbox"},"lane":"high",)"
        R"("leases":[{"key":"acme","kind":"rate","max":10,"over":"1m","per":"tenant","rule":"sha256:22"}],)"
        R"("reach":["saas"],"record":["plan"],"redact":["/amount"],"retain":{"at_least":"1d"},)"
        R"("risk":"9223372036854775807",)"
        R"("rules":[{"at":"a.remit:1:1","because":"large \"sum\"","kind":"risk","name":"size","rule":"sha256:00","weight":40},)"
        R"({"kind":"deny","rule":"builtin:no-allow"}],)"
        R"("state":{"counts":[{"amount":"+1","name":"zeta"},{"amount":"+2","name":"alpha"}],"marks":["seen"],"version":12},)"
        R"("verdict":"ask"})");
    CHECK(again(full) == full);
    // Open to nothing is not the same as closed.
    d.reach.clear();
    std::string open;
    append_decision(open, d);
    CHECK(open.find(R"("reach":[])") != open.npos);
}

}  // namespace remit::evidence
