// The table of handles: exact, whatever number a host brings.
#include "host/embed/vm/handles.h"

#include <set>
#include <vector>

#include "tests/catch.h"

using namespace remit::embed;

namespace {

std::shared_ptr<void> object() { return std::make_shared<int>(1); }

}  // namespace

TEST_CASE("a handle is what was inserted, until it is removed") {
    HandleTable table(4);
    const auto thing = object();
    const uint64_t id = table.insert(HandleKind::Session, thing);
    CHECK(table.alive(id));
    CHECK(table.get(HandleKind::Session, id) == thing);
    CHECK(table.peek(HandleKind::Session, id) == thing.get());
    CHECK(table.get(HandleKind::Policy, id) == nullptr);
    CHECK(table.peek(HandleKind::Call, id) == nullptr);
    CHECK(table.remove(HandleKind::Call, id) == nullptr);
    CHECK(table.remove(HandleKind::Session, id) == thing);
    CHECK(table.remove(HandleKind::Session, id) == nullptr);
    CHECK_FALSE(table.alive(id));
    CHECK(thing.use_count() == 1);
}

TEST_CASE("a number is not used twice, though its place is") {
    HandleTable table(1);
    std::set<uint64_t> seen;
    for (int i = 0; i < 1000; ++i) {
        const uint64_t id = table.insert(HandleKind::Call, object());
        REQUIRE(id != 0);
        CHECK(table.insert(HandleKind::Call, object()) == 0);  // full
        REQUIRE(seen.insert(id).second);
        for (const uint64_t old : seen) CHECK(table.alive(old) == (old == id));
        table.remove(HandleKind::Call, id);
        if (i > 20) seen.erase(seen.begin());
    }
}

TEST_CASE("no other number is a handle") {
    HandleTable table(HandleTable::kMost), other(HandleTable::kMost);
    std::vector<uint64_t> mine;
    for (int i = 0; i < 3000; ++i) mine.push_back(table.insert(HandleKind::Policy, object()));
    for (const uint64_t id : mine) {
        CHECK(table.alive(id));
        CHECK_FALSE(other.alive(id));
        for (int bit = 0; bit < 64; ++bit) {
            const uint64_t wrong = id ^ uint64_t { 1 } << bit;
            if (table.get(HandleKind::Policy, wrong) != nullptr) FAIL("bit " << bit << " may be wrong");
        }
        if (id != mine.front()) continue;
        for (const uint64_t wrong : {uint64_t{0}, uint64_t{1}, ~uint64_t{0}, uint64_t{1} << 63})
            CHECK_FALSE(table.alive(wrong));
    }
}
