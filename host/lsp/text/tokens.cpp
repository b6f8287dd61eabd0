#include "host/lsp/text/tokens.h"

#include <algorithm>

namespace remit::lsp {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_word(char c) { return is_letter(c) || is_digit(c); }
bool is_run(char c) { return is_word(c) || c == '.' || c == '*'; }

class Scanner {
public:
    Scanner(std::string_view text, size_t begin, size_t end) : text_(text.substr(0, end)), at_(begin) {}

    std::vector<Token> run() {
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
                ++at_;
            } else if (c == '/' && text_.substr(at_, 2) == "//") {
                add(TokenKind::Comment, std::min(text_.find_first_of("\r\n", at_), text_.size()));
            } else if (c == '"') {
                add(TokenKind::String, string_end());
            } else if (!pattern()) {
                plain(c);
            }
        }
        return std::move(out_);
    }

private:
    void add(TokenKind kind, size_t end) {
        out_.push_back({kind, static_cast<uint32_t>(at_), static_cast<uint32_t>(end)});
        at_ = end;
    }

    size_t string_end() const {
        size_t i = at_ + 1;
        while (i < text_.size() && text_[i] != '"' && text_[i] != '\n' && text_[i] != '\r')
            i += text_[i] == '\\' && i + 1 < text_.size() && text_[i + 1] != '\n' ? 2 : 1;
        return i < text_.size() && text_[i] == '"' ? i + 1 : std::min(i, text_.size());
    }

    /// `payments.*`: a run with a `*` and something else.
    bool pattern() {
        size_t i = at_;
        bool star = false;
        while (i < text_.size() && is_run(text_[i])) star = text_[i++] == '*' || star;
        if (!star || i - at_ < 2) return false;
        add(TokenKind::Pattern, i);
        return true;
    }

    void plain(char c) {
        size_t i = at_;
        if (is_letter(c)) {
            while (i < text_.size() && is_word(text_[i])) ++i;
            return add(TokenKind::Word, i);
        }
        if (is_digit(c)) {
            while (i < text_.size() && in_number(i)) ++i;
            return add(TokenKind::Number, i);
        }
        const std::string_view two = text_.substr(at_, 2);
        add(TokenKind::Sign, at_ + (two == "==" || two == "!=" || two == "<=" || two == ">=" ? 2 : 1));
    }

    /// Digits and units; a point before a digit; in a timestamp `-` and `:` between digits.
    bool in_number(size_t i) const {
        const bool digit_next = i + 1 < text_.size() && is_digit(text_[i + 1]);
        if (is_word(text_[i])) return true;
        if (text_[i] == '.') return digit_next;
        return (text_[i] == '-' || text_[i] == ':') && digit_next && is_digit(text_[i - 1]) && i - at_ >= 2;
    }

    std::string_view text_;
    size_t at_;
    std::vector<Token> out_;
};

bool begins_line(std::string_view text, size_t i) { return i == 0 || text[i - 1] == '\n' || text[i - 1] == '\r'; }

}  // namespace

std::vector<Token> tokens_of(std::string_view text, size_t begin, size_t end) {
    return Scanner(text, begin, std::min(end, text.size())).run();
}

size_t declaration_begin(std::string_view text, size_t offset) {
    for (size_t i = std::min(offset, text.size()); i > 0; --i)
        if (i < text.size() && is_letter(text[i]) && begins_line(text, i)) return i;
    return 0;
}

size_t declaration_end(std::string_view text, size_t begin) {
    for (size_t i = begin + 1; i < text.size(); ++i)
        if (is_letter(text[i]) && begins_line(text, i)) return i;
    return text.size();
}

}  // namespace remit::lsp
