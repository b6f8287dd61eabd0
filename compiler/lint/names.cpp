// Names that are declared and never said again. It counts words, so it needs no knowledge of where the language lets a name stand, and
// says nothing about a name that happens to be a word elsewhere.
#include <unordered_map>

#include "compiler/lint/subject.h"

namespace remit::linting {

namespace {

bool is_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

using Counts = std::unordered_map<std::string_view, size_t>;

/// Counts every word, and every dotted beginning of one, outside strings and comments.
void count_words(std::string_view text, Counts& counts) {
    for (size_t i = 0; i < text.size();) {
        if (text.substr(i, 2) == "//") {
            i = text.find('\n', i);
            if (i == std::string_view::npos) return;
        } else if (text[i] == '"') {
            for (++i; i < text.size() && text[i] != '"' && text[i] != '\n'; ++i) i += text[i] == '\\' ? 1 : 0;
            ++i;
        } else if (is_name(text[i])) {
            const size_t run = i;
            while (i < text.size() && (is_name(text[i]) || text[i] == '.')) {
                const size_t word = i;
                while (i < text.size() && is_name(text[i])) ++i;
                ++counts[text.substr(word, i - word)];
                if (word != run) ++counts[text.substr(run, i - run)];
                while (i < text.size() && text[i] == '.') ++i;
            }
        } else {
            ++i;
        }
    }
}

struct Declared {
    std::string_view kind;
    const ast::Name* name = nullptr;
    const ast::Decl* decl = nullptr;
};

Declared declared(const ast::Decl& decl) {
    if (const auto* d = std::get_if<ast::RoleDecl>(&decl.body)) return {"role", &d->name, &decl};
    if (const auto* d = std::get_if<ast::EnumDecl>(&decl.body)) return {"enum", &d->name, &decl};
    if (const auto* d = std::get_if<ast::EgressDecl>(&decl.body)) return {"egress", &d->name, &decl};
    if (const auto* d = std::get_if<ast::FactDecl>(&decl.body)) return {"fact", &d->name, &decl};
    if (const auto* d = std::get_if<ast::ParamDecl>(&decl.body)) return {"param", d->field ? &d->name : nullptr, &decl};
    if (const auto* d = std::get_if<ast::TableDecl>(&decl.body)) return {"table", &d->name, &decl};
    if (const auto* d = std::get_if<ast::WindowDecl>(&decl.body)) return {"window", &d->name, &decl};
    if (const auto* d = std::get_if<ast::Rule>(&decl.body)) {
        if (d->verb == ast::Verb::Mark) return {"mark", &d->names.at(0), &decl};
        if (d->verb == ast::Verb::Count) return {"count", &d->names.at(0), &decl};
    }
    return {};
}

}  // namespace

void lint_names(const Subject& subject, Reporter& reporter) {
    Counts counts, declarations;
    for (const ast::File& file : subject.compilation.files)
        count_words(subject.compilation.sources.file(file.file).text(), counts);
    std::vector<Declared> all;
    for (const ast::File* file : subject.own) {
        for (const ast::Decl& decl : file->decls) {
            const Declared d = declared(decl);
            if (d.name == nullptr) continue;
            all.push_back(d);
            ++declarations[d.name->text];
        }
    }
    for (const Declared& d : all)
        if (counts[d.name->text] <= declarations[d.name->text])
            reporter.warn<DiagId::UnusedName>(*d.decl, d.name->span, d.kind, d.name->text);
}

}  // namespace remit::linting
