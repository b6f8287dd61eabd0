#include "host/testing/mutate.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "compiler/syntax/words.h"
#include "host/testing/text_spans.h"

namespace remit {

namespace {

using ast::Cmp;
using ast::ExprId;
using ast::ExprKind;

constexpr std::string_view kNames[] = {
#define REMIT_MUTATOR(id, what) #id,
#include "host/testing/mutators.def"
};
constexpr std::string_view kWhat[] = {
#define REMIT_MUTATOR(id, what) what,
#include "host/testing/mutators.def"
};

/// What the words of a policy could be mistaken for.
struct Words {
    std::map<std::string, std::vector<std::string>> neighbours;  // of a symbol in its order
    std::vector<std::string> roles;
};

Words words_of(std::span<const ast::File> files) {
    Words out;
    const auto order = [&](const std::vector<ast::Name>& symbols) {
        for (size_t i = 0; i < symbols.size(); ++i) {
            auto& next = out.neighbours[symbols[i].text];
            if (i > 0) next.push_back(symbols[i - 1].text);
            if (i + 1 < symbols.size()) next.push_back(symbols[i + 1].text);
        }
    };
    for (const ast::File& file : files) {
        for (const ast::Decl& decl : file.decls) {
            if (const auto* vocabulary = std::get_if<ast::VocabularyDecl>(&decl.body)) order(vocabulary->symbols);
            if (const auto* named = std::get_if<ast::EnumDecl>(&decl.body); named && named->ordered)
                order(named->symbols);
            if (const auto* role = std::get_if<ast::RoleDecl>(&decl.body)) out.roles.push_back(role->name.text);
        }
    }
    for (auto& [symbol, next] : out.neighbours) {
        std::sort(next.begin(), next.end());
        next.erase(std::unique(next.begin(), next.end()), next.end());
    }
    return out;
}

/// The digits of an amount, one more or one less in their last place.
std::string stepped(std::string digits, bool up) {
    for (size_t i = digits.size(); i-- > 0;) {
        if (digits[i] == '.') continue;
        if (digits[i] != (up ? '9' : '0')) {
            digits[i] = static_cast<char>(digits[i] + (up ? 1 : -1));
            return digits;
        }
        digits[i] = up ? '0' : '9';
    }
    return up ? "1" + digits : "";  // nothing is less than zero
}

std::string doubled(const std::string& duration) {
    const size_t end = duration.find_first_not_of("0123456789");
    if (end == 0 || end == std::string::npos || end > 9) return "";
    return std::to_string(2 * std::stoull(duration.substr(0, end))) + duration.substr(end);
}

/// The mutants of one rule.
class Rules {
public:
    Rules(const ast::File& file, std::string_view text, const Words& words, std::vector<Mutant>& out)
        : file_(file), text_(text), words_(words), out_(out) {}

    void mutate(const ast::Decl& decl) {
        const auto& rule = std::get<ast::Rule>(decl.body);
        add(Mutator::DropRule, decl.span, "");
        guard(rule.when, "when", Mutator::DropWhen);
        guard(rule.except, "except", Mutator::DropExcept);
        if (rule.summand != ast::kNoExpr) expression(rule.summand);
        selector(rule);
        people(rule);
        numbers(rule, decl.span);
        dropped_words(rule.with);
        if (rule.verb != ast::Verb::Allow) dropped_words(rule.names);
        if (rule.verb == ast::Verb::Lane && !rule.names.empty()) symbol(rule.names[0]);
    }

private:
    void add(Mutator mutator, Span span, std::string with) {
        if (text_.substr(span.begin, span.end - span.begin) != with) out_.push_back({mutator, span, std::move(with)});
    }

    std::string said(Span span) const { return std::string(text_.substr(span.begin, span.end - span.begin)); }

    // ---- conditions

    void guard(ExprId id, std::string_view keyword, Mutator drop) {
        if (id == ast::kNoExpr) return;
        const Span whole = enclosed(text_, file_.expr(id).span);
        if (const auto from = word_before(text_, whole.begin, keyword)) add(drop, {file_.file, *from, whole.end}, "");
        const ast::Expr& e = file_.expr(id);
        const bool equality = e.kind == ExprKind::Compare && (e.cmp == Cmp::Eq || e.cmp == Cmp::Ne);  // Boundary's
        if (!equality) add(Mutator::Negate, whole, "not (" + said(whole) + ")");
        expression(id);
    }

