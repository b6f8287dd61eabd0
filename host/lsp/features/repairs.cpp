#include "host/lsp/features/repairs.h"

#include <fmt/format.h>

#include <algorithm>

#include "host/lsp/index/cover.h"
#include "host/lsp/text/tokens.h"

namespace remit::lsp {

namespace {

std::string_view file_text(const Snapshot& snapshot, FileId file) {
    return snapshot.compilation.sources.file(file).text();
}

Edit insert(FileId file, uint32_t at, std::string text) { return {{file, at, at}, std::move(text)}; }

/// The tokens of the declaration around `inside`.
std::vector<Token> tokens_around(std::string_view text, uint32_t inside) {
    const size_t begin = declaration_begin(text, inside + 1);
    return tokens_of(text, begin, declaration_end(text, begin));
}

std::string_view word(std::string_view text, const Token& t) { return text.substr(t.begin, t.end - t.begin); }

// ---- names -------------------------------------------------------------------------------------------------------------

/// "did you mean `x`?"
std::vector<Repair> meant(const Snapshot& snapshot, const Diagnostic& d) {
    const std::optional<std::string> name = replacement_of(d);
    if (!name) return {};
    Span span = d.span;
    const std::string_view written = text_of(snapshot, span);
    // Of `args.amont` only the end is meant, unless the suggestion is whole as well.
    const size_t dot = written.rfind('.');
    const bool member = written.starts_with("args.") || written.starts_with("state.") || written.starts_with("result.");
    if (member && name->find('.') == std::string::npos) span.begin += static_cast<uint32_t>(dot + 1);
    const bool quotes = text_of(snapshot, span).starts_with('"');
    return {{fmt::format("change to `{}`", *name), {{span, quotes ? "\"" + *name + "\"" : *name}}, true}};
}

std::vector<Repair> declare_role(const Snapshot& snapshot, const Diagnostic& d) {
    const std::vector<std::string> names = quoted_names(d.message);
    const ast::File* file = snapshot.ast(d.span.file);
    if (names.empty() || !file) return {};
    uint32_t at = 0;
    for (const ast::Decl& decl : file->decls)
        if (std::holds_alternative<ast::RoleDecl>(decl.body) || std::holds_alternative<ast::PolicyDecl>(decl.body))
            at = decl.span.end;
    return {{fmt::format("declare role `{}`", names[0]), {insert(file->file, at, "\nrole " + names[0])}, false}};
}

// ---- guards ------------------------------------------------------------------------------------------------------------

/// Puts a test before the guard that the place lies in.
std::vector<Repair> guard_with(const Snapshot& snapshot, const Diagnostic& d, const std::string& test) {
    const ast::Decl* decl = decl_at(snapshot, d.span.file, d.span.begin);
    const auto* rule = decl ? std::get_if<ast::Rule>(&decl->body) : nullptr;
    const ast::File* file = snapshot.ast(d.span.file);
    if (!rule || !file) return {};
    for (const ast::ExprId id : {rule->when, rule->except}) {
        if (id == ast::kNoExpr) continue;
        const ast::Expr& e = file->expr(id);
        if (d.span.begin < e.span.begin || d.span.end > e.span.end) continue;
        const bool loose = e.kind == ast::ExprKind::Or;
        std::vector<Edit> edits = {insert(d.span.file, e.span.begin, test + " and " + (loose ? "(" : ""))};
        if (loose) edits.push_back(insert(d.span.file, e.span.end, ")"));
        return {{fmt::format("test `{}` first", test), std::move(edits), true}};
    }
    // A summand, or a rule without a guard.
    if (rule->when != ast::kNoExpr) return {};
    const uint32_t at = place_before_because(file_text(snapshot, d.span.file), d.span.begin);
    return {{fmt::format("add `when {}`", test), {insert(d.span.file, at, " when " + test)}, true}};
}

std::vector<Repair> test_presence(const Snapshot& snapshot, const Diagnostic& d, bool null) {
    const std::vector<std::string> names = quoted_names(d.message);
    if (names.empty() || !(names[0].starts_with("args.") || names[0].starts_with("call."))) return {};
    return guard_with(snapshot, d, null ? names[0] + " is not null" : "has " + names[0]);
}

/// `has args.x and` goes, where it stands so.
std::vector<Repair> drop_test(const Snapshot& snapshot, const Diagnostic& d) {
    const std::string_view text = file_text(snapshot, d.span.file);
    const std::vector<Token> tokens = tokens_around(text, d.span.begin);
    const auto after = std::find_if(tokens.begin(), tokens.end(),
                                    [&](const Token& t) { return t.begin >= d.span.end; });
    if (after == tokens.end() || word(text, *after) != "and" || after + 1 == tokens.end()) return {};
    uint32_t begin = d.span.begin;
    if (!text_of(snapshot, d.span).starts_with("has"))  // the place of the argument alone
        for (const Token& t : tokens)
            if (t.end <= d.span.begin && word(text, t) == "has" && d.span.begin - t.end <= 1) begin = t.begin;
    if (begin == d.span.begin && !text_of(snapshot, d.span).starts_with("has")) return {};
    return {{"remove the test", {{{d.span.file, begin, (after + 1)->begin}, ""}}, true}};
}

std::vector<Repair> inside_instead(const Snapshot& snapshot, const Diagnostic& d) {
    const std::string_view text = file_text(snapshot, d.span.file);
    for (const Token& t : tokens_around(text, d.span.begin))
        if (t.begin >= d.span.begin && t.end <= d.span.end && word(text, t) == "starts" &&
            d.message.find("path") != std::string::npos)
            return {{"use `inside`", {{{d.span.file, t.begin, t.end}, "inside"}}, true}};
    return {};
}

// ---- clauses -----------------------------------------------------------------------------------------------------------

std::vector<Repair> missing_clause(const Snapshot& snapshot, const Diagnostic& d) {
    const std::vector<std::string> names = quoted_names(d.message);
    if (names.size() < 2) return {};
    const std::string& clause = names[1];
    const std::string text = clause == "within" ? " within 1h"
                             : clause == "over" ? " over 1h"
                             : clause == "per"  ? " per session"
                                                : "";
    if (text.empty()) return {};
    const uint32_t at = place_before_because(file_text(snapshot, d.span.file), d.span.begin);
    return {{fmt::format("add `{}`", text.substr(1)), {insert(d.span.file, at, text)}, true}};
}

std::vector<Repair> include_writes(const Snapshot& snapshot, const Diagnostic& d) {
    const ast::Decl* decl = decl_at(snapshot, d.span.file, d.span.begin);
    const auto* rule = decl ? std::get_if<ast::Rule>(&decl->body) : nullptr;
    if (!rule || rule->verb != ast::Verb::Allow || rule->including_write) return {};
    if (covered(snapshot.model(), rule->selector, true, true).empty()) return {};
    return {{"add `including write`", {insert(d.span.file, rule->selector.span.end, " including write")}, true}};
}

std::vector<Repair> effect(const Snapshot& snapshot, const Diagnostic& d) {
    const std::string_view text = file_text(snapshot, d.span.file);
    const uint32_t end = end_of_declaration(text, d.span.begin);
    const std::string comma = end > 0 && text[end - 1] == ')' ? " " : ", ";
    return {{"it writes: add `write`", {insert(d.span.file, end, comma + "write")}, false},
            {"it only reads: add `read`", {insert(d.span.file, end, comma + "read")}, false}};
}

std::vector<Repair> name_policy(const Snapshot& snapshot, const Diagnostic& d) {
    std::string name = snapshot.path(d.span.file);
    name = name.substr(name.rfind('/') + 1);
    name = name.substr(0, name.find('.'));
    for (char& c : name)
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))) c = '_';
    if (name.empty() || (name[0] >= '0' && name[0] <= '9')) name = "my_policy";
    return {{fmt::format("add `policy {}`", name), {insert(d.span.file, 0, "policy " + name + "\n\n")}, true}};
}

