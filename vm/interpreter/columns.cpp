#include "vm/interpreter/columns.h"

#include <algorithm>

#include "vm/index/classify.h"
#include "vm/index/role_sets.h"
#include "vm/ops/actions.h"

namespace remit {

namespace {

constexpr uint8_t kAllow = 0, kAsk = 1, kDeny = 2;  // as in Verdict

bool fits_columns(const Index& index) {
    return std::none_of(index.layouts().begin(), index.layouts().end(), [](const Layout& layout) {
        const auto is_text = [](const Layout::Dim& d) { return d.kind == ClassKind::Text; };
        return layout.runs || std::any_of(layout.dims.begin(), layout.dims.end(), is_text);
    });
}

/// One request. Risk and lane are read back by later phases, so they are kept here.
class OneRequest {
public:
    OneRequest(const Columns& columns, size_t at) : columns_(columns), at_(at) {}

    void probe(const Layout& layout, const Table& table) {
        uint32_t cell = 0;
        for (size_t d = 0; d < layout.dims.size(); ++d)
            cell += class_of(layout.dims[d].kind, table, d, value(layout.dims[d].slot)) * table.dims[d].stride;
        const Leaf& leaf = leaf_at(layout, table, cell);
        const uint64_t roles = role_word(table);
        allowed_ |= leaf.allow & roles;
        blocked_ |= leaf.block & roles;
        if (layout.phase == Layout::Phase::Risk) risk = saturating_add(risk, static_cast<int64_t>(leaf.value));
        if (layout.phase == Layout::Phase::Lane) lane_ = std::max(lane_, static_cast<int64_t>(leaf.value));
        if (layout.phase == Layout::Phase::Rest) asked_ |= leaf.value & roles;
    }
    uint8_t verdict() const { return blocked_ != 0 || allowed_ == 0 ? kDeny : asked_ != 0 ? kAsk : kAllow; }
    int64_t risk = 0;

private:
    V value(uint32_t slot) const {
        if (slot == kSlotRisk) return {risk, 0};
        if (slot == kSlotLane) return {lane_, 0};
        return {columns_.slot[slot] != nullptr ? columns_.slot[slot][at_] : 0, 0};
    }
    uint64_t role_word(const Table& table) const {
        if (table.roles_at == 0) return static_cast<uint64_t>(value(kSlotRoles).bits) | kEveryone;
        uint64_t word = kEveryone;
        for (const RoleSets::Word& w : role_sets_of(table).words) {
            const bool has = (static_cast<uint64_t>(value(kSlotRoles + w.word).bits) & w.mask) != 0;
            word |= static_cast<uint64_t>(has) << w.set;
        }
        return word;
    }

    const Columns& columns_;
    size_t at_;
    uint64_t allowed_ = 0, blocked_ = 0, asked_ = 0;
    int64_t lane_ = 0;
};

}  // namespace

bool judge_columns(const LoadedProgram& program, const Columns& columns) noexcept {
    const Index& index = program.index();
    if (!fits_columns(index)) return false;
    const size_t tools = program.program().tools.size();
    for (size_t i = 0; i < columns.size; ++i) {
        OneRequest row(columns, i);
        if (columns.tool[i] < tools)
            for (const Probe& p : index.probes(columns.tool[i])) row.probe(index.layouts()[p.layout], *p.table);
        columns.verdict[i] = row.verdict();
        if (columns.risk != nullptr) columns.risk[i] = row.risk;
    }
    return true;
}

}  // namespace remit
