#include "vm/jit/judge_code.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <optional>
#include <set>

#include "vm/index/role_sets.h"

namespace remit::jit {
namespace {

/// More probes than this one after another cost more than a jump that is predicted badly; and so do more empty ones
/// in the mean.
constexpr size_t kMostStraight = 8, kMostEmpty = 3;

/// A probe of a tool in the straight form: a table that all tools have, or the n-th of the tool's own tables with
/// that layout.
struct Position {
    uint32_t layout = 0;
    const Table* shared = nullptr;
    uint32_t nth = 0;
    friend auto operator<=>(const Position&, const Position&) = default;
};

std::set<const Table*> tables_of_all(const Program& program, const Index& index) {
    std::map<const Table*, size_t> tools_with;
    for (uint32_t t = 0; t < program.tools.size(); ++t)
        for (const Probe& probe : index.probes(t)) ++tools_with[probe.table];
    std::set<const Table*> all;
    for (const auto& [table, tools] : tools_with)
        if (tools == program.tools.size()) all.insert(table);
    return all;
}

/// An order of all positions in which each tool's tables keep theirs. Nothing if there is none.
std::optional<std::vector<Position>> in_order(const std::vector<Position>& all,
                                              const std::set<std::pair<Position, Position>>& before,
                                              const Index& index) {
    std::vector<Position> left = all, sorted;
    std::sort(left.begin(), left.end(), [&](const Position& a, const Position& b) {
        return std::pair(index.layouts()[a.layout].phase, a) < std::pair(index.layouts()[b.layout].phase, b);
    });
    while (!left.empty()) {
        const auto next = std::find_if(left.begin(), left.end(), [&](const Position& p) {
            return std::none_of(left.begin(), left.end(), [&](const Position& q) { return before.contains({q, p}); });
        });
        if (next == left.end()) return std::nullopt;
        sorted.push_back(*next);
        left.erase(next);
    }
    return sorted;
}

class Planner {
public:
    Planner(const Program& program, const Index& index) : program_(program), index_(index) {}

    JudgePlan run() {
        plan_.code.tools = static_cast<uint32_t>(program_.tools.size());
        plan_.code.role_words = program_.role_words();
        plan_.code.straight = straight();
        if (!plan_.code.straight) walked();
        plan_.code.columns = plan_.code.straight && plan_.code.tools > 0 && fits_columns();
        return std::move(plan_);
    }

private:
    bool straight() {
        const std::set<const Table*> shared = tables_of_all(program_, index_);
        std::set<Position> positions;
        std::set<std::pair<Position, Position>> before;
        std::vector<std::vector<std::pair<Position, const Table*>>> tools(program_.tools.size());
        size_t used = 0;
        for (uint32_t t = 0; t < program_.tools.size(); ++t) {
            std::map<uint32_t, uint32_t> seen;  // layout -> own tables so far
            for (const Probe& probe : index_.probes(t)) {
                const bool all = shared.contains(probe.table);
                const Position p{probe.layout, all ? probe.table : nullptr, all ? 0 : seen[probe.layout]++};
                if (!tools[t].empty()) before.insert({tools[t].back().first, p});
                tools[t].push_back({p, probe.table});
                positions.insert(p);
                if (positions.size() > kMostStraight) return false;
            }
            used += tools[t].size();
        }
        if (positions.size() * tools.size() > used + kMostEmpty * tools.size()) return false;
        const auto order = in_order({positions.begin(), positions.end()}, before, index_);
        if (!order) return false;
        for (const Position& p : *order) {
            std::vector<const Table*>& at = plan_.at.emplace_back(p.shared ? 1 : tools.size(), p.shared);
            for (size_t t = 0; !p.shared && t < tools.size(); ++t)
                for (const auto& [position, table] : tools[t])
                    if (position == p) at[t] = table;
            const bool full = std::find(at.begin(), at.end(), nullptr) == at.end();
            uint32_t& offset = p.shared ? plan_.code.shared_bytes : plan_.code.record_bytes;
            plan_.code.probes.push_back(probe_code(p.layout, at, full, offset));
            plan_.code.probes.back().shared = p.shared != nullptr;
            offset = plan_.code.probes.back().end;
        }
        // A record does not straddle a line if it fits into one.
        uint32_t& bytes = plan_.code.record_bytes;
        bytes = bytes > 32 ? (bytes + 63) / 64 * 64 : bytes > 16 ? 32 : 16;
        plan_.code.shared_bytes = (plan_.code.shared_bytes + 63) / 64 * 64;
        return true;
    }

