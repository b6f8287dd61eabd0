// Declarations that are neither rules nor tests.
#include "compiler/syntax/tree.h"
#include "vm/program/limits.h"

namespace remit::syntax {

using ast::ExprId;

void AstBuilder::declaration(Tree* tree) {
    failed_ = false;
    quantifiers_ = 0;
    holes_.clear();
    size_t exprs = file_.exprs.size();
    Tree* body = tree->children[0];
    ast::Decl decl;
    decl.span = {file_.file, 0, static_cast<uint32_t>(text_.size())};
    switch (kind_of(body) - kRuleBase) {
        case P::RulePolicyDecl: decl.body = policy(body); break;
        case P::RuleUseDecl: decl.body = use(body); break;
        case P::RuleVocabularyDecl: decl.body = vocabulary(body); break;
        case P::RuleEnumDecl: decl.body = enumeration(body); break;
        case P::RuleRoleDecl: decl.body = role(body); break;
        case P::RuleEgressDecl: decl.body = egress(body); break;
        case P::RuleToolDecl: decl.body = tool(body); break;
        case P::RuleFactDecl: decl.body = fact(body); break;
        case P::RuleParamDecl: decl.body = param(body); break;
        case P::RuleTableDecl: decl.body = table(body); break;
        case P::RuleWindowDecl: decl.body = window(body); break;
        case P::RuleTestDecl: decl.body = test(body); break;
        case P::RuleFixtureDecl: decl.body = fixture(body); break;
        default: decl.body = rule(body); break;
    }
    if (failed_) {
        file_.exprs.resize(exprs);
    } else {
        file_.decls.push_back(std::move(decl));
    }
}

ast::PolicyDecl AstBuilder::policy(Tree* tree) {
    const Kids& kids = tree->children;  // policy NAME [under NAME from STRING [pinned STRING]]
    ast::PolicyDecl out;
    out.name = dotted(kids[1]);
    if (kids.size() > 2) {
        out.parent = dotted(kids[3]);
        out.parent_file = string(kids[5]);
    }
    if (kids.size() > 6) out.pinned = string(kids[7]);
    return out;
}

ast::UseDecl AstBuilder::use(Tree* tree) {
    Tree* what = tree->children[1];
    return {string_or_name(what), is(what, P::STRING)};
}

ast::VocabularyDecl AstBuilder::vocabulary(Tree* tree) {
    ast::VocabularyDecl out;
    switch (kind_of(tree->children[0])) {
        case P::CLASSES: out.kind = ast::VocabularyKind::Classes; break;
        case P::TRUST: out.kind = ast::VocabularyKind::Trust; break;
        case P::LANES: out.kind = ast::VocabularyKind::Lanes; break;
        default: out.kind = ast::VocabularyKind::Tiers; break;
    }
    out.symbols = names(tree->children, 1);
    return out;
}

ast::EnumDecl AstBuilder::enumeration(Tree* tree) {
    const Kids& kids = tree->children;  // enum NAME { a < b }
    return {name(kids[1]), is(kids[4], P::LT), names(kids, 2)};
}

ast::RoleDecl AstBuilder::role(Tree* tree) { return {name(tree->children[1]), names(tree->children, 2)}; }

ast::EgressDecl AstBuilder::egress(Tree* tree) {
    ast::EgressDecl out;
    out.name = name(tree->children[1]);
    for (Tree* kid : tree->children) {
        if (is(kid, P::STRING)) out.endpoints.push_back(string(kid));
    }
    return out;
}

ast::ToolDecl AstBuilder::tool(Tree* tree) {
    ast::ToolDecl out;
    for (Tree* kid : tree->children) {
        switch (kind_of(kid)) {
            case rule_kind(P::RuleToolName): out.name = tool_name(kid); break;
            case rule_kind(P::RuleFields): out.params = fields(kid); break;
            case rule_kind(P::RuleAttribute): attribute(kid, out); break;
            default: break;
        }
    }
    return out;
}

void AstBuilder::attribute(Tree* tree, ast::ToolDecl& tool) {
    const Kids& kids = tree->children;
    auto once = [&](std::optional<ast::Name>& slot, ast::Name value) {
        if (slot) {
            failed_ = true;
            diagnostics_.report<DiagId::ClauseTwice>(span_of(tree), text_of(kids[0]));
        }
        slot = std::move(value);
    };
    switch (kind_of(kids[0])) {
        case P::TRUST: once(tool.trust, name(kids[1])); break;
        case P::GIVES: once(tool.gives, name(kids[1])); break;
        case P::UNDO: once(tool.undo, tool_name(kids[1])); break;
        case P::ABOUT: once(tool.about, string(kids[1])); break;
        case P::RETURNS:
            if (tool.returns) {
                failed_ = true;
                diagnostics_.report<DiagId::ClauseTwice>(span_of(tree), text_of(kids[0]));
            }
            tool.returns = is(kids[2], rule_kind(P::RuleFields)) ? fields(kids[2]) : std::vector<ast::Field>{};
            break;
        case P::EACH:
            once(tool.each, string_or_name(kids[1]->children[0]));
            tool.each_as = tool_name(kids[3]);
            break;
        default: {
            ast::Name flag = name(kids[0]);
            for (const ast::Name& f : tool.flags) {
                if (f.text != flag.text) continue;
                failed_ = true;
                diagnostics_.report<DiagId::ClauseTwice>(flag.span, flag.text);
            }
            tool.flags.push_back(std::move(flag));
        }
    }
}

ast::FactDecl AstBuilder::fact(Tree* tree) {
    ast::FactDecl out;
    bool in_keys = true;
    for (Tree* kid : tree->children) {
        switch (kind_of(kid)) {
            case rule_kind(P::RuleDotted): out.name = dotted(kid); break;
            case rule_kind(P::RuleFields): (in_keys ? out.keys : out.fields) = fields(kid); break;
            case P::RPAREN: in_keys = false; break;
            case P::DURATION: out.fresh = name(kid); break;
            default: break;
        }
    }
    return out;
}

ast::ParamDecl AstBuilder::param(Tree* tree) {
    const Kids& kids = tree->children;  // param NAME : type modifier*  |  param NAME = literal
    ast::ParamDecl out;
    out.name = name(kids[1]);
    if (is(kids[2], P::ASSIGN)) {
        out.value = literal(kids[3]);
        return out;
    }
    out.field.emplace();
    out.field->name = out.name;
    out.field->type = type(kids[3]);
    for (size_t i = 4; i < kids.size(); ++i) modifier(kids[i], *out.field);
    return out;
}

ast::TableDecl AstBuilder::table(Tree* tree) {
    ast::TableDecl out;
    for (Tree* kid : tree->children) {
        switch (kind_of(kid)) {
            case rule_kind(P::RuleWord): out.name = name(kid); break;
            case rule_kind(P::RuleFields): out.keys = fields(kid); break;
            case rule_kind(P::RuleType): out.result = type(kid); break;
            case rule_kind(P::RuleTableRow): {
                ast::TableRow row;
                row.span = span_of(kid);
                for (Tree* part : kid->children) {
                    if (is(part, rule_kind(P::RuleLiteral))) row.value = literal(part);
                    if (!is(part, rule_kind(P::RuleTableCell))) continue;
                    Tree* cell = part->children[0];
                    row.cells.push_back(is(cell, rule_kind(P::RuleSetOf)) ? set_of(cell) : word_expr(name(cell)));
                }
                out.rows.push_back(std::move(row));
                break;
            }
            default: break;
        }
    }
    return out;
}

ast::WindowDecl AstBuilder::window(Tree* tree) {
    const Kids& kids = tree->children;  // window NAME in STRING moments [except moments]
    ast::WindowDecl out;
    out.name = name(kids[1]);
    out.zone = string(kids[3]);
    const auto read = [&](Tree* moments, std::vector<ast::Name>& to) {
        for (Tree* kid : moments->children) {
            if (is(kid, P::STRING)) to.push_back(string(kid));
        }
    };
    read(kids[4], out.moments);
    if (kids.size() > 6) read(kids[6], out.except);
    return out;
}

std::vector<ast::Field> AstBuilder::fields(Tree* tree) {
    std::vector<ast::Field> out;
    for (Tree* kid : tree->children) {
        if (is(kid, rule_kind(P::RuleField))) out.push_back(field(kid));
    }
    return out;
}

ast::Field AstBuilder::field(Tree* tree) {
    const Kids& kids = tree->children;  // name : type modifier*
    ast::Field out;
    out.name = string_or_name(kids[0]->children[0]);
    out.type = type(kids[2]);
    for (size_t i = 3; i < kids.size(); ++i) modifier(kids[i], out);
    return out;
}

void AstBuilder::modifier(Tree* tree, ast::Field& field) {
    const Kids& kids = tree->children;
    bool twice = false;
    auto once = [&](ExprId& slot, Tree* value) {
        twice = slot != ast::kNoExpr;
        slot = is(value, rule_kind(P::RuleSetOf)) ? set_of(value) : literal(value);
    };
    bool is_list = field.type.name.text == "list" || field.type.name.text == "set";
    switch (kind_of(kids[0])) {
        case P::MIN: once(field.min, kids[1]); break;
        case P::MAX:
            if (is_list) {
                twice = field.type.max_items.has_value();
                field.type.max_items = std::string(text_of(kids[1]));
                if (!is(kids[1]->children[0], P::INT)) error(span_of(kids[1]), "the `max` of a list is a whole number");
            } else {
                once(field.max, kids[1]);
            }
            break;
        case P::DEFAULT: once(field.default_value, kids[1]); break;
        case P::IN: once(field.one_of, kids[1]); break;
        case P::OPTIONAL:
            twice = field.optional;
            field.optional = true;
            break;
        default:  // or null
            twice = field.nullable;
            field.nullable = true;
    }
    if (!twice) return;
    failed_ = true;
    diagnostics_.report<DiagId::ClauseTwice>(span_of(tree),
                                             is(kids[0], P::OR) ? std::string_view("or null") : text_of(kids[0]));
}

/// `list<set<int> max 3>`: the wrappers come first, then what they hold, then one close for each.
ast::TypeExpr AstBuilder::type(Tree* tree) {
    const Kids& kids = tree->children;
    size_t wrappers = 0;
    while (is(kids[2 * wrappers], P::LIST) || is(kids[2 * wrappers], P::SET)) ++wrappers;
    ast::TypeExpr out = base_type(kids[2 * wrappers]);
    size_t closes = kids.size() - 2 * wrappers - 1;
    if (wrappers > limits::kMaxNesting) {
        too_deep(span_of(tree));
        return out;
    }
    if (wrappers != closes) {
        bool is_open = wrappers > closes;
        error(span_of(is_open ? kids[1] : kids.back()),
              is_open ? "`<` is not closed" : "this `>` closes no `list<` or `set<`");
        return out;
    }
    for (size_t i = 0; i < closes; ++i) {
        Tree* open = kids[2 * (wrappers - 1 - i)];
        const Kids& close = kids[2 * wrappers + 1 + i]->children;  // [max INT] >
        if (close.size() == 3) {
            bool holds = out.name.text == "list" || out.name.text == "set";
            if (!holds) {
                error(span_of(close[0]), "`max` inside `<>` belongs to an inner list", "write it after the `>`");
                return out;
            }
            out.max_items = std::string(text_of(close[1]));
        }
        ast::TypeExpr outer;
        outer.name = name(open);
        outer.args.push_back(std::move(out));
        out = std::move(outer);
    }
    return out;
}

ast::TypeExpr AstBuilder::base_type(Tree* tree) {
    ast::TypeExpr out;
    for (Tree* kid : tree->children) {
        switch (kind_of(kid)) {
            case P::RECORD: out.name = name(kid); break;
            case rule_kind(P::RuleTypeName): out.name = name(kid); break;
            case rule_kind(P::RuleFields): out.fields = fields(kid); break;
            case P::INT: out.number = std::string(text_of(kid)); break;
            default: break;
        }
    }
    return out;
}

ExprId AstBuilder::literal(Tree* tree) {
    const Kids& kids = tree->children;
    Tree* last = kids.back();
    if (is(last, rule_kind(P::RuleSetOf))) return set_of(last);
    ExprId id = is(last, rule_kind(P::RuleWord)) ? word_expr(name(last)) : leaf(last);
    return negated(kids.size() - 1, span_of(kids[0]), id);
}

}  // namespace remit::syntax