    void expression(ExprId id) {
        const ast::Expr& e = file_.expr(id);
        if (e.kind == ExprKind::And || e.kind == ExprKind::Or) logic(e);
        if (e.kind == ExprKind::Compare) comparison(e);
        for (const ExprId kid : e.kids) expression(kid);
    }

    void logic(const ast::Expr& e) {
        const std::string_view word = e.kind == ExprKind::And ? "and" : "or";
        std::vector<Span> kids;
        for (const ExprId kid : e.kids) kids.push_back(enclosed(text_, file_.expr(kid).span));
        for (size_t i = 0; i < kids.size(); ++i) {
            const bool last = i + 1 == kids.size();
            const Span gone = last ? Span{file_.file, kids[i - 1].end, kids[i].end}
                                   : Span{file_.file, kids[i].begin, kids[i + 1].begin};
            add(Mutator::DropOperand, gone, "");
            if (last) continue;
            if (const auto at = find_word(text_, {file_.file, kids[i].end, kids[i + 1].begin}, word))
                add(Mutator::Logic, *at, e.kind == ExprKind::And ? "or" : "and");
        }
    }

    void comparison(const ast::Expr& e) {
        const Span left = enclosed(text_, file_.expr(e.kids[0]).span),
                   right = enclosed(text_, file_.expr(e.kids[1]).span);
        const Cmp other = beside(e.cmp);
        if (other != e.cmp) {
            if (const auto at = find_word(text_, {file_.file, left.end, right.begin}, word_of(e.cmp)))
                add(Mutator::Boundary, *at, std::string(word_of(other)));
        }
        for (const ExprId kid : e.kids) {
            const ast::Expr& operand = file_.expr(kid);
            if (operand.kind == ExprKind::Int || operand.kind == ExprKind::Decimal) {
                add(Mutator::Threshold, operand.span, stepped(operand.text, true));
                if (const std::string less = stepped(operand.text, false); !less.empty())
                    add(Mutator::Threshold, operand.span, less);
            }
            if (operand.kind == ExprKind::Duration && !doubled(operand.text).empty())
                add(Mutator::Window, operand.span, doubled(operand.text));
            if (operand.kind == ExprKind::Word) symbol({operand.text, operand.span});
        }
    }

    /// The comparison that differs where both sides are equal; equality's is its opposite.
    static Cmp beside(Cmp cmp) {
        switch (cmp) {
            case Cmp::Lt: return Cmp::Le;
            case Cmp::Le: return Cmp::Lt;
            case Cmp::Gt: return Cmp::Ge;
            case Cmp::Ge: return Cmp::Gt;
            case Cmp::Eq: return Cmp::Ne;
            case Cmp::Ne: return Cmp::Eq;
            case Cmp::In:
            case Cmp::Like:
            case Cmp::Starts:
            case Cmp::Ends:
            case Cmp::Contains:
            case Cmp::Matches:
            case Cmp::Inside:
            case Cmp::On:
            case Cmp::Only:
            case Cmp::Meets:
            case Cmp::During: return cmp;
        }
        return cmp;
    }

    void symbol(const ast::Name& name) {
        const auto found = words_.neighbours.find(name.text);
        if (found == words_.neighbours.end()) return;
        for (const std::string& next : found->second) add(Mutator::Symbol, name.span, next);
    }

    // ---- tools and people

    void selector(const ast::Rule& rule) {
        const ast::Selector& selector = rule.selector;
        if (selector.any_of.empty()) return;
        if (const auto from = word_before(text_, selector.span.begin, "for"))
            add(Mutator::DropFor, {file_.file, *from, selector.span.end}, "");
        const auto span_of = [&](const std::vector<ast::SelAtom>& all) {
            return Span{file_.file, all.front().name.span.begin, all.back().name.span.end};
        };
        for (size_t i = 0; i < selector.any_of.size() && selector.any_of.size() > 1; ++i) {
            // From the end of the one before, so that the comma goes with it; the first goes with the comma behind it.
            const uint32_t begin = i == 0 ? selector.span.begin : span_of(selector.any_of[i - 1]).end;
            const uint32_t end = i > 0 ? span_of(selector.any_of[i]).end : after_comma(span_of(selector.any_of[0]).end);
            add(Mutator::DropTool, {file_.file, begin, end}, "");
        }
        for (const auto& all : selector.any_of) {
            for (const ast::SelAtom& atom : all) {
                if (atom.kind == ast::SelKind::Trust || atom.kind == ast::SelKind::Gives) symbol(atom.name);
            }
        }
        if (!rule.including_write) return;
        if (const auto at = find_phrase(text_, selector.span.end, "including write"))
            add(Mutator::DropWrite, {file_.file, at->begin, at->end}, "");
    }