    void walked() {
        plan_.at.assign(index_.layouts().size(), {});
        std::set<const Table*> seen;
        for (uint32_t t = 0; t < program_.tools.size(); ++t)
            for (const Probe& probe : index_.probes(t))
                if (seen.insert(probe.table).second) plan_.at[probe.layout].push_back(probe.table);
        plan_.code.probes.clear();
        for (uint32_t l = 0; l < plan_.at.size(); ++l) plan_.code.probes.push_back(probe_code(l, plan_.at[l], true, 0));
    }

    /// Fields from `offset` of the record on. Not `full`: some tool has no table.
    ProbeCode probe_code(uint32_t layout_index, const std::vector<const Table*>& tables, bool full, uint32_t offset) {
        const Layout& layout = index_.layouts()[layout_index];
        ProbeCode probe;
        probe.phase = layout.phase;
        probe.cell_bytes = layout.cell_bytes;
        probe.role_sets = layout.role_sets && program_.role_words() > 0;  // else the word is that of everyone
        probe.runs = layout.runs;
        probe.items = layout.items;
        end_ = offset;
        probe.table_offset = take(8);
        // An empty table is all zeros: nothing in it is where a constant says, and its cell is 0 whatever the values
        // are.
        probe.cells = field(tables, 4, full, [](const Table& t) { return t.cells_at; });
        probe.leaves = field(tables, 4, full, [](const Table& t) { return t.leaves_at; });
        if (probe.role_sets) probe.roles_offset = take(8);
        for (size_t d = 0; d < layout.dims.size(); ++d) {
            DimCode dim;
            dim.kind = layout.dims[d].kind;
            dim.slot = layout.dims[d].slot;
            dim.session = layout.dims[d].session;
            const bool costly = dim.kind == ClassKind::Search || dim.kind == ClassKind::Text;
            probe.optional |= costly && !full;
            if (dim.kind == ClassKind::Few) dim.data_offset = take(8 * kFewThresholds);
            if (costly) dim.data_offset = take(8);
            if (dim.kind == ClassKind::Direct || dim.kind == ClassKind::Span)
                dim.base = field(tables, 8, true, [&](const Table& t) { return t.dims[d].base; });
            if (dim.kind == ClassKind::Span) {
                dim.data = field(tables, 4, full, [&](const Table& t) { return t.dims[d].data_at; });
                dim.span = field(tables, 4, full, [&](const Table& t) { return t.dims[d].span; });
            }
            dim.top = field(tables, 4, true, [&](const Table& t) { return t.dims[d].top; });
            dim.stride = field(tables, 4, full, [&](const Table& t) { return t.dims[d].stride; });
            probe.dims.push_back(dim);
        }
        probe.id_offset = take(4);
        probe.end = (end_ + 7) / 8 * 8;
        return probe;
    }

    uint32_t take(uint32_t bytes) {
        end_ = (end_ + std::min(bytes, 8u) - 1) / std::min(bytes, 8u) * std::min(bytes, 8u);
        end_ += bytes;
        return end_ - bytes;
    }
    template <class Get>
    Field field(const std::vector<const Table*>& tables, uint32_t bytes, bool may_be_constant, Get get) {
        Field f;
        std::optional<int64_t> first;
        for (const Table* t : tables) {
            if (!t) continue;
            const auto value = static_cast<int64_t>(get(*t));
            if (!first) first = value;
            f.constant &= *first == value;
        }
        f.value = first.value_or(0);
        f.constant &= may_be_constant;
        if (!f.constant) f.offset = take(bytes);
        return f;
    }

    bool fits_columns() const {
        for (const ProbeCode& probe : plan_.code.probes) {
            if (probe.runs) return false;
            for (const DimCode& dim : probe.dims)
                if (dim.kind == ClassKind::Text) return false;
        }
        return true;
    }

