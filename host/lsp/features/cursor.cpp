#include "host/lsp/features/cursor.h"

#include <algorithm>

#include "host/lsp/index/cover.h"

namespace remit::lsp {

namespace {

bool is_word_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

bool ends_selector(std::string_view word) {
    return is_one_of(word, {"when", "except", "including", "within", "with", "over", "per", "unless", "override",
                            "because", "for", "block", "redact"});
}

std::optional<ast::Cmp> order_of(std::string_view sign) {
    if (sign == "==") return ast::Cmp::Eq;
    if (sign == "!=") return ast::Cmp::Ne;
    if (sign == "<") return ast::Cmp::Lt;
    if (sign == "<=") return ast::Cmp::Le;
    if (sign == ">") return ast::Cmp::Gt;
    if (sign == ">=") return ast::Cmp::Ge;
    return std::nullopt;
}

ast::SelKind kind_of_atom(std::string_view word) {
    if (word == "read") return ast::SelKind::Read;
    if (word == "write") return ast::SelKind::Write;
    if (word == "destructive") return ast::SelKind::Destructive;
    if (word == "idempotent") return ast::SelKind::Idempotent;
    if (word == "open") return ast::SelKind::Open;
    return word.find('*') == std::string_view::npos ? ast::SelKind::Exact : ast::SelKind::Glob;
}

}  // namespace

Cursor::Cursor(const Spot& spot) : text_(spot.text()), model_(spot.snapshot->model()) {
    const size_t offset = std::min<size_t>(spot.offset, text_.size());
    size_t begin = offset;
    while (begin > 0 && is_word_byte(text_[begin - 1])) --begin;
    prefix_begin_ = static_cast<uint32_t>(begin);
    prefix_ = text_.substr(begin, offset - begin);
    const bool at_column_0 = begin == 0 || text_[begin - 1] == '\n' || text_[begin - 1] == '\r';
    if (at_column_0) return;  // a new declaration
    const size_t from = declaration_begin(text_, begin > 0 ? begin - 1 : 0);
    for (const Token& t : tokens_of(text_, from, declaration_end(text_, from))) {
        const bool before = t.end <= begin && !(t.kind == TokenKind::Comment && t.end == begin);
        const bool around = t.begin < offset && offset <= t.end;
        if (t.kind == TokenKind::Comment && t.begin < offset && offset <= t.end) in_comment_ = true;
        if (t.kind == TokenKind::String && around && (offset < t.end || text_[t.end - 1] != '"' || t.end - t.begin < 2))
            in_string_ = true;
        if (t.kind == TokenKind::Comment) continue;
        if (before)
            tokens_.push_back(t);
        else if (t.begin >= offset)
            after_.push_back(t);
    }
}

std::string_view Cursor::word(size_t back) const {
    return back < tokens_.size() ? text_of(tokens_[tokens_.size() - 1 - back]) : std::string_view();
}

TokenKind Cursor::kind(size_t back) const {
    return back < tokens_.size() ? tokens_[tokens_.size() - 1 - back].kind : TokenKind::Sign;
}

std::string_view Cursor::verb() const {
    if (tokens_.empty()) return {};
    const std::string_view first = text_of(tokens_[0]);
    return first == "watch" && tokens_.size() > 1 ? text_of(tokens_[1]) : first;
}

std::string_view Cursor::latest(const std::vector<std::string_view>& words) const {
    int depth = 0;
    for (size_t back = 0; back < tokens_.size(); ++back) {
        const std::string_view w = word(back);
        if (w == ")" || w == "}" || w == "]") ++depth;
        if (w == "(" || w == "{" || w == "[") --depth;
        const bool after_dot = back + 1 < tokens_.size() && word(back + 1) == ".";
        if (depth <= 0 && !after_dot && std::find(words.begin(), words.end(), w) != words.end()) return w;
    }
    return {};
}

size_t Cursor::open_bracket() const {
    int depth = 0;
    for (size_t back = 0; back < tokens_.size(); ++back) {
        const std::string_view w = word(back);
        if (w == ")" || w == "}" || w == "]") ++depth;
        if ((w == "(" || w == "{" || w == "[") && --depth < 0) return back;
    }
    return std::string_view::npos;
}

// ---- selectors -----------------------------------------------------------------------------------------------------

/// The token that the selector begins with; none: npos.
size_t Cursor::selector_begin() const {
    const std::string_view v = verb();
    const bool in_head = v == "block" || v == "after";
    for (size_t i = 0; i < tokens_.size(); ++i) {
        const std::string_view w = text_of(tokens_[i]);
        if ((in_head && w == v) || w == "for" || (v == "allow" && w == "to") ||
            ((v == "never" || v == "always") && (w == "allow" || w == "block")))
            return i + 1;
    }
    return std::string_view::npos;
}

ast::Selector Cursor::selector() const {
    ast::Selector out;
    std::vector<Token> all = tokens_;
    all.insert(all.end(), after_.begin(), after_.end());
    const size_t begin = selector_begin();
    if (begin >= all.size()) return out;
    out.any_of.emplace_back();
    for (size_t i = begin; i < all.size() && !ends_selector(text_of(all[i])); ++i) {
        const std::string_view w = text_of(all[i]);
        if (w == ",") out.any_of.emplace_back();
        if (all[i].kind == TokenKind::Sign && w != "*") continue;
        ast::SelAtom atom;
        std::string name(w);
        while (i + 2 < all.size() && text_of(all[i + 1]) == "." && all[i + 2].kind != TokenKind::Sign) {
            name += "." + std::string(text_of(all[i + 2]));
            i += 2;
        }
        atom.kind = kind_of_atom(name);
        const std::optional<ast::Cmp> cmp = i + 2 < all.size() ? order_of(text_of(all[i + 1])) : std::nullopt;
        if (cmp && (name == "trust" || name == "gives")) {
            atom.kind = name == "trust" ? ast::SelKind::Trust : ast::SelKind::Gives;
            atom.cmp = *cmp;
            name = text_of(all[i + 2]);
            i += 2;
        }
        atom.name.text = std::move(name);
        out.any_of.back().push_back(std::move(atom));
    }
    std::erase_if(out.any_of, [](const auto& atoms) { return atoms.empty(); });
    return out;
}

std::vector<std::string> Cursor::covered_tools() const {
    const bool writes = verb() != "allow" || !latest({"including"}).empty();
    return covered(model_, selector(), verb() == "allow", writes);
}

// ---- chains --------------------------------------------------------------------------------------------------------

Scope Cursor::scope() const {
    Scope out;
    out.tools = covered_tools();
    for (size_t i = 1; i + 4 < tokens_.size(); ++i) {  // any n in args.x:
        const std::string_view opener = text_of(tokens_[i - 1]);
        if (text_of(tokens_[i + 1]) != "in" || !is_one_of(opener, {"any", "all", "("})) continue;
        if (text_of(tokens_[i + 3]) != ".") continue;
        for (const Member& m : members_of(model_, out, text_of(tokens_[i + 2])))
            if (m.name == text_of(tokens_[i + 4]))
                out.variables[std::string(text_of(tokens_[i]))] = item_of(model_, m.type);
    }
    return out;
}

std::vector<std::string> Cursor::chain(size_t back) const {
    std::vector<std::string> out;
    while (back < tokens_.size()) {
        if (word(back) == ")") {  // over what is in the brackets
            int depth = 0;
            for (; back < tokens_.size(); ++back) {
                if (word(back) == ")") ++depth;
                if (word(back) == "(" && --depth == 0) break;
            }
            ++back;
            out.insert(out.begin(), std::string(word(back)) + "()");
        } else if (kind(back) == TokenKind::Word) {
            out.insert(out.begin(), std::string(word(back)));
        } else {
            break;
        }
        if (word(back + 1) != ".") break;
        back += 2;
    }
    return out;
}

Type Cursor::type_of_chain(size_t back) const {
    const std::vector<std::string> words = chain(back);
    if (words.empty()) return {};
    const Scope all = scope();
    ast::File file;  // the chain as an expression
    const auto add = [&](ast::ExprKind kind, std::string text, std::vector<ast::ExprId> kids) {
        file.exprs.push_back({kind, ast::Cmp::Eq, {}, std::move(text), std::move(kids)});
        return static_cast<ast::ExprId>(file.exprs.size() - 1);
    };
    size_t next = 1;
    std::string first = words[0];
    while (next < words.size() && !first.ends_with("()") && words[next].ends_with("()")) first += "." + words[next++];
    const bool call = first.ends_with("()");
    ast::ExprId id = add(call ? ast::ExprKind::Call : ast::ExprKind::Word,
                         call ? first.substr(0, first.size() - 2) : first, {});
    for (; next < words.size(); ++next) id = add(ast::ExprKind::Member, words[next], {id});
    return remit::lsp::type_of(model_, all, file, id);
}

}  // namespace remit::lsp
