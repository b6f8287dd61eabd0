// Loads, loops, exits and rows.
#include <algorithm>

#include "tests/jit/engines.h"

using namespace remit;
using namespace remit::test;

namespace {

std::vector<V> numbers(std::initializer_list<int64_t> values) {
    std::vector<V> items;
    for (const int64_t v : values) items.push_back({v, 0});
    return items;
}
List list_of(const std::vector<V>& items) {
    return {static_cast<uint32_t>(items.size()), Kind::Int, items.data(), nullptr};
}

/// One rule with that guard; `must` reads an allow, else a note.
uint32_t add_rule(Program& p, uint32_t shape, bool must, const std::vector<Constant>& params = {}) {
    const size_t begin = p.rows.size();
    add_row(p, params);
    add_segment(p, must ? Action::Allow : Action::Note, shape, begin);
    return static_cast<uint32_t>(p.rules.size() - 1);
}
bool spoke(const Said& said, uint32_t rule) {
    return std::find(said.matched.begin(), said.matched.end(), rule) != said.matched.end();
}

}  // namespace

TEST_CASE("the hash, and tools that do not exist") {
    const Engines engines(empty_program());
    const Said said = engines.agree(frame_of(engines.program()));
    for (size_t i = 0; i < 32; ++i) CHECK((said.policy[i / 8] >> (8 * (i % 8)) & 0xff) == engines.program().hash[i]);
    CHECK(said.matched.empty());
    for (const uint32_t tool : {1u, 1000u, UINT32_MAX}) {
        const Said none = engines.agree(frame_of(engines.program()), tool);
        CHECK(none.allowed == 0);
        CHECK(none.policy == said.policy);
    }
}

TEST_CASE("parameters come from the row, values' parameters after the guard's") {
    Program p = empty_program();
    const uint32_t x = add_slot(p, kIntType), name = add_slot(p, kStrType);
    ShapeAssembler a(p);
    const uint16_t above = a.op(Op::LtI, a.param(kIntType), a.slot(x));
    const uint32_t shape = a.ret(a.op(Op::And, above, a.op(Op::EqS, a.slot(name), a.param(kStrType))));
    const size_t begin = p.rows.size();
    for (int i = 0; i < 50; ++i) add_row(p, {number(i), text(i % 2 ? "odd" : "even")});
    add_segment(p, Action::Note, shape, begin);
    const Engines engines(std::move(p));
    std::vector<V> frame = frame_of(engines.program());
    const Str odd{"odd", 3, 0};
    frame[name] = ref(&odd);
    for (const int64_t n : {int64_t{-1}, int64_t{0}, int64_t{1}, int64_t{2}, int64_t{25}, int64_t{50}, INT64_MAX}) {
        frame[x] = {n, 0};
        const Said said = engines.agree(frame);
        CHECK(said.matched.size() == static_cast<size_t>(std::clamp<int64_t>(n, 0, 50) / 2));
    }
    frame[x] = error(Err::Absent);  // may hold wherever the name fits
    CHECK(engines.agree(frame).matched.size() == 25);
}

TEST_CASE("items and fields") {
    Program p = empty_program();
    const TypeRef record_type = add_type(p, {Kind::Record, 0, {kIntType, kListType}});
    const uint32_t xs = add_slot(p, kListType), at = add_slot(p, kIntType), r = add_slot(p, record_type);
    ShapeAssembler a(p);
    const uint32_t item_is = a.ret(a.op(Op::EqI, a.item(a.slot(xs), a.slot(at)), a.param(kIntType)));
    ShapeAssembler b(p);
    const uint32_t item_there = b.ret(b.op(Op::Has, b.item(b.slot(xs), b.slot(at))));
    ShapeAssembler c(p);
    const uint16_t record = c.slot(r);
    const uint32_t nested = c.ret(c.op(Op::InI, c.field(record, 0), c.field(record, 1)));
    const uint32_t is = add_rule(p, item_is, true, {number(20)}), maybe = add_rule(p, item_is, false, {number(20)});
    const uint32_t there = add_rule(p, item_there, true), in = add_rule(p, nested, true),
                   maybe_in = add_rule(p, nested, false);
    const Engines engines(std::move(p));

    std::vector<V> items = numbers({10, 20, 30});
    items.push_back(error(Err::Null));
    const List list = list_of(items);
    std::vector<V> frame = frame_of(engines.program());
    const auto fields = [&](V one, V two) { return std::vector<V>{one, two}; };
    const std::vector<V> inside = fields({30, 0}, ref(&list)), outside = fields({31, 0}, ref(&list)),
                         broken = fields({31, 0}, error(Err::Null));
    frame[xs] = ref(&list);
    const Record good{2, inside.data()}, bad{2, outside.data()}, odd{2, broken.data()}, narrow{0, nullptr};
    for (const Record* one : {&good, &bad, &odd, &narrow}) {
        frame[r] = ref(one);
        for (const int64_t i : {INT64_MIN, int64_t{-1}, int64_t{0}, int64_t{1}, int64_t{3}, int64_t{4}, INT64_MAX}) {
            frame[at] = {i, 0};
            const Said said = engines.agree(frame);
            CHECK(spoke(said, is) == (i == 1));
            CHECK(spoke(said, maybe) == (i < 0 || i > 2 || i == 1));
            CHECK(spoke(said, there) == (i >= 0 && i < 4));
            CHECK(spoke(said, in) == (one == &good));
            CHECK(spoke(said, maybe_in) == true);  // a null item of the list may be equal to anything
        }
    }
    frame[xs] = error(Err::MissingFact);
    frame[r] = error(Err::Absent);
    const Said said = engines.agree(frame);
    CHECK(!spoke(said, is));
    CHECK(spoke(said, maybe));
}

