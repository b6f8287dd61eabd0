// What typed calls need of a policy's programs, laid out once: bounds of arguments, slots, defaults, which state a tool's rules write, and
// how the policy's own numbers (tools, roles, ranks, states) read in the layers above it. Immutable; the programs and
// defaults must outlive it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "vm/engine/names.h"
#include "vm/engine/read_value.h"
#include "vm/index/loaded.h"

namespace remit {

struct ParamPlan {
    const FieldDesc* field = nullptr;
    ParamSlots slots;
    V fallback;                    // where it is not given: its default, else Absent
    bool required = false;         // there is no fallback that fits
    bool number = false;           // set_int's kinds
    bool list = false;             // list or set
    int64_t low = 0, high = 0;     // a number's bounds; a string's in bytes
    std::vector<int64_t> choices;  // a number's one_of; empty: any
};
struct WrittenState {
    uint32_t slot = 0, state = 0;  // state: index into Program::states
    bool is_count = false;
};
struct ToolPlan {
    uint32_t params_begin = 0, params_end = 0, written_begin = 0, written_end = 0;
    uint32_t required = 0;     // how many parameters are
    bool label_slots = false;  // some rule reads a label
    bool defaults = false;     // some parameter has one that fits
    bool facts = false;        // some rule reads a fact
    bool batch = false;        // its calls are decided element by element, which typed calls are not
    bool same_schema = true;   // as the policy's own tool of that name: else typed calls are denied as `arguments`
};

/// One layer's tools; and what the policy's own numbers are in it. kUnknownName: it has no such thing.
struct LayerPlan {
    const LoadedProgram* loaded = nullptr;
    const Program* program = nullptr;
    const Defaults* defaults = nullptr;
    std::vector<ToolPlan> tools;
    std::vector<ParamPlan> params;
    std::vector<WrittenState> written;
    std::vector<uint32_t> tool_of;                      // own tool -> this layer's
    int64_t top_class = 0;                              // the highest rank of its classes
    std::vector<uint32_t> tier_of, class_of, trust_of;  // own rank -> this layer's
    std::vector<uint32_t> lane_to;                      // this layer's lane -> own rank; unknown ones are the lowest
    std::vector<const std::vector<uint64_t>*>
        closure_of_role;              // Names::role -> words of the role mask; null: no such role
    std::vector<uint32_t> state_ids;  // index into Program::states -> Names::mark, Names::count

    std::span<const ParamPlan> params_of(const ToolPlan& tool) const {
        return {params.data() + tool.params_begin, params.data() + tool.params_end};
    }
    std::span<const WrittenState> written_by(const ToolPlan& tool) const {
        return {written.data() + tool.written_begin, written.data() + tool.written_end};
    }
};

/// `own`: the policy's own program.
LayerPlan plan_layer(const LoadedProgram& layer, const Defaults& defaults, const Program& own, const Names& names);

inline uint32_t translate(const std::vector<uint32_t>& map, uint32_t number) noexcept {
    return number < map.size() ? map[number] : kUnknownName;
}

}  // namespace remit