std::vector<Repair> pin(const Snapshot&, const Diagnostic& d) {
    const size_t at = d.message.find("sha256:");
    if (at == std::string::npos) return {};
    const std::string hash = d.message.substr(at, 71);
    return {{"pin the parent's present hash", {{d.span, "\"" + hash + "\""}}, false}};
}

}  // namespace

std::vector<std::string> quoted_names(std::string_view message) {
    std::vector<std::string> out;
    for (size_t open = message.find('`'); open != std::string_view::npos;) {
        const size_t close = message.find('`', open + 1);
        if (close == std::string_view::npos) break;
        out.emplace_back(message.substr(open + 1, close - open - 1));
        open = message.find('`', close + 1);
    }
    return out;
}

uint32_t end_of_declaration(std::string_view text, uint32_t inside) {
    uint32_t end = inside;
    for (const Token& t : tokens_around(text, inside))
        if (t.kind != TokenKind::Comment) end = t.end;
    return end;
}

uint32_t place_before_because(std::string_view text, uint32_t inside) {
    uint32_t end = inside;
    for (const Token& t : tokens_around(text, inside)) {
        if (word(text, t) == "because") return end;
        if (t.kind != TokenKind::Comment) end = t.end;
    }
    return end;
}

std::vector<Repair> repairs_of(const Snapshot& snapshot, const Diagnostic& d) {
    std::vector<Repair> out = meant(snapshot, d);
    const auto add = [&](std::vector<Repair> more) { std::move(more.begin(), more.end(), std::back_inserter(out)); };
    if (d.id == DiagId::UnknownRole) add(declare_role(snapshot, d));
    if (d.id == DiagId::NeedsHas) add(test_presence(snapshot, d, false));
    if (d.id == DiagId::NeedsNotNull) add(test_presence(snapshot, d, true));
    if (d.id == DiagId::HasAlways) add(drop_test(snapshot, d));
    if (d.id == DiagId::RawPrefix) add(inside_instead(snapshot, d));
    if (d.id == DiagId::ClauseMissing) add(missing_clause(snapshot, d));
    if (d.id == DiagId::CoversNothing) add(include_writes(snapshot, d));
    if (d.id == DiagId::EffectMissing) add(effect(snapshot, d));
    if (d.id == DiagId::PolicyMissing) add(name_policy(snapshot, d));
    if (d.id == DiagId::PinMismatch) add(pin(snapshot, d));
    return out;
}

}  // namespace remit::lsp
