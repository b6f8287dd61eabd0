#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "host/diff/diff.h"
#include "host/diff/questions.h"
#include "host/prove/search.h"
#include "vm/value/sha256.h"

namespace remit::diff {

namespace {

using prove::Context;
using prove::Example;
using prove::Existence;
using prove::View;

constexpr ChangeRow kRows[] = {
#define REMIT_CHANGE(name, word, counts, looser, stricter) {word, counts, looser, stricter},
#include "host/diff/changes.def"
};

/// What rules mean depends on more than themselves: roles, vocabularies, facts, trust of sources.
std::string surroundings(const Program& p) {
    std::string out;
    for (size_t i = 0; i < p.roles.size(); ++i) {
        out += p.roles[i] + ":";
        for (const uint64_t word : p.role_closure[i]) out += fmt::format("{:x},", word);
    }
    for (const Vocabulary& v : p.vocabularies) {
        out += v.name + "=";
        for (const std::string& s : v.symbols) out += s + "<";
    }
    for (const Egress& e : p.egress) {
        out += e.name + "{";
        for (const std::string& endpoint : e.endpoints) out += endpoint + ",";
    }
    for (const FactDesc& f : p.facts) out += fmt::format("{}/{}/{};", f.name, f.fields.size(), f.fresh_ns);
    for (const StateDesc& s : p.states) out += s.name + to_text(s.id);
    return out;
}

template <class All, class Name>
std::set<std::string> names_of(const All& all, const Name& name) {
    std::set<std::string> out;
    for (const auto& one : all) out.insert(name(one));
    return out;
}

class Comparer {
public:
    Comparer(std::shared_ptr<const Policy> before, std::shared_ptr<const Policy> after, const DiffOptions& options)
        : options_(options),
          before_(prove::views_of(*before)),
          after_(prove::views_of(*after)),
          decide_before_(before),
          decide_after_(after) {}

    Result<Difference> run();

private:
    static constexpr size_t kMaxUnknown = 20;  // reported

    void declarations();
    template <class All, class Name>
    void listed(const char* what, const All& before, const All& after, const Name& name);
    bool comparable() const;
    std::map<std::string, std::set<std::string>> rules_by_tool(const std::vector<View>& views) const;
    std::optional<Failure> tool(const std::string& name);
    void ask(prove::Search& search, const Question& question, const std::string& tool,
             const std::vector<std::string>& evidence);
    bool shows(const Question& question, const Example& example, Change& change);

    const Program& old_program() const { return before_[0].program(); }
    const Program& new_program() const { return after_[0].program(); }

