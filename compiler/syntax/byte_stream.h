// Feeds ANTLR's lexer a window of the text, byte by byte: offsets of tokens are then offsets of the file, nothing is copied or
// decoded, and one lexer serves all declarations. Outside strings and comments the language is ASCII, so bytes are enough.
#pragma once

#include <antlr4-runtime.h>

#include <string>
#include <string_view>

namespace remit::syntax {

class ByteStream final : public antlr4::CharStream {
public:
    explicit ByteStream(std::string_view text) : text_(text), end_(text.size()) {}
    /// What the lexer sees next: bytes [begin, end).
    void window(size_t begin, size_t end) {
        at_ = begin;
        begin_ = begin;
        end_ = end;
    }
    void consume() override {
        if (at_ < end_) ++at_;
    }
    size_t LA(ssize_t i) override {
        size_t k = i > 0 ? at_ + static_cast<size_t>(i) - 1 : at_ + static_cast<size_t>(i);
        if (i == 0 || k < begin_ || k >= end_) return antlr4::IntStream::EOF;
        return static_cast<unsigned char>(text_[k]);
    }
    ssize_t mark() override { return -1; }
    void release(ssize_t) override {}
    size_t index() override { return at_; }
    /// The lexer rewinds to 0 when it is reset; that is the window's begin.
    void seek(size_t index) override { at_ = index < begin_ ? begin_ : index > end_ ? end_ : index; }
    size_t size() override { return end_; }
    std::string getSourceName() const override { return {}; }
    std::string getText(const antlr4::misc::Interval& interval) override {
        if (interval.a < 0 || interval.b < interval.a) return {};
        auto first = static_cast<size_t>(interval.a);
        return first < end_ ? std::string(text_.substr(first, static_cast<size_t>(interval.b) + 1 - first))
                            : std::string();
    }
    std::string toString() const override { return std::string(text_); }

private:
    std::string_view text_;
    size_t begin_ = 0, at_ = 0, end_;
};

}  // namespace remit::syntax
