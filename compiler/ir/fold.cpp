// Constant folding. The folder knows no arithmetic: it asks vm/ops, as the engines do. A result that is an error stays unfolded
// (a constant cannot hold one), except for truths, where the error is a value like any other.
#include <optional>

#include "compiler/ir/ir.h"
#include "vm/ops/op_table.h"

namespace remit::ir {

namespace {

Kind kind_of(const Policy& p, const Node& n) { return p.schema.types[n.type].kind; }

/// A constant as a value; text constants refer to `holder`, which must outlive the use.
std::optional<V> value_of(const Policy& p, const Node& n, Str& holder) {
    if (n.kind != NodeKind::Const) return std::nullopt;
    switch (kind_of(p, n)) {
        case Kind::Truth:
        case Kind::Int: return V{n.constant.number, 0};
        case Kind::Str:
            holder = {n.constant.text.data(), static_cast<uint32_t>(n.constant.text.size()), 0};
            return ref(&holder);
        case Kind::Url:
        case Kind::Email:
        case Kind::Net:
        case Kind::List:
        case Kind::Record:
        case Kind::Any: return std::nullopt;
    }
    return std::nullopt;
}

void become_number(Node& n, int64_t bits, TypeRef type) {
    Node folded;
    folded.kind = NodeKind::Const;
    folded.type = type;
    folded.constant.type = type;
    folded.constant.number = bits;
    folded.text = std::to_string(bits);
    n = std::move(folded);
}

/// `and`, `or` of many: constants are joined with apply(), the neutral one is dropped, the absorbing one wins.
void fold_chain(Policy& p, Node& n) {
    const int64_t neutral = n.op == Op::And ? kTrue : kFalse;
    const int64_t absorbing = n.op == Op::And ? kFalse : kTrue;
    V joined{neutral, 0};
    std::vector<NodeId> rest;
    NodeId constant = kNoNode;
    for (NodeId kid : n.kids) {
        const Node& k = p.nodes[kid];
        if (k.kind != NodeKind::Const) {
            rest.push_back(kid);
            continue;
        }
        joined = apply(n.op, joined, V{k.constant.number, 0});
        constant = kid;
    }
    if (constant == kNoNode) return;
    if (joined.bits == absorbing || rest.empty()) return become_number(n, joined.bits, n.type);
    if (joined.bits != neutral) return;  // an error beside what is unknown: leave it
    if (rest.size() == 1) {
        n = Node(p.nodes[rest[0]]);
        return;
    }
    n.kids = std::move(rest);
}

void fold_op(Policy& p, Node& n) {
    if (n.op == Op::And || n.op == Op::Or) return fold_chain(p, n);
    const Kind result = kind_of(p, n);
    if (result != Kind::Truth && result != Kind::Int) return;
    Str a_text, b_text;
    const std::optional<V> a = value_of(p, p.nodes[n.kids[0]], a_text);
    const std::optional<V> b = n.kids.size() == 2 ? value_of(p, p.nodes[n.kids[1]], b_text) : V{};
    if (!a || !b) return;
    const V v = apply(n.op, *a, *b);
    if (v.err == 0) become_number(n, v.bits, n.type);
}

}  // namespace

void fold(Policy& policy) {
    for (size_t i = 0; i < policy.nodes.size(); ++i) {  // kids come before parents
        if (policy.nodes[i].kind != NodeKind::Op) continue;
        Node folded = policy.nodes[i];
        fold_op(policy, folded);
        policy.nodes[i] = std::move(folded);
    }
}

}  // namespace remit::ir
