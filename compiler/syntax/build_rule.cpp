// Rules: heads, clauses and their order, selectors.
#include <array>

#include "compiler/syntax/words.h"
#include "compiler/syntax/tree.h"

namespace remit::syntax {

using ast::Verb;

namespace {

constexpr unsigned bit(Verb v) { return 1u << static_cast<unsigned>(v); }
constexpr unsigned kAll = ~0u;
constexpr unsigned kSelectorInHead = bit(Verb::Allow) | bit(Verb::Block) | bit(Verb::Never);

/// The closed set of clauses: where each stands and which verbs take it.
struct ClauseRow {
    size_t token;
    std::string_view word;
    int place;  // 0 what, 1 for, 2 when, 3 except, 4 options, 5 because
    unsigned verbs;
};
constexpr std::array kClauses = {
    ClauseRow{P::INCLUDING, "including write", 0, bit(Verb::Allow)},
    ClauseRow{P::FOR, "for", 1, kAll & ~kSelectorInHead},
    ClauseRow{P::WHEN, "when", 2, kAll},
    ClauseRow{P::EXCEPT, "except", 3, kAll},
    ClauseRow{P::WITHIN, "within", 4, bit(Verb::Ask)},
    ClauseRow{P::WITH, "with", 4, bit(Verb::Ask)},
    ClauseRow{P::OVER, "over", 4, bit(Verb::Quota) | bit(Verb::Count)},
    ClauseRow{P::PER, "per", 4, bit(Verb::Limit) | bit(Verb::Quota) | bit(Verb::Count)},
    ClauseRow{P::UNLESS, "unless", 4, bit(Verb::Never)},
    ClauseRow{P::BECAUSE, "because", 5, kAll},
};

const ClauseRow& row_of(size_t token) {
    for (const ClauseRow& row : kClauses) {
        if (row.token == token) return row;
    }
    return kClauses.back();
}

/// In messages `never` comes with the `allow` that always follows it.
std::string_view verb_word(Verb verb) { return verb == Verb::Never ? "never allow" : word_of(verb); }

Verb verb_of(size_t token) {
    switch (token) {
        case P::ALLOW: return Verb::Allow;
        case P::BLOCK: return Verb::Block;
        case P::RISK: return Verb::Risk;
        case P::LANE: return Verb::Lane;
        case P::ASK: return Verb::Ask;
        case P::LIMIT: return Verb::Limit;
        case P::QUOTA: return Verb::Quota;
        case P::ISOLATE: return Verb::Isolate;
        case P::REACH: return Verb::Reach;
        case P::RECORD: return Verb::Record;
        case P::REDACT: return Verb::Redact;
        case P::RETAIN: return Verb::Retain;
        case P::MARK: return Verb::Mark;
        case P::COUNT: return Verb::Count;
        default: return Verb::Never;
    }
}

}  // namespace

ast::Rule AstBuilder::rule(Tree* tree) {
    ast::Rule out;
    const Kids& kids = tree->children;
    head(kids[0], out);
    clauses(kids, out);
    if (out.verb == Verb::Ask) need(out, out.within.has_value(), "within");
    if (out.verb == Verb::Quota || out.verb == Verb::Count) need(out, out.over.has_value(), "over");
    if (out.verb == Verb::Limit || out.verb == Verb::Quota || out.verb == Verb::Count)
        need(out, out.per.has_value(), "per");
    return out;
}

void AstBuilder::need(const ast::Rule& rule, bool present, const char* what) {
    if (present) return;
    failed_ = true;
    diagnostics_.report<DiagId::ClauseMissing>(rule.head, verb_word(rule.verb), what);
}

void AstBuilder::head(Tree* tree, ast::Rule& rule) {
    const Kids& kids = tree->children;
    rule.verb = verb_of(kind_of(kids[0]));
    rule.head = span_of(kids[0]);
    size_t names_from = 1;
    for (size_t i = 1; i < kids.size(); ++i) {
        switch (kind_of(kids[i])) {
            case rule_kind(P::RuleSelector): rule.selector = selector(kids[i]); break;
            case rule_kind(P::RuleSigner): rule.signer = signer(kids[i]); break;
            case rule_kind(P::RulePostfix): rule.path = postfix(kids[i]); break;
            case rule_kind(P::RuleCounted): counted(kids[i], rule); break;
            case P::INT: rule.number = name(kids[i]); break;
            default: break;
        }
    }
    if (rule.verb == Verb::Isolate && is(kids[1], rule_kind(P::RuleWord))) {
        rule.level = name(kids[1]);
        names_from = 2;
    }
    if (rule.verb == Verb::Retain) retain(kids, rule);
    rule.names = names(kids, names_from);
}

void AstBuilder::retain(const Kids& kids, ast::Rule& rule) {
    for (size_t i = 1; i + 2 < kids.size(); i += 3) {  // at least|most DURATION
        bool least = is(kids[i + 1], P::LEAST);
        std::optional<ast::Name>& slot = least ? rule.at_least : rule.at_most;
        if (slot) {
            failed_ = true;
            diagnostics_.report<DiagId::ClauseTwice>(span_of(kids[i]), least ? "at least" : "at most");
        }
        slot = name(kids[i + 2]);
    }
}

void AstBuilder::counted(Tree* tree, ast::Rule& rule) {
    const Kids& kids = tree->children;
    switch (kind_of(kids[0])) {
        case P::SUM: rule.count = ast::CountKind::Sum; break;
        case P::DISTINCT:
            rule.count = ast::CountKind::Distinct;
            rule.number = name(kids[3]);
            break;
        default: rule.count = ast::CountKind::Number; return;
    }
    rule.summand = expr(kids[1]);
}

/// `kids`: the head and then the clauses, in any order so far.
void AstBuilder::clauses(const Kids& kids, ast::Rule& rule) {
    unsigned seen = 0;
    int place = 0;
    std::string_view latest;
    for (size_t i = 1; i < kids.size(); ++i) {
        const Kids& parts = kids[i]->children;
        const ClauseRow& row = row_of(kind_of(parts[0]));
        Span at = span_of(parts[0]);
        unsigned own = 1u << static_cast<unsigned>(&row - kClauses.data());
        if ((row.verbs & bit(rule.verb)) == 0) {
            failed_ = true;
            diagnostics_.report<DiagId::ClauseForeign>(at, row.word, verb_word(rule.verb));
            continue;
        }
        if ((seen & own) != 0) {
            failed_ = true;
            diagnostics_.report<DiagId::ClauseTwice>(at, row.word);
            continue;
        }
        seen |= own;
        // `limit 4 parallel per session for ...`: there `over` and `per` are still part of the what.
        bool in_head = (rule.verb == Verb::Limit || rule.verb == Verb::Quota) && row.place == 4 && place == 0;
        int own_place = in_head ? 0 : row.place;
        if (own_place < place) {
            failed_ = true;
            diagnostics_.report<DiagId::ClauseOrder>(at, row.word, latest);
        } else {
            place = own_place;
            latest = row.word;
        }
        clause(parts, rule);
    }
}

void AstBuilder::clause(const Kids& kids, ast::Rule& rule) {
    switch (kind_of(kids[0])) {
        case P::FOR: rule.selector = selector(kids[1]); break;
        case P::WHEN: rule.when = expr(kids[1]); break;
        case P::EXCEPT: rule.except = expr(kids[1]); break;
        case P::INCLUDING: rule.including_write = true; break;
        case P::WITHIN: rule.within = name(kids[1]); break;
        case P::WITH: rule.with = names(kids, 1); break;
        case P::OVER: rule.over = name(kids[1]); break;
        case P::PER: rule.per = name(kids[1]); break;
        case P::UNLESS: rule.signer = signer(kids[3]); break;
        default: rule.because = string(kids[1]); break;
    }
}

ast::Signer AstBuilder::signer(Tree* tree) {
    const Kids& kids = tree->children;
    ast::Signer out;
    out.who = name(kids.back());
    if (kids.size() == 3) out.quorum = name(kids[0]);
    return out;
}

ast::Selector AstBuilder::selector(Tree* tree) {
    ast::Selector out;
    out.span = span_of(tree);
    for (Tree* conjunction : tree->children) {
        if (is_token(conjunction)) continue;
        std::vector<ast::SelAtom> atoms;
        for (Tree* kid : conjunction->children) {
            if (!is_token(kid)) atoms.push_back(atom(kid));
        }
        out.any_of.push_back(std::move(atoms));
    }
    return out;
}

ast::SelAtom AstBuilder::atom(Tree* tree) {
    using ast::SelKind;
    const Kids& kids = tree->children;
    ast::SelAtom out;
    out.name = string_or_name(kids[0]);
    if (!is(kids[0], rule_kind(P::RuleDotted))) {
        out.kind = out.name.text.find('*') == std::string::npos ? SelKind::Exact : SelKind::Glob;
        return out;
    }
    const std::string& word = out.name.text;
    bool trust = word == "trust", gives = word == "gives";
    if (kids.size() == 1) {
        out.kind = word == "read"          ? SelKind::Read
                   : word == "write"       ? SelKind::Write
                   : word == "destructive" ? SelKind::Destructive
                   : word == "idempotent"  ? SelKind::Idempotent
                   : word == "open"        ? SelKind::Open
                                           : SelKind::Exact;
        if (trust || gives)
            error(out.name.span, fmt::format("`{}` needs a comparison", word),
                  "write `trust < vetted`, `gives >= internal`");
        return out;
    }
    out.kind = trust ? SelKind::Trust : SelKind::Gives;
    if (!trust && !gives) {
        error(out.name.span, fmt::format("a selector cannot compare `{}`", word),
              "a selector is made of tool patterns, `read`, `write`, `trust` and `gives`; the rest is for `when`");
        return out;
    }
    switch (kind_of(kids[1]->children[0])) {
        case P::NE: out.cmp = ast::Cmp::Ne; break;
        case P::LT: out.cmp = ast::Cmp::Lt; break;
        case P::LE: out.cmp = ast::Cmp::Le; break;
        case P::GT: out.cmp = ast::Cmp::Gt; break;
        case P::GE: out.cmp = ast::Cmp::Ge; break;
        default: out.cmp = ast::Cmp::Eq; break;
    }
    out.name = name(kids[2]);
    return out;
}

}  // namespace remit::syntax
