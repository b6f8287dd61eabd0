#include "compiler/check/check.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/check/check_rule.h"
#include "compiler/check/declare.h"
#include "vm/program/limits.h"
#include "vm/value/scalar.h"

namespace remit {

/// Children precede their parents in the Ast's vector.
bool too_deep(const ast::File& file, Diagnostics& diagnostics) {
    constexpr uint32_t kMaxDepth = 2 * limits::kMaxNesting;
    std::vector<uint32_t> depth(file.exprs.size(), 1);
    for (size_t i = 0; i < file.exprs.size(); ++i) {
        for (ast::ExprId kid : file.exprs[i].kids)
            depth[i] = std::max(depth[i], kid < i ? depth[kid] + 1 : kMaxDepth + 1);
        if (depth[i] <= kMaxDepth) continue;
        diagnostics.report<DiagId::TooDeep>(file.exprs[i].span, kMaxDepth);
        return true;
    }
    return false;
}

Checker::Checker() : world_(diagnostics_) {}

void Checker::check_all(const Sources& sources, const CheckInput& input, Diagnostics& diagnostics) {
    world_.sources = &sources;
    std::swap(diagnostics_, diagnostics);
    run(input);
    std::swap(diagnostics_, diagnostics);
}

Checker::Trace Checker::check_one(const Sources& sources, const ast::File& file, const ast::Rule& rule,
                                  Diagnostics& diagnostics) {
    world_.sources = &sources;
    std::swap(diagnostics_, diagnostics);
    world_.policy.nodes.clear();
    world_.policy.rules.clear();
    traces_.clear();
    check({&file, &rule});
    std::swap(diagnostics_, diagnostics);
    return std::move(traces_[0]);
}

void Checker::run(const CheckInput& input) {
    for (const auto* files : {&input.own, &input.inherited, &input.below})
        for (const ast::File* f : *files)
            if (too_deep(*f, world_.diagnostics)) return;
    world_.schema.name = input.policy_name;
    world_.schema.parent = input.parent;
    declare(world_, input.own, input.inherited, input.below);
    gather_rules(input);
    declare_states();
    for (const FoundRule& r : states_) check(r);
    place_states();
    for (const FoundRule& r : rules_) check(r);
    tests(input);
    if (world_.schema.slots.size() > limits::kMaxSlots)
        world_.diagnostics.report<DiagId::TooMany>(Span{}, limits::kMaxSlots, "places that rules read");
    std::sort(world_.policy.declarations.begin(), world_.policy.declarations.end());
}

void Checker::gather_rules(const CheckInput& input) {
    for (const ast::File* f : input.own)
        for (const ast::Decl& d : f->decls)
            if (const auto* r = std::get_if<ast::Rule>(&d.body))
                (defines_state(*r) ? states_ : rules_).push_back({f, r});
}

void Checker::check(const FoundRule& found) {
    const auto reports = [this] { return diagnostics_.errors() + diagnostics_.warnings(); };
    const size_t before = reports();
    world_.demands.clear();
    check_rule(world_, *found.file, *found.rule);
    traces_.push_back({world_.demands, reports() != before});
}

/// Names first: other rules may stand before the mark they read.
void Checker::declare_states() {
    std::vector<std::pair<std::string, const ast::Rule*>> named;
    for (const FoundRule& r : states_) named.emplace_back(r.rule->names[0].text, r.rule);
    std::stable_sort(named.begin(), named.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [name, rule] : named) {
        const bool is_count = rule->verb == ast::Verb::Count;
        const auto [it, is_new] = world_.states.emplace(name, static_cast<uint32_t>(world_.schema.states.size()));
        if (is_new) {
            StateDesc desc;
            desc.name = name;
            desc.is_count = is_count;
            world_.schema.states.push_back(std::move(desc));
        } else if (world_.schema.states[it->second].is_count != is_count) {
            world_.diagnostics.report<DiagId::CountTwice>(rule->names[0].span, name);
        }
    }
}

void Checker::place_states() {
    const TypeRef number = static_cast<TypeRef>(Kind::Int);
    for (StateDesc& s : world_.schema.states) {
        s.slot = world_.new_slot("state." + s.name, number);
        if (!s.is_count) continue;
        world_.new_slot("state." + s.name + ".charge", number);
        ValueType list;
        list.kind = ValueKind::Set;
        const bool text = s.count == CountKind::Distinct && kind_of(s.distinct_type) != Kind::Int;
        list.item.push_back(scalar_type(text ? ValueKind::String : ValueKind::Int));
        world_.new_slot("state." + s.name + ".values", world_.layout(list));
    }
    for (ir::Rule& r : world_.policy.rules) r.payload = world_.schema.states[world_.states.at(r.info.name)].slot;
}

void Checker::tests(const CheckInput& input) {
    std::map<std::string, size_t> calls;  // of each fixture
    for (const ast::File* f : input.own)
        for (const ast::Decl& d : f->decls) {
            const auto* fixture = std::get_if<ast::Fixture>(&d.body);
            if (fixture && !calls.emplace(fixture->setup.title.text, fixture->setup.calls.size()).second)
                world_.diagnostics.report<DiagId::FixtureTwice>(fixture->setup.title.span, fixture->setup.title.text);
        }
    for (const ast::File* f : input.own)
        for (const ast::Decl& d : f->decls)
            if (const auto* test = std::get_if<ast::Test>(&d.body)) check_test(*test, calls);
}

/// A test's own call stands for those of its fixtures.
void Checker::check_test(const ast::Test& test, const std::map<std::string, size_t>& fixtures) {
    size_t inherited = 0;
    for (const ast::Name& name : test.with) {
        const auto found = fixtures.find(name.text);
        if (found == fixtures.end())
            world_.diagnostics.report<DiagId::UnknownFixture>(name.span, name.text);
        else
            inherited += found->second;
    }
    const size_t calls = test.calls.empty() ? inherited : test.calls.size();
    if (calls != 1) world_.diagnostics.report<DiagId::TestNeedsCall>(test.title.span, calls);
}

// ---- rules beside one another ------------------------------------------------------------------------------------

namespace {

bool share_tool(const ir::Rule& a, const ir::Rule& b) {
    std::vector<uint32_t> both;
    std::set_intersection(a.variants[0].tools.begin(), a.variants[0].tools.end(), b.variants[0].tools.begin(),
                          b.variants[0].tools.end(), std::back_inserter(both));
    return !both.empty();
}

}  // namespace

/// A conflict that is certain: two rules without guards that cover one tool.
void check_retention(std::span<const ir::Rule* const> in_order, Diagnostics& diagnostics) {
    std::vector<const ir::Rule*> least, most;
    for (const ir::Rule* r : in_order) {
        if (r->info.kind != RuleKind::Retain || r->info.watch) continue;
        if (r->variants.size() != 1 || r->variants[0].guard != ir::kNoNode) continue;
        if (r->info.at_least_ns >= 0) least.push_back(r);
        if (r->info.at_most_ns >= 0) most.push_back(r);
    }
    for (const ir::Rule* a : least)
        for (const ir::Rule* b : most) {
            if (a == b || a->info.at_least_ns <= b->info.at_most_ns || !share_tool(*a, *b)) continue;
            Diagnostic& d = diagnostics.report<DiagId::RetentionConflict>(b->span, format_duration(a->info.at_least_ns),
                                                                          format_duration(b->info.at_most_ns));
            d.notes.push_back({a->span, "`at least` is here"});
        }
}

/// Marks join by `or`, so several may share a name.
void check_one_body_each(std::span<const ir::Rule* const> each_once, Diagnostics& diagnostics) {
    std::unordered_map<std::string_view, const ir::Rule*> risks, counts;
    for (const ir::Rule* r : each_once) {
        const bool risk = r->info.kind == RuleKind::Risk;
        if (r->info.watch) continue;  // it joins nothing
        if (!risk && r->info.kind != RuleKind::Count) continue;
        const auto [it, is_new] = (risk ? risks : counts).emplace(r->info.name, r);
        if (is_new) continue;
        Diagnostic& d = risk ? diagnostics.report<DiagId::RiskTwice>(r->span, r->info.name)
                             : diagnostics.report<DiagId::CountTwice>(r->span, r->info.name);
        d.notes.push_back({it->second->span, "the other one"});
    }
}

}  // namespace remit
