#include "compiler/emit/shape_builder.h"

#include <algorithm>
#include <map>

#include "vm/ops/op_table.h"
#include "vm/program/limits.h"

namespace remit {

namespace {

/// An operation whose cost depends on sizes, where nothing better is known.
constexpr uint64_t kSizedCost = 16;
/// Before a conjunct at least this dear, a guard that is already false stops.
constexpr uint64_t kExitBefore = 4;

class Builder {
public:
    explicit Builder(const ir::Policy& policy) : policy_(policy) {}

    BuiltShape guard(const std::vector<uint32_t>& roles, ir::NodeId node) {
        const std::map<uint32_t, int64_t> masks = role_masks(roles);
        std::vector<ir::NodeId> parts;
        if (node != ir::kNoNode) conjuncts(node, parts);
        std::stable_sort(parts.begin(), parts.end(), [this](ir::NodeId a, ir::NodeId b) { return cost(a) < cost(b); });
        bool started = false;
        if (!masks.empty()) {
            role_test(masks);
            started = true;
        }
        for (ir::NodeId part : parts) {
            if (!started) {
                started = true;
                move_to(part, 0);
                continue;
            }
            if (cost(part) >= kExitBefore) push({Op::ExitFalse, 0, 0, 0, 0, 0});
            const uint16_t reg = emit(part, 1);
            push({Op::And, 0, 0, 0, reg, 0});
        }
        if (!started) push({Op::Param, 0, 0, 0, 0, param(truth())});
        for (ir::NodeId part : parts) out_.cost += cost(part);
        out_.cost += 1 + masks.size();
        return finish(0, static_cast<TypeRef>(Kind::Truth));
    }

    BuiltShape value(ir::NodeId node) {
        const uint16_t reg = emit(node, 0);
        out_.cost = cost(node);
        return finish(reg, policy_.nodes[node].type);
    }

private:
    // ---- parts -------------------------------------------------------------------------------------------------

    void conjuncts(ir::NodeId id, std::vector<ir::NodeId>& out) const {
        const ir::Node& n = policy_.nodes[id];
        if (n.kind != ir::NodeKind::Op || n.op != Op::And) {
            out.push_back(id);
            return;
        }
        for (ir::NodeId kid : n.kids) conjuncts(kid, out);
    }

    static std::map<uint32_t, int64_t> role_masks(const std::vector<uint32_t>& roles) {
        std::map<uint32_t, int64_t> masks;
        for (uint32_t r : roles) masks[r / 64] |= static_cast<int64_t>(uint64_t{1} << (r % 64));
        return masks;
    }

    /// The session's mask is closed under inclusion, so having a role is having its bit.
    void role_test(const std::map<uint32_t, int64_t>& masks) {
        bool first = true;
        for (const auto& [word, mask] : masks) {
            Constant c;
            c.type = static_cast<TypeRef>(Kind::Int);
            c.number = mask;
            const uint16_t at = first ? 0 : 1;
            const uint16_t next = static_cast<uint16_t>(at + 1);
            push({Op::Slot, 0, at, 0, 0, kSlotRoles + word});
            push({Op::Param, 0, next, 0, 0, param(std::move(c))});
            push({Op::AnyBits, 0, at, at, next, 0});
            if (!first) push({Op::Or, 0, 0, 0, 1, 0});
            first = false;
        }
    }

    static Constant truth() {
        Constant c;
        c.type = static_cast<TypeRef>(Kind::Truth);
        c.number = kTrue;
        return c;
    }

    // ---- nodes -------------------------------------------------------------------------------------------------

    /// Emits `id` with registers from `base` on; the register that holds the result is `base`, or one that is kept for a loop.
    uint16_t emit(ir::NodeId id, uint16_t base) {
        const ir::Node& n = policy_.nodes[id];
        use(base);
        switch (n.kind) {
            case ir::NodeKind::Const: push({Op::Param, 0, base, 0, 0, param(n.constant)}); return base;
            case ir::NodeKind::Slot: push({Op::Slot, 0, base, 0, 0, n.index}); return base;
            case ir::NodeKind::Field: {
                const uint16_t record = emit(n.kids[0], base);
                push({Op::Field, 0, base, record, 0, n.index});
                return base;
            }
            case ir::NodeKind::LoopList: return list_;
            case ir::NodeKind::LoopIndex: return index_;
            case ir::NodeKind::LoopItem: push({Op::Item, 0, base, list_, index_, 0}); return base;
            case ir::NodeKind::Any: return loop(n, Op::ForAny, base);
            case ir::NodeKind::All: return loop(n, Op::ForAll, base);
            case ir::NodeKind::Count: return loop(n, Op::ForCount, base);
            case ir::NodeKind::Sum: return loop(n, Op::ForSum, base);
            case ir::NodeKind::Op: return operation(n, base);
        }
        return base;
    }

