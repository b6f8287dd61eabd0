#include "compiler/syntax/format_tokens.h"

#include <algorithm>

#include "compiler/syntax/declaration_parser.h"

namespace remit::syntax {

namespace {

using remit_grammar::RemitLexer;

Shape shape_of(size_t type, std::string_view text) {
    switch (type) {
        case RemitLexer::BAD_CHARACTER:
        case RemitLexer::BAD_NUMBER: return Shape::Bad;
        case RemitLexer::STRING: return Shape::String;
        case RemitLexer::GLOB: return Shape::Glob;
        case RemitLexer::INT:
        case RemitLexer::DECIMAL:
        case RemitLexer::DURATION:
        case RemitLexer::TIMESTAMP: return Shape::Number;
        default: break;
    }
    const char c = text[0];
    return c == '_' || c == '$' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? Shape::Word : Shape::Mark;
}

/// Words after which an operand comes, so that a bracket or a sign after them begins one.
bool asks_operand(std::string_view word) {
    return one_of(
        word, {"when",   "except", "and",  "or",    "not",    "in",  "like", "starts", "ends",    "contains", "matches",
               "inside", "on",     "only", "meets", "during", "has", "min",  "max",    "default", "distinct"});
}

/// Decides the spaces of a declaration, from the left to the right.
class Spaces {
public:
    explicit Spaces(LayoutDeclaration& declaration) : sort_(declaration.sort), tokens_(declaration.tokens) {
        risk_ = sort_ == Sort::Rule && tokens_[declaration.verb].is("risk");
    }

    void run() {
        for (size_t i = 0; i < tokens_.size(); ++i) {
            LayoutToken& t = tokens_[i];
            if (t.closes() && !open_.empty()) close(i);
            t.depth = static_cast<uint16_t>(open_.size());
            t.space = i > 0 && space(i);
            if (t.opens()) open_.push_back({i, wide(i)});
            if (t.is("for") || t.is("when")) risk_ = false;
            sign_ = (t.is("-") && sign(i)) || (t.is("+") && risk_);
        }
    }

private:
    struct Open {
        size_t at;
        bool wide;  // its inside stands off
    };

    void close(size_t i) {
        tokens_[open_.back().at].match = static_cast<uint32_t>(i);
        wide_closed_ = open_.back().wide && open_.back().at + 1 != i;
        open_.pop_back();
    }
    bool is_member(size_t i) const { return i > 0 && tokens_[i - 1].is("."); }
    bool is_type() const { return sort_ == Sort::Other || sort_ == Sort::Table; }

    bool space(size_t i) {
        const LayoutToken &t = tokens_[i], &before = tokens_[i - 1];
        if (t.shape == Shape::Mark && one_of(t.text, {",", ":", ".", ")", "]"})) return false;
        if (t.is("}")) return wide_closed_;
        if (before.is(".") || before.is("(") || before.is("[") || sign_) return false;
        if (before.is("{")) return open_.back().wide;
        if (t.is("(")) return !called(i - 1);
        return !angle(i);
    }
    bool called(size_t i) const {
        const LayoutToken& t = tokens_[i];
        if (t.shape == Shape::String) return true;
        return t.shape == Shape::Word && (is_member(i) || !asks_operand(t.text));
    }
    /// `list<email>`, not `vetted < trusted`.
    bool angle(size_t i) {
        if (!is_type()) return false;
        const LayoutToken &t = tokens_[i], &before = tokens_[i - 1];
        if (t.is("<") && (before.is("list") || before.is("set")) && open_or_typed(i - 1)) {
            ++angles_;
            return true;
        }
        if (t.is(">") && angles_ > 0) {
            --angles_;
            return true;
        }
        return before.is("<") && angles_ > 0;
    }
    bool open_or_typed(size_t i) const {
        return i > 0 && (tokens_[i - 1].is(":") || (tokens_[i - 1].is("<") && angles_ > 0));
    }
    /// Whether the `-` at `i` belongs to what comes after it.
    bool sign(size_t i) const {
        if (i == 0 || sort_ == Sort::Test) return true;
        const LayoutToken& before = tokens_[i - 1];
        if (before.closes() || before.shape == Shape::Number || before.shape == Shape::String) return false;
        if (before.shape == Shape::Word) return !is_member(i - 1) && asks_operand(before.text);
        return true;
    }
    bool wide(size_t i) const {
        if (!tokens_[i].is("{")) return false;
        if (sort_ == Sort::Test) return open_.size() <= 1;
        if (sort_ == Sort::Rule) return false;
        const LayoutToken& before = tokens_[i - 1];
        return before.is("record") || (open_.empty() && !one_of(before.text, {"in", "default", "="}));
    }

    Sort sort_;
    std::vector<LayoutToken>& tokens_;
    std::vector<Open> open_;
    size_t angles_ = 0;
    bool risk_ = false, sign_ = false, wide_closed_ = false;
};

Sort sort_of(std::string_view verb) {
    if (verb == "test" || verb == "fixture") return Sort::Test;
    if (verb == "table") return Sort::Table;
    if (one_of(verb, {"policy", "use", "tiers", "classes", "trust", "lanes", "enum", "role", "egress", "tool", "fact",
                      "param", "window"}))
        return Sort::Other;
    return Sort::Rule;
}

/// Reads what stands between two tokens: comments, and whether a line is empty.
class Between {
public:
    void comment(std::string_view text, LayoutToken* before) {
        if (lines_ == 0 && before != nullptr) {
            before->beside = comment_of(text);
        } else {
            if (above_.empty()) empty_line_ = lines_ > 1;
            above_.push_back(comment_of(text));
        }
        lines_ = 0;
    }
    void white(std::string_view text) { lines_ += std::count(text.begin(), text.end(), '\n'); }
    void give(LayoutToken& token) {
        if (above_.empty()) empty_line_ = lines_ > 1;
        token.above = std::move(above_);
        token.empty_line = empty_line_;
        *this = {};
    }

private:
    std::ptrdiff_t lines_ = 0;
    bool empty_line_ = false;
    std::vector<std::string_view> above_;
};

}  // namespace

bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

std::string_view comment_of(std::string_view line) { return line.substr(0, line.find_last_not_of(" \t\r") + 1); }

size_t width_of(std::string_view text) {
    return static_cast<size_t>(std::count_if(text.begin(), text.end(),
                                             [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

LayoutDeclaration read_declaration(std::string_view text) {
    LayoutDeclaration out;
    Between between;
    for (size_t begin = 0; begin < text.size();) {
        const LexedToken token = lexicon().table().next(text, begin);
        const std::string_view piece = text.substr(begin, token.end - begin);
        begin = token.end;
        if (token.skip && piece[0] == '/') {
            between.comment(piece, out.tokens.empty() ? nullptr : &out.tokens.back());
        } else if (token.skip) {
            between.white(piece);
        } else {
            LayoutToken& t = out.tokens.emplace_back();
            t.text = piece;
            t.shape = shape_of(token.type, piece);
            if (t.shape == Shape::Bad) return {};
            between.give(t);
        }
    }
    if (out.tokens.empty()) return out;
    out.verb = out.tokens.size() > 1 && out.tokens[0].is("watch") ? 1 : 0;
    out.sort = sort_of(out.tokens[out.verb].text);
    Spaces(out).run();
    return out;
}

}  // namespace remit::syntax