    const Program& program_;
    const Index& index_;
    JudgePlan plan_;
    uint32_t end_ = 0;
};

template <class T>
void put(unsigned char* at, T value) {
    std::memcpy(at, &value, sizeof value);
}
void put(unsigned char* record, const Field& field, int64_t value, size_t bytes) {
    if (field.constant) return;
    if (bytes == 8)
        put(record + field.offset, value);
    else
        put(record + field.offset, static_cast<uint32_t>(value));
}

}  // namespace

JudgePlan plan_judge(const Program& program, const Index& index) { return Planner(program, index).run(); }

std::vector<uint32_t> columns_read(const JudgeCode& code) {
    std::set<uint32_t> slots;
    for (const ProbeCode& probe : code.probes)
        for (const DimCode& dim : probe.dims)
            if (dim.slot != kSlotRisk && dim.slot != kSlotLane) slots.insert(dim.slot);
    for (uint32_t w = 0; w < code.role_words; ++w) slots.insert(kSlotRoles + w);
    return {slots.begin(), slots.end()};
}

bool sums_risk(const JudgeCode& code) {
    const auto sums = [](const ProbeCode& p) { return p.phase == Layout::Phase::Risk; };
    return std::any_of(code.probes.begin(), code.probes.end(), sums);
}

void Records::write(const ProbeCode& probe, const Table* table, unsigned char* at) const {
    static constexpr TableDim kNoDim{};
    static const RoleSets kNoRoles;
    if (table == nullptr && probe.optional) return;  // not looked at
    put(at + probe.table_offset, table ? static_cast<const void*>(table) : zeros_.data());
    put(at, probe.cells, table ? table->cells_at : 0, 4);
    put(at, probe.leaves, table ? table->leaves_at : 0, 4);
    if (probe.role_sets) put(at + probe.roles_offset, table ? &role_sets_of(*table) : &kNoRoles);
    put(at + probe.id_offset, table ? table->id : smallest_);
    for (size_t d = 0; d < probe.dims.size(); ++d) {
        const DimCode& code = probe.dims[d];
        const TableDim& dim = table ? table->dims[d] : kNoDim;
        switch (code.kind) {
            case ClassKind::Direct:
            case ClassKind::Span: break;
            case ClassKind::Few:
                if (table)
                    std::memcpy(at + code.data_offset, table_data<int64_t>(*table, dim.data_at), 8 * kFewThresholds);
                break;
            case ClassKind::Search:
            case ClassKind::Text:
                if (table) put(at + code.data_offset, *table_data<const void*>(*table, dim.data_at));
                break;
        }
        put(at, code.data, dim.data_at, 4);
        put(at, code.base, dim.base, 8);
        put(at, code.span, dim.span, 4);
        put(at, code.top, dim.top, 4);
        put(at, code.stride, dim.stride, 4);
    }
}

Records::Records(const Program& program, const Index& index, const JudgePlan& plan) {
    const JudgeCode& code = plan.code;
    // A bound session skips as many cells of an empty table as of the smallest.
    size_t cells = 0;
    for (size_t p = 0; p < code.probes.size(); ++p) {
        for (const Table* table : plan.at[p]) {
            if (!table) continue;
            const size_t own = code.probes[p].dims.empty() ? 1 : size_t{table->dims[0].top + 2} * table->dims[0].stride;
            if (cells != 0 && own >= cells) continue;
            cells = own;
            smallest_ = table->id;
        }
    }
    zeros_.resize(cells / 2 + sizeof(Leaf) / 8);
    constexpr size_t kLine = 64;
    size_t bytes = code.shared_bytes + size_t{code.record_bytes} * program.tools.size();
    if (!code.straight) {
        bytes = 0;
        record_of_.resize(index.tables().size());
        for (size_t p = 0; p < code.probes.size(); ++p)
            for (const Table* table : plan.at[p]) {
                record_of_[table->id] = static_cast<uint32_t>(bytes);
                bytes += code.probes[p].end;
            }
    }
    size_ = bytes;
    memory_.resize(bytes / 8 + kLine / 8 + 1);
    const auto address = reinterpret_cast<uintptr_t>(memory_.data());
    bytes_ = reinterpret_cast<unsigned char*>(memory_.data()) + (kLine - address % kLine) % kLine;
    for (size_t p = 0; p < code.probes.size(); ++p) {
        for (size_t i = 0; i < plan.at[p].size(); ++i) {
            write(code.probes[p], plan.at[p][i], bytes_ + place(plan, p, i));
        }
    }
}

size_t Records::place(const JudgePlan& plan, size_t probe, size_t i) const {
    if (!plan.code.straight) return record_of_[plan.at[probe][i]->id];
    return plan.code.probes[probe].shared ? 0 : plan.code.shared_bytes + i * plan.code.record_bytes;
}

void Records::link(const Index& index, const JudgePlan& plan, std::span<const ProbeFunction> run,
                   std::span<const BoundProbeFunction> run_bound) {
    tool_walks_.assign(1, 0);
    for (uint32_t t = 0; t < plan.code.tools; ++t) {
        for (const Probe& probe : index.probes(t))
            walked_.push_back({run[probe.layout], run_bound[probe.layout], bytes_ + record_of_[probe.table->id]});
        tool_walks_.push_back(static_cast<uint32_t>(walked_.size()));
    }
}

}  // namespace remit::jit
