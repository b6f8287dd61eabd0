// Every operation over the boundary table, by every engine, held to `apply`: as part of a guard that is computed
// before the rows (an allow reads no slot that it writes) and of one that is computed for each row (a mark might write
// any slot).
#include <map>

#include "tests/jit/engines.h"
#include "tests/ops/boundary.h"
#include "vm/ops/actions.h"

using namespace remit;
using namespace remit::test;

namespace {

/// For each operation a tool whose rules say the operation's result, or compare it with the one that is expected.
class OperationsProgram {
public:
    OperationsProgram() : program_(empty_program()) {
        str_list_ = add_type(program_, {Kind::List, kStrType, {}});
        mark_ = add_slot(program_, kIntType);
        StateDesc state;
        state.name = "m";
        state.slot = mark_;
        program_.states.push_back(state);
        program_.tools.clear();
        for (int n = 0; n < kFirstStructural; ++n) add_operation(static_cast<Op>(n));
    }

    Program program() const { return program_; }

    std::vector<V> frame(const BoundaryCase& c) const {
        const OpInfo& info = op_info(c.op);
        std::vector<V> frame = frame_of(program_);
        const Slots& s = slots_.at(c.op);
        frame[s.a] = operand(info.a, c.a);
        if (info.arity == 2) frame[s.b] = operand(info.b, c.b);
        if (info.result != Kind::Truth) frame[s.expected] = apply(c.op, c.a, c.b);
        return frame;
    }
    uint32_t tool(Op op) const { return static_cast<uint32_t>(op); }

    /// The rules that must speak.
    std::vector<uint32_t> expected(const BoundaryCase& c) const {
        std::vector<uint32_t> rules;
        uint32_t rule = slots_.at(c.op).first_rule;
        for (const V guard : guards(op_info(c.op), apply(c.op, c.a, c.b))) {
            if (hit_of(guard, false)) rules.push_back(rule);
            if (hit_of(guard, true)) rules.push_back(rule + 1);
            rule += 2;
        }
        return rules;
    }

private:
    struct Slots {
        uint32_t a = 0, b = 0, expected = 0, first_rule = 0;
    };

    /// Guards are no data, so they come in as bools.
    static V operand(Kind kind, V v) {
        if (kind != Kind::Truth) return v;
        return v.bits == kError ? error(Err::BadValue) : V{v.bits == kTrue, 0};
    }
    static std::vector<V> guards(const OpInfo& info, V r) {
        if (info.result == Kind::Truth) return {r};
        const V same = info.result == Kind::Int   ? op_EqI(r, r)
                       : info.result == Kind::Str ? op_EqS(r, r)
                                                  : op_MeetsI(r, r);
        return {same, op_Has(r), op_IsNull(r)};
    }

    TypeRef type_of(const OpInfo& info, Kind kind) {
        if (kind == Kind::Truth || kind == Kind::Any) return kIntType;
        return kind == Kind::List && list_items_of(info) == Kind::Str ? str_list_ : static_cast<TypeRef>(kind);
    }
    uint16_t read(ShapeAssembler& a, Kind kind, uint32_t slot) {
        const uint16_t r = a.slot(slot);
        return kind == Kind::Truth ? a.op(Op::Truth, r) : r;
    }
    uint16_t result(ShapeAssembler& a, Op op, const OpInfo& info, const Slots& s) {
        const uint16_t x = read(a, info.a, s.a);
        return info.arity == 1 ? a.op(op, x) : a.op(op, x, read(a, info.b, s.b));
    }
    void add_guard(uint32_t shape) {
        for (const Action action : {Action::Mark, Action::Allow}) {
            const size_t begin = program_.rows.size();
            add_row(program_, {}, mark_);
            add_segment(program_, action, shape, begin);
        }
    }
    void add_operation(Op op) {
        const OpInfo& info = op_info(op);
        ToolDesc tool;
        tool.name = "t" + std::to_string(100 + static_cast<int>(op));
        tool.segments_begin = tool.segments_end = static_cast<uint32_t>(program_.tool_segments.size());
        program_.tools.push_back(tool);
        Slots s;
        s.a = add_slot(program_, type_of(info, info.a));
        if (info.arity == 2) s.b = add_slot(program_, type_of(info, info.b));
        s.first_rule = static_cast<uint32_t>(program_.rules.size());
        if (info.result != Kind::Truth) s.expected = add_slot(program_, static_cast<TypeRef>(info.result));
        slots_[op] = s;

        if (info.result == Kind::Truth) {
            ShapeAssembler a(program_);
            return add_guard(a.ret(result(a, op, info, s)));
        }
        const Op same = info.result == Kind::Int ? Op::EqI : info.result == Kind::Str ? Op::EqS : Op::MeetsI;
        ShapeAssembler compare(program_);
        const uint16_t r = result(compare, op, info, s);
        add_guard(compare.ret(compare.op(same, r, compare.slot(s.expected))));
        for (const Op about : {Op::Has, Op::IsNull}) {
            ShapeAssembler a(program_);
            add_guard(a.ret(a.op(about, result(a, op, info, s))));
        }
    }

    Program program_;
    TypeRef str_list_ = 0;
    uint32_t mark_ = 0;
    std::map<Op, Slots> slots_;
};

}  // namespace

TEST_CASE("every operation means the same in every engine") {
    const OperationsProgram operations;
    const Engines engines(operations.program());
    const BoundaryTable table;
    std::vector<BoundaryCase> cases = table.crossed();
    cases.insert(cases.end(), table.reviewed().begin(), table.reviewed().end());
    std::vector<size_t> seen(kFirstStructural, 0);
    for (const BoundaryCase& c : cases) {
        INFO(op_info(c.op).name << " (" << c.a.bits << ", err " << c.a.err << ") (" << c.b.bits << ", err " << c.b.err
                                << ")");
        const Said said = engines.agree(operations.frame(c), operations.tool(c.op));
        if (said.matched != operations.expected(c)) { CHECK(said.matched == operations.expected(c)); }
        ++seen[static_cast<size_t>(c.op)];
    }
    for (size_t n = 0; n < seen.size(); ++n) CHECK(seen[n] > 0);
}
