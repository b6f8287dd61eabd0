#include "vm/index/phases.h"

#include <algorithm>

namespace remit::indexing {

namespace {

using Phase = Layout::Phase;

}  // namespace

bool is_state(Action action) {
    return action == Action::Mark || action == Action::Count || action == Action::CountDistinct;
}

Phases::Phases(const Program& program)
    : program_(program), phases_(program.segments.size(), Phase::Rest), free_(program.segments.size(), false) {
    std::vector<bool> changing(program.slots.size() + 3, false);
    changing[kSlotRisk] = changing[kSlotLane] = true;
    for (const StateDesc& state : program.states)
        for (uint32_t i = 0; i < (state.is_count ? 3u : 1u); ++i) changing[state.slot + i] = true;
    for (size_t s = 0; s < program.segments.size(); ++s) {
        switch (program.segments[s].action) {
            case Action::Allow:
                // What it reads never changes, so it may stand beside the rules that come last, in one table with them.
                free_[s] = !reads_any(program.segments[s].shape, changing);
                phases_[s] = free_[s] ? Phase::Rest : Phase::Facts;
                break;
            case Action::Mark:
            case Action::Count:
            case Action::CountDistinct: phases_[s] = Phase::Facts; break;
            case Action::Risk: phases_[s] = Phase::Risk; break;
            case Action::Lane: phases_[s] = Phase::Lane; break;
            case Action::Note:
            case Action::Block: phases_[s] = Phase::Rest; break;
        }
    }
    // Marks and counts that follow risk or lane somewhere are late.
    for (const ToolDesc& tool : program.tools) {
        bool late = false;
        for (uint32_t i = tool.segments_begin; i < tool.segments_end; ++i) {
            const uint32_t s = program.tool_segments[i];
            const Action action = program.segments[s].action;
            late = late || action == Action::Risk || action == Action::Lane;
            if (late && is_state(action)) phases_[s] = Phase::LateState;
        }
    }
}

bool Phases::reads_any(uint32_t shape, const std::vector<bool>& written) const {
    if (shape == kNoShape) return false;
    const Shape& s = program_.shapes[shape];
    return std::any_of(program_.code.begin() + s.begin, program_.code.begin() + s.end,
                       [&](const Instr& i) { return i.op == Op::Slot && written[i.imm]; });
}

bool Phases::are_kept_by(const std::vector<uint32_t>& segments) const {
    Phase last = Phase::Facts;
    for (const uint32_t s : segments) {
        if (free_[s]) continue;
        if (phases_[s] < last) return false;
        last = phases_[s];
    }
    // Within one phase nothing reads what the phase writes.
    for (const Phase phase : {Phase::Facts, Phase::Risk, Phase::Lane, Phase::LateState}) {
        std::vector<bool> written(program_.slots.size() + 2, false);
        written[kSlotRisk] = phase == Phase::Risk;
        written[kSlotLane] = phase == Phase::Lane;
        bool any = phase == Phase::Risk || phase == Phase::Lane;
        for (const uint32_t s : segments) {
            const Segment& segment = program_.segments[s];
            if (phases_[s] != phase || !is_state(segment.action)) continue;
            any = true;
            for (uint32_t r = segment.row_begin; r < segment.row_end; ++r) {
                const auto slot = static_cast<size_t>(program_.rows[r].payload);
                written[slot] = true;
                if (segment.action != Action::Mark) written[slot + 1] = true;
            }
        }
        if (!any) continue;
        for (const uint32_t s : segments) {
            const Segment& segment = program_.segments[s];
            if (phases_[s] != phase) continue;
            if (reads_any(segment.shape, written) || reads_any(segment.value_shape, written)) return false;
        }
    }
    return true;
}

}  // namespace remit::indexing
