#include "host/explain/explain.h"

#include <algorithm>
#include <map>
#include <set>

#include "host/explain/changes.h"
#include "host/explain/edit.h"
#include "host/explain/probes.h"
#include "host/explain/rule_text.h"
#include "vm/value/scalar.h"

namespace remit::explain {

namespace {

constexpr size_t kMostNearly = 5;

using Path = std::vector<std::string>;

class Explainer {
public:
    Explainer(const Compilation& compilation, const std::shared_ptr<const Policy>& policy, const Remake& remake,
              std::string_view request)
        : compilation_(compilation),
          program_(compilation.layers.front()),
          decider_(policy),
          remake_(remake),
          request_(request),
          written_(written_rules(compilation)) {
        for (const WrittenRule& w : written_) by_place_.emplace(w.at, &w);
    }

    Explanation run() {
        out_.decision = decider_.decide(request_);
        root_ = reader_.read(request_, arena_);
        cover();
        judge();
        for (const SpokenRule& rule : out_.decision.rules) out_.spoke.push_back(spoken(rule));
        nearly();
        reason();
        out_.changes = nearest_changes(program_, covering_, decider_, request_, out_.decision);
        return std::move(out_);
    }

private:
    // ---- which rules -------------------------------------------------------------------------------------------------

    /// The policy's own rules for the tool that is called.
    void cover() {
        const Json* name = root_ != nullptr ? find(*root_, Path{"call", "tool"}) : nullptr;
        if (name == nullptr) return;
        tool_ = name->text;
        std::set<std::string_view> places;
        for (const ToolDesc& tool : program_.tools) {
            if (tool.name != tool_ || tool.after_of != kNoTool) continue;
            for (uint32_t s = tool.segments_begin; s < tool.segments_end; ++s) {
                const Segment& segment = program_.segments[program_.tool_segments[s]];
                for (uint32_t r = segment.row_begin; r < segment.row_end; ++r)
                    places.insert(program_.rules[program_.rows[r].rule].at);
            }
        }
        for (const WrittenRule& w : written_)
            if (places.contains(w.at)) covering_.push_back(&w);
    }
    void judge() {
        const auto all = truths(compilation_, covering_, tool_, request_, remake_);
        for (size_t r = 0; r < covering_.size(); ++r) truths_.emplace(covering_[r], all[r]);
    }

    ExplainedRule described(const WrittenRule& w) const {
        ExplainedRule out;
        out.at = w.at;
        out.text = w.text;
        if (w.rule->because) out.because = w.rule->because->text;
        if (w.rule->verb == ast::Verb::Allow) out.parts.push_back(roles(*w.rule));
        const auto it = truths_.find(&w);
        for (size_t c = 0; it != truths_.end() && c < w.conditions.size(); ++c) {
            Part& part = out.parts.emplace_back();
            part.text = w.conditions[c].text;
            part.except = w.conditions[c].except;
            part.truth = it->second[c];
            values(*w.file, w.conditions[c].expr, part);
            if (part.truth == Truth::Error) part.reason = why_error(part);
        }
        return out;
    }
    Part roles(const ast::Rule& rule) const {
        Part out;
        out.truth = Truth::False;
        const Json* roles = root_ != nullptr ? find(*root_, Path{"session", "roles"}) : nullptr;
        for (const ast::Name& role : rule.names) {
            out.text += (out.text.empty() ? "role " : " or ") + role.text;
            if (role.text == "anyone") out.truth = Truth::True;
            if (roles == nullptr || !roles->is(JsonKind::Array)) continue;
            for (const Json& has : roles->children())
                if (includes(has.text, role.text)) out.truth = Truth::True;
        }
        out.values.push_back({"session.roles", roles != nullptr ? text_of(*roles) : ""});
        return out;
    }
    bool includes(std::string_view has, std::string_view role) const {
        const auto number = [&](std::string_view name) {
            return static_cast<size_t>(std::find(program_.roles.begin(), program_.roles.end(), name) -
                                       program_.roles.begin());
        };
        const size_t h = number(has), r = number(role);
        if (h == program_.roles.size() || r == program_.roles.size()) return false;
        return ((program_.role_closure[h][r / 64] >> (r % 64)) & 1U) != 0;
    }
    ExplainedRule spoken(const SpokenRule& rule) const {
        const auto it = by_place_.find(rule.at);
        ExplainedRule out = it != by_place_.end() ? described(*it->second) : ExplainedRule{};
        out.at = rule.at;
        out.kind = rule.kind;
        out.because = rule.because;
        out.spoke = true;
        if (out.text.empty()) out.text = rule.rule;
        return out;
    }
    static size_t distance(const ExplainedRule& rule) {
        return static_cast<size_t>(std::count_if(rule.parts.begin(), rule.parts.end(), [](const Part& p) {
            return p.holds_back() || p.truth == Truth::Error;
        }));
    }
    /// Rules that one or two conditions keep from speaking; an `allow` first, where it is one that is missing.
    void nearly() {
        std::set<std::string_view> spoke;
        for (const SpokenRule& rule : out_.decision.rules) spoke.insert(rule.at);
        for (const WrittenRule* w : covering_) {
            if (spoke.contains(w->at)) continue;
            ExplainedRule rule = described(*w);
            rule.kind = kind_of(w->at);
            if (distance(rule) >= 1 && distance(rule) <= (rule.kind == "allow" ? 9U : 2U))
                out_.nearly.push_back(std::move(rule));
        }
        const bool no_allow = std::none_of(out_.spoke.begin(), out_.spoke.end(),
                                           [](const auto& r) { return r.kind == "allow"; });
        std::stable_sort(out_.nearly.begin(), out_.nearly.end(), [&](const auto& a, const auto& b) {
            const auto order = [&](const ExplainedRule& r) {
                return std::pair(no_allow && r.kind != "allow", distance(r));
            };
            return order(a) < order(b);
        });
        if (out_.nearly.size() > kMostNearly) out_.nearly.resize(kMostNearly);
    }
    std::string kind_of(const std::string& at) const {
        constexpr const char* kKinds[] = {"allow", "block",  "risk",   "lane",   "ask",  "limit", "quota", "isolate",
                                          "reach", "record", "redact", "retain", "mark", "count", "never"};
        for (const RuleInfo& info : program_.rules)
            if (info.at == at) return kKinds[static_cast<size_t>(info.kind)];
        return "";
    }

