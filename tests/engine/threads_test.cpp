// Many threads over one session: decisions, binds and the last release of a session at the same time. Meant for the thread sanitizer;
// without it a torn answer would still show.
#include <atomic>
#include <latch>
#include <thread>

#include "tests/engine/typed_shop.h"

using namespace remit;
using namespace remit::test;

TEST_CASE("one session serves many threads") {
    Shop shop;
    shop.allow();
    shop.above(shop.rule(RuleKind::Block), shop.amount, 250'00, {kRefund});
    shop.count("sum", CountKind::Sum, shop.amount, {kRefund});
    const auto policy = shop.policy();
    const auto session = bound_session(policy, shop_session());
    constexpr int kThreads = 8, kRounds = 4000;
    std::atomic<int> wrong{0};
    std::latch start(kThreads);
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
        threads.emplace_back([&, t] {
            const uint32_t amount = policy->names().param(kRefund, "amount");
            const uint32_t sum = policy->names().count("sum");
            Call call(policy);
            start.arrive_and_wait();
            for (int i = 0; i < kRounds; ++i) {
                if (i % 4 == t % 4) {  // a session of this thread alone, like the shared one or not
                    SessionSpec spec = shop_session();
                    if (i % 3 != 0) spec.roles = {i % 3 == 1 ? "analyst" : "release_manager"};
                    const auto own = Session::bind(policy, spec);
                    refund(call, **own);
                    call.set_count(sum, 0);
                    wrong += call.decide().verdict != Verdict::Deny;
                }
                refund(call, *session);
                call.set_count(sum, 0);
                const int64_t cents = (t * 37 + i) % 500 * 100;
                call.set_int(amount, cents);
                wrong += call.decide().verdict != (cents > 250'00 ? Verdict::Deny : Verdict::Allow);
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(wrong == 0);
}