TEST_CASE("loops over none, one and many items, and over errors") {
    Program p = empty_program();
    const uint32_t xs = add_slot(p, kListType), limit = add_slot(p, kIntType);
    std::vector<uint32_t> must, may;
    for (const Op kind : {Op::ForAny, Op::ForAll, Op::ForCount, Op::ForSum}) {
        ShapeAssembler a(p);
        const uint16_t list = a.slot(xs), bound = a.slot(limit);
        const uint16_t result = a.loop(kind, list, [&](uint16_t i) {
            const uint16_t item = a.item(list, i);
            return kind == Op::ForSum ? a.op(Op::MulI, item, bound) : a.op(Op::LtI, item, bound);
        });
        const bool truth = kind == Op::ForAny || kind == Op::ForAll;
        const uint32_t shape = a.ret(truth ? result : a.op(Op::EqI, result, a.param(kIntType)));
        const std::vector<Constant> params = truth ? std::vector<Constant>{}
                                                   : std::vector<Constant>{number(kind == Op::ForSum ? 60 : 2)};
        must.push_back(add_rule(p, shape, true, params));
        may.push_back(add_rule(p, shape, false, params));
    }
    const Engines engines(std::move(p));
    std::vector<V> frame = frame_of(engines.program());
    const auto run = [&](const std::vector<V>& items, int64_t bound) {
        const List list = list_of(items);
        frame[xs] = ref(&list);
        frame[limit] = {bound, 0};
        return engines.agree(frame);
    };
    const auto check = [&](const Said& said,
                           const char* expected) {  // `1` must, `?` may, `0` neither; any, all, count, sum
        for (size_t k = 0; k < 4; ++k) {
            INFO("loop " << k);
            CHECK(spoke(said, must[k]) == (expected[k] == '1'));
            CHECK(spoke(said, may[k]) == (expected[k] != '0'));
        }
    };
    check(run({}, 5), "0100");
    check(run(numbers({3}), 5), "1100");
    check(run(numbers({9}), 5), "0000");
    check(run(numbers({1, 2, 9}), 5), "1011");  // sum: 5 * 12 == 60
    check(run(numbers({1, 2, 3, 4}), 6), "1101");
    std::vector<V> broken = numbers({1, 9, 2});
    broken.push_back(error(Err::Null));
    check(run(broken, 5), "10??");
    check(run(numbers({INT64_MAX, INT64_MAX}), 3), "000?");
    frame[xs] = error(Err::Absent);
    check(engines.agree(frame), "????");
    std::vector<V> many(1000);
    for (size_t i = 0; i < many.size(); ++i) many[i] = {static_cast<int64_t>(i), 0};
    check(run(many, 2), "1010");
}

