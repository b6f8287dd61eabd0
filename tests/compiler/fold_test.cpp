// The constant folder against the boundary table: whatever it folds is what vm/ops says, and with operands that it knows it does fold.
#include "compiler/ir/ir.h"
#include "compiler/types/type.h"
#include "tests/catch.h"
#include "tests/ops/boundary.h"

namespace remit::test {

namespace {

bool can_be_constant(Kind kind, V v) {
    return v.err == 0 && (kind == Kind::Int || kind == Kind::Truth || (kind == Kind::Str && as<Str>(v).reserved == 0));
}

ir::Node constant(Kind kind, V v) {
    ir::Node n;
    n.kind = ir::NodeKind::Const;
    n.type = static_cast<TypeRef>(kind);
    n.constant.type = n.type;
    if (kind == Kind::Str)
        n.constant.text = std::string(as<Str>(v).view());
    else
        n.constant.number = v.bits;
    return n;
}

}  // namespace

TEST_CASE("folding agrees with the operations on every boundary case") {
    const BoundaryTable table;
    std::vector<BoundaryCase> cases = table.reviewed();
    const std::vector<BoundaryCase> crossed = table.crossed();
    cases.insert(cases.end(), crossed.begin(), crossed.end());
    size_t folded = 0;
    for (const BoundaryCase& c : cases) {
        const OpInfo& info = op_info(c.op);
        if (info.result != Kind::Int && info.result != Kind::Truth) continue;
        if (info.a == Kind::Any || !can_be_constant(info.a, c.a)) continue;
        if (info.arity == 2 && !can_be_constant(info.b, c.b)) continue;

        ir::Policy policy;
        policy.schema.types = plain_types();
        policy.nodes.push_back(constant(info.a, c.a));
        if (info.arity == 2) policy.nodes.push_back(constant(info.b, c.b));
        ir::Node op;
        op.kind = ir::NodeKind::Op;
        op.op = c.op;
        op.type = static_cast<TypeRef>(info.result);
        op.kids = {0};
        if (info.arity == 2) op.kids.push_back(1);
        policy.nodes.push_back(op);
        ir::fold(policy);

        const V expected = c.known ? c.expected : apply(c.op, c.a, c.b);
        const ir::Node& out = policy.nodes.back();
        INFO(info.mnemonic << " " << c.a.bits << " " << c.b.bits);
        if (expected.err != 0) {
            CHECK(out.kind == ir::NodeKind::Op);  // an error is left to run
            continue;
        }
        REQUIRE(out.kind == ir::NodeKind::Const);
        CHECK(out.constant.number == expected.bits);
        ++folded;
    }
    CHECK(folded > 500);
}

TEST_CASE("a chain with what is not constant keeps its meaning") {
    for (const Op op : {Op::And, Op::Or})
        for (const int64_t known : {kFalse, kError, kTrue})
            for (const int64_t other : {kFalse, kError, kTrue}) {
                ir::Policy policy;
                policy.schema.types = plain_types();
                policy.schema.slots.push_back({"x", static_cast<TypeRef>(Kind::Truth)});
                ir::Node slot;
                slot.kind = ir::NodeKind::Slot;
                slot.type = static_cast<TypeRef>(Kind::Truth);
                policy.nodes = {slot, constant(Kind::Truth, {known, 0})};
                ir::Node chain;
                chain.kind = ir::NodeKind::Op;
                chain.op = op;
                chain.type = slot.type;
                chain.kids = {0, 1};
                policy.nodes.push_back(chain);
                ir::fold(policy);
                const ir::Node& out = policy.nodes.back();
                int64_t result = 0;
                if (out.kind == ir::NodeKind::Const)
                    result = out.constant.number;
                else if (out.kind == ir::NodeKind::Slot)
                    result = other;
                else
                    result = apply(op, {other, 0}, {known, 0}).bits;
                CHECK(result == apply(op, {other, 0}, {known, 0}).bits);
            }
}

}  // namespace remit::test
