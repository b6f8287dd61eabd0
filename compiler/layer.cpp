#include "compiler/layer.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/check/check.h"
#include "compiler/emit/link.h"

namespace remit {

namespace {

/// Tables keep what earlier versions used. Beyond twice what they began with and this, they are made anew.
constexpr size_t kMaxTableGrowth = 50'000;

/// A rule with all that was made of it. What each version looks at comes first, for there are many of them.
struct alignas(64) KeptRule {
    Span head;              // of the rule's verb, in the declaration
    uint32_t line = 0;      // for which rule.info.at was made; 0: none
    uint32_t number = 0;    // among the rules as written
    uint32_t demands = 0;   // a number of State::list_numbers
    uint64_t form = 0;      // the beginning of its identity
    bool reported = false;  // something was reported about it, which has to be said again
    bool in_use = false;    // by the version that is being compiled
    bool retain = false;

    ir::Rule rule;  // its nodes are gone
    LoweredRule lowered;
    std::shared_ptr<const ParsedDecl> parsed;
};

/// The rule's place, as a span and as text.
void set_place(KeptRule& kept, const Sources& sources, FileId file, uint32_t begin, uint32_t& line) {
    const SourceFile& source = sources.file(file);
    kept.rule.span = placed(kept.head, file, begin);
    line = source.line_at(kept.rule.span.begin, line);
    const bool first_column = source.line_start(line) == kept.rule.span.begin;
    if (line == kept.line && first_column) return;
    kept.line = first_column ? line : 0;
    kept.rule.info.at = sources.at(kept.rule.span);
}

bool before_in_form(const KeptRule* a, const KeptRule* b) { return a->rule.canonical < b->rule.canonical; }

bool same_form(const KeptRule* a, const KeptRule* b) {
    return a->form == b->form && a->rule.info.id == b->rule.info.id;
}

/// Rules with one form are in the order in which they are written.
void repetitions_in_order(std::vector<KeptRule*>& by_form) {
    for (size_t i = 0; i + 1 < by_form.size(); ++i) {
        size_t end = i + 1;
        while (end < by_form.size() && same_form(by_form[end], by_form[i])) ++end;
        if (end > i + 1)
            std::sort(by_form.begin() + static_cast<std::ptrdiff_t>(i),
                      by_form.begin() + static_cast<std::ptrdiff_t>(end),
                      [](const KeptRule* a, const KeptRule* b) { return a->number < b->number; });
        i = end - 1;
    }
}

/// Of a rule that is written several times the first counts.
template <class Each>
void for_each_once(const std::vector<KeptRule*>& by_form, Each each) {
    const KeptRule* latest = nullptr;
    for (const KeptRule* r : by_form) {
        if (latest && same_form(latest, r)) continue;
        latest = r;
        each(r);
    }
}

/// After `rule` has been set: what is derived from it.
void identify(const ir::Policy& policy, KeptRule& kept) {
    ir::identify(policy, kept.rule);
    std::memcpy(&kept.form, kept.rule.info.id.data(), sizeof kept.form);
    kept.retain = kept.rule.info.kind == RuleKind::Retain;
}

size_t reports(const Diagnostics& d) { return d.errors() + d.warnings(); }

using Rules = std::vector<KeptRule*>;

/// All that is known about a version that compiled.
struct State {
    explicit State(Version v) : version(std::move(v)) {}

    Version version;
    Checker checker;
    LoweringTables tables;
    size_t first_table_size = 0;
    std::unordered_map<uint64_t, uint32_t> demand_numbers;  // in the order in which they were first made
    std::map<std::vector<uint32_t>, uint32_t> list_numbers;
    std::vector<std::unique_ptr<KeptRule>> rules;  // as written, marks and counts first
    Rules sorted;                                  // by canonical form
    std::string hashed;                            // memory for the hash's text

