#include "vm/jit/plan.h"

#include <map>
#include <tuple>

namespace remit::jit {

namespace {

/// Segments that have rows to be run.
std::vector<bool> segments_run(const Program& program, const Index& index, bool decide) {
    std::vector<bool> run(program.segments.size(), decide);
    for (uint32_t list = 0; list < index.run_list_count(); ++list)
        for (const Run& r : index.runs(list)) run[r.segment] = true;
    return run;
}

void plan_segments(const Program& program, const std::vector<bool>& needed, Plan& plan) {
    std::map<std::tuple<Action, bool, uint32_t, uint32_t>, uint32_t> known;
    plan.function_of.reserve(program.segments.size());
    for (size_t i = 0; i < program.segments.size(); ++i) {
        const Segment& s = program.segments[i];
        if (!needed[i]) {
            plan.function_of.push_back(Plan::kNoFunction);
            continue;
        }
        const auto next = static_cast<uint32_t>(plan.segments.size());
        const auto [it, fresh] = known.try_emplace({s.action, s.must, s.shape, s.value_shape}, next);
        if (fresh) plan.segments.push_back({s.action, s.must, s.shape, s.value_shape});
        plan.function_of.push_back(it->second);
    }
}

}  // namespace

size_t Plan::judge_functions() const {
    if (!judge.code.straight) return judge.code.probes.size() * 2;
    return judge.code.columns ? 3 : 2;
}

Plan make_plan(const LoadedProgram& loaded, const NativeOptions& options) {
    return make_plan(loaded, options.columns, options.explainer == nullptr);
}

Plan make_plan(const LoadedProgram& loaded, bool columns, bool decide) {
    Plan plan;
    plan.judge = plan_judge(loaded.program(), loaded.index());
    plan.judge.code.columns = plan.judge.code.columns && columns;
    plan_segments(loaded.program(), segments_run(loaded.program(), loaded.index(), decide), plan);
    return plan;
}

namespace {

const char* action_word(Action action) {
    switch (action) {
        case Action::Note: return "note";
        case Action::Allow: return "allow";
        case Action::Block: return "block";
        case Action::Risk: return "risk";
        case Action::Lane: return "lane";
        case Action::Mark: return "mark";
        case Action::Count: return "count";
        case Action::CountDistinct: return "distinct";
    }
    return "none";
}

}  // namespace

std::string segment_symbol(const Plan& plan, size_t segment) {
    const SegmentCode& code = plan.segments[segment];
    return "remit_segment_" + std::to_string(segment) + "_" + action_word(code.action) + "_shape" +
           std::to_string(code.shape);
}

std::string probe_symbol(size_t probe, bool bound) {
    return (bound ? "remit_probe_bound_" : "remit_probe_") + std::to_string(probe);
}

void Steps::fill(const LoadedProgram& loaded, const Plan& plan, const std::vector<SegmentFunction>& functions,
                 bool decide) {
    const Program& program = loaded.program();
    const Index& index = loaded.index();
    const Row* rows = program.rows.data();
    params_ = loaded.params().data();
    std::vector<size_t> ends;
    for (const ToolDesc& tool : program.tools) {
        for (uint32_t i = tool.segments_begin; decide && i < tool.segments_end; ++i) {
            const uint32_t segment = program.tool_segments[i];
            const Segment& s = program.segments[segment];
            if (s.row_begin == s.row_end) continue;
            steps_.push_back({functions[plan.function_of[segment]], rows + s.row_begin, rows + s.row_end});
        }
        ends.push_back(steps_.size());
    }
    for (uint32_t list = 0; list < index.run_list_count(); ++list) {
        const size_t first = steps_.size();
        for (const Run& run : index.runs(list)) {
            const SegmentFunction f = functions[plan.function_of[run.segment]];
            const Row* row = rows + run.row;
            if (steps_.size() > first && steps_.back().run == f && steps_.back().end == row)
                ++steps_.back().end;
            else
                steps_.push_back({f, row, row + 1});
        }
        ends.push_back(steps_.size());
    }
    size_t begin = 0;
    for (size_t i = 0; i < ends.size(); ++i) {
        const StepRange range{steps_.data() + begin, steps_.data() + ends[i]};
        (i < program.tools.size() ? tools_ : lists_).push_back(range);
        begin = ends[i];
    }
}

}  // namespace remit::jit
