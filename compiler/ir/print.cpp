#include <fmt/format.h>

#include "compiler/ir/ir.h"
#include "vm/ops/op_table.h"

namespace remit::ir {

namespace {

const char* loop_word(NodeKind kind) {
    switch (kind) {
        case NodeKind::Any: return "any";
        case NodeKind::All: return "all";
        case NodeKind::Count: return "count";
        case NodeKind::Sum: return "sum";
        case NodeKind::LoopList: return "items";
        case NodeKind::LoopIndex: return "index";
        case NodeKind::LoopItem: return "item";
        case NodeKind::Op:
        case NodeKind::Const:
        case NodeKind::Slot:
        case NodeKind::Field: return "?";
    }
    return "?";
}

void print_to(const Policy& policy, NodeId id, std::string& out) {
    const Node& n = policy.nodes[id];
    switch (n.kind) {
        case NodeKind::Const:
        case NodeKind::Slot: out += n.text; return;
        case NodeKind::LoopList:
        case NodeKind::LoopIndex:
        case NodeKind::LoopItem: out += loop_word(n.kind); return;
        case NodeKind::Field:
            out += "(field ";
            print_to(policy, n.kids[0], out);
            out += ' ';
            out += n.text;
            out += ')';
            return;
        case NodeKind::Op:
        case NodeKind::Any:
        case NodeKind::All:
        case NodeKind::Count:
        case NodeKind::Sum: break;
    }
    out += '(';
    out += n.kind == NodeKind::Op ? op_info(n.op).mnemonic : loop_word(n.kind);
    for (NodeId kid : n.kids) {
        out += ' ';
        print_to(policy, kid, out);
    }
    out += ')';
}

}  // namespace

std::string print(const Policy& policy, NodeId node) {
    std::string out;
    if (node == kNoNode) return "true";
    print_to(policy, node, out);
    return out;
}

std::string print(const Policy& policy, std::span<const Rule* const> rules) {
    std::string out = fmt::format("policy {}\n", policy.schema.name);
    for (const std::string& d : policy.declarations) out += d + "\n";
    for (size_t s = 0; s < policy.schema.slots.size(); ++s)
        out += fmt::format("slot {} {}\n", s, policy.schema.slots[s].name);
    for (const Rule* rule : rules) {
        const Rule& r = *rule;
        out += fmt::format("rule {} {}\n", r.info.at, r.head);
        for (const Variant& v : r.variants) {
            out += "  tools";
            for (uint32_t t : v.tools) out += " " + policy.schema.tools[t].name;
            out += fmt::format("\n  {} {}\n", r.must ? "must" : "may", print(policy, v.guard));
            if (v.summand != kNoNode) out += fmt::format("  value {}\n", print(policy, v.summand));
        }
    }
    return out;
}

}  // namespace remit::ir
