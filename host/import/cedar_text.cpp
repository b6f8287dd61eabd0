// The text form of Cedar schemas, parsed into their JSON form.
#include <fmt/format.h>

#include <algorithm>

#include "host/import/cedar.h"
#include "host/import/document.h"
#include "host/import/text.h"
#include "vm/value/scalar.h"

namespace remit {

namespace {

struct Token {
    enum class Kind { Word, Text, Sign, End } kind = Kind::End;
    std::string text;  // Text: decoded
    size_t line = 1;
};

class CedarLexer {
public:
    explicit CedarLexer(std::string_view text) : text_(text) {}

    Token next() {
        skip();
        Token out{Token::Kind::End, "", line_};
        if (at_ >= text_.size()) return out;
        const char c = text_[at_];
        if (is_word(std::string_view(&c, 1))) return word(out);
        if (c == '"') return quoted(out);
        out.kind = Token::Kind::Sign;
        const bool pair = text_.substr(at_, 2) == "::";
        out.text = text_.substr(at_, pair ? 2 : 1);
        at_ += out.text.size();
        return out;
    }

private:
    void skip() {
        while (at_ < text_.size()) {
            if (text_.substr(at_, 2) == "//")
                at_ = std::min(text_.find('\n', at_), text_.size());
            else if (std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos)
                line_ += text_[at_++] == '\n' ? 1 : 0;
            else
                return;
        }
    }
    Token word(Token out) {
        size_t end = at_ + 1;
        while (end < text_.size() && is_word(text_.substr(at_, end + 1 - at_))) ++end;
        out.kind = Token::Kind::Word;
        out.text = text_.substr(at_, end - at_);
        at_ = end;
        return out;
    }
    Token quoted(Token out) {
        for (++at_; at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\n'; ++at_) {
            if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
            out.text += text_[at_];
        }
        const bool closed = at_ < text_.size() && text_[at_] == '"';
        out.kind = closed ? Token::Kind::Text : Token::Kind::Sign;
        at_ += closed ? 1 : 0;
        return out;
    }

    std::string_view text_;
    size_t at_ = 0, line_ = 1;
};

/// Recursive descent; `fail` ends it by moving to the end of the text.
class CedarParser {
public:
    explicit CedarParser(std::string_view text) : lexer_(text) { advance(); }

    Result<Json> schema() {
        Json out = Json::object();
        while (token_.kind != Token::Kind::End && error_.empty()) {
            annotations();
            if (!take_word("namespace")) {
                declaration(out[""]);
                continue;
            }
            Json& space = out[path()];
            expect("{");
            while (!at("}") && running()) declaration(space);
            expect("}");
        }
        if (!error_.empty()) return Failure{error_};
        return out;
    }

private:
    void advance() { token_ = lexer_.next(); }
    bool running() const { return error_.empty() && token_.kind != Token::Kind::End; }
    bool at(std::string_view sign) const { return token_.kind == Token::Kind::Sign && token_.text == sign; }
    void fail(std::string_view wanted) {
        if (error_.empty())
            error_ = fmt::format("line {}: expected {}, found {}", token_.line, wanted,
                                 token_.kind == Token::Kind::End ? "the end" : fmt::format("`{}`", token_.text));
    }
    bool take(std::string_view sign) {
        if (!error_.empty() || !at(sign)) return false;
        advance();
        return true;
    }
    void expect(std::string_view sign) {
        if (error_.empty() && !take(sign)) fail(fmt::format("`{}`", sign));
    }
    bool take_word(std::string_view word) {
        if (!error_.empty() || token_.kind != Token::Kind::Word || token_.text != word) return false;
        advance();
        return true;
    }
    std::string word() {
        if (token_.kind != Token::Kind::Word) return fail("a name"), "";
        std::string out = token_.text;
        advance();
        return out;
    }
    std::string name() {
        if (token_.kind != Token::Kind::Text) return word();
        std::string out = token_.text;
        advance();
        return out;
    }
    std::string path() {
        std::string out = word();
        while (take("::")) out += "::" + name();
        return out;
    }
    void annotations() {
        while (take("@")) {
            word();
            if (!take("(")) continue;
            name();
            expect(")");
        }
    }
    /// `a`, `[a, b]`, also `[]`.
    Json paths() {
        Json out = Json::array();
        if (!take("[")) {
            out.push_back(path());
            return out;
        }
        while (!at("]") && running()) {
            out.push_back(token_.kind == Token::Kind::Text ? name() : path());
            if (!take(",")) break;
        }
        expect("]");
        return out;
    }
    std::vector<std::string> names() {
        std::vector<std::string> out = {name()};
        while (take(",")) out.push_back(name());
        return out;
    }

    void declaration(Json& space) {
        annotations();
        if (take_word("entity")) return entity(space);
        if (take_word("action")) return action(space);
        if (!take_word("type")) return fail("`entity`, `action` or `type`");
        const std::string called = word();
        expect("=");
        space["commonTypes"][called] = type(0);
        expect(";");
    }
    void entity(Json& space) {
        const auto called = names();
        Json out = Json::object();
        if (take_word("enum")) {
            out["enum"] = paths();
        } else {
            if (take_word("in")) out["memberOfTypes"] = paths();
            take("=");
            if (at("{")) out["shape"] = type(0);
            if (take_word("tags")) out["tags"] = type(0);
        }
        expect(";");
        for (const std::string& each : called) space["entityTypes"][each] = out;
    }
    void action(Json& space) {
        const auto called = names();
        Json out = Json::object();
        if (take_word("in")) paths();
        if (take_word("appliesTo")) applies_to(out["appliesTo"]);
        expect(";");
        for (const std::string& each : called) space["actions"][each] = out;
    }
    void applies_to(Json& out) {
        out = Json::object();
        expect("{");
        while (!at("}") && running()) {
            const std::string what = word();
            expect(":");
            if (what == "principal")
                out["principalTypes"] = paths();
            else if (what == "resource")
                out["resourceTypes"] = paths();
            else if (what == "context")
                out["context"] = type(0);
            else
                fail("`principal`, `resource` or `context`");
            if (!take(",")) break;
        }
        expect("}");
    }
    Json type(size_t depth) {
        Json out = Json::object();
        if (depth > kMaxDocumentDepth / 4) {
            fail("a type that nests less");
            return out;
        }
        if (take("{")) {
            out["type"] = "Record";
            out["attributes"] = Json::object();
            while (!at("}") && running()) attribute(out["attributes"], depth);
            expect("}");
            return out;
        }
        const std::string called = path();
        if (called == "Set" && take("<")) {
            out["type"] = "Set";
            out["element"] = type(depth + 1);
            expect(">");
            return out;
        }
        out["type"] = "EntityOrCommon";
        out["name"] = called;
        return out;
    }
    void attribute(Json& attributes, size_t depth) {
        annotations();
        const std::string called = name();
        const bool optional = take("?");
        expect(":");
        Json of = type(depth + 1);
        if (optional) of["required"] = false;
        attributes[called] = std::move(of);
        if (!at("}")) expect(",");
    }

    CedarLexer lexer_;
    Token token_;
    std::string error_;
};

}  // namespace

Result<Json> read_cedar_text(std::string_view text) {
    if (!is_utf8(text)) return Failure{"the text is not UTF-8"};
    return CedarParser(text).schema();
}

}  // namespace remit
