// Every action, hit and not hit, by every engine.
#include "tests/jit/engines.h"

using namespace remit;
using namespace remit::test;

namespace {

uint32_t add_state(Program& p, const char* name, bool is_count, CountKind kind, TypeRef list_type, ValueKind distinct) {
    StateDesc s;
    s.name = name;
    s.slot = add_slot(p, kIntType);
    s.is_count = is_count;
    s.count = kind;
    if (is_count) add_slot(p, kIntType);
    if (is_count && kind == CountKind::Distinct) {
        add_slot(p, list_type);
        s.distinct_type.kind = distinct;
        s.distinct_type.layout = distinct == ValueKind::String ? kStrType : kIntType;
    }
    p.states.push_back(s);
    return s.slot;
}

}  // namespace

TEST_CASE("actions") {
    Program p = empty_program();
    const TypeRef str_list = add_type(p, {Kind::List, kStrType, {}});
    const uint32_t x = add_slot(p, kIntType), amount = add_slot(p, kIntType), who = add_slot(p, kStrType);
    const uint32_t mark = add_state(p, "mark", false, CountKind::Number, 0, ValueKind::Int);
    const uint32_t calls = add_state(p, "calls", true, CountKind::Number, 0, ValueKind::Int);
    const uint32_t sum = add_state(p, "sum", true, CountKind::Sum, 0, ValueKind::Int);
    const uint32_t ids = add_state(p, "ids", true, CountKind::Distinct, kListType, ValueKind::Int);
    const uint32_t names = add_state(p, "names", true, CountKind::Distinct, str_list, ValueKind::String);

    ShapeAssembler g(p);
    const uint32_t guard = g.ret(g.op(Op::LeI, g.param(kIntType), g.slot(x)));
    ShapeAssembler v(p);
    const uint32_t twice = v.ret(v.op(Op::MulI, v.slot(amount), v.param(kIntType)), kIntType);
    ShapeAssembler w(p);
    const uint32_t person = w.ret(w.slot(who), kStrType);

    const auto add = [&](Action action, std::initializer_list<std::pair<int64_t, int64_t>> rows, uint32_t value,
                         bool factor) {
        const size_t begin = p.rows.size();
        for (const auto& [from, payload] : rows) {
            std::vector<Constant> params{number(from)};
            if (factor) params.push_back(number(2));
            add_row(p, params, payload);
        }
        add_segment(p, action, guard, begin, value);
    };
    add(Action::Allow, {{1, 0}, {5, 0}}, kNoShape, false);
    add(Action::Block, {{8, 0}}, kNoShape, false);
    add(Action::Note, {{2, 0}, {3, 0}, {9, 0}}, kNoShape, false);
    add(Action::Risk, {{1, 7}, {2, 0}, {6, INT64_MAX - 5}, {7, INT64_MAX}}, kNoShape, false);
    add(Action::Lane, {{1, 0}, {4, 2}, {5, 1}}, kNoShape, false);
    add(Action::Mark, {{3, mark}}, kNoShape, false);
    add(Action::Count, {{0, calls}, {6, calls}}, kNoShape, false);
    add(Action::Count, {{2, sum}, {7, sum}}, twice, true);
    add(Action::CountDistinct, {{2, ids}, {7, ids}}, twice, true);
    add(Action::CountDistinct, {{2, names}}, person, false);
    const Engines engines(std::move(p));

    const Str anna{"anna", 4, 0}, otto{"otto", 4, 0};
    const V seen_ids[] = {{6, 0}, {error(Err::Null)}}, seen_names[] = {ref(&anna)};
    const List id_list{1, Kind::Int, seen_ids, nullptr}, id_list2{2, Kind::Int, seen_ids, nullptr},
        name_list{1, Kind::Str, seen_names, nullptr};
    const V missing = error(Err::MissingState);
    size_t distinct_outcomes = 0;
    Said before;
    for (const V value : {V{-1, 0}, V{0, 0}, V{2, 0}, V{5, 0}, V{7, 0}, V{9, 0}, error(Err::BadValue)}) {
        for (const V charge : {V{0, 0}, V{3, 0}, V{-4, 0}, V{INT64_MAX, 0}, error(Err::Null)}) {
            for (int state = 0; state < 4; ++state) {
                std::vector<V> frame = frame_of(engines.program());
                frame[x] = value;
                frame[amount] = charge;
                frame[who] = state == 0 ? ref(&anna) : state == 1 ? ref(&otto) : error(Err::Absent);
                frame[mark] = state == 2 ? missing : V{state == 3, 0};
                frame[calls] = state == 3 ? missing : V{state == 1 ? INT64_MAX - 1 : 4, 0};
                frame[sum] = V{state == 1 ? INT64_MAX - 3 : 100, 0};
                frame[ids + 2] = state == 3 ? missing : ref(state == 2 ? &id_list2 : &id_list);
                frame[names + 2] = ref(&name_list);
                const Said said = engines.agree(frame);
                if (said != before) ++distinct_outcomes;
                before = said;
                if (value.err == 0 && value.bits == 9) {
                    CHECK(said.allowed == 1);
                    CHECK(said.blocked == 1);
                    CHECK(said.frame[kSlotRisk].first == INT64_MAX);
                    CHECK(said.frame[kSlotLane].first == 2);
                    CHECK(said.matched.size() == 21);
                }
                if (value.bits == 0 && value.err == 0) CHECK(said.matched == std::vector<uint32_t>{14});
            }
        }
    }
    CHECK(distinct_outcomes > 60);
}
