#include "host/testing/coverage.h"

#include <fmt/format.h>

#include <algorithm>

namespace remit {

namespace {

enum : size_t { kSpeaks = 0, kSilent = 1 };
constexpr std::string_view kVerdicts[] = {"allow", "ask", "deny"};

bool is_module(std::string_view file) { return file.starts_with("std."); }

bool has_condition(const ast::Rule& rule) {
    const bool everyone = rule.names.size() == 1 && rule.names[0].text == "anyone";
    return rule.when != ast::kNoExpr || rule.except != ast::kNoExpr || (rule.verb == ast::Verb::Allow && !everyone);
}

/// Whether the rules were asked at all: a request may be denied before.
bool was_decided(const Decision& decision) {
    return std::all_of(decision.rules.begin(), decision.rules.end(),
                       [](const SpokenRule& r) { return r.kind != "deny" || r.rule == "builtin:no-allow"; }) ||
           std::any_of(decision.rules.begin(), decision.rules.end(),
                       [](const SpokenRule& r) { return r.kind != "deny"; });
}

const ToolDesc* find_tool(const Program& program, std::string_view name) {
    const auto found = std::find_if(program.tools.begin(), program.tools.end(), [&](const ToolDesc& tool) {
        return tool.name == name && tool.after_of == kNoTool;
    });
    return found == program.tools.end() ? nullptr : &*found;
}

/// The rules that cover a tool.
std::set<uint32_t> rules_of(const Program& program, const ToolDesc& tool) {
    std::set<uint32_t> out;
    for (uint32_t i = tool.segments_begin; i < tool.segments_end; ++i) {
        const Segment& segment = program.segments[program.tool_segments[i]];
        for (uint32_t row = segment.row_begin; row < segment.row_end; ++row) out.insert(program.rows[row].rule);
    }
    return out;
}

std::string one_line(std::string_view text) {
    text = text.substr(0, text.find('\n'));
    while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) text.remove_suffix(1);
    return std::string(text);
}

}  // namespace

size_t Covered::seen() const {
    return static_cast<size_t>(
        std::count_if(outcomes.begin(), outcomes.end(), [](const SeenOutcome& o) { return o.times > 0; }));
}

void Coverage::declare_rule(const Sources& sources, const ast::Decl& decl) {
    const auto& rule = std::get<ast::Rule>(decl.body);
    const SourceFile& file = sources.file(decl.span.file);
    const auto [entry, is_new] = rules_.try_emplace(sources.at(decl.span));
    if (!is_new) return;
    Covered& covered = entry->second;
    covered.file = file.name();
    covered.line = file.locate(decl.span.begin).line;
    covered.end_line = file.locate(decl.span.end - 1).line;
    covered.text = one_line(file.text().substr(decl.span.begin, decl.span.end - decl.span.begin));
    sources_.emplace(file.name(), file.text());
    if (rule.verb == ast::Verb::Never) {
        covered.outcomes = {{"is asked", 0}};
        return;
    }
    covered.outcomes = {{"speaks", 0}};
    if (has_condition(rule)) covered.outcomes.push_back({"is silent", 0});
}

namespace {

/// How a tool can be decided, as far as its rules show.
struct Possible {
    bool allow = true, ask = false, deny = false;
};

/// A rule that asks for any tool may depend on a risk that this one never has, so it promises nothing about it.
Possible possible(const Compilation& compilation, const std::string& name,
                  const std::map<std::string, bool>& has_condition) {
    Possible out;
    for (const Program& program : compilation.layers) {
        const ToolDesc* tool = find_tool(program, name);
        if (tool == nullptr) continue;
        std::set<uint32_t> everywhere = rules_of(program, *tool);
        for (const ToolDesc& other : program.callable()) {
            const std::set<uint32_t> there = rules_of(program, other);
            std::erase_if(everywhere, [&](uint32_t rule) { return there.count(rule) == 0; });
        }
        bool allows = false, always = false;
        for (const uint32_t rule : rules_of(program, *tool)) {
            const RuleInfo& info = program.rules[rule];
            const auto condition = has_condition.find(info.at);
            const bool conditional = condition == has_condition.end() || condition->second;
            allows = allows || info.kind == RuleKind::Allow;
            always = always || (info.kind == RuleKind::Allow && !conditional);
            out.deny = out.deny || info.kind == RuleKind::Block;
            out.ask = out.ask || (info.kind == RuleKind::Ask && (everywhere.count(rule) == 0 || !conditional));
        }
        out.allow = out.allow && allows;
        out.deny = out.deny || !always;
    }
    out.ask = out.ask && out.allow;
    return out;
}

}  // namespace

