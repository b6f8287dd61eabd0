// What rows do when their guards hold.
#include "tests/catch.h"
#include "tests/ops/boundary.h"
#include "vm/ops/actions.h"

using namespace remit;

namespace {

struct Bench {
    V frame[24] = {};
    uint32_t matched[8] = {};
    Outcome out;
    Bench() { out.matched = matched; }
};
constexpr int64_t kBad = static_cast<int64_t>(Err::MissingState);

}  // namespace

TEST_CASE("permissive rules read must, all others may") {
    CHECK(hit_of({kTrue, 0}, true) == 1);
    CHECK(hit_of({kTrue, 0}, false) == 1);
    CHECK(hit_of({kError, 0}, true) == 0);
    CHECK(hit_of({kError, 0}, false) == 1);
    CHECK(hit_of({kFalse, 0}, true) == 0);
    CHECK(hit_of({kFalse, 0}, false) == 0);
}

TEST_CASE("hits are listed in order, misses are not") {
    Bench b;
    act_Note(b.frame, b.out, {7, 0, 0}, 1, {});
    act_Note(b.frame, b.out, {8, 0, 0}, 0, {});
    act_Block(b.frame, b.out, {9, 0, 0}, 1, {});
    act_Allow(b.frame, b.out, {5, 0, 0}, 0, {});
    REQUIRE(b.out.matched_count == 2);
    CHECK(b.matched[0] == 7);
    CHECK(b.matched[1] == 9);
    CHECK(b.out.blocked == 1);
    CHECK(b.out.allowed == 0);
    act_Allow(b.frame, b.out, {5, 0, 0}, 1, {});
    CHECK(b.out.allowed == 1);
}

TEST_CASE("risk adds and saturates") {
    Bench b;
    act_Risk(b.frame, b.out, {0, 0, 40}, 1, {});
    act_Risk(b.frame, b.out, {0, 0, 30}, 0, {});
    act_Risk(b.frame, b.out, {0, 0, 2}, 1, {});
    CHECK(b.frame[kSlotRisk].bits == 42);
    act_Risk(b.frame, b.out, {0, 0, INT64_MAX}, 1, {});
    CHECK(b.frame[kSlotRisk].bits == INT64_MAX);
}

TEST_CASE("the highest lane wins, whatever the order") {
    Bench b;
    act_Lane(b.frame, b.out, {0, 0, 2}, 1, {});
    act_Lane(b.frame, b.out, {0, 0, 1}, 1, {});
    act_Lane(b.frame, b.out, {0, 0, 9}, 0, {});
    CHECK(b.frame[kSlotLane].bits == 2);
}

TEST_CASE("marks: set by a hit, kept by a miss, never made known") {
    Bench b;
    act_Mark(b.frame, b.out, {0, 0, 15}, 0, {});
    CHECK(b.frame[15].bits == 0);
    act_Mark(b.frame, b.out, {0, 0, 15}, 1, {});
    CHECK(b.frame[15].bits == 1);
    act_Mark(b.frame, b.out, {0, 0, 15}, 0, {});
    CHECK(b.frame[15].bits == 1);
    b.frame[16] = error(Err::MissingState);
    act_Mark(b.frame, b.out, {0, 0, 16}, 1, {});
    CHECK(b.frame[16].err == kBad);
}

TEST_CASE("counts add, saturate, take errors as unbounded and ignore what is below zero") {
    Bench b;
    b.frame[15] = {100, 0};
    act_Count(b.frame, b.out, {0, 0, 15}, 1, {30, 0});
    CHECK(b.frame[15].bits == 130);
    CHECK(b.frame[16].bits == 30);
    act_Count(b.frame, b.out, {0, 0, 15}, 0, {30, 0});
    CHECK(b.frame[15].bits == 130);
    act_Count(b.frame, b.out, {0, 0, 15}, 1, {-5, 0});
    CHECK(b.frame[15].bits == 130);
    CHECK(b.frame[16].bits == 0);
    act_Count(b.frame, b.out, {0, 0, 15}, 1, error(Err::Overflow));
    CHECK(b.frame[15].bits == INT64_MAX);
    CHECK(b.frame[16].bits == INT64_MAX);
    b.frame[18] = error(Err::MissingState);
    act_Count(b.frame, b.out, {0, 0, 18}, 1, {1, 0});
    CHECK(b.frame[18].err == kBad);
    CHECK(b.frame[19].bits == 1);
}

TEST_CASE("distinct counts only what is not in the list") {
    test::BoundaryTable t;
    Bench b;
    b.frame[15] = {2, 0};
    b.frame[17] = t.LS({"a", "b"});
    act_CountDistinct(b.frame, b.out, {0, 0, 15}, 1, t.S("a"));
    CHECK(b.frame[15].bits == 2);
    CHECK(b.frame[16].bits == 0);
    act_CountDistinct(b.frame, b.out, {0, 0, 15}, 1, t.S("c"));
    CHECK(b.frame[15].bits == 3);
    CHECK(b.frame[16].bits == 1);
    act_CountDistinct(b.frame, b.out, {0, 0, 15}, 1, error(Err::Null));
    CHECK(b.frame[15].bits == INT64_MAX);
    b.frame[18] = {0, 0};
    b.frame[20] = t.LI({{5, 0}});
    act_CountDistinct(b.frame, b.out, {0, 0, 18}, 1, {5, 0});
    CHECK(b.frame[18].bits == 0);
    act_CountDistinct(b.frame, b.out, {0, 0, 18}, 0, {6, 0});
    CHECK(b.frame[18].bits == 0);
    act_CountDistinct(b.frame, b.out, {0, 0, 18}, 1, {6, 0});
    CHECK(b.frame[18].bits == 1);
    b.frame[20] = error(Err::MissingState);
    act_CountDistinct(b.frame, b.out, {0, 0, 18}, 1, {5, 0});
    CHECK(b.frame[18].bits == 2);
}
