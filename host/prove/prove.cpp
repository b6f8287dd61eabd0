#include "host/prove/prove.h"

#include <algorithm>
#include <map>
#include <set>

#include "host/prove/properties.h"
#include "host/prove/search.h"
#include "vm/value/scalar.h"
#include "vm/value/sha256.h"

namespace remit::prove {

std::string_view status_name(Status status) {
    switch (status) {
        case Status::Proved: return "proved";
        case Status::Counterexample: return "counterexample";
        case Status::Unknown: return "unknown";
    }
    return "?";
}

namespace {

/// Tools that a rule covers, by layer and rule.
std::set<std::string> tools_of(const Program& p, uint32_t rule) {
    std::set<std::string> out;
    for (const ToolDesc& tool : p.tools)
        for (uint32_t i = tool.segments_begin; i < tool.segments_end; ++i) {
            const Segment& s = p.segments[p.tool_segments[i]];
            for (uint32_t r = s.row_begin; r < s.row_end; ++r)
                if (p.rows[r].rule == rule) out.insert(tool.name);
        }
    return out;
}

/// `file:line:column` in the order of a file.
struct Place {
    std::string file;
    int64_t line = 0, column = 0;
    friend auto operator<=>(const Place&, const Place&) = default;
};
Place place_of(const RuleInfo& rule) {
    const std::string& at = rule.at;
    const size_t second = at.rfind(':');
    const size_t first = second == at.npos || second == 0 ? at.npos : at.rfind(':', second - 1);
    if (first == at.npos) return {at, 0, 0};
    return {at.substr(0, first), parse_int(at.substr(first + 1, second - first - 1)).value_or(0),
            parse_int(at.substr(second + 1)).value_or(0)};
}

class Prover {
public:
    Prover(std::shared_ptr<const Policy> policy, const ProveOptions& options)
        : policy_(std::move(policy)), options_(options), views_(views_of(*policy_)), decider_(policy_) {}

    Result<std::vector<Proof>> run();

private:
    void collect();
    std::optional<Failure> tool(const std::string& name, const std::vector<Proof*>& proofs);
    void decide(Search& search, Context& c, const Model& model, const std::string& tool, Proof& proof);
    bool shows(Example& example, Proof& proof);
    std::string unsupported(const std::string& tool) const;

    std::shared_ptr<const Policy> policy_;
    const ProveOptions& options_;
    std::vector<View> views_;
    Decider decider_;
    std::vector<Proof> proofs_;
    std::map<std::string, std::vector<size_t>> by_tool_;
    size_t done_ = 0, total_ = 0;
};

void Prover::collect() {
    for (size_t layer = 0; layer < views_.size(); ++layer) {
        const Program& p = views_[layer].program();
        for (uint32_t i = 0; i < p.rules.size(); ++i) {
            const RuleInfo& rule = p.rules[i];
            if (rule.kind != RuleKind::Never || rule.watch) continue;
            if (!options_.only.empty() && to_text(rule.id).find(options_.only) == std::string::npos &&
                rule.at.find(options_.only) == std::string::npos)
                continue;
            Proof proof;
            proof.layer = layer;
            proof.rule = &rule;
            const auto tools = tools_of(p, i);
            proof.tools = tools.size();
            for (const std::string& tool : tools) by_tool_[tool].push_back(proofs_.size());
            total_ += tools.size();
            proofs_.push_back(std::move(proof));
        }
    }
}

std::string Prover::unsupported(const std::string& tool) const {
    if (!is_callable(views_, tool)) return "what is done with results is not proved";
    for (const View& view : views_) {
        for (uint32_t v = 0; v < view.program().vocabularies.size() && v <= kVocLanes; ++v)
            if (view.program().vocabularies[v].symbols != views_[0].program().vocabularies[v].symbols)
                return "the layers have different vocabularies";
    }
    return {};
}

/// Decides the example as a host would, signs for what it asks, and looks for the rule among what denies.
bool Prover::shows(Example& example, Proof& proof) {
    const std::string id = to_text(proof.rule->id);
    const auto denies = [&](const Decision& d) {
        return d.verdict == Verdict::Deny &&
               std::any_of(d.rules.begin(), d.rules.end(), [&](const SpokenRule& r) { return r.rule == id; });
    };
    Decision decision = decider_.decide(example.request());
    if (decision.verdict == Verdict::Ask && !denies(decision)) {
        example.sign(decision);
        decision = decider_.decide(example.request());
    }
    if (!denies(decision)) return false;
    proof.decision = std::move(decision);
    proof.request = example.request();
    return true;
}

void Prover::decide(Search& search, Context& c, const Model& model, const std::string& tool, Proof& proof) {
    const LayerModel& layer = model.layers[proof.layer];
    std::set<std::string> evidence;
    for (const LayerModel& l : model.layers)
        for (const auto& [signer, ask] : l.asks)
            for (const auto& [word, when] : ask.evidence) evidence.insert(word);
    const Found found = search.find(remit::prove::denies(c, model, layer, *proof.rule),
                                    {evidence.begin(), evidence.end()}, [&](Example& e) { return shows(e, proof); });
    if (found.answer == Existence::No) return;
    proof.tool = tool;
    proof.status = found.answer == Existence::Yes ? Status::Counterexample : Status::Unknown;
    proof.reason = found.reason;
}

std::optional<Failure> Prover::tool(const std::string& name, const std::vector<Proof*>& proofs) {
    if (const std::string why = unsupported(name); !why.empty()) {
        for (Proof* proof : proofs) {
            if (options_.progress) options_.progress(done_++, total_);
            if (proof->status == Status::Counterexample) continue;
            proof->status = Status::Unknown;
            proof->tool = name;
            proof->reason = why;
        }
        return std::nullopt;
    }
    Context context;
    auto solver = smt::Solver::start(context.terms, options_.solver);
    if (!solver) return Failure{solver.error()};
    Inputs inputs(context, views_, name);
    const Model model = model_of(context, inputs, views_, name);
    Search search(context, inputs, **solver);
    for (Proof* proof : proofs) {
        if (options_.progress) options_.progress(done_++, total_);
        if (proof->status != Status::Counterexample) decide(search, context, model, name, *proof);
    }
    return std::nullopt;
}

Result<std::vector<Proof>> Prover::run() {
    collect();
    for (const auto& [name, indices] : by_tool_) {
        std::vector<Proof*> proofs;
        for (const size_t i : indices) proofs.push_back(&proofs_[i]);
        if (auto failure = tool(name, proofs)) return std::move(*failure);
    }
    std::sort(proofs_.begin(), proofs_.end(), [](const Proof& a, const Proof& b) {
        return a.layer != b.layer ? a.layer < b.layer : place_of(*a.rule) < place_of(*b.rule);
    });
    return std::move(proofs_);
}

}  // namespace

Result<std::vector<Proof>> prove(const std::shared_ptr<const Policy>& policy, const ProveOptions& options) {
    return Prover(policy, options).run();
}

}  // namespace remit::prove
