// `remit explain`: the reasons are rules that spoke, what held the others back is said with its values, and every change that is shown turns the
// verdict when `eval` decides it.
#include <nlohmann/json.hpp>

#include "tests/catch.h"
#include "tests/cli/process.h"

using Catch::Matchers::Contains;
using nlohmann::json;

namespace {

constexpr const char* kPolicy = R"(policy a.b
role clerk
role boss
fact order(id: string) { paid: decimal(2) } fresh 60s
tool pay(id: string, amount: decimal(2) min 0.00, note: string optional) write, trust vetted
allow clerk to pay when args.amount <= 100.00
allow boss to pay
block pay when data >= restricted because "too secret"
block pay when has args.note and args.note == "bad" because "bad note"
block pay when args.amount > order(args.id).paid because "more than was paid"
risk write +40 for pay
risk large +20 for pay when args.amount > 50.00
ask 2 of boss when risk >= 60 within 1h with plan
)";

json request() {
    return json::parse(
        R"({"id":"r","session":{"id":"s","roles":["clerk"],"tier":"dev","tenant":"t","owner":"o@a.example",
        "scope":["*"],"retention":"standard","expires":"2026-11-23T18:00:00Z","revoked":false},
        "call":{"id":"c","tool":"pay","args":{"id":"A","amount":"40.00"},"data":"internal",
                "labels":{"id":{"sources":["user"],"class":"internal"},"amount":{"sources":["user"],"class":"internal"}}},
        "facts":[{"fact":"order","key":["A"],"as_of":"2026-11-23T10:00:00Z","value":{"paid":"400.00"}}],
        "context":{"time":"2026-11-23T10:00:00Z"}})");
}

/// Explains, and decides every change that is shown by another verb.
json explained(const json& asked) {
    const Folder folder;
    const std::string policy = folder.write("p.remit", kPolicy);
    const Ran ran = run_remit({"explain", policy, folder.write("r.json", asked.dump(2)), "--format", "json"});
    INFO(ran.err);
    REQUIRE(ran.exit == 0);
    const json out = json::parse(ran.out);
    const Ran eval = run_remit({"eval", policy, folder.write("r.jsonl", asked.dump() + "\n")});
    CHECK(out["verdict"] == json::parse(eval.out)["verdict"]);
    for (const json& change : out["changes"]) {
        const Ran decided = run_remit({"eval", policy, folder.write("c.jsonl", change["request"].dump() + "\n")});
        INFO(change);
        CHECK(json::parse(decided.out)["verdict"] == change["verdict"]);
        CHECK(change["verdict"] != out["verdict"]);
    }
    return out;
}

bool has_change(const json& explanation, const std::string& verdict, const std::string& text) {
    for (const json& change : explanation["changes"])
        if (change["verdict"] == verdict && change["if"].dump().find(text) != std::string::npos) return true;
    return false;
}
json condition(const json& rules, const std::string& text) {
    for (const json& rule : rules)
        for (const json& c : rule["conditions"])
            if (c["condition"] == text) return c;
    return nullptr;
}

}  // namespace

TEST_CASE("explain: allowed, and what would not be") {
    const json out = explained(request());
    CHECK(out["verdict"] == "allow");
    REQUIRE(out["reason"].size() == 1);
    CHECK(out["reason"][0]["text"] == "allow clerk to pay when args.amount <= 100.00");
    CHECK(condition(out["nearly"], "data >= restricted")["is"] == "false");
    CHECK(has_change(out, "deny", "data were"));
    CHECK(has_change(out, "ask", "args.amount were"));
}

TEST_CASE("explain: denied for want of an allow; the nearest, its condition and its value") {
    json asked = request();
    asked["call"]["args"]["amount"] = "100.01";
    const json out = explained(asked);
    CHECK(out["verdict"] == "deny");
    CHECK(out["reason"][0]["text"] == "builtin:no-allow");
    CHECK(out["nearly"][0]["kind"] == "allow");
    const json held = condition(out["nearly"], "args.amount <= 100.00");
    CHECK(held["is"] == "false");
    CHECK(held["values"]["args.amount"] == "100.01");
    CHECK(has_change(out, "ask", "args.amount were"));
    CHECK(has_change(out, "ask", "role boss"));
}

TEST_CASE("explain: two things at once where one is not enough") {
    json asked = request();
    asked["call"]["data"] = "restricted";
    asked["call"]["args"]["note"] = "bad";
    const json out = explained(asked);
    CHECK(out["verdict"] == "deny");
    CHECK(out["reason"].size() == 1);
    REQUIRE_FALSE(out["changes"].empty());
    CHECK(out["changes"][0]["verdict"] == "allow");
    CHECK(out["changes"][0]["if"].size() == 2);
}

TEST_CASE("explain: asked for; the terms of the risk, and who has to sign") {
    json asked = request();
    asked["call"]["args"]["amount"] = "60.00";
    const json out = explained(asked);
    CHECK(out["verdict"] == "ask");
    CHECK(out["reason"].size() == 4);  // the allow, the ask, both terms
    CHECK(out["changes"][0]["if"][0] == "approved by 2 of boss with plan");
    CHECK(out["changes"][0]["verdict"] == "allow");
    CHECK(has_change(out, "allow", "args.amount were \\\"50.00\\\""));
}

TEST_CASE("explain: an error in a guard is one, with its reason") {
    json asked = request();
    asked["facts"][0]["as_of"] = "2026-11-23T09:00:00Z";
    const json out = explained(asked);
    CHECK(out["verdict"] == "deny");
    const json doubt = condition(out["spoke"], "args.amount > order(args.id).paid");
    CHECK(doubt["is"] == "error");
    CHECK(doubt["error"] == "fact-stale");
}

TEST_CASE("explain: what is no request, and what is no policy") {
    const Folder folder;
    const std::string policy = folder.write("p.remit", kPolicy);
    CHECK_THAT(run_remit({"explain", policy, folder.write("r", "{}")}).out, Contains("deny"));
    CHECK_THAT(run_remit({"explain", policy, folder.write("r", "[")}).out, Contains("deny"));
    CHECK(run_remit({"explain", policy, folder.write("r", "")}).exit == 1);
    CHECK(run_remit({"explain", policy, folder.write("r", "{}"), "--line", "0"}).exit == 2);
    CHECK(run_remit({"explain", folder.path("none"), folder.path("r")}).exit == 3);
    CHECK(run_remit({"explain"}).exit == 2);
}
