#include <fmt/format.h>

#include "compiler/ir/ir.h"
#include "vm/ops/op_table.h"

namespace remit::ir {

namespace {

class Verifier {
public:
    explicit Verifier(const Policy& policy) : policy_(policy) {}

    std::string run() {
        for (size_t i = 0; i < policy_.nodes.size(); ++i)
            if (std::string why = node(i); !why.empty()) return fmt::format("node {}: {}", i, why);
        for (const Rule& r : policy_.rules)
            for (const Variant& v : r.variants)
                if (v.guard != kNoNode && kind(v.guard) != Kind::Truth) return "a guard is no truth: " + r.head;
        return "";
    }

private:
    Kind kind(NodeId id) const { return policy_.schema.types[policy_.nodes[id].type].kind; }

    std::string node(size_t id) const {
        const Node& n = policy_.nodes[id];
        if (n.type >= policy_.schema.types.size()) return "unknown layout";
        for (NodeId kid : n.kids)
            if (kid >= id) return "a kid that comes later";
        switch (n.kind) {
            case NodeKind::Op: return operands(n);
            case NodeKind::Slot: return n.index < policy_.schema.slots.size() ? "" : "unknown slot";
            case NodeKind::Field:
                return n.kids.size() == 1 && kind(n.kids[0]) == Kind::Record ? "" : "a field of no record";
            case NodeKind::Any:
            case NodeKind::All:
            case NodeKind::Count:
            case NodeKind::Sum: return n.kids.size() == 2 && kind(n.kids[0]) == Kind::List ? "" : "a loop over no list";
            case NodeKind::Const:
            case NodeKind::LoopList:
            case NodeKind::LoopIndex:
            case NodeKind::LoopItem: return "";
        }
        return "unknown node";
    }

    std::string operands(const Node& n) const {
        const OpInfo& info = op_info(n.op);
        const bool chain = n.op == Op::And || n.op == Op::Or;
        if (chain ? n.kids.size() < 2 : n.kids.size() != static_cast<size_t>(info.arity))
            return "wrong number of operands";
        for (size_t k = 0; k < n.kids.size(); ++k) {
            const Kind want = k == 0 || chain ? info.a : info.b;
            if (want != Kind::Any && kind(n.kids[k]) != want)
                return fmt::format("operand {} of {} is of the wrong kind", k, info.mnemonic);
        }
        return kind_is(n, info.result) ? "" : "wrong result kind";
    }

    bool kind_is(const Node& n, Kind want) const { return policy_.schema.types[n.type].kind == want; }

    const Policy& policy_;
};

}  // namespace

std::string verify(const Policy& policy) { return Verifier(policy).run(); }

}  // namespace remit::ir
