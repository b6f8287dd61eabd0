#include "compiler/lint/subject.h"

#include <algorithm>
#include <unordered_map>

#include "stdlib/modules.h"

namespace remit::linting {

namespace {

bool has_policy(const ast::File& file) {
    return std::any_of(file.decls.begin(), file.decls.end(),
                       [](const ast::Decl& d) { return std::holds_alternative<ast::PolicyDecl>(d.body); });
}

/// For each tool its rules, each once.
std::vector<std::vector<uint32_t>> rules_by_tool(const Program& program) {
    std::vector<std::vector<uint32_t>> out(program.tools.size());
    for (size_t t = 0; t < program.tools.size(); ++t) {
        const ToolDesc& tool = program.tools[t];
        for (uint32_t s = tool.segments_begin; s < tool.segments_end; ++s) {
            const Segment& segment = program.segments[program.tool_segments[s]];
            for (uint32_t r = segment.row_begin; r < segment.row_end; ++r) out[t].push_back(program.rows[r].rule);
        }
        std::sort(out[t].begin(), out[t].end());
        out[t].erase(std::unique(out[t].begin(), out[t].end()), out[t].end());
    }
    return out;
}

bool allows(std::string_view comment, std::string_view name) {
    constexpr std::string_view kMark = "// remit: allow ";
    if (!comment.starts_with(kMark)) return false;
    comment.remove_prefix(kMark.size());
    return comment.starts_with(name) && (comment.size() == name.size() || comment[name.size()] == ' ');
}

std::string_view trimmed(std::string_view line) {
    const size_t begin = line.find_first_not_of(" \t");
    return begin == std::string_view::npos ? std::string_view()
                                           : line.substr(begin, line.find_last_not_of(" \t\r") + 1 - begin);
}

}  // namespace

Subject::Subject(const Compilation& c)
    : compilation(c), program(c.layers.front()), rules_of_tool(rules_by_tool(program)) {
    for (const ast::File& file : c.files) {
        if (&file != &c.files.front() && has_policy(file)) break;  // the parent's files come after it
        if (!find_module(c.sources.file(file.file).name())) own.push_back(&file);
    }
    std::unordered_map<std::string_view, uint32_t> by_place;
    for (uint32_t r = 0; r < program.rules.size(); ++r) by_place.emplace(program.rules[r].at, r);
    std::vector<std::vector<uint32_t>> tools_of(program.rules.size());
    for (uint32_t t = 0; t < rules_of_tool.size(); ++t)
        for (const uint32_t r : rules_of_tool[t]) tools_of[r].push_back(t);
    for (const ast::File* file : own) {
        for (const ast::Decl& decl : file->decls) {
            const auto* rule = std::get_if<ast::Rule>(&decl.body);
            if (rule == nullptr) continue;
            LintedRule& linted = rules.emplace_back(LintedRule{file, &decl, rule, nullptr, {}});
            const auto it = by_place.find(c.sources.at(rule->head));
            if (it == by_place.end()) continue;
            linted.info = &program.rules[it->second];
            linted.tools = tools_of[it->second];
        }
    }
}

bool Reporter::silenced(Span declaration, DiagId id) const {
    const LintRow* row = nullptr;
    for (const LintRow& r : lint_rows())
        if (r.id == id) row = &r;
    if (row == nullptr) return false;
    const SourceFile& file = sources_.file(declaration.file);
    const std::string_view last = file.line(file.locate(declaration.end).line);
    if (const size_t beside = last.find("// remit: allow "); beside != std::string_view::npos)
        if (allows(trimmed(last.substr(beside)), row->name)) return true;
    for (uint32_t line = file.locate(declaration.begin).line; line-- > 1;) {
        const std::string_view comment = trimmed(file.line(line));
        if (!comment.starts_with("//")) return false;
        if (allows(comment, row->name)) return true;
    }
    return false;
}

}  // namespace remit::linting
