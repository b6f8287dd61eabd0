#include "compiler/emit/link.h"

#include <algorithm>
#include <tuple>

namespace remit {

namespace {

constexpr uint32_t kUnused = UINT32_MAX;

/// Rules come in the order of their canonical forms and lie in memory in another, so nearly all of them are cache misses: they are
/// asked for this far ahead.
constexpr size_t kAhead = 8;
void fetch(const LinkedRule& r) {
    for (size_t at = 0; at < sizeof r.rule->info; at += 64)
        __builtin_prefetch(reinterpret_cast<const char*>(&r.rule->info) + at);
    __builtin_prefetch(&r.lowered->variants);
    __builtin_prefetch(&r.lowered->params);
    __builtin_prefetch(&r.rule->payload);
}
void fetch_what_it_holds(const LinkedRule& r) {
    __builtin_prefetch(r.lowered->variants.data());
    __builtin_prefetch(r.lowered->params.data());
    __builtin_prefetch(r.rule->info.at.data());
}

class Linker {
public:
    Linker(Program schema, const LoweringTables& tables)
        : tables_(tables),
          out_(std::move(schema)),
          constant_of_(tables.constants().size(), kUnused),
          shape_of_(tables.shapes().size(), kUnused),
          tools_of_(tables.tool_sets().size(), kUnused),
          segment_of_(tables.segments().size(), kUnused) {}

    Program run(std::span<const LinkedRule> rules, Diagnostics& diagnostics) {
        for (uint32_t c = 0; c < out_.constants.size(); ++c) {
            const uint32_t known = tables_.find(out_.constants[c]);
            if (known != kUnused && constant_of_[known] == kUnused) constant_of_[known] = c;
        }
        out_.rules.reserve(rules.size());
        rows_.reserve(rules.size());
        out_.params.reserve(2 * rules.size());
        for (size_t i = 0; i < rules.size(); ++i) {
            if (i + 2 * kAhead < rules.size()) fetch(rules[i + 2 * kAhead]);
            if (i + kAhead < rules.size()) fetch_what_it_holds(rules[i + kAhead]);
            const LinkedRule& r = rules[i];
            const auto index = static_cast<uint32_t>(i);
            out_.rules.push_back(r.rule->info);
            add_rows(r, index);
            if (!r.lowered->speaks && !r.rule->reads_params) diagnostics.report<DiagId::NeverSpeaks>(r.rule->span);
        }
        segments();
        tool_segments();
        return std::move(out_);
    }

private:
    struct PendingRow {
        uint32_t segment;  // index into open_
        Row row;
    };
    struct OpenSegment {
        uint32_t key;    // index into the tables' segments
        uint32_t tools;  // this program's number of the set of tools
        uint32_t rows = 0;
    };

    void add_rows(const LinkedRule& r, uint32_t index) {
        size_t next_param = 0;
        for (const LoweredVariant& v : r.lowered->variants) {
            const LoweringTables::SegmentKey& key = tables_.segments()[v.segment];
            Row row;
            row.rule = index;
            row.params = static_cast<uint32_t>(out_.params.size());
            row.payload = r.rule->payload;
            size_t params = tables_.shapes()[key.shape].params.size();
            if (key.value_shape != kNoShape) params += tables_.shapes()[key.value_shape].params.size();
            for (; params > 0; --params) out_.params.push_back(constant(r.lowered->params[next_param++]));
            if (key.value_shape != kNoShape) use_shape(key.value_shape, v.value_cost);
            use_shape(key.shape, v.guard_cost);
            const uint32_t at = use_segment(v.segment, key);
            ++open_[at].rows;
            rows_.push_back({at, row});
        }
    }

    uint32_t constant(uint32_t known) {
        uint32_t& index = constant_of_[known];
        if (index == kUnused) {
            index = static_cast<uint32_t>(out_.constants.size());
            out_.constants.push_back(tables_.constants()[known]);
        }
        return index;
    }