    // ---- what conditions read ----------------------------------------------------------------------------------------

    void values(const ast::File& file, ast::ExprId id, Part& part) const {
        const ast::Expr& e = file.expr(id);
        if (e.kind == ast::ExprKind::Member) {
            const ast::Expr& of = file.expr(e.kids[0]);
            if (of.kind == ast::ExprKind::Word) return member(of.text, e.text, part);
        }
        if (e.kind == ast::ExprKind::Call && e.kids.size() == 1 &&
            (e.text == "trust" || e.text == "class" || e.text == "sources"))
            if (const ast::Expr& of = file.expr(e.kids[0]); of.kind == ast::ExprKind::Member)
                return add(part, "label of args." + of.text, Path{"call", "labels", of.text});
        if (e.kind == ast::ExprKind::Call && root_ != nullptr)
            if (const Json* facts = root_->find("facts"); facts != nullptr && facts->is(JsonKind::Array))
                for (const Json& fact : facts->children())
                    if (const Json* name = fact.find("fact"); name != nullptr && name->text == e.text)
                        part.values.push_back(
                            {"fact " + e.text, fact.find("value") != nullptr ? text_of(*fact.find("value")) : ""});
        if (e.kind == ast::ExprKind::Word && e.text == "data") add(part, "call.data", Path{"call", "data"});
        if (e.kind == ast::ExprKind::Word && e.text == "risk")
            part.values.push_back({"risk", std::to_string(out_.decision.risk)});
        if (e.kind == ast::ExprKind::Word && e.text == "lane")
            part.values.push_back({"lane", json_string(out_.decision.lane)});
        for (const ast::ExprId kid : e.kids) values(file, kid, part);
    }
    void member(const std::string& of, const std::string& name, Part& part) const {
        if (of == "args") return add(part, "args." + name, Path{"call", "args", name});
        if (of == "session" || of == "call" || of == "context") return add(part, of + "." + name, Path{of, name});
        if (of != "state") return;
        const bool is_count = std::any_of(program_.states.begin(), program_.states.end(),
                                          [&](const StateDesc& s) { return s.is_count && s.name == name; });
        add(part, "state." + name + " before this call", Path{"state", is_count ? "counts" : "marks", name});
    }
    void add(Part& part, const std::string& name, const Path& path) const {
        if (std::any_of(part.values.begin(), part.values.end(), [&](const Value& v) { return v.name == name; })) return;
        const Json* value = root_ != nullptr ? find(*root_, path) : nullptr;
        part.values.push_back({name, value != nullptr ? text_of(*value) : ""});
    }
    std::string why_error(const Part& part) const {
        for (const SpokenRule& rule : out_.decision.rules)
            if (rule.rule == "builtin:fact-stale" || rule.rule == "builtin:fact-missing")
                if (part.text.find('(') != std::string::npos) return rule.rule.substr(8);
        for (const Value& value : part.values) {
            if (value.text.empty()) return value.name + " is absent";
            if (value.text == "null") return value.name + " is null";
        }
        return "overflow or a bad value";
    }

