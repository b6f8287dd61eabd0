// A declaration's bytes as ANTLR's stream of characters: offsets of tokens are then offsets of bytes, and nothing is copied or decoded.
// Outside strings and comments the language is ASCII, so bytes are enough.
#pragma once

#include <antlr4-runtime.h>

#include <string>
#include <string_view>

namespace remit::syntax {

class ByteStream final : public antlr4::CharStream {
public:
    void set_text(std::string_view text) {
        text_ = text;
        at_ = 0;
    }
    void consume() override {
        if (at_ < text_.size()) ++at_;
    }
    size_t LA(ssize_t i) override {
        const size_t k = i > 0 ? at_ + static_cast<size_t>(i) - 1 : at_ + static_cast<size_t>(i);
        return i == 0 || k >= text_.size() ? antlr4::IntStream::EOF : static_cast<unsigned char>(text_[k]);
    }
    ssize_t mark() override { return -1; }
    void release(ssize_t) override {}
    size_t index() override { return at_; }
    void seek(size_t index) override { at_ = index > text_.size() ? text_.size() : index; }
    size_t size() override { return text_.size(); }
    std::string getSourceName() const override { return {}; }
    std::string getText(const antlr4::misc::Interval& interval) override {
        if (interval.a < 0 || interval.b < interval.a) return {};
        const auto first = static_cast<size_t>(interval.a);
        return first < text_.size() ? std::string(text_.substr(first, static_cast<size_t>(interval.b) + 1 - first))
                                    : std::string();
    }
    std::string toString() const override { return std::string(text_); }

private:
    std::string_view text_;
    size_t at_ = 0;
};

}  // namespace remit::syntax
