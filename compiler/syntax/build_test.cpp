// Test blocks, and the calls that tests and the REPL share.
#include <algorithm>

#include "compiler/syntax/tree.h"

namespace remit::syntax {

using ast::ExprId;

bool AstBuilder::call_line(Tree* tree, ast::TestCall& call) {
    failed_ = false;
    holes_.clear();
    for (Tree* kid : tree->children) {
        if (is(kid, rule_kind(P::RuleTestCall))) call = test_call(kid);
    }
    check_holes({});
    return !failed_;
}

ast::Test AstBuilder::test(Tree* tree) {
    ast::Test out;  // test STRING [with names] { items }
    out.title = string(tree->children[1]);
    out.with = names(tree->children, 2);
    for (Tree* kid : tree->children) {
        if (is(kid, rule_kind(P::RuleTestItem))) test_item(kid->children, out);
    }
    check_holes(out);
    return out;
}

ast::Fixture AstBuilder::fixture(Tree* tree) {
    ast::Fixture out;  // fixture NAME { items }
    out.setup.title = name(tree->children[1]);
    for (Tree* kid : tree->children) {
        if (!is(kid, rule_kind(P::RuleTestItem))) continue;
        Tree* first = kid->children[0];
        if (is(first, P::CASES) || is(first, P::CASE) || is(first, P::EXPECT)) {
            failed_ = true;
            diagnostics_.report<DiagId::FixtureItem>(span_of(first), text_of(first));
            continue;
        }
        test_item(kid->children, out.setup);
    }
    check_holes({});
    return out;
}

/// Columns, holes and rows must fit together.
void AstBuilder::check_holes(const ast::Test& test) {
    const auto is_in = [](const std::vector<ast::Name>& names, const ast::Name& name) {
        return std::any_of(names.begin(), names.end(), [&](const ast::Name& n) { return n.text == name.text; });
    };
    const size_t errors = diagnostics_.errors();
    for (const ast::Name& hole : holes_) {
        if (!is_in(test.columns, hole)) diagnostics_.report<DiagId::HoleUnknown>(hole.span, hole.text);
    }
    for (size_t i = 0; i < test.columns.size(); ++i) {
        const ast::Name& column = test.columns[i];
        if (is_in({test.columns.begin(), test.columns.begin() + static_cast<long>(i)}, column))
            diagnostics_.report<DiagId::ClauseTwice>(column.span, column.text);
        else if (!is_in(holes_, column))
            diagnostics_.report<DiagId::HoleUnused>(column.span, column.text);
    }
    for (const ast::Case& row : test.cases) {
        if (row.cells.size() != test.columns.size())
            diagnostics_.report<DiagId::CaseWidth>(row.span, row.cells.size(), test.columns.size());
    }
    if (!test.columns.empty() && test.cases.empty()) diagnostics_.report<DiagId::NoCases>(test.columns[0].span);
    failed_ = failed_ || diagnostics_.errors() != errors;
}

/// A hole's name is its text, and it is remembered as one.
ast::Name AstBuilder::hole_or_name(Tree* tree) {
    if (!is(tree, P::HOLE)) return string_or_name(tree);
    holes_.push_back(name(tree));
    return holes_.back();
}

ast::Case AstBuilder::test_case(const Kids& kids) {
    ast::Case out;  // case cell, cell
    out.span = span_of(kids[0]);
    out.span.end = span_of(kids.back()).end;
    for (Tree* kid : kids) {
        if (!is(kid, rule_kind(P::RuleCell))) continue;
        ast::Cell cell;
        for (Tree* part : kid->children) {
            if (is(part, rule_kind(P::RuleValue))) cell.value = value(part);
            if (is(part, rule_kind(P::RuleExpectedSigner))) cell.signers.push_back(expected_signer(part));
            if (is(part, P::ASK)) {
                cell.value.span = span_of(part);
                cell.value.scalar = word_expr(name(part));
            }
        }
        out.cells.push_back(std::move(cell));
    }
    return out;
}

void AstBuilder::test_item(const Kids& kids, ast::Test& test) {
    switch (kind_of(kids[0])) {
        case P::SESSION: settings(kids, test.session); break;
        case P::STATE: settings(kids, test.state); break;
        case P::CONTEXT: settings(kids, test.context); break;
        case P::CALL: test.calls.push_back(test_call(kids[1])); break;
        case P::CASES:
            for (Tree* kid : kids) {
                if (is(kid, P::HOLE)) test.columns.push_back(name(kid));
            }
            break;
        case P::CASE: test.cases.push_back(test_case(kids)); break;
        case rule_kind(P::RuleTestFact): test.facts.push_back(test_fact(kids[0])); break;
        case rule_kind(P::RuleTestResult): test_result(kids[0], test); break;
        case rule_kind(P::RuleTestSignature): test.signatures.push_back(signature(kids[0])); break;
        default:
            for (Tree* kid : kids) {
                if (is(kid, rule_kind(P::RuleExpectation))) test.expect.push_back(expectation(kid));
            }
    }
}

void AstBuilder::settings(const Kids& kids, std::vector<ast::Setting>& out) {
    for (Tree* kid : kids) {
        if (!is(kid, rule_kind(P::RuleSetting))) continue;
        const Kids& values = kid->children;
        Tree* first = values[0]->children[0];
        bool named = is(first, rule_kind(P::RuleDotted)) && first->children.size() == 1;
        if (named) {
            out.push_back({name(first), {}});
        } else if (out.empty()) {
            error(span_of(kid), "a setting begins with its name", "write `scope payments.*`");
            return;
        }
        for (size_t i = named ? 1 : 0; i < values.size(); ++i)
            out.back().values.push_back(simple_value(values[i]->children));
    }
}

/// `-3`, `"text"`, a pattern, or dotted words: the children of a settingValue or expectedValue.
ExprId AstBuilder::simple_value(const Kids& kids) {
    size_t first = kind_of(kids[0]);
    if (first == P::MINUS) return negated(1, span_of(kids[0]), leaf(kids[1]));
    if (first == rule_kind(P::RuleDotted)) return path_expr(names(kids[0]->children, 0));
    if (first == P::HOLE) return word_expr(hole_or_name(kids[0]));
    return is_word(first) ? path_expr(names(kids, 0)) : leaf(kids[0]);
}

ast::TestFact AstBuilder::test_fact(Tree* tree) {
    ast::TestFact out;
    for (Tree* kid : tree->children) {
        switch (kind_of(kid)) {
            case rule_kind(P::RuleDotted): out.fact = dotted(kid); break;
            case rule_kind(P::RuleValue): out.keys.push_back(value(kid)); break;
            case rule_kind(P::RuleNamedValues): out.fields = named_values(kid); break;
            case P::TIMESTAMP:
            case P::HOLE: out.as_of = hole_or_name(kid); break;
            default: break;
        }
    }
    return out;
}

ast::TestCall AstBuilder::test_call(Tree* tree) {
    ast::TestCall out;
    for (Tree* kid : tree->children) {
        switch (kind_of(kid)) {
            case rule_kind(P::RuleToolName): out.tool = tool_name(kid); break;
            case rule_kind(P::RuleNamedValues): out.args = named_values(kid); break;
            case rule_kind(P::RuleWord): out.data = name(kid); break;
            case P::HOLE:
                if (kid == tree->children[0])
                    out.tool = hole_or_name(kid);
                else
                    out.data = hole_or_name(kid);
                break;
            default: break;
        }
    }
    return out;
}

void AstBuilder::test_result(Tree* tree, ast::Test& test) {
    const Kids& kids = tree->children;  // result { [values] }
    if (text_of(kids[0]) != "result")
        return error(span_of(kids[0]), fmt::format("a test has no `{}`", text_of(kids[0])),
                     "its items are session, state, context, fact, call, result, signed by and expect");
    if (test.result) {
        failed_ = true;
        diagnostics_.report<DiagId::ClauseTwice>(span_of(kids[0]), "result");
    }
    test.result.emplace();
    if (is(kids[2], rule_kind(P::RuleNamedValues))) test.result = named_values(kids[2]);
}

ast::TestSignature AstBuilder::signature(Tree* tree) {
    ast::TestSignature out;  // signed by STRING [as roles] [agent] [with evidence]
    bool with = false;
    for (Tree* kid : tree->children) {
        switch (kind_of(kid)) {
            case P::STRING:
            case P::HOLE: out.by = hole_or_name(kid); break;
            case P::AGENT: out.agent = true; break;
            case P::WITH: with = true; break;
            case rule_kind(P::RuleWord): (with ? out.evidence : out.roles).push_back(name(kid)); break;
            default: break;
        }
    }
    return out;
}

std::vector<ast::NamedValue> AstBuilder::named_values(Tree* tree) {
    std::vector<ast::NamedValue> out;
    for (Tree* kid : tree->children) {
        if (is_token(kid)) continue;
        const Kids& parts = kid->children;  // name : value
        out.push_back({string_or_name(parts[0]->children[0]), value(parts[2])});
    }
    return out;
}

ast::Value AstBuilder::value(Tree* tree) {
    using Kind = ast::Value::Kind;
    const Kids& kids = tree->children;
    ast::Value out;
    out.span = span_of(tree);
    switch (kind_of(kids[0])) {
        case P::LBRACK:
            out.kind = Kind::List;
            for (Tree* kid : kids) {
                if (is(kid, rule_kind(P::RuleValue))) out.items.push_back(value(kid));
            }
            break;
        case P::LBRACE:
            out.kind = Kind::Record;
            if (is(kids[1], rule_kind(P::RuleNamedValues))) {
                for (ast::NamedValue& field : named_values(kids[1])) {
                    out.keys.push_back(std::move(field.name));
                    out.items.push_back(std::move(field.value));
                }
            }
            break;
        case P::MINUS: out.scalar = negated(1, span_of(kids[0]), leaf(kids[1])); break;
        case rule_kind(P::RuleDotted):
            if (text_of(kids[0]) == "null") {
                out.kind = Kind::Null;
            } else {
                out.scalar = path_expr(names(kids[0]->children, 0));
            }
            break;
        case P::HOLE: out.scalar = word_expr(hole_or_name(kids[0])); break;
        default: out.scalar = leaf(kids[0]); break;
    }
    if (is(kids.back(), rule_kind(P::RuleLabel))) label(kids.back(), out);
    return out;
}

void AstBuilder::label(Tree* tree, ast::Value& value) {
    for (Tree* kid : tree->children) {
        if (is(kid, rule_kind(P::RuleSource))) value.sources.push_back(hole_or_name(kid->children[0]));
        if (is(kid, rule_kind(P::RuleWord)) || is(kid, P::HOLE)) value.label_class = hole_or_name(kid);
    }
}

ast::Expectation AstBuilder::expectation(Tree* tree) {
    ast::Expectation out;
    for (Tree* kid : tree->children) {
        switch (kind_of(kid)) {
            case P::NOT: out.negated = true; break;
            case P::ASK: out.what = name(kid); break;
            case P::HOLE:
            case rule_kind(P::RuleExpectedWord): out.what = hole_or_name(kid); break;
            case rule_kind(P::RuleExpectedSigner): out.signers.push_back(expected_signer(kid)); break;
            case rule_kind(P::RuleExpectedValue): out.values.push_back(simple_value(kid->children)); break;
            default: break;
        }
    }
    return out;
}

ast::ExpectedSigner AstBuilder::expected_signer(Tree* tree) {
    ast::ExpectedSigner out;  // [N of] who [within D] [with evidence]
    size_t before = 0;        // the token that says what a name or hole is
    for (Tree* kid : tree->children) {
        switch (const size_t kind = kind_of(kid)) {
            case P::OF:
                out.signer.quorum = std::move(out.signer.who);
                before = 0;
                break;
            case P::WITHIN:
            case P::WITH: before = kind; break;
            default: {
                ast::Name said = hole_or_name(kid);
                if (before == P::WITH)
                    out.with.push_back(std::move(said));
                else if (before == P::WITHIN)
                    out.within = std::move(said);
                else
                    out.signer.who = std::move(said);
            }
        }
    }
    return out;
}

}  // namespace remit::syntax
