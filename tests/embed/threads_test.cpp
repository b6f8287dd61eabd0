// One policy, many threads: decisions go on while it is reloaded, sessions come and go, and handles are freed under
// them.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "tests/embed/fixture.h"

using namespace remit::test;

namespace {

/// The same policy with another limit: 50.00 denies what 500.00 allows.
std::string strict_policy() {
    std::string text(kPolicy);
    text.replace(text.find("<= 500.00") + 3, 6, " 50.00");
    return text;
}

struct Counts {
    std::atomic<uint64_t> decided{0}, stale{0}, wrong{0};
};

/// Decides a refund of 99.00 until told to stop. What allows it must carry the hash of the loose version, what denies
/// it the other's.
void decide(const Host& host, const uint8_t (&loose)[32], const std::atomic<bool>& stop, Counts& counts) {
    remit_call call{};
    remit_tool tool = host.refund;
    if (remit_call_open(host.runtime, host.policy, &call, nullptr) != REMIT_OK) counts.wrong += 1;
    const remit_argument arguments[] = {{host.order.index, REMIT_VALUE_TEXT, 0, str("A-1"), nullptr, 0, 0},
                                        {host.amount.index, REMIT_VALUE_INTEGER, 9900, {}, nullptr, 0, 0}};
    const remit_state_value states[] = {{host.warned.index, host.warned.kind, 0, {}},
                                        {host.refunded.index, host.refunded.kind, 0, {}}};
    while (!stop.load()) {
        remit_request request = remit_init<remit_request>();
        request.session = host.session;
        request.tool = tool;
        request.time = 1'790'000'000'000'000'000;
        request.arguments = arguments;
        request.argument_count = 2;
        request.states = states;
        request.state_count = 2;
        remit_ruling ruling = remit_init<remit_ruling>();
        const remit_status status = remit_judge(host.runtime, call, &request, &ruling, nullptr);
        if (status == REMIT_STALE) {
            counts.stale += 1;
            if (remit_tool_find(host.runtime, host.policy, str("payments.refund"), &tool, nullptr) != REMIT_OK)
                counts.wrong += 1;
            continue;
        }
        const bool is_loose = std::equal(loose, loose + 32, ruling.policy);
        const bool right = status == REMIT_OK && ruling.verdict == (is_loose ? REMIT_ALLOW : REMIT_DENY);
        counts.decided += 1;
        if (!right) counts.wrong += 1;
    }
    remit_call_free(host.runtime, call);
}

}  // namespace

TEST_CASE("decisions go on while the policy is reloaded") {
    Host host(REMIT_ENGINE_INTERPRETER);
    remit_policy_status loose = remit_init<remit_policy_status>();
    REQUIRE(remit_policy_inspect(host.runtime, host.policy, &loose, nullptr) == REMIT_OK);
    Text images[2];
    const std::string texts[] = {strict_policy(), std::string(kPolicy)};
    for (int i = 0; i < 2; ++i) {
        const remit_source from = source(texts[i]);
        remit_compiled compiled = remit_init<remit_compiled>();
        compiled.image = images[i].get();
        REQUIRE(remit_compile(host.runtime, &from, &compiled, nullptr) == REMIT_OK);
    }
    std::atomic<bool> stop{false};
    Counts counts;
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) threads.emplace_back([&] { decide(host, loose.hash, stop, counts); });
    while (counts.decided.load() < 3) std::this_thread::yield();  // or all reloads could be over before they begin
    for (int i = 0; i < 200; ++i) {
        const std::string image = images[i % 2].string();
        const remit_status status = remit_policy_reload(host.runtime, host.policy, str(image), &host.error);
        INFO(host.error.message);
        CHECK((status == REMIT_OK || status == REMIT_BUSY));
    }
    while (counts.decided.load() < 1000) std::this_thread::yield();
    stop = true;
    for (std::thread& thread : threads) thread.join();
    CHECK(counts.wrong == 0);
    CHECK(counts.stale > 0);
}

TEST_CASE("a session and a policy may be freed while others decide with them") {
    Host host(REMIT_ENGINE_INTERPRETER);
    std::atomic<uint64_t> session_id{host.session.id};
    std::atomic<bool> stop{false};
    std::atomic<uint64_t> allowed{0}, refused{0}, wrong{0}, ready{0};
    const auto work = [&] {
        remit_call call{};
        if (remit_call_open(host.runtime, host.policy, &call, nullptr) != REMIT_OK) wrong += 1;
        ready += 1;
        const remit_argument arguments[] = {{host.order.index, REMIT_VALUE_TEXT, 0, str("A-1"), nullptr, 0, 0},
                                            {host.amount.index, REMIT_VALUE_INTEGER, 9900, {}, nullptr, 0, 0}};
        const remit_state_value states[] = {{host.warned.index, host.warned.kind, 0, {}},
                                            {host.refunded.index, host.refunded.kind, 0, {}}};
        Text out;
        const std::string json = refund_json("99.00");
        while (!stop.load()) {
            remit_request request = remit_init<remit_request>();
            request.session.id = session_id.load();
            request.tool = host.refund;
            request.time = 1'790'000'000'000'000'000;
            request.arguments = arguments;
            request.argument_count = 2;
            request.states = states;
            request.state_count = 2;
            remit_ruling ruling = remit_init<remit_ruling>();
            const remit_status status = remit_judge(host.runtime, call, &request, &ruling, nullptr);
            const remit_status by_json = remit_decide(host.runtime, host.policy, str(json), 0, out.get(), nullptr);
            if (status == REMIT_OK && ruling.verdict == REMIT_ALLOW)
                allowed += 1;
            else if (status == REMIT_BAD_HANDLE)
                refused += 1;
            else
                wrong += 1;
            if (by_json != REMIT_OK && by_json != REMIT_BAD_HANDLE) wrong += 1;
        }
        remit_call_free(host.runtime, call);
    };
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) threads.emplace_back(work);
    while (ready.load() < threads.size()) std::this_thread::yield();
    const remit_session_fields fields = clerk();
    for (int i = 0; i < 500; ++i) {
        remit_session next{};
        if (remit_session_bind(host.runtime, host.policy, &fields, &next, nullptr) != REMIT_OK) wrong += 1;
        const uint64_t old = session_id.exchange(next.id);
        if (remit_session_free(host.runtime, {old}) != REMIT_OK) wrong += 1;
    }
    while (allowed.load() < 100) std::this_thread::yield();
    if (remit_policy_free(host.runtime, host.policy) != REMIT_OK) wrong += 1;
    const uint64_t before = refused.load();
    while (refused.load() < before + 10) std::this_thread::yield();
    stop = true;
    for (std::thread& thread : threads) thread.join();
    CHECK(wrong == 0);
}
