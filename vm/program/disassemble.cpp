#include "vm/program/disassemble.h"

#include <string_view>

#include "vm/ops/op_table.h"
#include "vm/value/sha256.h"

namespace remit {
namespace {

constexpr std::string_view kRuleKinds[] = {"allow", "block",  "risk",   "lane",   "ask",  "limit", "quota", "isolate",
                                           "reach", "record", "redact", "retain", "mark", "count", "never"};
static_assert(std::size(kRuleKinds) == kRuleKindCount);

class Disassembler {
public:
    explicit Disassembler(const Program& p) : p_(p) {}

    std::string text() {
        header();
        types_and_slots();
        states_and_facts();
        for (size_t i = 0; i < p_.shapes.size(); ++i) shape(i);
        constants();
        rules();
        for (size_t i = 0; i < p_.segments.size(); ++i) segment(i);
        for (const ToolDesc& tool : p_.tools) tool_text(tool);
        return std::move(out_);
    }

private:
    template <class... Parts>
    void put(const Parts&... parts) {
        const auto one = [&](const auto& part) {
            if constexpr (std::is_arithmetic_v<std::decay_t<decltype(part)>>)
                out_ += std::to_string(part);
            else
                out_ += part;
        };
        (one(parts), ...);
    }
    template <class... Parts>
    void line(const Parts&... parts) {
        put(parts..., "\n");
    }

    std::string quoted(std::string_view text) const {
        std::string out = "\"";
        for (const char c : text) {
            if (c == '"' || c == '\\') out += '\\';
            if (static_cast<unsigned char>(c) < 0x20)
                out += '?';
            else
                out += c;
        }
        return out + '"';
    }

    void header() {
        line("program ", quoted(p_.name), " ", to_text(p_.hash));
        if (p_.parent != Hash{}) line("parent ", to_text(p_.parent));
        for (const Vocabulary& v : p_.vocabularies) {
            put("vocabulary ", v.name, ":");
            for (size_t i = 0; i < v.symbols.size(); ++i) put(i == 0 ? " " : v.ordered ? " < " : ", ", v.symbols[i]);
            line();
        }
        for (size_t i = 0; i < p_.roles.size(); ++i) line("role ", i, " ", p_.roles[i], inclusion(i));
        for (const Egress& egress : p_.egress) {
            put("egress ", egress.name);
            for (const std::string& endpoint : egress.endpoints) put(" ", quoted(endpoint));
            line();
        }
    }
    std::string inclusion(size_t role) const {
        std::string out;
        for (size_t other = 0; other < p_.roles.size() && role < p_.role_closure.size(); ++other) {
            const auto& mask = p_.role_closure[role];
            if (other == role || other / 64 >= mask.size() || (mask[other / 64] >> (other % 64) & 1) == 0) continue;
            out += (out.empty() ? " includes " : ", ") + p_.roles[other];
        }
        return out;
    }

    std::string type_name(TypeRef t, int depth = 0) const {
        if (t >= p_.types.size() || depth > 64) return "?";
        const TypeDesc& type = p_.types[t];
        if (type.kind == Kind::List) return "list<" + type_name(type.item, depth + 1) + ">";
        if (type.kind != Kind::Record) return std::string(kind_name(type.kind));
        return type.fields.empty() ? "record" : "record#" + std::to_string(t);
    }
    void types_and_slots() {
        for (size_t t = kKindCount; t < p_.types.size(); ++t) {
            if (p_.types[t].kind != Kind::Record) continue;
            put("type record#", t, " {");
            for (const TypeRef field : p_.types[t].fields) put(" ", type_name(field));
            line(" }");
        }
        for (size_t i = 0; i < p_.slots.size(); ++i)
            line("slot ", i, " ", p_.slots[i].name, ": ", type_name(p_.slots[i].type));
    }
    void states_and_facts() {
        static constexpr std::string_view kCounts[] = {"number", "sum", "distinct"};
        for (const StateDesc& s : p_.states) {
            put(s.is_count ? "count " : "mark ", s.name, " slot ", s.slot);
            if (s.is_count) put(" ", s.count <= CountKind::Distinct ? kCounts[static_cast<int>(s.count)] : "?");
            line(s.per == Window::Tenant ? " per tenant" : " per session");
        }
        for (size_t i = 0; i < p_.fact_uses.size(); ++i) fact_use(i);
    }
    void fact_use(size_t i) {
        const FactUse& use = p_.fact_uses[i];
        const FactDesc* fact = use.fact < p_.facts.size() ? &p_.facts[use.fact] : nullptr;
        put("fact use ", i, " ", fact != nullptr ? fact->name : "?", "(");
        for (size_t k = 0; k < use.keys.size(); ++k) {
            const FactKey& key = use.keys[k];
            put(k == 0 ? "" : ", ", key.is_constant ? constant_text(key.constant) : slot_name(key.slot));
        }
        put(")");
        for (const auto& [field, slot] : use.fields) {
            put(" ", fact != nullptr && field < fact->fields.size() ? fact->fields[field].name : "?", " -> ",
                slot_name(slot));
        }
        line();
    }
    std::string slot_name(uint32_t slot) const { return slot < p_.slots.size() ? p_.slots[slot].name : "?"; }

