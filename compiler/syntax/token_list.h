// All tokens of one declaration, lexed at once into memory that the next declaration uses again. What a parser asks a stream for most,
// it gets by an index into an array.
#pragma once

#include <antlr4-runtime.h>

#include <string>
#include <string_view>
#include <vector>

#include "compiler/syntax/byte_stream.h"
#include "compiler/syntax/lexer_table.h"

namespace remit::syntax {

class TokenList final : public antlr4::TokenStream {
public:
    /// `lexer` only stands behind the tokens as their source.
    TokenList(antlr4::Lexer& lexer, ByteStream& bytes) : lexer_(lexer), source_(&lexer, &bytes) {}

    void lex(std::string_view text, LexerTable& table) {
        count_ = at_ = 0;
        for (size_t begin = 0; begin < text.size();) {
            const LexedToken token = table.next(text, begin);
            if (!token.skip) add(token.type, begin, token.end);
            begin = token.end;
        }
        add(antlr4::Token::EOF, text.size(), text.size());
    }

    antlr4::Token* LT(ssize_t k) override {
        if (k == 0 || (k < 0 && static_cast<size_t>(-k) > at_)) return nullptr;
        const size_t i = k > 0 ? at_ + static_cast<size_t>(k) - 1 : at_ - static_cast<size_t>(-k);
        return &tokens_[i < count_ ? i : count_ - 1];
    }
    size_t LA(ssize_t k) override {
        const antlr4::Token* token = LT(k);
        return token ? token->getType() : antlr4::Token::INVALID_TYPE;
    }
    void consume() override {
        if (at_ + 1 < count_) ++at_;
    }
    void seek(size_t index) override { at_ = index < count_ ? index : count_ - 1; }
    size_t index() override { return at_; }
    size_t size() override { return count_; }
    ssize_t mark() override { return 0; }
    void release(ssize_t) override {}

    antlr4::Token* get(size_t index) const override { return const_cast<antlr4::CommonToken*>(&tokens_[index]); }
    antlr4::TokenSource* getTokenSource() const override { return &lexer_; }
    std::string getSourceName() const override { return {}; }
    std::string getText(const antlr4::misc::Interval& interval) override {
        std::string out;
        for (ssize_t i = interval.a; i >= 0 && i <= interval.b && static_cast<size_t>(i) < count_; ++i)
            out += tokens_[static_cast<size_t>(i)].getText();
        return out;
    }
    std::string getText() override { return getText({ssize_t{0}, static_cast<ssize_t>(count_) - 1}); }
    std::string getText(antlr4::RuleContext* context) override { return getText(context->getSourceInterval()); }
    std::string getText(antlr4::Token* start, antlr4::Token* stop) override {
        if (start == nullptr || stop == nullptr) return {};
        return getText({static_cast<ssize_t>(start->getTokenIndex()), static_cast<ssize_t>(stop->getTokenIndex())});
    }

private:
    void add(size_t type, size_t begin, size_t end) {
        if (count_ == tokens_.size()) tokens_.emplace_back(source_, type, antlr4::Token::DEFAULT_CHANNEL, begin, end);
        antlr4::CommonToken& token = tokens_[count_];
        token.setType(type);
        token.setStartIndex(begin);
        token.setStopIndex(end - 1);
        token.setTokenIndex(count_++);
    }

    antlr4::Lexer& lexer_;
    std::pair<antlr4::TokenSource*, antlr4::CharStream*> source_;
    std::vector<antlr4::CommonToken> tokens_;  // the first count_ are this declaration's
    size_t count_ = 0, at_ = 0;
};

}  // namespace remit::syntax
