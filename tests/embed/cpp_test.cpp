// The C++ API: the same as the C ABI, with objects that free themselves.
#include <remit/remit.hpp>

#include "tests/embed/fixture.h"

using remit::test::kPolicy;

namespace {

remit::SessionFields clerk_fields() {
    remit::SessionFields fields;
    fields.id = "s-9";
    fields.tier = "prod";
    fields.tenant = "acme";
    fields.owner = "ops@acme.example";
    fields.retention = "standard";
    fields.roles = {"clerk"};
    fields.scope = {"*"};
    fields.expires = 1'800'000'000'000'000'000;
    return fields;
}

}  // namespace

TEST_CASE("the C++ API decides") {
    const auto runtime = remit::Runtime::make();
    REQUIRE(runtime.ok());
    auto policy = runtime->compile({"p.remit", std::string(kPolicy), nullptr}, REMIT_ENGINE_INTERPRETER);
    INFO((policy.ok() ? "" : policy.error().message));
    REQUIRE(policy.ok());
    const auto session = policy->bind(clerk_fields());
    REQUIRE(session.ok());
    auto call = policy->open_call();
    REQUIRE(call.ok());
    const auto refund = policy->tool("payments.refund");
    REQUIRE(refund.ok());
    const auto order = policy->parameter(*refund, "order"), amount = policy->parameter(*refund, "amount");
    const auto how = policy->parameter(*refund, "how"), notes = policy->parameter(*refund, "notes");
    REQUIRE((order.ok() && amount.ok() && how.ok() && notes.ok()));
    const auto slow = policy->symbol(how->vocabulary, "slow");
    const auto warned = policy->state("warned"), refunded = policy->state("refunded");
    REQUIRE((slow.ok() && warned.ok() && refunded.ok()));

    remit::Request request(*session, *refund, 1'790'000'000'000'000'000);
    request.set(*order, "A-1").set(*amount, 9900).set(*how, *slow).set_json(*notes, R"(["x"])");
    request.set_mark(*warned, false).set_count(*refunded, 0);
    auto ruling = call->judge(request);
    REQUIRE(ruling.ok());
    CHECK(ruling->verdict == REMIT_ALLOW);
    request.set(*amount, 30000);
    const std::vector<remit_origin> origins = {REMIT_ORIGIN_USER, REMIT_ORIGIN_TOOL(*refund)};
    request.label(*amount, origins);
    ruling = call->judge(request);
    REQUIRE(ruling.ok());
    CHECK(ruling->verdict == REMIT_ASK);
    uint32_t effects = 0;
    while (call->next_effect()) ++effects;
    CHECK(effects == ruling->effects);
    const auto explained = call->explain(request);
    REQUIRE(explained.ok());
    CHECK(explained->find(R"("verdict":"ask")") != std::string::npos);

    const auto decided = policy->decide(remit::test::refund_json("300.00"));
    REQUIRE(decided.ok());
    CHECK(decided->find(R"("verdict":"ask")") != std::string::npos);
    CHECK(policy->describe().ok());
    CHECK(policy->tool("nothing").error().status == REMIT_UNKNOWN_NAME);

    const auto image = runtime->compile_image({"p.remit", std::string(kPolicy), nullptr});
    REQUIRE(image.ok());
    CHECK(policy->reload(*image).ok());
    CHECK(call->judge(request).error().status == REMIT_STALE);
    const auto loaded = runtime->load(*image);
    REQUIRE(loaded.ok());
    CHECK(loaded->inspect()->version == 1);
    CHECK(policy->inspect()->version == 2);
}

TEST_CASE("the C++ API says what is wrong") {
    const auto runtime = remit::Runtime::make();
    REQUIRE(runtime.ok());
    const auto wrong = runtime->compile({"p.remit", "policy p\nallow anyone to x.y\n", nullptr});
    REQUIRE_FALSE(wrong.ok());
    CHECK(wrong.error().status == REMIT_BAD_POLICY);
    CHECK(wrong.error().message.find("p.remit:2:") != std::string::npos);
    CHECK(runtime->compile_image({"p.remit", "", nullptr}).error().status == REMIT_BAD_POLICY);
    CHECK(runtime->load("no image").error().status == REMIT_BAD_IMAGE);
    const remit::Source unread{"main.remit", "", [](std::string_view, std::string& why) -> std::optional<std::string> {
                                   why = "not today";
                                   return std::nullopt;
                               }};
    CHECK(runtime->compile(unread).error().message == "cannot read main.remit: not today");
}

TEST_CASE("objects outlive their runtime, and are empty when moved from") {
    std::optional<remit::Call> call;
    std::optional<remit::Session> session;
    remit_tool tool{};
    {
        const auto runtime = remit::Runtime::make();
        auto policy = runtime->compile({"p.remit", std::string(kPolicy), nullptr}, REMIT_ENGINE_INTERPRETER);
        REQUIRE(policy.ok());
        tool = *policy->tool("orders.read");
        session = std::move(*policy->bind(clerk_fields()));
        call = std::move(*policy->open_call());
    }
    const remit::Request request(*session, tool, 0);
    CHECK(call->judge(request).error().status == REMIT_BAD_HANDLE);  // the policy is gone
    remit::Call taken = std::move(*call);
    CHECK(call->judge(request).error().status == REMIT_BAD_ARGUMENT);
}