    uint32_t after_comma(uint32_t from) const {
        const size_t comma = text_.find(',', from);
        return comma == std::string_view::npos ? from : static_cast<uint32_t>(comma + 1);
    }

    void other_role(const ast::Name& name) {
        for (const std::string& role : words_.roles) {
            if (role == name.text) continue;
            add(Mutator::Role, name.span, role);
            return;  // one stands for all
        }
    }

    void people(const ast::Rule& rule) {
        if (rule.verb == ast::Verb::Allow) {
            for (const ast::Name& role : rule.names) {
                other_role(role);
                if (role.text != "anyone") add(Mutator::Anyone, role.span, "anyone");
            }
            if (rule.names.size() > 1) dropped_words(rule.names);
        }
        if (!rule.signer) return;
        other_role(rule.signer->who);
        if (rule.signer->quorum && rule.signer->quorum->text.size() < 9)
            add(Mutator::Quorum, rule.signer->quorum->span, std::to_string(std::stoul(rule.signer->quorum->text) - 1));
    }

    // ---- numbers and words

    void numbers(const ast::Rule& rule, Span decl) {
        if (rule.number) add(Mutator::Number, rule.number->span, stepped(rule.number->text, true));
        for (const auto* duration : {&rule.within, &rule.over, &rule.at_least, &rule.at_most})
            if (*duration && !doubled((*duration)->text).empty())
                add(Mutator::Window, (*duration)->span, doubled((*duration)->text));
        constexpr std::string_view kLevels[] = {"none", "process", "sandbox", "microvm"};
        for (size_t i = 1; rule.level && i < std::size(kLevels); ++i)
            if (rule.level->text == kLevels[i]) add(Mutator::Level, rule.level->span, std::string(kLevels[i - 1]));
        if (!rule.per || rule.per->span.begin < decl.begin) return;
        add(Mutator::Key, rule.per->span, rule.per->text == "session" ? "tenant" : "session");
    }

    void dropped_words(const std::vector<ast::Name>& names) {
        for (size_t i = 0; i < names.size() && names.size() > 1; ++i) {
            const bool first = i == 0;
            add(Mutator::DropWord,
                {file_.file, first ? names[0].span.begin : names[i - 1].span.end,
                 first ? names[1].span.begin : names[i].span.end},
                "");
        }
    }

    const ast::File& file_;
    std::string_view text_;
    const Words& words_;
    std::vector<Mutant>& out_;
};

}  // namespace

std::string_view name_of(Mutator mutator) { return kNames[static_cast<size_t>(mutator)]; }
std::string_view what_of(Mutator mutator) { return kWhat[static_cast<size_t>(mutator)]; }

std::vector<Mutant> mutants(std::span<const ast::File> files, const Sources& sources) {
    const Words words = words_of(files);
    std::vector<Mutant> out;
    for (const ast::File& file : files) {
        const SourceFile& source = sources.file(file.file);
        if (source.name().starts_with("std.")) continue;
        Rules rules(file, source.text(), words, out);
        for (const ast::Decl& decl : file.decls)
            if (std::holds_alternative<ast::Rule>(decl.body)) rules.mutate(decl);
    }
    const auto place = [](const Mutant& m) { return std::tuple(m.span.file, m.span.begin, m.span.end, m.mutator); };
    std::stable_sort(out.begin(), out.end(), [&](const Mutant& a, const Mutant& b) { return place(a) < place(b); });
    return out;
}

std::string mutated(const Mutant& mutant, const Sources& sources) {
    std::string text(sources.file(mutant.span.file).text());
    return text.replace(mutant.span.begin, mutant.span.end - mutant.span.begin, mutant.with);
}

}  // namespace remit