TEST_CASE("exits on guards that depend on the frame alone and on guards that depend on the row") {
    Program p = empty_program();
    const uint32_t x = add_slot(p, kIntType), y = add_slot(p, kIntType);
    ShapeAssembler a(p);
    const uint16_t known = a.op(Op::Has, a.slot(x));
    a.exit_false(known);
    const uint16_t row = a.op(Op::EqI, a.slot(x), a.param(kIntType));
    a.exit_false(row);
    const uint16_t frame_again = a.op(Op::LtI, a.slot(x), a.slot(y));
    a.exit_false(frame_again);
    const uint32_t shape = a.ret(a.op(Op::And, a.op(Op::And, known, row), frame_again));
    const size_t begin = p.rows.size();
    for (int i = 0; i < 5; ++i) add_row(p, {number(i)});
    add_segment(p, Action::Block, shape, begin);
    const uint32_t after = add_rule(p, shape, true, {number(3)});
    const Engines engines(std::move(p));
    std::vector<V> frame = frame_of(engines.program());
    for (const V left : {V{0, 0}, V{3, 0}, V{4, 0}, V{5, 0}, error(Err::Absent), error(Err::Null)}) {
        for (const V right : {V{0, 0}, V{4, 0}, error(Err::Overflow)}) {
            frame[x] = left;
            frame[y] = right;
            const Said said = engines.agree(frame);
            const bool below = right.err != 0 || left.bits < right.bits;
            const bool some = left.err != 0 ? left.err == static_cast<int64_t>(Err::Null) : (left.bits < 5 && below);
            CHECK(said.blocked == (some ? 1 : 0));
            CHECK(spoke(said, after) == (left.err == 0 && left.bits == 3 && right.err == 0 && right.bits == 4));
        }
    }
}

TEST_CASE("a frame slot that rows change is read anew for each row") {
    Program p = empty_program();
    ShapeAssembler a(p);
    const uint32_t shape = a.ret(a.op(Op::LeI, a.slot(kSlotRisk), a.param(kIntType)));
    const size_t begin = p.rows.size();
    for (const int64_t limit : {0, 0, 10, 9, 10}) add_row(p, {number(limit)}, 10);
    add_segment(p, Action::Risk, shape, begin);
    const Engines engines(std::move(p));
    const Said said = engines.agree(frame_of(engines.program()));
    CHECK(said.matched == std::vector<uint32_t>{0, 2});
    CHECK(said.frame[kSlotRisk].first == 20);
}

TEST_CASE("exits before little and before much, with and without errors, and guards that ask about errors") {
    Program p = empty_program();
    const uint32_t x = add_slot(p, kIntType), y = add_slot(p, kIntType), name = add_slot(p, kStrType);
    std::vector<uint32_t> rules;
    for (const bool much : {false, true}) {
        for (const bool asks : {false, true}) {
            // What follows an exit does not repeat the exit's guard, so the exit alone makes the result false.
            ShapeAssembler a(p);
            a.exit_false(a.op(Op::LtI, a.slot(x), a.param(kIntType)));
            const uint16_t second = a.op(Op::LtI, a.param(kIntType), a.slot(y));
            a.exit_false(second);
            uint16_t last = asks ? a.op(Op::Has, a.slot(y)) : a.op(Op::LeI, a.slot(kSlotRisk), a.param(kIntType));
            if (much) last = a.op(Op::And, last, a.op(Op::EqS, a.slot(name), a.param(kStrType)));
            std::vector<Constant> params{number(5), number(1)};
            if (!asks) params.push_back(number(9));
            if (much) params.push_back(text("anna"));
            const uint32_t shape = a.ret(last);
            for (const bool must : {true, false}) rules.push_back(add_rule(p, shape, must, params));
        }
    }
    const Engines engines(std::move(p));
    std::vector<V> frame = frame_of(engines.program());
    const Str anna{"anna", 4, 0}, otto{"otto", 4, 0};
    const V numbers[] = {{0, 0}, {4, 0}, {5, 0}, {9, 0}, error(Err::Absent), error(Err::Null)};
    for (const V left : numbers) {
        for (const V right : numbers) {
            for (const V who : {ref(&anna), ref(&otto), error(Err::Absent)}) {
                frame[x] = left;
                frame[y] = right;
                frame[name] = who;
                const Said said = engines.agree(frame);
                const bool pass = (left.err != 0 || left.bits < 5) && (right.err != 0 || right.bits > 1);
                CHECK(spoke(said, rules[0]) == pass);
                CHECK(spoke(said, rules[2]) == (pass && right.err != static_cast<int64_t>(Err::Absent)));
                const bool may_be_anna = who.err != 0 || who.bits == ref(&anna).bits;
                CHECK(spoke(said, rules[5]) == (pass && may_be_anna));
            }
        }
    }
}