    // ---- a smallest set ----------------------------------------------------------------------------------------------

    const ExplainedRule* first(std::string_view kind) const {
        for (const ExplainedRule& rule : out_.spoke)
            if (rule.kind == kind) return &rule;
        return nullptr;
    }
    void reason() {
        if (out_.decision.verdict == Verdict::Deny) {
            for (const char* kind : {"deny", "block", "never"}) {
                if (const ExplainedRule* rule = first(kind)) {
                    out_.reason.push_back(*rule);
                    return with_risk(*rule);
                }
            }
            return;
        }
        if (const ExplainedRule* allow = first("allow")) out_.reason.push_back(*allow);
        if (out_.decision.verdict == Verdict::Allow) return;
        for (const Obligation& o : out_.decision.ask)
            if (!o.met) asked(o);
    }
    /// The rule that asks for the most of this signer; its obligation may be shorter by others, which changes no verdict.
    void asked(const Obligation& obligation) {
        for (const ExplainedRule& rule : out_.spoke) {
            const auto it = by_place_.find(rule.at);
            if (it == by_place_.end() || !it->second->rule->signer || (rule.kind != "ask" && rule.kind != "block"))
                continue;
            const ast::Signer& signer = *it->second->rule->signer;
            const auto quorum = signer.quorum ? parse_int(signer.quorum->text).value_or(1) : 1;
            if (signer.who.text != obligation.by || quorum != static_cast<int64_t>(obligation.quorum)) continue;
            out_.reason.push_back(rule);
            return with_risk(rule);
        }
    }
    bool has_reason(const ExplainedRule& rule) const {
        return std::any_of(out_.reason.begin(), out_.reason.end(), [&](const auto& r) { return r.at == rule.at; });
    }
    /// What `rule` reads of the risk and the lane: the lane's rule, and as few terms as reach the threshold.
    void with_risk(const ExplainedRule& rule) {
        int64_t needed = threshold(rule);
        for (const ExplainedRule& lane : out_.spoke) {
            const bool reads = std::any_of(rule.parts.begin(), rule.parts.end(),
                                           [](const Part& p) { return p.text.find("lane") != std::string::npos; });
            if (!reads || lane.kind != "lane" || lane.text.find("lane " + out_.decision.lane) != 0) continue;
            if (!has_reason(lane)) out_.reason.push_back(lane);
            needed = std::max(needed, threshold(lane));
        }
        std::vector<const SpokenRule*> terms;
        for (const SpokenRule& term : out_.decision.rules)
            if (term.kind == "risk") terms.push_back(&term);
        std::stable_sort(terms.begin(), terms.end(),
                         [](const auto* a, const auto* b) { return a->weight > b->weight; });
        for (const SpokenRule* term : terms) {
            if (needed <= 0) return;
            needed -= term->weight;
            if (ExplainedRule explained = spoken(*term); !has_reason(explained))
                out_.reason.push_back(std::move(explained));
        }
    }
    static int64_t threshold(const ExplainedRule& rule) {
        int64_t most = 0;
        for (const Part& part : rule.parts) {
            if (!part.text.starts_with("risk >")) continue;
            const size_t digits = part.text.find_first_of("0123456789");
            if (digits == std::string::npos) continue;
            most = std::max(
                most, parse_int(part.text.substr(digits)).value_or(0) + (part.text.starts_with("risk >=") ? 0 : 1));
        }
        return most;
    }

    const Compilation& compilation_;
    const Program& program_;
    Decider decider_;
    const Remake& remake_;
    std::string request_, tool_;
    Arena arena_;
    JsonReader reader_;
    const Json* root_ = nullptr;
    std::vector<WrittenRule> written_;
    std::map<std::string, const WrittenRule*> by_place_;
    std::vector<const WrittenRule*> covering_;
    std::map<const WrittenRule*, std::vector<Truth>> truths_;
    Explanation out_;
};

}  // namespace

Explanation explain(const Compilation& compilation, const std::shared_ptr<const Policy>& policy, const Remake& remake,
                    std::string_view request) {
    return Explainer(compilation, policy, remake, request).run();
}

}  // namespace remit::explain
