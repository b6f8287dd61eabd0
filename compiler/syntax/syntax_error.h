// The parser's two manners of failing. FailFast leaves at the first error and says nothing: it drives the fast SLL attempt.
// FirstError drives the second, LL, attempt: it finds the first token that cannot stand where it stands, with all that could,
// reports that in the user's words, and leaves. Both leave by antlr4::ParseCancellationException, which parse.cpp catches.
#pragma once

#include <antlr4-runtime.h>

#include "compiler/source/diagnostic.h"

namespace remit::syntax {

class FailFast final : public antlr4::DefaultErrorStrategy {
public:
    void recover(antlr4::Parser* parser, std::exception_ptr error) override;
    antlr4::Token* recoverInline(antlr4::Parser* parser) override;
    void sync(antlr4::Parser*) override {}
    void reportError(antlr4::Parser*, const antlr4::RecognitionException&) override {}
};

class FirstError final : public antlr4::DefaultErrorStrategy {
public:
    /// What is read next, and where its errors go.
    void declaration(std::string_view text, Diagnostics& diagnostics) {
        text_ = text;
        diagnostics_ = &diagnostics;
    }

    void recover(antlr4::Parser* parser, std::exception_ptr error) override;
    antlr4::Token* recoverInline(antlr4::Parser* parser) override;
    void sync(antlr4::Parser* parser) override;
    void reportError(antlr4::Parser* parser, const antlr4::RecognitionException& error) override;

private:
    void report(antlr4::Parser* parser, antlr4::Token* token);

    std::string_view text_;
    Diagnostics* diagnostics_ = nullptr;
};

}  // namespace remit::syntax