    /// As emit, but the result is in `reg` itself.
    void move_to(ir::NodeId id, uint16_t reg) { emit(id, reg); }

    uint16_t operation(const ir::Node& n, uint16_t base) {
        const uint16_t next = static_cast<uint16_t>(base + 1);
        const uint16_t a = emit(n.kids[0], base);
        if (n.kids.size() == 1) {
            push({n.op, 0, base, a, 0, 0});
            return base;
        }
        uint16_t left = a;
        for (size_t k = 1; k < n.kids.size(); ++k) {
            const uint16_t b = emit(n.kids[k], next);
            push({n.op, 0, base, left, b, 0});
            left = base;
        }
        return base;
    }

    uint16_t loop(const ir::Node& n, Op op, uint16_t base) {
        const uint16_t list = static_cast<uint16_t>(base + 1), index = static_cast<uint16_t>(base + 2),
                       body = static_cast<uint16_t>(base + 3);
        use(body);
        const uint16_t from = emit(n.kids[0], list);
        const size_t head = out_.code.size();
        push({op, 0, base, from, index, 0});
        list_ = from;
        index_ = index;
        const uint16_t result = emit(n.kids[1], body);
        out_.code[head].imm = static_cast<uint32_t>(out_.code.size());
        push({Op::Next, 0, 0, result, 0, 0});
        return base;
    }

    // ---- cost --------------------------------------------------------------------------------------------------

    uint64_t cost(ir::NodeId id) const {
        const ir::Node& n = policy_.nodes[id];
        uint64_t kids = 0;
        for (ir::NodeId kid : n.kids) kids += cost(kid);
        switch (n.kind) {
            case ir::NodeKind::Op: {
                const int each = op_info(n.op).cost;
                const uint64_t times = n.kids.size() > 1 ? n.kids.size() - 1 : 1;
                return kids + (each == 0 ? kSizedCost : static_cast<uint64_t>(each)) * times;
            }
            case ir::NodeKind::Any:
            case ir::NodeKind::All:
            case ir::NodeKind::Count:
            case ir::NodeKind::Sum: return cost(n.kids[0]) + n.max_items * (1 + cost(n.kids[1]));
            case ir::NodeKind::Const:
            case ir::NodeKind::Slot:
            case ir::NodeKind::Field:
            case ir::NodeKind::LoopList:
            case ir::NodeKind::LoopIndex:
            case ir::NodeKind::LoopItem: return kids;
        }
        return kids;
    }

    // ---- small things ------------------------------------------------------------------------------------------

    void push(Instr i) {
        if (i.op != Op::ExitFalse && i.op != Op::Next && i.op != Op::Ret) use(i.dst);
        out_.code.push_back(i);
    }

    void use(uint16_t reg) {
        if (reg >= limits::kMaxRegisters) out_.too_large = true;
        out_.registers = std::max(out_.registers, static_cast<uint16_t>(reg + 1));
    }

    uint32_t param(Constant c) {
        out_.params.push_back(std::move(c));
        return static_cast<uint32_t>(out_.params.size() - 1);
    }

    BuiltShape finish(uint16_t reg, TypeRef type) {
        push({Op::Ret, 0, 0, reg, 0, 0});
        out_.result = type;
        out_.too_large = out_.too_large || out_.code.size() > limits::kMaxShapeInstrs;
        return std::move(out_);
    }

    const ir::Policy& policy_;
    BuiltShape out_;
    uint16_t list_ = 0, index_ = 0;  // of the loop around; loops do not nest
};

}  // namespace

BuiltShape build_guard(const ir::Policy& policy, const std::vector<uint32_t>& roles, ir::NodeId node) {
    return Builder(policy).guard(roles, node);
}

BuiltShape build_value(const ir::Policy& policy, ir::NodeId node) { return Builder(policy).value(node); }

}  // namespace remit
