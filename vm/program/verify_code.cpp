// The verifier's look at constants and bytecode. Along each shape it follows the type of every register, so that engines may
// follow pointers without asking.
#include <algorithm>

#include "vm/ops/op_table.h"
#include "vm/program/limits.h"
#include "vm/program/verify.h"
#include "vm/program/verify_parts.h"
#include "vm/value/scalar.h"

namespace remit::verifier {
namespace {

bool is_normal_net(const std::string& text) {
    const auto ip = parse_ip(text);
    const auto net = ip ? ip : parse_cidr(text);
    return net && format_net(*net) == text;
}

Problem constant(const Program& p, const Constant& c) {
    if (!is_in(p.types, c.type)) return "no such type";
    const TypeDesc& type = p.types[c.type];
    if (c.text.size() > limits::kMaxDeclBytes) return "text too long";
    switch (type.kind) {
        case Kind::Truth:
            return c.number == kFalse || c.number == kError || c.number == kTrue ? Problem{} : "no guard value";
        case Kind::Int: return {};
        case Kind::Str:
        case Kind::Any: return is_utf8(c.text) ? Problem{} : "text is not UTF-8";
        case Kind::Url: {
            const auto url = parse_url(c.text);
            return url && url->text == c.text ? Problem{} : "no url in normal form";
        }
        case Kind::Email: {
            const auto email = parse_email(c.text);
            return email && email->text == c.text ? Problem{} : "no email address in normal form";
        }
        case Kind::Net: return is_normal_net(c.text) ? Problem{} : "no address or network in normal form";
        case Kind::List: break;
        case Kind::Record: return "records are no constants";
    }
    if (c.items.size() > limits::kMaxListItems) return "list too long";
    for (const Constant& item : c.items) {
        if (item.type != type.item) return "item of another type";
        if (auto problem = constant(p, item)) return problem;  // as deep as the type, which has a limit
    }
    return {};
}

/// Walks one shape. A register's type is kUnset until it is written.
class ShapeChecker {
public:
    ShapeChecker(const Program& p, const Shape& shape) : p_(p), shape_(shape), types_(shape.registers, kUnset) {}

    Problem run() {
        for (at_ = shape_.begin; at_ < shape_.end; ++at_) {
            const Instr& i = p_.code[at_];
            if (i.op > Op::Ret) return "no such instruction";
            const bool last = at_ + 1 == shape_.end;
            if (last != (i.op == Op::Ret)) return "must end with its only ret";
            if (auto problem = is_structural(i.op) ? structural(i) : computed(i)) {
                return say("instruction ", at_ - shape_.begin, " (", mnemonic_of(i.op), "): ", *problem);
            }
        }
        return {};
    }

private:
    static constexpr uint32_t kUnset = UINT32_MAX;
    struct Loop {
        Instr head;
        std::vector<uint32_t> outside;  // types before the loop, what the body writes already taken out
    };

    bool is_set(uint16_t r) const { return r < types_.size() && types_[r] != kUnset; }
    Kind kind(uint16_t r) const { return p_.types[types_[r]].kind; }
    bool has_kind(uint16_t r, Kind k) const { return is_set(r) && kind(r) == k; }

    Problem write(uint16_t dst, uint32_t type) {
        if (dst >= types_.size()) return "no such destination";
        if (loop_ && (dst == loop_->head.dst || dst == loop_->head.b || dst == loop_->head.a)) {
            return "the body writes a register of its loop";
        }
        types_[dst] = type;
        return {};
    }

    Problem operand(uint16_t r, Kind declared, Kind items) const {
        if (!is_set(r)) return "operand is not set";
        if (!operand_fits(declared, kind(r))) return "operand of the wrong kind";
        if (declared != Kind::List || items == Kind::Any) return {};
        return p_.types[p_.types[types_[r]].item].kind == items ? Problem{} : "list of the wrong items";
    }

    Problem computed(const Instr& i) {
        const OpInfo& op = op_info(i.op);
        const Kind items = list_items_of(op);
        if (auto problem = operand(i.a, op.a, items)) return problem;
        if (op.arity == 2) {
            if (auto problem = operand(i.b, op.b, items)) return problem;
        }
        return write(i.dst, static_cast<uint32_t>(op.result));
    }

    Problem structural(const Instr& i) {
        switch (i.op) {
            case Op::Slot: return is_in(p_.slots, i.imm) ? write(i.dst, p_.slots[i.imm].type) : "no such slot";
            case Op::Param:
                return is_in(shape_.params, i.imm) ? write(i.dst, shape_.params[i.imm]) : "no such parameter";
            case Op::Item:
                if (!has_kind(i.a, Kind::List)) return "operand is no list";
                if (!has_kind(i.b, Kind::Int)) return "index is no number";
                return write(i.dst, p_.types[types_[i.a]].item);
            case Op::Field: {
                if (!has_kind(i.a, Kind::Record)) return "operand is no record";
                const auto& fields = p_.types[types_[i.a]].fields;
                return is_in(fields, i.imm) ? write(i.dst, fields[i.imm]) : "no such field";
            }
            case Op::ForAny:
            case Op::ForAll:
            case Op::ForCount:
            case Op::ForSum: return enter(i);
            case Op::Next: return leave(i);
            case Op::ExitFalse:
                if (loop_) return "inside a loop";
                if (p_.types[shape_.result].kind != Kind::Truth) return "in a shape that gives no guard";
                return has_kind(i.a, Kind::Truth) ? Problem{} : "operand is no guard";
            case Op::Ret:
                if (loop_) return "inside a loop";
                return has_kind(i.a, p_.types[shape_.result].kind) ? Problem{} : "result of the wrong kind";
            default: return "not structural";
        }
    }