    // ---- code

    void shape(size_t i) {
        const Shape& s = p_.shapes[i];
        put("shape ", i, " -> ", type_name(s.result), ", ", s.registers, " registers");
        for (size_t k = 0; k < s.params.size(); ++k) put(k == 0 ? ", parameters " : ", ", type_name(s.params[k]));
        line();
        bool in_loop = false;
        for (uint32_t at = s.begin; at < s.end && at < p_.code.size(); ++at) {
            const Instr& instr = p_.code[at];
            if (instr.op == Op::Next) in_loop = false;
            line(in_loop ? "      " : "    ", at, "  ", instruction(instr));
            if (instr.op >= Op::ForAny && instr.op <= Op::ForSum) in_loop = true;
        }
    }
    std::string instruction(const Instr& i) const {
        const auto r = [](uint16_t n) { return "r" + std::to_string(n); };
        const std::string to = r(i.dst) + " = ", name(mnemonic_of(i.op)), imm = std::to_string(i.imm);
        if (!is_structural(i.op)) return to + name + " " + r(i.a) + (op_info(i.op).arity == 2 ? ", " + r(i.b) : "");
        switch (i.op) {
            case Op::Slot: return to + "slot " + imm + "  // " + slot_name(i.imm);
            case Op::Param: return to + "param " + imm;
            case Op::Item: return to + "item " + r(i.a) + ", " + r(i.b);
            case Op::Field: return to + "field " + r(i.a) + ", " + imm;
            case Op::ForAny:
            case Op::ForAll:
            case Op::ForCount:
            case Op::ForSum: return to + name + " " + r(i.b) + " over " + r(i.a) + " until " + imm;
            default: return name + " " + r(i.a);
        }
    }

    // ---- tables

    std::string constant_text(uint32_t i) const {
        return i < p_.constants.size() ? constant_text(p_.constants[i], 0) : "?";
    }
    std::string constant_text(const Constant& c, int depth) const {
        if (c.type >= p_.types.size() || depth > 64) return "?";
        const Kind kind = p_.types[c.type].kind;
        if (kind == Kind::Int) return std::to_string(c.number);
        if (kind == Kind::Truth) return c.number == kTrue ? "true" : c.number == kFalse ? "false" : "error";
        if (kind != Kind::List) return quoted(c.text);
        std::string out = "{";
        for (const Constant& item : c.items) out += (out.size() == 1 ? "" : ", ") + constant_text(item, depth + 1);
        return out + "}";
    }
    void constants() {
        for (uint32_t i = 0; i < p_.constants.size(); ++i) {
            line("constant ", i, ": ", type_name(p_.constants[i].type), " ", constant_text(i));
        }
    }
    void rules() {
        for (size_t i = 0; i < p_.rules.size(); ++i) {
            const RuleInfo& rule = p_.rules[i];
            const auto kind = static_cast<size_t>(rule.kind);
            line("rule ", i, " ", kind < std::size(kRuleKinds) ? kRuleKinds[kind] : "?", rule.name.empty() ? "" : " ",
                 rule.name, " at ", rule.at, " ", hex(rule.id).substr(0, 16));
        }
    }
    void segment(size_t i) {
        const Segment& s = p_.segments[i];
        put("segment ", i, " ", action_name(static_cast<uint8_t>(s.action)), s.must ? " must" : " may", " shape ",
            s.shape);
        if (s.value_shape != kNoShape) put(" value shape ", s.value_shape);
        line();
        const size_t wanted = params_of(s.shape) + (s.value_shape != kNoShape ? params_of(s.value_shape) : 0);
        for (uint32_t r = s.row_begin; r < s.row_end && r < p_.rows.size(); ++r) {
            const Row& row = p_.rows[r];
            put("    row ", r, " rule ", row.rule, " payload ", row.payload, " (");
            for (size_t k = 0; k < wanted; ++k) {
                const size_t at = row.params + k;
                put(k == 0 ? "" : ", ", at < p_.params.size() ? constant_text(p_.params[at]) : "?");
            }
            line(")");
        }
    }
    size_t params_of(uint32_t shape) const { return shape < p_.shapes.size() ? p_.shapes[shape].params.size() : 0; }

    void tool_text(const ToolDesc& tool) {
        put("tool ", quoted(tool.name), tool.write ? " write" : " read", " segments");
        for (uint32_t i = tool.segments_begin; i < tool.segments_end && i < p_.tool_segments.size(); ++i)
            put(" ", p_.tool_segments[i]);
        line();
        for (size_t i = 0; i < tool.params.size() && i < tool.slots.size(); ++i) {
            const uint32_t slot = tool.slots[i].value;
            line("    ", tool.params[i].name, ": ", type_name(tool.params[i].type.layout),
                 slot == kNoSlot ? "" : " -> slot ", slot == kNoSlot ? std::string() : std::to_string(slot));
        }
    }

    const Program& p_;
    std::string out_;
};

}  // namespace

std::string disassemble(const Program& program) { return Disassembler(program).text(); }

}  // namespace remit
