// Deciding allocates nothing: operator new is counted.
#include <atomic>
#include <cstdlib>
#include <new>

#include "tests/engine/typed_shop.h"

namespace {
std::atomic<long> allocations{0};
}  // namespace

void* operator new(std::size_t size) {
    ++allocations;
    if (void* p = std::malloc(size)) return p;
    throw std::bad_alloc();
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }

using namespace remit;
using namespace remit::test;

namespace {

/// How often `work` allocates in 10,000 rounds, once warm.
template <class Work>
long allocations_of(const Work& work) {
    for (int i = 0; i < 3; ++i) work(i);
    const long before = allocations;
    for (int i = 0; i < 10'000; ++i) work(i);
    return allocations - before;
}

}  // namespace

TEST_CASE("ten thousand decisions allocate nothing") {
    Shop shop;
    shop.allow();
    shop.above(shop.rule(RuleKind::Block), shop.amount, 250'00, {kRefund});
    RuleInfo ask = shop.rule(RuleKind::Ask);
    ask.quorum = 1;
    shop.above(ask, shop.amount, 100'00, {kRefund});
    shop.mark("paid", {kRefund});
    shop.count("sum", CountKind::Sum, shop.amount, {kRefund});
    const auto policy = shop.policy();
    const Names& names = policy->names();
    const auto session = bound_session(policy, shop_session());
    const uint32_t amount = names.param(kRefund, "amount"), order = names.param(kRefund, "order");
    const uint32_t sources[] = {Call::kUser, kLookup};
    Call call(policy);
    const auto whole = [&](int i) {
        refund(call, *session);
        call.set_mark(names.mark("paid"), i % 2 == 0);
        call.set_count(names.count("sum"), i);
        call.set_label(order, 1, sources);
        call.set_data(1);
        call.decide();
    };
    CHECK(allocations_of(whole) == 0);
    CHECK(allocations_of([&](int i) {
              call.set_int(amount, i);
              call.decide();
              EffectCursor cursor;
              Effect effect;
              while (call.next_effect(cursor, effect)) {}
          }) == 0);
    const uint32_t roles[] = {names.role("responder")};
    const std::string_view globs[] = {"*"};
    const Scope scope(policy->layers()[0].program->program(), globs);
    CHECK(allocations_of([&](int i) {
              const SessionFields fields{
                  roles, names.symbol(kVocTiers, "prod"), false, kNow + kHour, "s", "t", "o", "r", &scope};
              call.begin(fields, names.tool("pay.refund"));
              call.set_time(kNow);
              call.set_text(order, "A-1");
              call.set_int(amount, i);
              call.decide();
          }) == 0);
    CHECK(allocations_of([&](int) { call.explain(); }) > 0);  // the counter counts
}