    /// The number of a list of demands. Most rules make the demands of many others.
    uint32_t numbered(const std::vector<uint64_t>& demands) {
        std::vector<uint32_t> list;
        for (const uint64_t d : demands) {
            const uint32_t n = demand_numbers.emplace(d, static_cast<uint32_t>(demand_numbers.size())).first->second;
            if (std::find(list.begin(), list.end(), n) == list.end()) list.push_back(n);
        }
        return list_numbers.emplace(std::move(list), static_cast<uint32_t>(list_numbers.size())).first->second;
    }

    /// Would rules in this order be handed out what they have been?
    bool demands_in_turn(const Rules& order) const {
        std::vector<const std::vector<uint32_t>*> lists(list_numbers.size());
        for (const auto& [list, number] : list_numbers) lists[number] = &list;
        std::vector<bool> made(demand_numbers.size(), false);
        uint32_t next = 0;
        for (const KeptRule* r : order) {
            if (lists[r->demands] == nullptr) continue;
            for (const uint32_t d : *lists[r->demands]) {
                if (made[d]) continue;
                if (d != next++) return false;
                made[d] = true;
            }
            lists[r->demands] = nullptr;  // they have all been made
        }
        return next == demand_numbers.size();
    }

    /// What comes after the rules have been lowered. `last`: nothing will be compiled from this state again.
    std::optional<Program> finish(const Rules& order, const Rules& by_form, bool last, Diagnostics& diagnostics) {
        std::vector<const ir::Rule*> retains, each_once;
        std::vector<LinkedRule> linked;
        for (const KeptRule* r : order)
            if (r->retain) retains.push_back(&r->rule);
        check_retention(retains, diagnostics);
        each_once.reserve(by_form.size());
        linked.reserve(by_form.size());
        for_each_once(by_form, [&](const KeptRule* r) {
            each_once.push_back(&r->rule);
            linked.push_back({&r->rule, &r->lowered});
        });
        check_one_body_each(each_once, diagnostics);
        if (diagnostics.has_errors()) return std::nullopt;
        ir::Policy& policy = checker.policy();
        policy.schema.hash = ir::version_hash(policy.schema, policy.declarations, each_once, hashed);
        if (last) return link(std::move(policy.schema), tables, linked, diagnostics);
        return link(Program(policy.schema), tables, linked, diagnostics);
    }
};

/// Most files have none, and placing an Ast costs time.
bool has_params(const ParsedFile& file) {
    return std::any_of(file.decls.begin(), file.decls.end(),
                       [](const PlacedDecl& d) { return d.as<ast::ParamDecl>() != nullptr; });
}

const PlacedDecl& declaration(const LayerInput& input, const PlacedRule& rule) {
    return input.own[rule.file]->decls[rule.decl];
}

/// Of all rules of the version.
void put_in_place(const LayerInput& input, const Version& version, const Rules& order) {
    const size_t states = version.states.size();
    uint32_t file = UINT32_MAX, line = 1;
    for (size_t i = 0; i < order.size(); ++i) {
        const uint32_t in = i < states ? version.states[i].file : version.rules[i - states].file;
        if (in != file || i == states) line = 1;
        file = in;
        order[i]->number = static_cast<uint32_t>(i);
        order[i]->in_use = true;
        const uint32_t begin = i < states ? version.states[i].decl.begin : version.rules[i - states].begin;
        set_place(*order[i], input.sources, input.own[file]->file, begin, line);
    }
}

/// What is known only once all rules have been identified.
void describe(State& state, const LayerInput& input) {
    ir::Policy& policy = state.checker.policy();
    std::vector<const ir::Rule*> each_once;
    for_each_once(state.sorted, [&](const KeptRule* r) { each_once.push_back(&r->rule); });
    ir::identify_states(policy.schema, each_once);
    if (input.ir_text) *input.ir_text = ir::print(policy, each_once);
}

}  // namespace

struct LayerCompiler::Impl {
    std::optional<Program> compile(const LayerInput& input, Diagnostics& diagnostics);
    std::optional<Program> compile_all(const LayerInput& input, Version version, Diagnostics& diagnostics);
    std::optional<Program> compile_changes(const LayerInput& input, Version& version, Diagnostics& diagnostics);
    std::unique_ptr<KeptRule> compile_one(const LayerInput& input, const PlacedRule& placed_rule,
                                          Diagnostics& diagnostics);
    void keep_state(const LayerInput& input, std::unique_ptr<State> state);

