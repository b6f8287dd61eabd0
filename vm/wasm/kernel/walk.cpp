#include "vm/wasm/kernel/walk.h"

#include "vm/index/classify.h"
#include "vm/index/role_sets.h"
#include "vm/ops/actions.h"

namespace remit::wasm {

Walk::Walk(const Program& program, const Index& index) {
    for (uint32_t t = 0; t < program.tools.size(); ++t) {
        Tool tool;
        tool.begin = static_cast<uint32_t>(steps_.size());
        for (const Probe& probe : index.probes(t)) {
            const Layout& layout = index.layouts()[probe.layout];
            const Table& table = *probe.table;
            Step step;
            step.cells = table_data<std::byte>(table, table.cells_at);
            step.leaves = table_data<Leaf>(table, table.leaves_at);
            step.role_sets = table.roles_at != 0 ? &table : nullptr;
            step.phase = layout.phase;
            step.cell_bytes = layout.cell_bytes;
            step.dims_begin = static_cast<uint32_t>(dims_.size());
            for (size_t d = 0; d < layout.dims.size(); ++d) {
                const TableDim& from = table.dims[d];
                Dim dim;
                dim.kind = layout.dims[d].kind;
                dim.slot = layout.dims[d].slot;
                dim.base = from.base;
                dim.span = from.span;
                dim.top = from.top;
                dim.stride = from.stride;
                dim.data = table_data<std::byte>(table, from.data_at);
                if (dim.kind == ClassKind::Search || dim.kind == ClassKind::Text)
                    dim.data = *table_data<const void*>(table, from.data_at);
                dims_.push_back(dim);
            }
            step.dims_end = static_cast<uint32_t>(dims_.size());
            steps_.push_back(step);
            tool.runs = tool.runs || layout.runs;
        }
        tool.end = static_cast<uint32_t>(steps_.size());
        tools_.push_back(tool);
    }
}

uint32_t Walk::class_of(const Dim& dim, V value) noexcept {
    if (value.err != 0) return dim.top + 1;
    switch (dim.kind) {
        case ClassKind::Direct: return clamped(value.bits, dim.base, dim.span);
        case ClassKind::Few: {
            const auto* thresholds = static_cast<const int64_t*>(dim.data);
            uint32_t passed = 0;
            for (uint32_t i = 0; i < kFewThresholds; ++i) passed += thresholds[i] <= value.bits ? 1 : 0;
            return passed < dim.top ? passed : dim.top;
        }
        case ClassKind::Span: return static_cast<const uint8_t*>(dim.data)[clamped(value.bits, dim.base, dim.span)];
        case ClassKind::Search: return search_class(*static_cast<const SearchClasses*>(dim.data), value.bits);
        case ClassKind::Text: return text_class(*static_cast<const TextClasses*>(dim.data), as<Str>(value));
    }
    return dim.top + 1;
}

Verdict Walk::judge(uint32_t tool, V* frame) const noexcept {
    uint64_t allowed = 0, blocked = 0, asked = 0;
    // A policy without roles has role sets everywhere, and the frame no mask.
    frame[kSlotRisk] = frame[kSlotLane] = V{};
    const Step* end = steps_.data() + tools_[tool].end;
    for (const Step* step = steps_.data() + tools_[tool].begin; step != end; ++step) {
        uint32_t cell = 0;
        const Dim* last = dims_.data() + step->dims_end;
        for (const Dim* dim = dims_.data() + step->dims_begin; dim != last; ++dim)
            cell += class_of(*dim, frame[dim->slot]) * dim->stride;
        uint32_t number = 0;
        switch (step->cell_bytes) {
            case 1: number = static_cast<const uint8_t*>(step->cells)[cell]; break;
            case 2: number = static_cast<const uint16_t*>(step->cells)[cell]; break;
            default: number = static_cast<const uint32_t*>(step->cells)[cell]; break;
        }
        const Leaf& leaf = step->leaves[number];
        const uint64_t roles = step->role_sets != nullptr ? role_word_of(*step->role_sets, frame)
                                                          : static_cast<uint64_t>(frame[kSlotRoles].bits) | kEveryone;
        allowed |= leaf.allow & roles;
        blocked |= leaf.block & roles;
        switch (step->phase) {
            case Layout::Phase::Facts:
            case Layout::Phase::LateState: break;
            case Layout::Phase::Risk:
                frame[kSlotRisk].bits = saturating_add(frame[kSlotRisk].bits, static_cast<int64_t>(leaf.value));
                break;
            case Layout::Phase::Lane:
                if (static_cast<int64_t>(leaf.value) > frame[kSlotLane].bits)
                    frame[kSlotLane].bits = static_cast<int64_t>(leaf.value);
                break;
            case Layout::Phase::Rest: asked |= leaf.value & roles; break;
        }
    }
    if (blocked != 0 || allowed == 0) return Verdict::Deny;
    return asked != 0 ? Verdict::Ask : Verdict::Allow;
}

}  // namespace remit::wasm
