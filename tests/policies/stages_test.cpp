// Results and batches as hosts see them: JSON, recorded sessions, typed calls, what is handed over. What they mean is in the policies
// beside this file.
#include <fmt/format.h>

#include "tests/catch.h"
#include "tests/compiler/files.h"
#include "vm/engine/call.h"
#include "vm/engine/hand_over.h"
#include "vm/engine/policy.h"
#include "vm/engine/request.h"
#include "vm/engine/session.h"
#include "vm/interpreter/interpreter.h"
#include "vm/program/image.h"

using namespace remit;
using namespace remit::test;

namespace {

constexpr const char* kDesk = R"(policy acme.desk
tool card(customer: string) read, gives confidential,
    returns { email: email, tags: list<string> max 4, owner: record { name: string, phone: string optional } }
tool pay(order: string, amount: decimal(2) min 0.00) write
tool pay_many(items: list<record { order: string, amount: decimal(2) min 0.00 }> max 10) write, each items as pay
allow anyone to card, pay, pay_many
after card redact result.email
after card redact result.owner.phone
count paid = sum args.amount for pay over 24h per session
block pay when state.paid > 100.00
quota 5 over 1m per tenant for pay
)";

/// Through an image, as hosts load policies.
std::shared_ptr<const Policy> policy_of(const std::string& text) {
    const Compilation c = compile_files("main.remit", Files{{"main.remit", text}});
    INFO(messages(c));
    REQUIRE(c.layers.size() == 1);
    auto programs = read_images(write_images(c.layers));
    REQUIRE(programs.ok());
    auto loaded = LoadedProgram::load(std::move((*programs)[0]));
    REQUIRE(loaded.ok());
    std::vector<Layer> layers;
    layers.push_back({*loaded, make_interpreter(*loaded)});
    auto policy = Policy::make(std::move(layers));
    REQUIRE(policy.ok());
    return *policy;
}

std::string request(const std::string& tool, const std::string& args, const std::string& more = "",
                    const std::string& state = R"(,"state":{"counts":{"paid":"0"}})") {
    return fmt::format(
        R"({{"id":"r","session":{{"id":"s","tier":"dev","tenant":"t","owner":"o","scope":["*"],"retention":"x",)"
        R"("expires":"2027-01-01T00:00:00Z","revoked":false}},"call":{{"tool":"{}","args":{}}},)"
        R"("context":{{"time":"2026-01-01T00:00:00Z"}}{}{}}})",
        tool, args, state, more);
}

const std::string kCard = R"({"customer":"c"})";

std::string pay_many(const std::vector<std::string>& amounts, const std::string& state) {
    std::string items;
    for (const std::string& amount : amounts)
        items += fmt::format(R"({}{{"order":"A","amount":"{}"}})", items.empty() ? "" : ",", amount);
    return request("pay_many", R"({"items":[)" + items + "]}", "", state);
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a result is handed over without what is redacted") {
    Decider decider(policy_of(kDesk));
    const Decision d = decider.decide(
        request("card", kCard, R"(,"result":{"email":"a@b.example","tags":["x"],"owner":{"name":"n","phone":"1"}})"));
    CHECK(d.verdict == Verdict::Allow);
    CHECK(has(to_json(d), R"("stage":"after","verdict":"allow","risk":0)"));
    CHECK(d.redact == std::set<std::string>{"/result/email", "/result/owner/phone"});
    REQUIRE(decider.request() != nullptr);
    CHECK(hand_over(*decider.request()->result, d.redact) ==
          R"({"email":null,"tags":["x"],"owner":{"name":"n","phone":null}})");
}

TEST_CASE("what is no such result is withheld") {
    Decider decider(policy_of(kDesk));
    const auto builtin = [&](const std::string& result) {
        const Decision d = decider.decide(request("card", kCard, R"(,"result":)" + result));
        return d.verdict == Verdict::Deny && !d.rules.empty() ? d.rules[0].rule : std::string("none");
    };
    CHECK(builtin(R"({"email":"a@b.example","tags":[],"owner":{"name":"n"}})") == "none");
    CHECK(builtin(R"({"email":"no","tags":[],"owner":{"name":"n"}})") == "builtin:result");
    CHECK(builtin(R"({"tags":[],"owner":{"name":"n"}})") == "builtin:result");
    CHECK(builtin(R"({"email":"a@b.example","tags":[],"owner":{"name":"n"},"x":1})") == "builtin:result");
    CHECK(builtin(R"({"email":"a@b.example","tags":["1","2","3","4","5"],"owner":{"name":"n"}})") != "none");
    CHECK(builtin("null") == "builtin:result");
    CHECK(builtin("[1]") == "builtin:result");
}

