// Colours by meaning: names by what they name, the rest by what they look like. A declaration with errors has the second only.
#include "host/lsp/features/semantic.h"

#include <algorithm>

#include "host/lsp/features/feature.h"
#include "host/lsp/index/words.h"
#include "host/lsp/text/tokens.h"

namespace remit::lsp {

namespace {

enum Type : uint32_t {
    kKeyword,
    kFunction,
    kParameter,
    kClass,
    kEnumMember,
    kEnum,
    kNamespace,
    kStruct,
    kProperty,
    kVariable,
    kType,
    kString,
    kNumber,
    kComment,
    kOperator
};
constexpr uint32_t kDeclaration = 1, kDefaultLibrary = 2;

struct Coloured {
    uint32_t begin, end, type, modifiers;
};

uint32_t type_of_name(const Named& what) {
    switch (what.kind) {
        case NameKind::Tool:
        case NameKind::Pattern:
        case NameKind::Table: return kFunction;
        case NameKind::Argument: return kParameter;
        case NameKind::Role: return kClass;
        case NameKind::Symbol: return kEnumMember;
        case NameKind::Vocabulary:
        case NameKind::Enum: return kEnum;
        case NameKind::Policy:
        case NameKind::Module:
        case NameKind::Egress: return kNamespace;
        case NameKind::Fact:
        case NameKind::Fixture: return kStruct;
        case NameKind::FactField:
        case NameKind::Result: return kProperty;
        case NameKind::State:
        case NameKind::Risk:
        case NameKind::Parameter:
        case NameKind::Window:
        case NameKind::Variable: return kVariable;
        case NameKind::Builtin:
            return what.owner == "function" ? kFunction : what.owner == "word" ? kVariable : kProperty;
    }
    return kVariable;
}

class Painter {
public:
    explicit Painter(const Spot& spot) : spot_(spot), text_(spot.text()) {}

    std::vector<Coloured> run(uint32_t begin, uint32_t end) {
        const auto [first, last] = spot_.snapshot->index().in(spot_.file);
        const Occurrence* name = std::partition_point(first, last,
                                                      [&](const Occurrence& o) { return o.span.begin < begin; });
        uint32_t painted = begin;
        const std::vector<Token> tokens = tokens_of(text_, begin, end);
        for (size_t i = 0; i < tokens.size(); ++i) {
            const Token& t = tokens[i];
            if (t.begin < painted) continue;  // inside a dotted name
            while (name != last && name->span.begin < t.begin) ++name;
            if (name != last && name->span.begin == t.begin) {
                const uint32_t builtin = name->what.kind == NameKind::Builtin ? kDefaultLibrary : 0;
                out_.push_back({t.begin, name->span.end, type_of_name(name->what),
                                (name->definition ? kDeclaration : 0) | builtin});
                painted = name->span.end;
            } else {
                plain(tokens, i);
            }
        }
        return std::move(out_);
    }

private:
    void plain(const std::vector<Token>& tokens, size_t i) {
        const Token& t = tokens[i];
        const auto add = [&](uint32_t type, uint32_t modifiers = 0) {
            out_.push_back({t.begin, t.end, type, modifiers});
        };
        switch (t.kind) {
            case TokenKind::Comment: return add(kComment);
            case TokenKind::String: return add(kString);
            case TokenKind::Number: return add(kNumber);
            case TokenKind::Pattern: return add(kFunction);
            case TokenKind::Sign: return;
            case TokenKind::Word: break;
        }
        const std::string_view word = text_.substr(t.begin, t.end - t.begin);
        const std::string_view before = i > 0
                                            ? text_.substr(tokens[i - 1].begin, tokens[i - 1].end - tokens[i - 1].begin)
                                            : "";
        const std::string_view after = i + 1 < tokens.size()
                                           ? text_.substr(tokens[i + 1].begin, tokens[i + 1].end - tokens[i + 1].begin)
                                           : "";
        if (before == ".") return add(kProperty);
        if (before == ":" && find_word(word, WordGroup::Type)) return add(kType, kDefaultLibrary);
        if (after == "." || find_word(word, WordGroup::Word)) return add(kVariable, kDefaultLibrary);
        const WordRow* row = find_word(word);
        if (row) add(row->group == WordGroup::Type ? kType : kKeyword);
    }

    const Spot& spot_;
    std::string_view text_;
    std::vector<Coloured> out_;
};

Json encoded(const Context& context, const Spot& spot, const std::vector<Coloured>& all) {
    Json data = Json::array();
    Position before;
    for (const Coloured& c : all) {
        const Position start = spot.document->lines.position(c.begin, context.encoding);
        const Position end = spot.document->lines.position(c.end, context.encoding);
        if (end.line != start.line || end.character <= start.character) continue;
        const uint32_t lines = start.line - before.line;
        data.push_back(lines);
        data.push_back(lines == 0 ? start.character - before.character : start.character);
        data.push_back(end.character - start.character);
        data.push_back(c.type);
        data.push_back(c.modifiers);
        before = start;
    }
    return {{"data", std::move(data)}};
}

}  // namespace

Json semantic_tokens(Context& context, const Json& params) {
    const auto spot = spot_of(context, params);
    if (!spot) return nullptr;
    return encoded(context, *spot, Painter(*spot).run(0, static_cast<uint32_t>(spot->text().size())));
}

Json semantic_tokens_range(Context& context, const Json& params) {
    const auto spot = spot_of(context, params);
    if (!spot) return nullptr;
    const Range range = range_of(at(params, "range"));
    const LineMap& lines = spot->document->lines;
    const size_t begin = declaration_begin(spot->text(), lines.offset({range.start.line, 0}, context.encoding));
    return encoded(context, *spot,
                   Painter(*spot).run(static_cast<uint32_t>(begin),
                                      static_cast<uint32_t>(lines.offset(range.end, context.encoding))));
}

}  // namespace remit::lsp