    const DiffOptions& options_;
    std::vector<View> before_, after_;
    Decider decide_before_, decide_after_;
    Difference out_;
    std::set<std::tuple<ChangeKind, bool, std::string>> found_;
};

template <class All, class Name>
void Comparer::listed(const char* what, const All& before, const All& after, const Name& name) {
    const auto old_names = names_of(before, name), new_names = names_of(after, name);
    for (const std::string& n : old_names)
        if (!new_names.contains(n)) out_.declarations.push_back(fmt::format("{} {} is gone", what, n));
    for (const std::string& n : new_names)
        if (!old_names.contains(n)) out_.declarations.push_back(fmt::format("{} {} is new", what, n));
}

void Comparer::declarations() {
    const Program &a = old_program(), &b = new_program();
    const auto by_name = [](const auto& d) { return d.name; };
    listed("tool", a.tools, b.tools, by_name);
    listed("role", a.roles, b.roles, [](const std::string& r) { return r; });
    listed("egress", a.egress, b.egress, by_name);
    listed("fact", a.facts, b.facts, by_name);
    listed("state", a.states, b.states, by_name);
    for (const Egress& e : a.egress)
        for (const Egress& other : b.egress)
            if (e.name == other.name && e.endpoints != other.endpoints)
                out_.declarations.push_back(fmt::format("egress {} has other endpoints", e.name));
    for (const ToolDesc& t : a.callable()) {
        const uint32_t other = prove::tool_named(b, t.name);
        if (other == kNoTool) continue;
        ++out_.tools;
        if (b.tools[other].schema_digest != t.schema_digest)
            out_.declarations.push_back(
                fmt::format("tool {} is declared differently: its calls are not compared", t.name));
    }
    for (size_t v = 0; v < std::min(a.vocabularies.size(), b.vocabularies.size()); ++v)
        if (a.vocabularies[v].symbols != b.vocabularies[v].symbols)
            out_.declarations.push_back(fmt::format("{} are others: calls are not compared", a.vocabularies[v].name));
    std::set<std::string> old_rules, new_rules;
    for (const View& v : before_)
        for (const RuleInfo& r : v.program().rules) old_rules.insert(to_text(r.id));
    for (const View& v : after_)
        for (const RuleInfo& r : v.program().rules) new_rules.insert(to_text(r.id));
    for (const std::string& r : old_rules) out_.rules_before += !new_rules.contains(r);
    for (const std::string& r : new_rules) out_.rules_after += !old_rules.contains(r);
}

bool Comparer::comparable() const {
    const auto& a = old_program().vocabularies;
    const auto& b = new_program().vocabularies;
    for (size_t v = 0; v < std::min(a.size(), b.size()); ++v)
        if (a[v].symbols != b[v].symbols) return false;
    return a.size() == b.size();
}

/// The rules that speak of each tool, by their hashes, over all layers.
std::map<std::string, std::set<std::string>> Comparer::rules_by_tool(const std::vector<View>& views) const {
    std::map<std::string, std::set<std::string>> out;
    for (const View& view : views) {
        const Program& p = view.program();
        for (const ToolDesc& tool : p.tools) {
            auto& rules = out[tool.name];
            for (uint32_t i = tool.segments_begin; i < tool.segments_end; ++i) {
                const Segment& s = p.segments[p.tool_segments[i]];
                for (uint32_t r = s.row_begin; r < s.row_end; ++r) {
                    const Hash& id = p.rules[p.rows[r].rule].id;
                    rules.emplace(reinterpret_cast<const char*>(id.data()), id.size());
                }
            }
            rules.insert(
                std::string(reinterpret_cast<const char*>(tool.schema_digest.data()), tool.schema_digest.size()));
        }
    }
    return out;
}

bool Comparer::shows(const Question& question, const Example& example, Change& change) {
    change.request = example.request();
    change.before = decide_before_.decide(change.request);
    change.after = decide_after_.decide(change.request);
    const Decision &strict = question.looser ? change.before : change.after,
                   &loose = question.looser ? change.after : change.before;
    return question.shows(strict, loose);
}

std::vector<SpokenRule> only_in(const Decision& one, const Decision& other) {
    std::vector<SpokenRule> out;
    for (const SpokenRule& rule : one.rules)
        if (std::none_of(other.rules.begin(), other.rules.end(),
                         [&](const SpokenRule& r) { return r.rule == rule.rule; }))
            out.push_back(rule);
    return out;
}

void Comparer::ask(prove::Search& search, const Question& question, const std::string& tool,
                   const std::vector<std::string>& evidence) {
    Change change;
    change.kind = question.kind;
    change.looser = question.looser;
    change.subject = question.subject;
    change.tool = tool;
    const prove::Found found = search.find(question.when, evidence,
                                           [&](Example& example) { return shows(question, example, change); });
    if (found.answer == Existence::No) return;
    if (found.answer == Existence::Unknown) {
        if (out_.unknown.size() < kMaxUnknown)
            out_.unknown.push_back(fmt::format("{}: {}{}{}: {}", tool, row_of(question.kind).word,
                                               question.subject.empty() ? "" : " ", question.subject, found.reason));
        return;
    }
    change.only_before = only_in(change.before, change.after);
    change.only_after = only_in(change.after, change.before);
    found_.emplace(question.kind, question.looser, question.subject);
    out_.changes.push_back(std::move(change));
}

std::optional<Failure> Comparer::tool(const std::string& name) {
    Context context;
    auto solver = smt::Solver::start(context.terms, options_.solver);
    if (!solver) return Failure{solver.error()};
    std::vector<View> views = before_;
    views.insert(views.end(), after_.begin(), after_.end());
    prove::Inputs inputs(context, views, name);
    const prove::Model before = model_of(context, inputs, before_, name),
                       after = model_of(context, inputs, after_, name);
    std::vector<Question> questions = questions_of(context, before, after);
    std::erase_if(questions, [&](const Question& q) { return found_.contains({q.kind, q.looser, q.subject}); });
    // One question for all of them is mostly enough: most tools differ in nothing that has not been shown.
    std::vector<smt::Term> some;
    for (const Question& q : questions) some.push_back(q.when);
    prove::Search search(context, inputs, **solver);
    if (search.possible(context.terms.any(some)) == smt::Answer::Impossible) return std::nullopt;
    for (const Question& question : questions)
        if (!found_.contains({question.kind, question.looser, question.subject})) ask(search, question, name, {});
    return std::nullopt;
}

Result<Difference> Comparer::run() {
    declarations();
    if (!comparable()) {
        out_.unknown.emplace_back("the vocabularies differ");
        return std::move(out_);
    }
    const auto old_rules = rules_by_tool(before_), new_rules = rules_by_tool(after_);
    bool same_surroundings = before_.size() == after_.size();
    for (size_t i = 0; same_surroundings && i < before_.size(); ++i)
        same_surroundings = surroundings(before_[i].program()) == surroundings(after_[i].program());
    std::vector<std::string> touched;
    for (const auto* sides : {&old_rules, &new_rules})
        for (const auto& [name, rules] : *sides) {
            if (prove::is_callable(before_, name) || prove::is_callable(after_, name)) continue;
            const auto old = old_rules.find(name), now = new_rules.find(name);
            const bool same = old != old_rules.end() && now != new_rules.end() && old->second == now->second;
            const std::string text = fmt::format("{}: what is done with results is not compared", name);
            if ((!same || !same_surroundings) &&
                std::find(out_.unknown.begin(), out_.unknown.end(), text) == out_.unknown.end())
                out_.unknown.push_back(text);
        }
    for (const auto& [name, rules] : old_rules) {
        if (!prove::is_callable(before_, name) || !prove::is_callable(after_, name)) continue;  // reported
        const uint32_t a = prove::tool_named(old_program(), name), b = prove::tool_named(new_program(), name);
        if (a == kNoTool || b == kNoTool) {
            out_.unknown.push_back(fmt::format("{}: another layer declares it now", name));
            continue;
        }
        if (old_program().tools[a].schema_digest != new_program().tools[b].schema_digest) {
            out_.unknown.push_back(fmt::format("{}: it is declared differently", name));
            continue;
        }
        const auto other = new_rules.find(name);
        if (!same_surroundings || other == new_rules.end() || other->second != rules) touched.push_back(name);
    }
    for (const std::string& name : touched) {
        if (options_.progress) options_.progress(out_.compared, touched.size());
        if (auto failure = tool(name)) return std::move(*failure);
        ++out_.compared;
    }
    return std::move(out_);
}

}  // namespace

const ChangeRow& row_of(ChangeKind kind) { return kRows[static_cast<size_t>(kind)]; }

std::string_view relation_name(Relation relation) {
    switch (relation) {
        case Relation::Equivalent: return "equivalent";
        case Relation::Stricter: return "stricter";
        case Relation::Looser: return "looser";
        case Relation::Both: return "both";
        case Relation::Unknown: return "unknown";
    }
    return "?";
}

Relation Difference::relation() const {
    bool looser = false, stricter = false;
    for (const Change& c : changes)
        if (row_of(c.kind).counts) (c.looser ? looser : stricter) = true;
    if (looser && stricter) return Relation::Both;
    if (!unknown.empty() && !looser) return Relation::Unknown;
    if (looser) return Relation::Looser;
    return stricter ? Relation::Stricter : Relation::Equivalent;
}

Result<Difference> compare(const std::shared_ptr<const Policy>& before, const std::shared_ptr<const Policy>& after,
                           const DiffOptions& options) {
    return Comparer(before, after, options).run();
}

}  // namespace remit::diff
