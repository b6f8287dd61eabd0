#include "compiler/emit/emit.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <tuple>

#include "compiler/emit/shape_builder.h"
#include "vm/program/limits.h"

namespace remit {

namespace {

class Emitter {
public:
    Emitter(ir::Policy policy, Diagnostics& diagnostics)
        : policy_(std::move(policy)), diagnostics_(diagnostics), out_(policy_.schema) {}

    Program run() {
        for (uint32_t c = 0; c < out_.constants.size(); ++c) constants_.emplace(constant_key(out_.constants[c]), c);
        for (ir::Rule& rule : policy_.rules) {
            const uint32_t index = static_cast<uint32_t>(out_.rules.size());
            out_.rules.push_back(rule.info);
            bool speaks = rule.variants.empty();  // that nothing is covered is said elsewhere
            for (const ir::Variant& v : rule.variants) {
                if (never_holds(rule, v)) continue;
                speaks = true;
                variant(rule, v, index);
            }
            if (!speaks) diagnostics_.report<DiagId::NeverSpeaks>(rule.span);
        }
        segments();
        tool_segments();
        return std::move(out_);
    }

private:
    /// What rows must share to stand in one segment. Ordered so that a tool's segments come out in the order of strata.
    using SegmentKey =
        std::tuple<ir::Phase, Action, bool, uint32_t, uint32_t, uint32_t>;  // ..., shape, value shape, tool set

    void variant(const ir::Rule& rule, const ir::Variant& v, uint32_t index) {
        const bool always = v.guard != ir::kNoNode && is_constant(v.guard, kTrue);
        BuiltShape guard = build_guard(policy_, rule.roles, always ? ir::kNoNode : v.guard);
        Row row;
        row.rule = index;
        row.params = static_cast<uint32_t>(out_.params.size());
        row.payload = rule.payload;
        for (Constant& c : guard.params) out_.params.push_back(constant(Constant(c)));
        uint32_t value = kNoShape;
        if (v.summand != ir::kNoNode) {
            BuiltShape built = build_value(policy_, v.summand);
            for (Constant& c : built.params) out_.params.push_back(constant(Constant(c)));  // they follow the guard's
            value = shape(std::move(built), rule.span);
        }
        const SegmentKey key{rule.phase, rule.action,      rule.must, shape(std::move(guard), rule.span),
                             value,      tool_set(v.tools)};
        rows_[key].push_back(row);
    }

    bool is_constant(ir::NodeId id, int64_t bits) const {
        return policy_.nodes[id].kind == ir::NodeKind::Const && policy_.nodes[id].constant.number == bits;
    }

    bool never_holds(const ir::Rule& rule, const ir::Variant& v) const {
        if (v.guard == ir::kNoNode) return false;
        return is_constant(v.guard, kFalse) || (rule.must && is_constant(v.guard, kError));
    }

    // ---- tables that hold each thing once ----------------------------------------------------------------------

    uint32_t shape(BuiltShape built, Span span) {
        if (built.too_large) diagnostics_.report<DiagId::TooMany>(span, limits::kMaxShapeInstrs, "steps in one guard");
        std::string key;
        const auto append = [&key](const auto& v) { key.append(reinterpret_cast<const char*>(&v), sizeof v); };
        for (const Instr& i : built.code) { append(i.op), append(i.dst), append(i.a), append(i.b), append(i.imm); }
        for (const Constant& c : built.params) append(c.type);
        append(built.result);
        const auto [it, is_new] = shapes_.emplace(std::move(key), static_cast<uint32_t>(out_.shapes.size()));
        if (is_new) {
            Shape s;
            s.begin = static_cast<uint32_t>(out_.code.size());
            for (Instr i : built.code) {
                if (i.op >= Op::ForAny && i.op <= Op::ForSum) i.imm += s.begin;
                out_.code.push_back(i);
            }
            s.end = static_cast<uint32_t>(out_.code.size());
            s.registers = built.registers;
            for (const Constant& c : built.params) s.params.push_back(c.type);
            s.result = built.result;
            out_.shapes.push_back(std::move(s));
        }
        Shape& s = out_.shapes[it->second];
        s.cost = std::max(s.cost, built.cost);
        return it->second;
    }

    static std::string constant_key(const Constant& c) {
        std::string key(reinterpret_cast<const char*>(&c.type), sizeof c.type);
        key.append(reinterpret_cast<const char*>(&c.number), sizeof c.number);
        key += std::to_string(c.text.size()) + ":" + c.text;
        for (const Constant& item : c.items) key += constant_key(item);
        return key;
    }

    uint32_t constant(Constant c) {
        const auto [it, is_new] = constants_.emplace(constant_key(c), static_cast<uint32_t>(out_.constants.size()));
        if (is_new) out_.constants.push_back(std::move(c));
        return it->second;
    }

    uint32_t tool_set(const std::vector<uint32_t>& tools) {
        return tool_sets_.emplace(tools, static_cast<uint32_t>(tool_sets_.size())).first->second;
    }

    // ---- the index ---------------------------------------------------------------------------------------------

    void segments() {
        std::vector<const std::vector<uint32_t>*> tools_of(tool_sets_.size());
        for (const auto& [tools, id] : tool_sets_) tools_of[id] = &tools;
        segments_of_tool_.resize(out_.tools.size());
        for (auto& [key, rows] : rows_) {  // in the order of strata
            Segment s;
            s.action = std::get<1>(key);
            s.must = std::get<2>(key);
            s.shape = std::get<3>(key);
            s.value_shape = std::get<4>(key);
            s.row_begin = static_cast<uint32_t>(out_.rows.size());
            out_.rows.insert(out_.rows.end(), rows.begin(), rows.end());
            s.row_end = static_cast<uint32_t>(out_.rows.size());
            const uint32_t index = static_cast<uint32_t>(out_.segments.size());
            out_.segments.push_back(s);
            for (uint32_t tool : *tools_of[std::get<5>(key)]) segments_of_tool_[tool].push_back(index);
        }
    }

    void tool_segments() {
        for (size_t t = 0; t < out_.tools.size(); ++t) {
            out_.tools[t].segments_begin = static_cast<uint32_t>(out_.tool_segments.size());
            out_.tool_segments.insert(out_.tool_segments.end(), segments_of_tool_[t].begin(),
                                      segments_of_tool_[t].end());
            out_.tools[t].segments_end = static_cast<uint32_t>(out_.tool_segments.size());
        }
    }

    ir::Policy policy_;
    Diagnostics& diagnostics_;
    Program out_;
    std::map<std::string, uint32_t> shapes_, constants_;
    std::map<std::vector<uint32_t>, uint32_t> tool_sets_;
    std::map<SegmentKey, std::vector<Row>> rows_;
    std::vector<std::vector<uint32_t>> segments_of_tool_;
};

}  // namespace

Program emit(ir::Policy policy, Diagnostics& diagnostics) { return Emitter(std::move(policy), diagnostics).run(); }

}  // namespace remit