TEST_CASE("a session that ended meanwhile gets no result") {
    Decider decider(policy_of(kDesk));
    std::string text = request("card", kCard, R"(,"result":{"email":"a@b.example","tags":[],"owner":{"name":"n"}})");
    const std::string revoked = R"("revoked":false)";
    text.replace(text.find(revoked), revoked.size(), R"("revoked":true)");
    const Decision d = decider.decide(text);
    CHECK(d.verdict == Verdict::Deny);
    CHECK(d.rules[0].rule == "builtin:session-revoked");
}

TEST_CASE("nobody can call what decides results") {
    Decider decider(policy_of(kDesk));
    CHECK(decider.decide(request("card result", R"({"customer":"c"})")).rules[0].rule == "builtin:tool-unknown");
    CHECK(decider.policy().names().tool("card result") == kUnknownName);
}

TEST_CASE("a result charges nothing") {
    Decider decider(policy_of(kDesk));
    CHECK(decider.decide_stateful(request("pay", R"({"order":"A","amount":"60.00"})", "", "")).verdict ==
          Verdict::Allow);
    CHECK(decider.decide_stateful(request("pay", R"({"order":"A","amount":"60.00"})", R"(,"result":{})", "")).verdict ==
          Verdict::Allow);
    CHECK(decider.decide_stateful(request("pay", R"({"order":"A","amount":"40.00"})", "", "")).verdict ==
          Verdict::Allow);
    CHECK(decider.decide_stateful(request("pay", R"({"order":"A","amount":"0.01"})", "", "")).verdict == Verdict::Deny);
}

TEST_CASE("elements see one another's charges, and say which of them it was") {
    Decider decider(policy_of(kDesk));
    const std::string none = R"(,"state":{"counts":{"paid":"0"}})";
    const Decision fine = decider.decide(pay_many({"50.00", "50.00"}, none));
    CHECK(fine.verdict == Verdict::Allow);
    REQUIRE(fine.counts.size() == 1);
    CHECK(fine.counts[0].amount == "+100.00");
    REQUIRE(fine.leases.size() == 1);
    CHECK(fine.leases[0].calls == 2);
    CHECK(has(to_json(fine), R"("calls":2)"));

    const Decision over = decider.decide(pay_many({"50.00", "50.00", "0.01"}, none));
    CHECK(over.verdict == Verdict::Deny);
    REQUIRE(over.elements.size() == 3);
    CHECK(over.elements[0].verdict == Verdict::Allow);
    CHECK(over.elements[1].verdict == Verdict::Allow);
    CHECK(over.elements[2].verdict == Verdict::Deny);
    CHECK(has(to_json(over), R"("elements":[{"verdict":"allow","risk":0,"rules":["sha256:)"));
}

TEST_CASE("a recorded session carries what all elements charged") {
    Decider decider(policy_of(kDesk));
    CHECK(decider.decide_stateful(pay_many({"30.00", "30.00"}, "")).verdict == Verdict::Allow);
    CHECK(decider.decide_stateful(pay_many({"30.00", "30.00"}, "")).verdict == Verdict::Deny);  // charges nothing
    CHECK(decider.decide_stateful(pay_many({"30.00", "10.00"}, "")).verdict == Verdict::Allow);
    CHECK(decider.decide_stateful(pay_many({"0.01"}, "")).verdict == Verdict::Deny);
}

TEST_CASE("typed calls of batches are refused and say so") {
    const auto policy = policy_of(kDesk);
    Call call(policy);
    const SessionFields session;  // read until the next `begin`
    call.begin(session, policy->names().tool("pay_many"));
    CHECK(call.decide().denied_by(Denial::Batch));
    CHECK(call.decide().verdict == Verdict::Deny);
    CHECK(call.explain().rules[0].rule == "builtin:batch");
}