    bool keep = false;
    std::unique_ptr<State> state_;  // of the latest version without errors
    size_t checked_ = 0;
};

LayerCompiler::LayerCompiler(bool keep) : impl_(std::make_unique<Impl>()) { impl_->keep = keep; }
LayerCompiler::~LayerCompiler() = default;
size_t LayerCompiler::checked() const { return impl_->checked_; }
std::optional<Program> LayerCompiler::compile(const LayerInput& input, Diagnostics& diagnostics) {
    return impl_->compile(input, diagnostics);
}

std::optional<Program> LayerCompiler::Impl::compile(const LayerInput& input, Diagnostics& diagnostics) {
    checked_ = 0;
    Version version(input);
    if (state_ && input.ir_text == nullptr && !diagnostics.has_errors() && !version.odd_tests &&
        version.refers_to_same(state_->version)) {
        Diagnostics own;
        if (auto program = compile_changes(input, version, own)) {
            diagnostics.append(own, 0);
            if (state_->tables.size() > 2 * state_->first_table_size + kMaxTableGrowth) state_.reset();
            return program;
        }
    }
    return compile_all(input, std::move(version), diagnostics);
}

// ---- from nothing ------------------------------------------------------------------------------------------------

std::optional<Program> LayerCompiler::Impl::compile_all(const LayerInput& input, Version version,
                                                        Diagnostics& diagnostics) {
    auto state = std::make_unique<State>(std::move(version));
    CheckInput check;
    check.policy_name = input.name;
    check.parent = input.parent;
    for (const ParsedFile* f : input.own) check.own.push_back(&input.ast(*f));
    for (const ParsedFile* f : input.inherited) check.inherited.push_back(&input.ast(*f));
    for (const ParsedFile* f : input.below)
        if (has_params(*f)) check.below.push_back(&input.ast(*f));
    state->checker.check_all(input.sources, check, diagnostics);
    ir::Policy& policy = state->checker.policy();
    checked_ = policy.rules.size();
    if (diagnostics.has_errors()) return std::nullopt;

    Rules order;
    const std::vector<Checker::Trace>& traces = state->checker.traces();
    for (size_t i = 0; i < policy.rules.size(); ++i) {
        KeptRule& kept = *state->rules.emplace_back(std::make_unique<KeptRule>());
        kept.rule = std::move(policy.rules[i]);
        identify(policy, kept);
        kept.demands = state->numbered(traces[i].demands);
        kept.reported = traces[i].reported;
        order.push_back(&kept);
    }
    policy.rules.clear();
    state->sorted = order;
    std::stable_sort(state->sorted.begin(), state->sorted.end(), before_in_form);
    describe(*state, input);
    ir::fold(policy);
    for (KeptRule* r : order) r->lowered = state->tables.lower(policy, r->rule, diagnostics);
    policy.nodes.clear();
    std::optional<Program> program = state->finish(order, state->sorted, !keep, diagnostics);
    if (diagnostics.has_errors()) return std::nullopt;
    if (keep) keep_state(input, std::move(state));
    return program;
}

void LayerCompiler::Impl::keep_state(const LayerInput& input, std::unique_ptr<State> state) {
    const Version& version = state->version;
    const size_t states = version.states.size();
    for (size_t i = 0; i < state->rules.size(); ++i) {
        KeptRule& kept = *state->rules[i];
        const uint32_t begin = i < states ? version.states[i].decl.begin : version.rules[i - states].begin;
        kept.head = {0, kept.rule.span.begin - begin, kept.rule.span.end - begin};
        if (i >= states) kept.parsed = declaration(input, version.rules[i - states]).parsed;
        if (i < states && kept.reported) return;  // it would have to be checked again, with all that reads it
    }
    state->first_table_size = state->tables.size();
    state_ = std::move(state);
}

// ---- from the version before -------------------------------------------------------------------------------------

std::unique_ptr<KeptRule> LayerCompiler::Impl::compile_one(const LayerInput& input, const PlacedRule& placed_rule,
                                                           Diagnostics& diagnostics) {
    const FileId id = input.own[placed_rule.file]->file;
    const PlacedDecl& decl = declaration(input, placed_rule);
    const ast::File file = place(decl, id);
    if (too_deep(file, diagnostics)) return nullptr;
    const size_t before = reports(diagnostics);
    Checker::Trace trace = state_->checker.check_one(input.sources, file, std::get<ast::Rule>(file.decls[0].body),
                                                     diagnostics);
    ++checked_;
    auto kept = std::make_unique<KeptRule>();
    kept->demands = state_->numbered(trace.demands);  // also after an error: the demands have been met
    if (diagnostics.has_errors()) return nullptr;
    ir::Policy& policy = state_->checker.policy();
    kept->rule = std::move(policy.rules[0]);
    identify(policy, *kept);
    ir::fold(policy);
    kept->lowered = state_->tables.lower(policy, kept->rule, diagnostics);
    kept->reported = reports(diagnostics) != before;
    kept->head = {0, kept->rule.span.begin - decl.begin, kept->rule.span.end - decl.begin};
    kept->parsed = decl.parsed;
    return diagnostics.has_errors() ? nullptr : std::move(kept);
}

std::optional<Program> LayerCompiler::Impl::compile_changes(const LayerInput& input, Version& version,
                                                            Diagnostics& diagnostics) {
    State& state = *state_;
    const size_t states = version.states.size();
    Rules known, order;
    known.reserve(state.rules.size());
    for (const auto& r : state.rules) known.push_back(r.get());
    const std::vector<size_t> same = match_rules(version.rules, state.version.rules);
    order.assign(known.begin(), known.begin() + static_cast<std::ptrdiff_t>(states));
    order.reserve(states + same.size());

    std::vector<std::unique_ptr<KeptRule>> fresh;
    for (size_t i = 0; i < same.size(); ++i) {
        KeptRule* rule = same[i] == kNew ? nullptr : known[states + same[i]];
        if (rule == nullptr || rule->reported) {
            fresh.push_back(compile_one(input, version.rules[i], diagnostics));
            rule = fresh.back().get();
            if (rule == nullptr) return std::nullopt;
        }
        order.push_back(rule);
    }
    if (!state.demands_in_turn(order)) return std::nullopt;
    for (KeptRule* r : known) r->in_use = false;
    put_in_place(input, version, order);

    Rules added, by_form;
    for (const auto& r : fresh) added.push_back(r.get());
    std::stable_sort(added.begin(), added.end(), before_in_form);
    by_form.reserve(order.size());
    auto from = state.sorted.begin();
    const auto keep_until = [&](Rules::iterator to) {
        for (; from != to; ++from)
            if ((*from)->in_use) by_form.push_back(*from);
    };
    for (KeptRule* r : added) {
        keep_until(std::lower_bound(from, state.sorted.end(), r, before_in_form));
        by_form.push_back(r);
    }
    keep_until(state.sorted.end());
    repetitions_in_order(by_form);

    std::optional<Program> program = state.finish(order, by_form, false, diagnostics);
    if (!program) return std::nullopt;
    std::vector<std::unique_ptr<KeptRule>> rules;
    rules.reserve(order.size());
    for (auto& r : fresh) static_cast<void>(r.release());
    for (auto& r : state.rules)
        if (r->in_use) static_cast<void>(r.release());
    for (KeptRule* r : order) rules.emplace_back(r);
    state.rules = std::move(rules);
    state.sorted = std::move(by_form);
    state.version = std::move(version);
    return program;
}

}  // namespace remit
