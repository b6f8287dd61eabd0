#include "host/explain/rule_text.h"

#include <algorithm>

namespace remit::explain {

namespace {

std::string one_line(std::string_view text) {
    std::string out;
    const auto space = [&] {
        if (!out.empty() && out.back() != ' ') out += ' ';
    };
    for (size_t i = 0; i < text.size();) {
        if (text.substr(i, 2) == "//") {
            i = std::min(text.find('\n', i), text.size());
        } else if (text[i] == ' ' || text[i] == '\n' || text[i] == '\t' || text[i] == '\r') {
            space();
            ++i;
        } else if (text[i] == '"') {
            const size_t begin = i++;
            while (i < text.size() && text[i] != '"') i += text[i] == '\\' ? 2 : 1;
            i = std::min(i + 1, text.size());
            out += text.substr(begin, i - begin);
        } else {
            out += text[i++];
        }
    }
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

class Reader {
public:
    Reader(const Compilation& compilation, const ast::File& file)
        : file_(file), text_(compilation.sources.file(file.file).text()) {}

    void gather(ast::ExprId id, bool except, std::vector<Condition>& out) const {
        if (id == ast::kNoExpr) return;
        const ast::Expr& e = file_.expr(id);
        if (e.kind == (except ? ast::ExprKind::Or : ast::ExprKind::And)) {
            for (const ast::ExprId kid : e.kids) gather(kid, except, out);
            return;
        }
        out.push_back({id, except, at(e.span)});
    }
    std::string at(Span span) const { return one_line(text_.substr(span.begin, span.end - span.begin)); }

private:
    const ast::File& file_;
    std::string_view text_;
};

}  // namespace

std::vector<WrittenRule> written_rules(const Compilation& compilation) {
    std::vector<WrittenRule> out;
    for (const ast::File& file : compilation.files) {
        const Reader reader(compilation, file);
        for (const ast::Decl& decl : file.decls) {
            const auto* rule = std::get_if<ast::Rule>(&decl.body);
            if (rule == nullptr) continue;
            WrittenRule& w = out.emplace_back();
            w.file = &file;
            w.rule = rule;
            w.at = compilation.sources.at(rule->head);
            w.text = reader.at(decl.span);
            reader.gather(rule->when, false, w.conditions);
            reader.gather(rule->except, true, w.conditions);
        }
    }
    return out;
}

}  // namespace remit::explain
