#include "vm/index/guard.h"

#include <algorithm>
#include <set>

#include "vm/ops/op_table.h"
#include "vm/ops/row.h"

namespace remit::indexing {

namespace {

constexpr uint32_t kOpaque = UINT32_MAX;  // a value that is not followed
/// Of one expression, written out as a tree: an image may share its parts, so that the tree is far larger than the code.
constexpr uint32_t kMaxTree = 1024;

/// Runs a shape with nodes in place of values.
class Reader {
public:
    Reader(const Program& program, const Shape& shape) : program_(program), shape_(shape) {}

    Guard run() {
        std::vector<uint32_t> registers(shape_.registers, kOpaque);
        uint32_t result = kOpaque;
        for (uint32_t at = shape_.begin; at < shape_.end; ++at) {
            const Instr& i = program_.code[at];
            if (i.op >= Op::ForAny && i.op <= Op::ForSum) {
                registers[i.dst] = kOpaque;
                for (; at < i.imm; ++at) registers[program_.code[at].dst] = kOpaque;  // on to its Next
                continue;
            }
            if (i.op == Op::ExitFalse) {
                exits_.push_back(registers[i.a]);
                continue;
            }
            if (i.op == Op::Ret) {
                result = registers[i.a];
                continue;
            }
            registers[i.dst] = value(i, registers);
        }
        std::set<uint32_t> parts;
        conjuncts(result, parts);
        // Leaving early on a false conjunct is the conjunction, provided that the conjunct is part of the result as well.
        for (const uint32_t exit : exits_) {
            std::set<uint32_t> own;
            conjuncts(exit, own);
            if (!std::includes(parts.begin(), parts.end(), own.begin(), own.end())) return unreadable();
        }
        for (const uint32_t part : parts) sort_out(part);
        return std::move(guard_);
    }

private:
    uint32_t node(Node n, uint32_t tree = 1, bool partial = false) {
        if (tree > kMaxTree) return kOpaque;
        guard_.nodes.push_back(n);
        trees_.push_back(tree);
        partial_.push_back(partial);
        return static_cast<uint32_t>(guard_.nodes.size() - 1);
    }
    uint32_t value(const Instr& i, const std::vector<uint32_t>& registers) {
        if (i.op == Op::Slot) return node({Node::Kind::Slot, Op::And, 0, 0, i.imm});
        if (i.op == Op::Param) return node({Node::Kind::Param, Op::And, 0, 0, i.imm});
        if (is_structural(i.op)) return kOpaque;
        const OpInfo& info = op_info(i.op);
        const bool two = info.arity == 2;
        const uint32_t a = registers[i.a], b = two ? registers[i.b] : 0;
        if (i.op == Op::And) return conjunction(a, b);
        if (a == kOpaque || (two && b == kOpaque) || partial_[a] || (two && partial_[b])) return kOpaque;
        return node({Node::Kind::Op, i.op, a, b, 0}, 1 + trees_[a] + (two ? trees_[b] : 0));
    }
    /// Of a conjunction with something opaque the readable half is still worth having: it is then only part of what must hold.
    uint32_t conjunction(uint32_t a, uint32_t b) {
        if (a == kOpaque && b == kOpaque) return kOpaque;
        if (a == kOpaque || b == kOpaque) {
            const uint32_t readable = a == kOpaque ? b : a;
            return node({Node::Kind::Op, Op::And, readable, readable, 0}, 1 + trees_[readable], true);
        }
        return node({Node::Kind::Op, Op::And, a, b, 0}, 1 + trees_[a] + trees_[b], partial_[a] || partial_[b]);
    }

    void conjuncts(uint32_t id, std::set<uint32_t>& out) {
        if (id == kOpaque) {
            guard_.opaque = true;
            return;
        }
        const Node n = guard_.nodes[id];
        if (partial_[id]) guard_.opaque = true;
        if (n.kind != Node::Kind::Op || n.op != Op::And) {
            out.insert(id);
            return;
        }
        conjuncts(n.a, out);
        if (n.b != n.a) conjuncts(n.b, out);
    }

    void sort_out(uint32_t root) {
        std::set<uint32_t> slots;
        collect_slots(root, slots);
        if (slots.empty()) {
            guard_.constants.push_back(root);
        } else if (is_role_test(root)) {
            if (guard_.roles.empty())
                role_tests(root);
            else
                guard_.opaque = true;  // two sets of roles, both of which are needed
        } else if (slots.size() == 1 && !is_role_slot(*slots.begin()) && is_slot_test(root)) {
            slot_test(root, *slots.begin());
        } else {
            guard_.opaque = true;
        }
    }

    void collect_slots(uint32_t id, std::set<uint32_t>& out) const {
        const Node& n = guard_.nodes[id];
        if (n.kind == Node::Kind::Slot) out.insert(n.index);
        if (n.kind != Node::Kind::Op) return;
        collect_slots(n.a, out);
        if (op_info(n.op).arity == 2) collect_slots(n.b, out);
    }