    /// What the body writes is not visible at its start (the second round would see it), nor after the loop.
    Problem enter(const Instr& i) {
        if (loop_) return "loops do not nest";
        if (!has_kind(i.a, Kind::List)) return "operand is no list";
        if (i.dst >= types_.size() || i.b >= types_.size()) return "no such register";
        if (i.dst == i.a || i.dst == i.b || i.a == i.b) return "result, list and index must be three registers";
        if (i.imm <= at_ || i.imm >= shape_.end - 1 || p_.code[i.imm].op != Op::Next)
            return "no next where the loop ends";
        for (uint32_t k = at_ + 1; k < i.imm; ++k) {
            if (p_.code[k].dst < types_.size()) types_[p_.code[k].dst] = before_body(p_.code[k]);
        }
        if (types_[i.a] == kUnset) return "the body writes a register of its loop";
        types_[i.dst] = types_[i.b] = kUnset;
        loop_ = Loop{i, types_};
        types_[i.b] = static_cast<uint32_t>(Kind::Int);
        return {};
    }
    /// The type of a register before a body that may write it.
    uint32_t before_body(const Instr& i) const {
        const bool writes = i.op != Op::Next && i.op != Op::ExitFalse && i.op != Op::Ret;
        return writes ? kUnset : types_[i.dst];
    }

    Problem leave(const Instr& i) {
        if (!loop_ || loop_->head.imm != at_) return "not the end of a loop";
        const Op head = loop_->head.op;
        const Kind body = head == Op::ForSum ? Kind::Int : Kind::Truth;
        const Kind result = head == Op::ForAny || head == Op::ForAll ? Kind::Truth : Kind::Int;
        if (!has_kind(i.a, body)) return "the body's result is of the wrong kind";
        types_ = std::move(loop_->outside);
        types_[loop_->head.dst] = static_cast<uint32_t>(result);
        loop_.reset();
        return {};
    }

    const Program& p_;
    const Shape& shape_;
    std::vector<uint32_t> types_;
    std::optional<Loop> loop_;
    uint32_t at_ = 0;
};

Problem shape_bounds(const Program& p, const Shape& s) {
    if (s.begin >= s.end || s.end > p.code.size()) return "code range out of bounds";
    if (s.end - s.begin > limits::kMaxShapeInstrs) return "too many instructions";
    if (s.registers > limits::kMaxRegisters) return "too many registers";
    if (s.params.size() > limits::kMaxShapeInstrs) return "too many parameters";
    for (const TypeRef t : s.params) {
        if (!is_in(p.types, t)) return "parameter of no type";
    }
    if (!is_in(p.types, s.result)) return "no such result type";
    const Kind result = p.types[s.result].kind;
    if (result != Kind::Truth && result != Kind::Int && result != Kind::Str)
        return "result is no guard, number or text";
    return {};
}

}  // namespace

Problem constants(const Program& p) {
    for (size_t i = 0; i < p.constants.size(); ++i) {
        if (auto problem = constant(p, p.constants[i])) return say("constant ", i, ": ", *problem);
    }
    return {};
}

Problem shapes(const Program& p) {
    uint64_t instructions = 0;  // shapes that shared code could make verifying slow
    for (size_t i = 0; i < p.shapes.size(); ++i) {
        const Shape& s = p.shapes[i];
        if (auto problem = shape_bounds(p, s)) return say("shape ", i, ": ", *problem);
        instructions += s.end - s.begin;
        if (instructions > p.code.size()) return say("shape ", i, ": shares code with another");
        if (auto problem = ShapeChecker(p, s).run()) return say("shape ", i, ": ", *problem);
    }
    return {};
}

}  // namespace remit::verifier

namespace remit {

std::vector<bool> pattern_params(const Program& program, const Shape& shape) {
    std::vector<bool> pattern(shape.params.size(), false);
    std::vector<uint32_t> holds(shape.registers, UINT32_MAX);  // which parameter a register holds
    for (uint32_t at = shape.begin; at < shape.end; ++at) {
        const Instr& i = program.code[at];
        if (i.op == Op::MatchesS && holds[i.b] != UINT32_MAX) pattern[holds[i.b]] = true;
        if (i.dst < holds.size()) holds[i.dst] = i.op == Op::Param ? i.imm : UINT32_MAX;
    }
    return pattern;
}

}  // namespace remit
