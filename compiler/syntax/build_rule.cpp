// Rules: heads, clauses and their order, selectors.
#include <array>

#include "compiler/syntax/words.h"
#include "compiler/syntax/tree.h"

namespace remit::syntax {

using ast::Verb;

namespace {

constexpr unsigned bit(Verb v) { return 1u << static_cast<unsigned>(v); }
constexpr unsigned kAll = ~0u;

/// The closed set of clauses: where each stands and which verbs take it.
struct ClauseRow {
    size_t token;
    std::string_view word;
    int place;  // 0 what, 1 for, 2 when, 3 except, 4 options, 5 because
    unsigned verbs;
};
constexpr std::array kClauses = {
    ClauseRow{P::INCLUDING, "including write", 0, bit(Verb::Allow)},
    ClauseRow{P::FOR, "for", 1, kAll},
    ClauseRow{P::WHEN, "when", 2, kAll},
    ClauseRow{P::EXCEPT, "except", 3, kAll},
    ClauseRow{P::OVERRIDE, "override by", 4, bit(Verb::Block)},
    ClauseRow{P::WITHIN, "within", 4, bit(Verb::Ask) | bit(Verb::Block)},
    ClauseRow{P::WITH, "with", 4, bit(Verb::Ask) | bit(Verb::Block)},
    ClauseRow{P::OVER, "over", 4, bit(Verb::Quota) | bit(Verb::Count) | bit(Verb::Never)},
    ClauseRow{P::PER, "per", 4, bit(Verb::Limit) | bit(Verb::Quota) | bit(Verb::Count) | bit(Verb::Never)},
    ClauseRow{P::UNLESS, "unless", 4, bit(Verb::Never)},
    ClauseRow{P::BECAUSE, "because", 5, kAll},
};

const ClauseRow& row_of(size_t token) {
    for (const ClauseRow& row : kClauses) {
        if (row.token == token) return row;
    }
    return kClauses.back();
}

/// A rule's head in messages: `after ... block`, `always isolate`.
std::string head_word(const ast::Rule& rule) {
    if (rule.after) return fmt::format("after ... {}", word_of(rule.verb));
    if (rule.verb != Verb::Never) return std::string(word_of(rule.verb));
    return fmt::format("{} {}", rule.always ? "always" : "never", word_of(rule.property));
}

bool has_selector_in_head(const ast::Rule& rule) {
    if (rule.verb == Verb::Never) return rule.property == ast::Property::Allow || rule.property == ast::Property::Block;
    return rule.verb == Verb::Allow || rule.verb == Verb::Block || rule.after;
}

/// Whether a rule with this head has this clause.
bool takes(const ast::Rule& rule, const ClauseRow& row) {
    if ((row.verbs & bit(rule.verb)) == 0) return false;
    const bool claims = rule.verb == Verb::Never;
    switch (row.token) {
        case P::FOR: return !has_selector_in_head(rule);
        case P::UNLESS: return rule.property == ast::Property::Allow;
        case P::OVERRIDE:
        case P::WITHIN:
        case P::WITH: return !rule.after;
        case P::OVER: return !claims || rule.property == ast::Property::Quota;
        case P::PER: return !claims || rule.property == ast::Property::Quota || rule.property == ast::Property::Limit;
        default: return true;
    }
}

/// `never` forbids what opens, `always` demands what restricts; a bound on risk or lane may be said either way.
bool can_say(bool always, ast::Property property) {
    switch (property) {
        case ast::Property::Allow:
        case ast::Property::Reach: return !always;
        case ast::Property::Risk:
        case ast::Property::Lane: return true;
        case ast::Property::Block:
        case ast::Property::Ask:
        case ast::Property::Limit:
        case ast::Property::Quota:
        case ast::Property::Isolate:
        case ast::Property::Record:
        case ast::Property::Redact: return always;
    }
    return false;
}

ast::Property property_of(size_t token) {
    switch (token) {
        case P::BLOCK: return ast::Property::Block;
        case P::ASK: return ast::Property::Ask;
        case P::LIMIT: return ast::Property::Limit;
        case P::QUOTA: return ast::Property::Quota;
        case P::ISOLATE: return ast::Property::Isolate;
        case P::REACH: return ast::Property::Reach;
        case P::RECORD: return ast::Property::Record;
        case P::REDACT: return ast::Property::Redact;
        case P::RISK: return ast::Property::Risk;
        case P::LANE: return ast::Property::Lane;
        default: return ast::Property::Allow;
    }
}

ast::Cmp order_of(size_t token) {
    switch (token) {
        case P::NE: return ast::Cmp::Ne;
        case P::LT: return ast::Cmp::Lt;
        case P::LE: return ast::Cmp::Le;
        case P::GT: return ast::Cmp::Gt;
        case P::GE: return ast::Cmp::Ge;
        default: return ast::Cmp::Eq;
    }
}

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
    Kids kids = tree->children;  // [watch] head clause*
    out.watch = is(kids[0], P::WATCH);
    const Span begin = span_of(kids[0]);
    if (out.watch) kids.erase(kids.begin());
    head(kids[0], out);
    if (out.watch) out.head.begin = begin.begin;
    clauses(kids, out);
    const auto says = [&](ast::Property property) { return out.verb == Verb::Never && out.property == property; };
    const bool overrides = out.verb == Verb::Block && out.signer;
    if (out.verb == Verb::Ask || overrides) need(out, out.within.has_value(), "within");
    if (out.verb == Verb::Block && (out.within || !out.with.empty())) need(out, overrides, "override by");
    if (out.verb == Verb::Quota || out.verb == Verb::Count || says(ast::Property::Quota))
        need(out, out.over.has_value(), "over");
    if (out.verb == Verb::Limit || out.verb == Verb::Quota || says(ast::Property::Limit) || says(ast::Property::Quota))
        need(out, out.per.has_value(), "per");
    if (out.verb == Verb::Count) need(out, out.per.has_value() || out.key != ast::kNoExpr, "per");
    return out;
}

void AstBuilder::need(const ast::Rule& rule, bool present, const char* what) {
    if (present) return;
    failed_ = true;
    diagnostics_.report<DiagId::ClauseMissing>(rule.head, head_word(rule), what);
}

void AstBuilder::head(Tree* tree, ast::Rule& rule) {
    const Kids& kids = tree->children;
    rule.head = span_of(kids[0]);
    if (is(kids[0], P::AFTER)) return result_rule(kids, rule);
    rule.verb = verb_of(kind_of(kids[0]));
    if (rule.verb != Verb::Never) return what(kids, rule);
    rule.always = is(kids[0], P::ALWAYS);
    const Kids& claim = kids[1]->children;
    rule.property = property_of(kind_of(claim[0]));
    if (!can_say(rule.always, rule.property))
        error(span_of(claim[0]), fmt::format("there is no `{}`", head_word(rule)),
              "`never` takes allow, reach, risk and lane; `always` takes block, ask, limit, quota, isolate, record, "
              "redact, "
              "risk and lane");
    what(claim, rule);
}

/// What follows the verb; `kids[0]` is its word.
void AstBuilder::what(const Kids& kids, ast::Rule& rule) {
    size_t names_from = 1;
    for (size_t i = 1; i < kids.size(); ++i) {
        switch (kind_of(kids[i])) {
            case rule_kind(P::RuleSelector): rule.selector = selector(kids[i]); break;
            case rule_kind(P::RuleSigner): rule.signer = signer(kids[i]); break;
            case rule_kind(P::RulePostfix): rule.path = postfix(kids[i]); break;
            case rule_kind(P::RuleCounted): counted(kids[i], rule); break;
            case rule_kind(P::RuleOrder): rule.cmp = order_of(kind_of(kids[i]->children[0])); break;
            case P::INT: rule.number = name(kids[i]); break;
            default: break;
        }
    }
    if (is(kids[0], P::ISOLATE) && is(kids[1], rule_kind(P::RuleWord))) {
        rule.level = name(kids[1]);
        names_from = 2;
    }
    if (rule.verb == Verb::Retain) retain(kids, rule);
    rule.names = names(kids, names_from);
}

/// after SELECTOR block result | after SELECTOR redact result.x
void AstBuilder::result_rule(const Kids& kids, ast::Rule& rule) {
    rule.after = true;
    rule.verb = is(kids[2], P::BLOCK) ? Verb::Block : Verb::Redact;
    rule.selector = selector(kids[1]);
    if (rule.verb == Verb::Redact) {
        rule.path = postfix(kids[3]);
    } else if (text_of(kids[3]) != "result") {
        error(span_of(kids[3]), fmt::format("`{}` cannot be blocked after a call", text_of(kids[3])),
              "write `after SELECTOR block result`");
    }
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
        if (!takes(rule, row)) {
            failed_ = true;
            diagnostics_.report<DiagId::ClauseForeign>(at, row.word, head_word(rule));
            continue;
        }
        if ((seen & own) != 0) {
            failed_ = true;
            diagnostics_.report<DiagId::ClauseTwice>(at, row.word);
            continue;
        }
        seen |= own;
        // `limit 4 parallel per session for ...`: there `over` and `per` are still part of the what.
        const bool leases = rule.verb == Verb::Limit || rule.verb == Verb::Quota || rule.verb == Verb::Never;
        bool in_head = leases && (row.token == P::OVER || row.token == P::PER) && place == 0;
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
        case P::PER:
            if (kids.size() == 2) {
                rule.per = name(kids[1]);
            } else {
                rule.key = postfix(kids[1]);
                rule.max_keys = name(kids[3]);
            }
            break;
        case P::UNLESS: rule.signer = signer(kids[3]); break;
        case P::OVERRIDE: rule.signer = signer(kids[2]); break;
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
    out.cmp = order_of(kind_of(kids[1]->children[0]));
    out.name = name(kids[2]);
    return out;
}

}  // namespace remit::syntax
