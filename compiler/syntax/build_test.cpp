// Test blocks, and the calls that tests and the REPL share.
#include "compiler/syntax/tree.h"

namespace remit::syntax {

using ast::ExprId;

bool AstBuilder::call_line(Tree* tree, ast::TestCall& call) {
    failed_ = false;
    for (Tree* kid : tree->children) {
        if (is(kid, rule_kind(P::RuleTestCall))) call = test_call(kid);
    }
    return !failed_;
}

ast::Test AstBuilder::test(Tree* tree) {
    ast::Test out;
    out.title = string(tree->children[1]);
    for (Tree* kid : tree->children) {
        if (is(kid, rule_kind(P::RuleTestItem))) test_item(kid->children, out);
    }
    return out;
}

void AstBuilder::test_item(const Kids& kids, ast::Test& test) {
    switch (kind_of(kids[0])) {
        case P::SESSION: settings(kids, test.session); break;
        case P::STATE: settings(kids, test.state); break;
        case P::CONTEXT: settings(kids, test.context); break;
        case P::CALL: test.calls.push_back(test_call(kids[1])); break;
        case rule_kind(P::RuleTestFact): test.facts.push_back(test_fact(kids[0])); break;
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
    return is_word(first) ? path_expr(names(kids, 0)) : leaf(kids[0]);
}

ast::TestFact AstBuilder::test_fact(Tree* tree) {
    ast::TestFact out;
    for (Tree* kid : tree->children) {
        switch (kind_of(kid)) {
            case rule_kind(P::RuleDotted): out.fact = dotted(kid); break;
            case rule_kind(P::RuleValue): out.keys.push_back(value(kid)); break;
            case rule_kind(P::RuleNamedValues): out.fields = named_values(kid); break;
            case P::TIMESTAMP: out.as_of = name(kid); break;
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
            default: break;
        }
    }
    return out;
}

ast::TestSignature AstBuilder::signature(Tree* tree) {
    ast::TestSignature out;  // signed by STRING [as roles] [agent] [with evidence]
    bool with = false;
    for (Tree* kid : tree->children) {
        switch (kind_of(kid)) {
            case P::STRING: out.by = string(kid); break;
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
        default: out.scalar = leaf(kids[0]); break;
    }
    if (is(kids.back(), rule_kind(P::RuleLabel))) label(kids.back(), out);
    return out;
}

void AstBuilder::label(Tree* tree, ast::Value& value) {
    for (Tree* kid : tree->children) {
        if (is(kid, rule_kind(P::RuleSource))) value.sources.push_back(string_or_name(kid->children[0]));
        if (is(kid, rule_kind(P::RuleWord))) value.label_class = name(kid);
    }
}

ast::Expectation AstBuilder::expectation(Tree* tree) {
    ast::Expectation out;
    for (Tree* kid : tree->children) {
        switch (kind_of(kid)) {
            case P::NOT: out.negated = true; break;
            case P::ASK: out.what = name(kid); break;
            case rule_kind(P::RuleExpectedWord): out.what = name(kid); break;
            case rule_kind(P::RuleExpectedSigner): out.signers.push_back(signer(kid)); break;
            case rule_kind(P::RuleExpectedValue): out.values.push_back(simple_value(kid->children)); break;
            default: break;
        }
    }
    return out;
}

}  // namespace remit::syntax