    void collect_params(uint32_t id, std::vector<uint32_t>& out) const {
        const Node& n = guard_.nodes[id];
        if (n.kind == Node::Kind::Param) out.push_back(n.index);
        if (n.kind != Node::Kind::Op) return;
        collect_params(n.a, out);
        if (op_info(n.op).arity == 2) collect_params(n.b, out);
    }

    bool is_role_slot(uint32_t slot) const { return slot >= kSlotRoles && slot < kSlotRoles + program_.role_words(); }
    bool is(uint32_t id, Node::Kind kind) const { return guard_.nodes[id].kind == kind; }

    bool is_role_test(uint32_t id) const {
        const Node& n = guard_.nodes[id];
        if (n.kind != Node::Kind::Op) return false;
        if (n.op == Op::Or) return is_role_test(n.a) && is_role_test(n.b);
        return n.op == Op::AnyBits && is(n.a, Node::Kind::Slot) && is(n.b, Node::Kind::Param) &&
               is_role_slot(guard_.nodes[n.a].index);
    }
    void role_tests(uint32_t id) {
        const Node& n = guard_.nodes[id];
        if (n.op == Op::Or) {
            role_tests(n.a);
            role_tests(n.b);
        } else {
            guard_.roles.push_back({guard_.nodes[n.a].index - kSlotRoles, guard_.nodes[n.b].index});
        }
    }

    Kind kind_of_slot(uint32_t slot) const { return program_.types[program_.slots[slot].type].kind; }

    /// Constant on the classes that the compared parameters make.
    bool is_slot_test(uint32_t id) const {
        const Node& n = guard_.nodes[id];
        if (n.kind != Node::Kind::Op) return false;
        const auto slot_of_kind = [&](uint32_t at, Kind kind) {
            return is(at, Node::Kind::Slot) && kind_of_slot(guard_.nodes[at].index) == kind;
        };
        const auto compares = [&](Kind kind) {
            return (slot_of_kind(n.a, kind) && is(n.b, Node::Kind::Param)) ||
                   (slot_of_kind(n.b, kind) && is(n.a, Node::Kind::Param));
        };
        switch (n.op) {
            case Op::And:
            case Op::Or: return is_slot_test(n.a) && is_slot_test(n.b);
            case Op::Not: return is_slot_test(n.a);
            case Op::Has:
            case Op::IsNull: return slot_of_kind(n.a, Kind::Int) || slot_of_kind(n.a, Kind::Str);
            case Op::Truth: return slot_of_kind(n.a, Kind::Int);
            case Op::EqI:
            case Op::LtI:
            case Op::LeI: return compares(Kind::Int);
            case Op::InI: return slot_of_kind(n.a, Kind::Int) && is(n.b, Node::Kind::Param);
            case Op::EqS: return compares(Kind::Str);
            case Op::InS: return slot_of_kind(n.a, Kind::Str) && is(n.b, Node::Kind::Param);
            default: return false;  // every other operation is left to the engines
        }
    }

    std::optional<Comparison> comparison(uint32_t id) const {
        const Node& n = guard_.nodes[id];
        if (n.kind != Node::Kind::Op || (n.op != Op::EqI && n.op != Op::LtI && n.op != Op::LeI)) return std::nullopt;
        const bool first = is(n.a, Node::Kind::Slot);
        return Comparison{n.op, first, guard_.nodes[first ? n.b : n.a].index};
    }

    void slot_test(uint32_t root, uint32_t slot) {
        const auto before = [](const SlotTest& t, uint32_t s) { return t.slot < s; };
        auto it = std::lower_bound(guard_.slots.begin(), guard_.slots.end(), slot, before);
        if (it == guard_.slots.end() || it->slot != slot)
            it = guard_.slots.insert(it, {slot, kind_of_slot(slot) == Kind::Str, {}, {}, {}});
        it->roots.push_back(root);
        collect_params(root, it->params);
        if (const auto c = comparison(root)) it->comparisons.push_back(*c);
    }

    static Guard unreadable() {
        Guard g;
        g.opaque = true;
        return g;
    }

    const Program& program_;
    const Shape& shape_;
    Guard guard_;
    std::vector<uint32_t> exits_;
    std::vector<uint32_t> trees_;  // by node: its size as a tree
    std::vector<bool> partial_;    // by node: something that must hold too was left out
};

}  // namespace

V Guard::evaluate(uint32_t root, V value, const V* params) const {
    const Node& n = nodes[root];
    switch (n.kind) {
        case Node::Kind::Slot: return value;
        case Node::Kind::Param: return params[n.index];
        case Node::Kind::Op: break;
    }
    const V a = evaluate(n.a, value, params);
    return apply(n.op, a, op_info(n.op).arity == 2 ? evaluate(n.b, value, params) : V{});
}

Guard read_guard(const Program& program, const Shape& shape) { return Reader(program, shape).run(); }

}  // namespace remit::indexing