void Coverage::declare_tools(const Compilation& compilation, const std::map<std::string, Span>& places) {
    std::map<std::string, bool> conditions;
    for (const auto& [at, rule] : rules_) conditions.emplace(at, rule.outcomes.size() > 1);
    for (const auto& [name, span] : places) {
        const auto [entry, is_new] = tools_.try_emplace(name);
        if (!is_new) continue;
        const SourceFile& file = compilation.sources.file(span.file);
        Covered& covered = entry->second;
        covered.file = file.name();
        covered.line = file.locate(span.begin).line;
        covered.end_line = file.locate(span.end - 1).line;
        covered.text = name;
        covered.is_tool = true;
        const Possible verdicts = possible(compilation, name, conditions);
        if (verdicts.allow) covered.outcomes.push_back({kVerdicts[0], 0});
        if (verdicts.ask) covered.outcomes.push_back({kVerdicts[1], 0});
        if (verdicts.deny) covered.outcomes.push_back({kVerdicts[2], 0});
        sources_.emplace(file.name(), file.text());
    }
}

void Coverage::declare(const Compilation& compilation) {
    std::map<std::string, Span> places;
    for (const ast::File& file : compilation.files) {
        if (is_module(compilation.sources.file(file.file).name())) continue;
        for (const ast::Decl& decl : file.decls) {
            if (std::holds_alternative<ast::Rule>(decl.body)) declare_rule(compilation.sources, decl);
            if (const auto* tool = std::get_if<ast::ToolDecl>(&decl.body)) places.emplace(tool->name.text, decl.span);
        }
    }
    declare_tools(compilation, places);
}

void Coverage::add(const Compilation& compilation, const TestResult& result) {
    const auto tool = tools_.find(result.tool);
    if (tool != tools_.end() && !result.decision.after) {
        ++tool->second.asked;
        for (SeenOutcome& outcome : tool->second.outcomes)
            outcome.times += outcome.what == kVerdicts[static_cast<size_t>(result.decision.verdict)] ? 1 : 0;
    }
    if (!was_decided(result.decision)) return;
    std::set<std::string> spoke;
    for (const SpokenRule& rule : result.decision.rules) spoke.insert(rule.at);
    std::set<std::string> asked = spoke;  // rules of a batch's elements are known by what they said
    for (const Program& program : compilation.layers) {
        const ToolDesc* desc = find_tool(program, result.tool);
        if (desc == nullptr) continue;
        if (result.decision.after && desc->after != kNoTool) desc = &program.tools[desc->after];
        for (const uint32_t rule : rules_of(program, *desc)) asked.insert(program.rules[rule].at);
    }
    for (const std::string& at : asked) {
        const auto rule = rules_.find(at);
        if (rule == rules_.end()) continue;
        Covered& covered = rule->second;
        ++covered.asked;
        const size_t outcome = spoke.count(at) != 0 || covered.outcomes[0].what == "is asked" ? kSpeaks : kSilent;
        if (outcome < covered.outcomes.size()) ++covered.outcomes[outcome].times;
    }
}

std::vector<const Covered*> Coverage::all() const {
    std::vector<const Covered*> out;
    for (const auto* part : {&tools_, &rules_})
        for (const auto& [key, covered] : *part) out.push_back(&covered);
    std::stable_sort(out.begin(), out.end(), [](const Covered* a, const Covered* b) {
        return std::tie(a->file, a->line) < std::tie(b->file, b->line);
    });
    return out;
}

size_t Coverage::outcomes() const {
    size_t count = 0;
    for (const Covered* covered : all()) count += covered->outcomes.size();
    return count;
}

size_t Coverage::seen() const {
    size_t count = 0;
    for (const Covered* covered : all()) count += covered->seen();
    return count;
}

double Coverage::percent() const {
    const size_t of = outcomes();
    return of == 0 ? 100.0 : 100.0 * static_cast<double>(seen()) / static_cast<double>(of);
}

}  // namespace remit
