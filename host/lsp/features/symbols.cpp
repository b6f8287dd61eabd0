// Outlines of documents, and names of the workspace.
#include <fmt/format.h>

#include "compiler/syntax/words.h"
#include "host/lsp/features/feature.h"
#include "host/lsp/text/uri.h"
#include "host/lsp/workspace/limits.h"

namespace remit::lsp {

namespace {

/// SymbolKind of the protocol.
enum Kind {
    kModule = 2,
    kNamespace = 3,
    kClass = 5,
    kMethod = 6,
    kProperty = 7,
    kField = 8,
    kEnum = 10,
    kFunction = 12,
    kVariable = 13,
    kConstant = 14,
    kStruct = 23,
    kEvent = 24
};

struct Outline {
    std::string name, detail;
    int kind = kVariable;
    Span place;  // of the name
};

std::string first_line(std::string_view text) {
    const size_t end = std::min(text.find('\n'), text.size());
    return std::string(text.substr(0, std::min<size_t>(end, 80)));
}

Outline of_rule(const Snapshot& snapshot, const ast::Decl& decl, const ast::Rule& rule) {
    const int kind = rule.verb == ast::Verb::Mark || rule.verb == ast::Verb::Count ? kVariable : kEvent;
    return {first_line(text_of(snapshot, decl.span)), rule.because ? rule.because->text : "", kind, rule.head};
}

Outline of_vocabulary(const ast::VocabularyDecl& v, Span span) {
    constexpr const char* kNames[] = {"tiers", "classes", "trust", "lanes"};
    return {kNames[static_cast<size_t>(v.kind)], "vocabulary", kEnum, v.symbols.empty() ? span : v.symbols[0].span};
}

struct Describe {
    const Snapshot& snapshot;
    const ast::Decl& decl;
    Outline operator()(const ast::PolicyDecl& d) const { return {d.name.text, "policy", kModule, d.name.span}; }
    Outline operator()(const ast::UseDecl& d) const { return {d.what.text, "use", kNamespace, d.what.span}; }
    Outline operator()(const ast::VocabularyDecl& d) const { return of_vocabulary(d, decl.span); }
    Outline operator()(const ast::EnumDecl& d) const { return {d.name.text, "enum", kEnum, d.name.span}; }
    Outline operator()(const ast::RoleDecl& d) const { return {d.name.text, "role", kClass, d.name.span}; }
    Outline operator()(const ast::EgressDecl& d) const { return {d.name.text, "egress", kNamespace, d.name.span}; }
    Outline operator()(const ast::ToolDecl& d) const { return {d.name.text, "tool", kFunction, d.name.span}; }
    Outline operator()(const ast::FactDecl& d) const { return {d.name.text, "fact", kStruct, d.name.span}; }
    Outline operator()(const ast::ParamDecl& d) const { return {d.name.text, "param", kConstant, d.name.span}; }
    Outline operator()(const ast::TableDecl& d) const { return {d.name.text, "table", kFunction, d.name.span}; }
    Outline operator()(const ast::WindowDecl& d) const { return {d.name.text, "window", kConstant, d.name.span}; }
    Outline operator()(const ast::Rule& d) const { return of_rule(snapshot, decl, d); }
    Outline operator()(const ast::Fixture& d) const {
        return {d.setup.title.text, "fixture", kStruct, d.setup.title.span};
    }
    Outline operator()(const ast::Test& d) const { return {d.title.text, "test", kMethod, d.title.span}; }
};

Json children(const Context& context, const Snapshot& snapshot, const std::vector<ast::Field>& fields) {
    Json out = Json::array();
    for (const ast::Field& f : fields) {
        const Json range = json_of(range_of(context, snapshot, f.name.span));
        out.push_back({{"name", f.name.text},
                       {"detail", text_of(f.type)},
                       {"kind", int{kField}},
                       {"range", range},
                       {"selectionRange", range}});
    }
    return out;
}

std::string lower(std::string text) {
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return text;
}

}  // namespace

Json document_symbol(Context& context, const Json& params) {
    const auto spot = spot_of(context, params);
    const ast::File* file = spot ? spot->snapshot->ast(spot->file) : nullptr;
    if (!file) return nullptr;
    Json out = Json::array();
    for (const ast::Decl& decl : file->decls) {
        const Outline o = std::visit(Describe{*spot->snapshot, decl}, decl.body);
        Json item = {{"name", o.name.empty() ? "\"\"" : o.name},
                     {"detail", o.detail},
                     {"kind", o.kind},
                     {"range", json_of(range_of(context, *spot->snapshot, decl.span))},
                     {"selectionRange", json_of(range_of(context, *spot->snapshot, o.place))}};
        if (const auto* tool = std::get_if<ast::ToolDecl>(&decl.body); tool && !tool->params.empty())
            item["children"] = children(context, *spot->snapshot, tool->params);
        out.push_back(std::move(item));
    }
    return out;
}

Json workspace_symbol(Context& context, const Json& params) {
    const std::string query = lower(text_at(params, "query"));
    std::vector<std::string> roots = context.workspace.project().policies();
    if (roots.size() > limits::kMaxRoots) roots.resize(limits::kMaxRoots);
    Json out = Json::array();
    std::set<std::pair<std::string, uint32_t>> seen;
    for (const std::string& root : roots) {
        const Snapshot& snapshot = context.workspace.snapshot(root);
        for (const ast::File& file : snapshot.files())
            for (const ast::Decl& decl : file.decls) {
                if (out.size() >= limits::kMaxItems) return out;
                if (std::holds_alternative<ast::UseDecl>(decl.body)) continue;
                const Outline o = std::visit(Describe{snapshot, decl}, decl.body);
                if (lower(o.name).find(query) == std::string::npos) continue;
                if (!seen.emplace(snapshot.path(file.file), decl.span.begin).second) continue;
                out.push_back({{"name", o.name},
                               {"kind", o.kind},
                               {"containerName", o.detail},
                               {"location", location_of(context, snapshot, o.place)}});
            }
    }
    return out;
}

}  // namespace remit::lsp
