// A typed decision allocates nothing, whichever engine decides: neither with the same values again nor with others, nor
// with another session or tool in turn.
#include <atomic>
#include <cstdlib>
#include <new>

#include "tests/embed/fixture.h"

namespace {

std::atomic<uint64_t> allocations{0};

}  // namespace

// The whole program's; only counted between two readings on one thread.
void* operator new(size_t size) {
    allocations.fetch_add(1, std::memory_order_relaxed);
    if (void* p = std::malloc(size != 0 ? size : 1)) return p;
    throw std::bad_alloc();
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, size_t) noexcept { std::free(p); }

using namespace remit::test;

TEST_CASE("typed decisions allocate nothing") {
    for (const remit_engine engine : {REMIT_ENGINE_INTERPRETER, REMIT_ENGINE_NATIVE}) {
        if (engine == REMIT_ENGINE_NATIVE && remit_has_native() == 0) continue;
        Host host(engine);
        remit_tool read{};
        REQUIRE(remit_tool_find(host.runtime, host.policy, str("orders.read"), &read, nullptr) == REMIT_OK);
        remit_session other{};
        const remit_session_fields fields = clerk();
        REQUIRE(remit_session_bind(host.runtime, host.policy, &fields, &other, nullptr) == REMIT_OK);
        uint64_t before = 0, wrong = 0;
        for (int i = 0; i < 10'000; ++i) {
            if (i == 100) before = allocations.load();  // lists have grown to their size by then
            remit_request request = host.request(i % 2 == 0 ? 9900 : 9900 + i % 7);
            if (i % 5 == 0) request.tool = read, request.argument_count = 1;
            if (i % 11 == 0) request.session = other;
            const remit_status status = host.judge(request);
            if (status != REMIT_OK || host.ruling.verdict != REMIT_ALLOW) ++wrong;
        }
        CHECK(allocations.load() == before);
        CHECK(wrong == 0);
    }
}
