// Expressions: the grammar reads `or`, `and`, `not` and quantifiers as one flat line; here they get their precedence.
#include "compiler/syntax/tree.h"
#include "vm/program/limits.h"

namespace remit::syntax {

using ast::Cmp;
using ast::ExprId;
using ast::ExprKind;

/// The flat line of an `expr`: prefixes, comparisons, `and`, `or`.
struct AstBuilder::ExprCursor {
    const Kids& kids;
    size_t at = 0;
    bool sees(size_t kind) const { return at < kids.size() && is(kids[at], kind); }
};

ExprId AstBuilder::add(ExprKind kind, Span span, std::string text, std::vector<ExprId> kids, Cmp cmp) {
    depth_.resize(file_.exprs.size(), 0);
    size_t depth = 1;
    for (ExprId kid : kids) depth = std::max<size_t>(depth, depth_[kid] + 1u);
    if (depth > limits::kMaxNesting) {
        too_deep(span);
        depth = limits::kMaxNesting;
    }
    depth_.push_back(static_cast<uint8_t>(depth));
    file_.exprs.push_back({kind, cmp, span, std::move(text), std::move(kids)});
    return static_cast<ExprId>(file_.exprs.size() - 1);
}

void AstBuilder::too_deep(Span span) {
    if (failed_) return;
    failed_ = true;
    diagnostics_.report<DiagId::TooDeep>(span, limits::kMaxNesting);
}

Span AstBuilder::joined(ExprId first, ExprId last) const {
    return {file_.file, file_.exprs[first].span.begin, file_.exprs[last].span.end};
}

ExprId AstBuilder::expr(Tree* tree) {
    ExprCursor at{tree->children};
    return or_expr(at);
}

ExprId AstBuilder::or_expr(ExprCursor& at) {
    std::vector<ExprId> parts{and_expr(at)};
    while (at.sees(P::OR)) {
        ++at.at;
        parts.push_back(and_expr(at));
    }
    if (parts.size() == 1) return parts[0];
    Span span = joined(parts.front(), parts.back());
    return add(ExprKind::Or, span, {}, std::move(parts));
}

ExprId AstBuilder::and_expr(ExprCursor& at) {
    std::vector<ExprId> parts{not_expr(at)};
    while (at.sees(P::AND)) {
        ++at.at;
        parts.push_back(not_expr(at));
    }
    if (parts.size() == 1) return parts[0];
    Span span = joined(parts.front(), parts.back());
    return add(ExprKind::And, span, {}, std::move(parts));
}

ExprId AstBuilder::not_expr(ExprCursor& at) {
    size_t first = at.at;
    while (at.sees(rule_kind(P::RulePrefix)) && is(at.kids[at.at]->children[0], P::NOT)) ++at.at;
    size_t nots = at.at - first;
    ExprId inner = at.sees(rule_kind(P::RulePrefix)) ? quantifier(at) : comparison(at.kids[at.at++]);
    for (size_t i = 0; i < nots && !failed_; ++i) {
        Span span = span_of(at.kids[first + nots - 1 - i]);
        span.end = file_.exprs[inner].span.end;
        inner = add(ExprKind::Not, span, {}, {inner});
    }
    return inner;
}

/// `any v in xs:` and all that follows, for the body extends as far as possible.
ExprId AstBuilder::quantifier(ExprCursor& at) {
    const Kids& kids = at.kids[at.at]->children;  // any v in sum :
    Span span = span_of(at.kids[at.at++]);
    ExprKind kind = is(kids[0], P::ANY) ? ExprKind::Any : ExprKind::All;
    std::string variable(text_of(kids[1]));
    ExprId list = arithmetic(kids[3]);
    if (++quantifiers_ > limits::kMaxNesting) {
        // No deeper: what is left of the line goes unread, and the declaration is left out.
        too_deep(span);
        --quantifiers_;
        at.at = at.kids.size();
        return list;
    }
    ExprId body = or_expr(at);
    --quantifiers_;
    span.end = file_.exprs[body].span.end;
    return add(kind, span, std::move(variable), {list, body});
}

namespace {

Cmp cmp_of(size_t token) {
    switch (token) {
        case P::EQ: return Cmp::Eq;
        case P::NE: return Cmp::Ne;
        case P::LT: return Cmp::Lt;
        case P::LE: return Cmp::Le;
        case P::GT: return Cmp::Gt;
        case P::GE: return Cmp::Ge;
        case P::IN: return Cmp::In;
        case P::LIKE: return Cmp::Like;
        case P::STARTS: return Cmp::Starts;
        case P::ENDS: return Cmp::Ends;
        case P::CONTAINS: return Cmp::Contains;
        case P::MATCHES: return Cmp::Matches;
        case P::INSIDE: return Cmp::Inside;
        case P::ON: return Cmp::On;
        case P::ONLY: return Cmp::Only;
        case P::DURING: return Cmp::During;
        default: return Cmp::Meets;
    }
}

}  // namespace

ExprId AstBuilder::comparison(Tree* tree) {
    const Kids& kids = tree->children;
    ExprId left = arithmetic(kids[0]);
    if (kids.size() == 1) return left;
    if (kids.size() > 2) {
        error(span_of(kids[2]->children[0]), "comparisons do not chain", "say it in two parts: `a < b and b < c`");
        return left;
    }
    const Kids& tail = kids[1]->children;
    Span span = span_of(tree);
    if (is(tail[0], P::IS)) {
        ExprId test = add(ExprKind::IsNull, span, {}, {left});
        return tail.size() == 3 ? add(ExprKind::Not, span, {}, {test}) : test;
    }
    const Tree* op = is_token(tail[0]) ? tail[0] : tail[0]->children[0];
    ExprId right = arithmetic(tail[1]);
    return add(ExprKind::Compare, span, {}, {left, right}, cmp_of(kind_of(op)));
}

/// A `sum` or a `product`: left to right.
ExprId AstBuilder::arithmetic(Tree* tree) {
    const Kids& kids = tree->children;
    bool is_sum = is(tree, rule_kind(P::RuleSum));
    auto operand = [&](Tree* kid) { return is_sum ? arithmetic(kid) : unary(kid); };
    ExprId left = operand(kids[0]);
    for (size_t i = 2; i < kids.size() && !failed_; i += 2) {
        ExprId right = operand(kids[i]);
        Span span = joined(left, right);
        left = add(ExprKind::Arith, span, std::string(text_of(kids[i - 1])), {left, right});
    }
    return left;
}

ExprId AstBuilder::unary(Tree* tree) {
    const Kids& kids = tree->children;
    size_t minuses = 0;
    while (is(kids[minuses], P::MINUS)) ++minuses;
    ExprId inner = postfix(kids.back());
    if (is(kids[minuses], P::HAS)) {
        Span span = span_of(kids[minuses]);
        span.end = file_.exprs[inner].span.end;
        inner = add(ExprKind::Has, span, {}, {inner});
    }
    for (size_t i = minuses; i > 0 && !failed_; --i) inner = negated(1, span_of(kids[i - 1]), inner);
    return inner;
}

ExprId AstBuilder::negated(size_t minuses, Span first, ExprId inner) {
    if (minuses == 0) return inner;
    first.end = file_.exprs[inner].span.end;
    return add(ExprKind::Negate, first, {}, {inner});
}

ExprId AstBuilder::word_expr(const ast::Name& word) {
    bool truth = word.text == "true" || word.text == "false";
    return add(truth ? ExprKind::Bool : ExprKind::Word, word.span, word.text);
}

/// `a.b.c`: a word and members of it.
ExprId AstBuilder::path_expr(const std::vector<ast::Name>& words) {
    ExprId id = word_expr(words[0]);
    for (size_t i = 1; i < words.size() && !failed_; ++i) {
        Span span = words[0].span;
        span.end = words[i].span.end;
        id = add(ExprKind::Member, span, words[i].text, {id});
    }
    return id;
}

ExprId AstBuilder::postfix(Tree* tree) {
    const Kids& kids = tree->children;
    std::vector<ast::Name> words;  // as long as all is words and dots: it may turn out to be the name of what is called
    ExprId id = primary(kids[0], words);
    for (size_t i = 1; i < kids.size() && !failed_; ++i) {
        if (is(kids[i], P::DOT)) {
            ast::Name member = name(kids[++i]);
            if (!words.empty()) {
                words.push_back(std::move(member));
            } else {
                Span span = file_.exprs[id].span;
                span.end = member.span.end;
                id = add(ExprKind::Member, span, std::move(member.text), {id});
            }
        } else if (words.empty()) {
            error(span_of(kids[i]), "only a name can be called", "a call is `name(key)`");
            return id;
        } else {
            id = call(words, kids[i]);
            words.clear();
        }
    }
    return words.empty() ? id : path_expr(words);
}

ExprId AstBuilder::call(const std::vector<ast::Name>& words, Tree* arguments) {
    const Kids& kids = arguments->children;
    Span span = words[0].span;
    span.end = span_of(arguments).end;
    std::string callee = words[0].text;
    for (size_t i = 1; i < words.size(); ++i) callee += "." + words[i].text;
    std::vector<ExprId> args;
    bool has_body = false;
    for (Tree* kid : kids) {
        if (is(kid, rule_kind(P::RuleExpr))) args.push_back(expr(kid));
        has_body |= is(kid, P::COLON);
    }
    if (!has_body || failed_) return add(ExprKind::Call, span, std::move(callee), std::move(args));
    // `count(v in xs: body)`: what stands before the colon was read as a comparison.
    const ast::Expr& range = file_.exprs[args[0]];
    bool fits = (callee == "count" || callee == "sum") && range.kind == ExprKind::Compare && range.cmp == Cmp::In &&
                file_.exprs[range.kids[0]].kind == ExprKind::Word;
    if (!fits) {
        error(span, "`:` in a call is for `count(x in list: ...)` and `sum(x in list: ...)`",
              "a call takes its arguments in order, with commas");
        return args[0];
    }
    std::string variable = file_.exprs[range.kids[0]].text;
    ExprId list = range.kids[1];
    return add(callee == "count" ? ExprKind::CountOf : ExprKind::SumOf, span, std::move(variable), {list, args[1]});
}

/// Fills `words`, and gives no expression yet, when it is a bare word.
ExprId AstBuilder::primary(Tree* tree, std::vector<ast::Name>& words) {
    Tree* first = tree->children[0];
    if (is(first, P::LPAREN)) return expr(tree->children[1]);
    if (is(first, rule_kind(P::RuleSetOf))) return set_of(first);
    if (!is(first, rule_kind(P::RuleOperandWord))) return leaf(first);
    words.push_back(name(first));
    return ast::kNoExpr;
}

ExprId AstBuilder::set_of(Tree* tree) {
    std::vector<ExprId> items;
    for (Tree* kid : tree->children) {
        if (is(kid, rule_kind(P::RuleExpr))) items.push_back(expr(kid));
    }
    return add(ExprKind::Set, span_of(tree), {}, std::move(items));
}

/// A token that is a literal; patterns of tool names count as strings.
ExprId AstBuilder::leaf(Tree* token) {
    ast::Name text = is(token, P::STRING) ? string(token) : name(token);
    ExprKind kind = ExprKind::String;
    switch (kind_of(token)) {
        case P::INT: kind = ExprKind::Int; break;
        case P::DECIMAL: kind = ExprKind::Decimal; break;
        case P::DURATION: kind = ExprKind::Duration; break;
        case P::TIMESTAMP: kind = ExprKind::Timestamp; break;
        default: break;
    }
    return add(kind, text.span, std::move(text.text));
}

}  // namespace remit::syntax
