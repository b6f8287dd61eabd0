// Bound sessions: what is settled at bind, what is refused there, and what is shared.
#include <optional>

#include "tests/engine/typed_shop.h"
#include "vm/engine/bindings.h"
#include "vm/program/limits.h"

using namespace remit;
using namespace remit::test;

namespace {

std::shared_ptr<const Policy> open_shop() {
    Shop shop;
    shop.allow();
    return shop.policy();
}

/// The denials of a good call in `spec`'s session.
uint32_t denials(const SessionSpec& spec) {
    const auto policy = open_shop();
    const auto session = bound_session(policy, spec);
    Call call(policy);
    refund(call, *session);
    return call.decide().denials;
}
uint32_t only(Denial d) { return 1u << static_cast<uint32_t>(d); }

}  // namespace

TEST_CASE("a whole session denies nothing") { CHECK(denials(shop_session()) == 0); }

TEST_CASE("what a session lacks denies each of its calls") {
    for (auto text : {&SessionSpec::tier, &SessionSpec::tenant, &SessionSpec::owner, &SessionSpec::retention}) {
        SessionSpec spec = shop_session();
        spec.*text = {};
        CHECK(denials(spec) == only(Denial::SessionIncomplete));
    }
    SessionSpec spec = shop_session();
    spec.expires.reset();
    CHECK(denials(spec) == only(Denial::SessionIncomplete));
    spec = shop_session();
    spec.tier = "moon";
    CHECK(denials(spec) == only(Denial::SessionIncomplete));
    spec = shop_session();
    spec.revoked = true;
    CHECK(denials(spec) == (only(Denial::SessionRevoked)));
}

TEST_CASE("a session expires at its time, between two calls") {
    const auto policy = open_shop();
    SessionSpec spec = shop_session();
    spec.expires = kNow + 1;
    const auto session = bound_session(policy, spec);
    Call call(policy);
    refund(call, *session);
    CHECK(call.decide().verdict == Verdict::Allow);
    call.set_time(kNow + 1);
    CHECK(call.decide().denials == only(Denial::SessionExpired));
    call.set_time(kNow);
    CHECK(call.decide().verdict == Verdict::Allow);
}

TEST_CASE("a scope covers what its globs match") {
    const auto policy = open_shop();
    const Program& program = policy->layers()[0].program->program();
    const auto covers = [&](std::vector<std::string_view> globs) {
        const Scope scope(program, globs);
        return std::vector<bool>{scope.covers(kLookup), scope.covers(kLetter), scope.covers(kRefund), scope.covers(3),
                                 scope.covers(kUnknownName)};
    };
    CHECK(covers({}) == std::vector<bool>{false, false, false, false, false});
    CHECK(covers({"pay.refund"}) == std::vector<bool>{false, false, true, false, false});
    CHECK(covers({"pay"}) == std::vector<bool>{false, false, false, false, false});
    CHECK(covers({"m*", "crm.lookup"}) == std::vector<bool>{true, true, false, false, false});
    SessionSpec spec = shop_session();
    spec.scope = {"crm.*"};
    CHECK(denials(spec) == only(Denial::OutOfScope));
    spec.scope = {};
    CHECK(denials(spec) == only(Denial::OutOfScope));
}

TEST_CASE("what no session may hold is refused at bind") {
    const auto policy = open_shop();
    const auto refused = [&](const SessionSpec& spec) { return !Session::bind(policy, spec).ok(); };
    SessionSpec spec = shop_session();
    spec.roles.assign(limits::kMaxScopeGlobs, "responder");
    CHECK_FALSE(refused(spec));
    spec.roles.emplace_back("responder");
    CHECK(refused(spec));
    spec = shop_session();
    spec.scope.assign(limits::kMaxScopeGlobs + 1, "*");
    CHECK(refused(spec));
    spec = shop_session();
    spec.tenant = "\xFF";
    CHECK(refused(spec));
    const std::string huge(limits::kMaxRequestBytes + 1, 'x');
    spec.tenant = huge;
    CHECK(refused(spec));
    CHECK_FALSE(Session::bind(nullptr, shop_session()).ok());
}

TEST_CASE("a session keeps its texts and its policy") {
    std::shared_ptr<const Session> session;
    {
        std::string tenant = "a tenant with a name that is not short";
        SessionSpec spec = shop_session();
        spec.tenant = tenant;
        session = bound_session(open_shop(), spec);
        tenant.assign(tenant.size(), '?');
    }
    CHECK(session->spec().tenant == "a tenant with a name that is not short");
    Call call(session->policy());
    refund(call, *session);
    CHECK(call.decide().verdict == Verdict::Allow);
}

TEST_CASE("another policy's session denies") {
    const auto policy = open_shop(), other = open_shop();
    const auto own = bound_session(policy, shop_session()), foreign = bound_session(other, shop_session());
    Call call(policy);
    CHECK(call.begin(*own, kRefund));
    CHECK_FALSE(call.begin(*foreign, kRefund));
    CHECK(call.decide().denied_by(Denial::SessionIncomplete));
    CHECK(call.explain().verdict == Verdict::Deny);
    refund(call, *own);
    CHECK(call.decide().verdict == Verdict::Allow);
}

TEST_CASE("sessions that look alike share their tables, others do not") {
    const auto policy = open_shop();
    const auto frame_of = [](int64_t roles, int64_t tier) {
        std::vector<V> frame(kSlotRoles + 1, error(Err::Absent));
        frame[kSlotRoles] = {roles, 0};
        frame[kSlotTier] = {tier, 0};
        return frame;
    };
    Bindings& bindings = policy->bindings();
    const auto a = bindings.bind(0, frame_of(1, 2).data());
    CHECK(a == bindings.bind(0, frame_of(1, 2).data()));
    CHECK(a != bindings.bind(0, frame_of(3, 2).data()));
    std::weak_ptr<const BoundCells> gone = bindings.bind(0, frame_of(5, 2).data());
    CHECK(gone.expired());  // nothing is kept for sessions that are no more
}