    void use_shape(uint32_t known, uint64_t cost) {
        uint32_t& index = shape_of_[known];
        if (index == kUnused) {
            index = static_cast<uint32_t>(out_.shapes.size());
            const LoweringTables::Code& code = tables_.shapes()[known];
            Shape s;
            s.begin = static_cast<uint32_t>(out_.code.size());
            for (Instr i : code.instrs) {
                if (i.op >= Op::ForAny && i.op <= Op::ForSum) i.imm += s.begin;
                out_.code.push_back(i);
            }
            s.end = static_cast<uint32_t>(out_.code.size());
            s.registers = code.registers;
            s.params = code.params;
            s.result = code.result;
            out_.shapes.push_back(std::move(s));
        }
        out_.shapes[index].cost = std::max(out_.shapes[index].cost, cost);
    }

    uint32_t use_segment(uint32_t known, const LoweringTables::SegmentKey& key) {
        uint32_t& index = segment_of_[known];
        if (index != kUnused) return index;
        if (tools_of_[key.tools] == kUnused) tools_of_[key.tools] = tool_sets_++;
        index = static_cast<uint32_t>(open_.size());
        open_.push_back({known, tools_of_[key.tools]});
        return index;
    }

    // ---- the index ---------------------------------------------------------------------------------------------

    /// So that a tool's segments come out in the order of strata.
    auto order_of(const OpenSegment& open) const {
        const LoweringTables::SegmentKey& key = tables_.segments()[open.key];
        const uint32_t value = key.value_shape == kNoShape ? kNoShape : shape_of_[key.value_shape];
        return std::tuple(key.phase, key.action, key.must, shape_of_[key.shape], value, open.tools);
    }

    void segments() {
        std::vector<uint32_t> order(open_.size());
        for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
        std::sort(order.begin(), order.end(),
                  [this](uint32_t a, uint32_t b) { return order_of(open_[a]) < order_of(open_[b]); });
        std::vector<uint32_t> next_row(open_.size());
        segment_tools_.reserve(open_.size());
        out_.segments.reserve(open_.size());
        uint32_t row = 0;
        for (const uint32_t i : order) {
            const LoweringTables::SegmentKey& key = tables_.segments()[open_[i].key];
            Segment s;
            s.action = key.action;
            s.must = key.must;
            s.shape = shape_of_[key.shape];
            s.value_shape = key.value_shape == kNoShape ? kNoShape : shape_of_[key.value_shape];
            s.row_begin = next_row[i] = row;
            row += open_[i].rows;
            s.row_end = row;
            out_.segments.push_back(s);
            segment_tools_.push_back(key.tools);
        }
        out_.rows.resize(rows_.size());
        for (const PendingRow& r : rows_) out_.rows[next_row[r.segment]++] = r.row;
    }

    void tool_segments() {
        std::vector<uint32_t> next(out_.tools.size() + 1, 0);
        for (const uint32_t set : segment_tools_)
            for (const uint32_t tool : tables_.tool_sets()[set]) ++next[tool];
        uint32_t total = 0;
        for (size_t t = 0; t < out_.tools.size(); ++t) {
            out_.tools[t].segments_begin = total;
            total += next[t];
            next[t] = out_.tools[t].segments_begin;
            out_.tools[t].segments_end = total;
        }
        out_.tool_segments.resize(total);
        for (uint32_t s = 0; s < segment_tools_.size(); ++s)
            for (const uint32_t tool : tables_.tool_sets()[segment_tools_[s]]) out_.tool_segments[next[tool]++] = s;
    }

    const LoweringTables& tables_;
    Program out_;
    // From the tables' numbers to this program's.
    std::vector<uint32_t> constant_of_, shape_of_, tools_of_, segment_of_;
    uint32_t tool_sets_ = 0;
    std::vector<OpenSegment> open_;
    std::vector<PendingRow> rows_;
    std::vector<uint32_t> segment_tools_;  // for each segment of the program, the tables' set of tools
};

}  // namespace

Program link(Program schema, const LoweringTables& tables, std::span<const LinkedRule> rules,
             Diagnostics& diagnostics) {
    return Linker(std::move(schema), tables).run(rules, diagnostics);
}

}  // namespace remit
