#include "host/prove/lint.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "host/prove/model.h"
#include "host/prove/search.h"

namespace remit::prove {

namespace {

/// Above so many rules that say the same of one tool, none of them is held against all others.
constexpr size_t kMaxCompared = 200;

class Linter {
public:
    Linter(const std::shared_ptr<const Policy>& policy, const ProveOptions& options)
        : options_(options), views_(views_of(*policy)) {}

    Result<std::vector<Remark>> run() {
        size_t done = 0;
        const auto& tools = views_[0].program().tools;
        for (const ToolDesc& desc : tools) {
            if (options_.progress) options_.progress(done++, tools.size());
            if (desc.after_of != kNoTool) continue;
            if (auto failure = tool(desc.name)) return std::move(*failure);
        }
        report();
        return std::move(out_);
    }

private:
    struct Use {
        bool speaks = false, matters = false;
    };

    std::optional<Failure> tool(const std::string& name);
    void rows(const Program& p, const std::string& tool);
    void rule(Context& c, Search& search, const Model& model, const LayerModel& layer, const Spoken& spoken);
    Term matters(Context& c, const Model& model, const LayerModel& layer, const Spoken& spoken);
    void report();

    const ProveOptions& options_;
    std::vector<View> views_;
    std::map<const RuleInfo*, Use> uses_;
    std::vector<Remark> out_;
};

/// When the decision would be another without the rule, as far as verdicts go; of rules that give something else, when the call is not denied.
Term Linter::matters(Context& c, const Model& model, const LayerModel& layer, const Spoken& spoken) {
    smt::Terms& t = c.terms;
    const RuleKind kind = spoken.rule->kind;
    const bool blocks = kind == RuleKind::Block && !spoken.rule->overridable;
    if (kind != RuleKind::Allow && !blocks) return t.both(spoken.when, t.no(model.denied));
    std::vector<Term> others;
    for (const Spoken& other : layer.spoken)
        if (other.rule->kind == kind && other.rule != spoken.rule && !other.rule->overridable)
            others.push_back(other.when);
    if (others.size() > kMaxCompared) return spoken.when;
    const Term alone = t.both(spoken.when, t.no(t.any(others)));
    return blocks ? t.both(alone, layer.allowed) : alone;
}

void Linter::rule(Context& c, Search& search, const Model& model, const LayerModel& layer, const Spoken& spoken) {
    Use& use = uses_[spoken.rule];
    // What is not answered counts as yes.
    if (!use.matters && search.possible(matters(c, model, layer, spoken)) != smt::Answer::Impossible)
        use.matters = true;
    use.speaks = use.speaks || use.matters || search.possible(spoken.when) != smt::Answer::Impossible;
}

/// Rules that cover the tool, so that one that speaks of none is known.
void Linter::rows(const Program& p, const std::string& tool) {
    const uint32_t index = tool_named(p, tool);
    if (index == kNoTool) return;
    for (uint32_t i = p.tools[index].segments_begin; i < p.tools[index].segments_end; ++i) {
        const Segment& s = p.segments[p.tool_segments[i]];
        for (uint32_t r = s.row_begin; r < s.row_end; ++r) {
            const RuleInfo& rule = p.rules[p.rows[r].rule];
            if (rule.kind != RuleKind::Never && !rule.watch) uses_.try_emplace(&rule);
        }
    }
}

std::optional<Failure> Linter::tool(const std::string& name) {
    if (!is_callable(views_, name)) return std::nullopt;  // it decides results
    Context context;
    auto solver = smt::Solver::start(context.terms, options_.solver);
    if (!solver) return Failure{solver.error()};
    Inputs inputs(context, views_, name);
    const Model model = model_of(context, inputs, views_, name);
    Search search(context, inputs, **solver);
    if (search.possible(context.terms.no(model.denied)) == smt::Answer::Impossible)
        out_.push_back({RemarkKind::Closed, "", fmt::format("nobody may call {}", name)});
    for (const View& view : views_) rows(view.program(), name);
    for (const LayerModel& layer : model.layers) {
        const Term stuck = context.terms.both(unsignable(context, layer), context.terms.no(model.denied));
        if (search.possible(stuck) == smt::Answer::Possible)
            out_.push_back({RemarkKind::Unsignable, "",
                            fmt::format("a call of {} may need two owners, and a session has one", name)});
        for (const Spoken& spoken : layer.spoken)
            if (spoken.rule->kind != RuleKind::Never) rule(context, search, model, layer, spoken);
    }
    return std::nullopt;
}

void Linter::report() {
    for (const auto& [rule, use] : uses_) {
        if (!use.speaks)
            out_.push_back({RemarkKind::Silent, rule->at, "this rule can never speak"});
        else if (!use.matters)
            out_.push_back({RemarkKind::Shadowed, rule->at,
                            rule->kind == RuleKind::Allow || rule->kind == RuleKind::Block
                                ? "other rules already say this wherever this rule speaks"
                                : "this rule speaks only of calls that are denied"});
    }
    std::stable_sort(out_.begin(), out_.end(), [](const Remark& a, const Remark& b) {
        return std::tie(a.kind, a.at, a.text) < std::tie(b.kind, b.at, b.text);
    });
}

}  // namespace

std::string_view remark_word(RemarkKind kind) {
    switch (kind) {
        case RemarkKind::Silent: return "silent";
        case RemarkKind::Shadowed: return "shadowed";
        case RemarkKind::Closed: return "closed";
        case RemarkKind::Unsignable: return "unsignable";
    }
    return "?";
}

Result<std::vector<Remark>> lint(const std::shared_ptr<const Policy>& policy, const ProveOptions& options) {
    return Linter(policy, options).run();
}

}  // namespace remit::prove
