// Hints between the words: how many tools a pattern covers, what a term of risk can add up to, whether a threshold can be reached, and which
// arguments of a test's call are filled in.
#include <fmt/format.h>

#include <algorithm>

#include "host/lsp/features/feature.h"
#include "host/lsp/features/risk_sums.h"
#include "host/lsp/index/cover.h"
#include "vm/value/scalar.h"

namespace remit::lsp {

namespace {

std::string listed(const RiskSum& sum) {
    std::string out;
    for (const RiskTerm& t : sum.terms) out += fmt::format("\n- `{}` +{}", t.name, t.weight);
    return out;
}

class Hints {
public:
    Hints(const Context& context, const Spot& spot)
        : context_(context), spot_(spot), model_(spot.snapshot->model()), sums_(model_) {}

    Json run(uint32_t begin, uint32_t end) {
        const ast::File* file = spot_.snapshot->ast(spot_.file);
        if (!file) return Json::array();
        for (const ast::Decl& decl : file->decls) {
            if (decl.span.end < begin || decl.span.begin > end) continue;
            if (const auto* rule = std::get_if<ast::Rule>(&decl.body)) of_rule(*file, *rule);
            if (const auto* test = std::get_if<ast::Test>(&decl.body))
                for (const ast::TestCall& call : test->calls) defaults(call, decl.span);
        }
        return std::move(out_);
    }

private:
    void of_rule(const ast::File& file, const ast::Rule& rule) {
        for (const auto& atoms : rule.selector.any_of)
            for (const ast::SelAtom& atom : atoms)
                if (atom.kind == ast::SelKind::Glob) pattern(atom.name);
        if (rule.verb == ast::Verb::Risk && rule.number) total(rule);
        if (!has_risk_terms()) return;
        for (const ast::ExprId id : {rule.when, rule.except})
            if (id != ast::kNoExpr) thresholds(file, rule, id);
    }

    bool has_risk_terms() const {
        return std::any_of(model_.rules.begin(), model_.rules.end(),
                           [](const RuleAt& r) { return r.rule->verb == ast::Verb::Risk; });
    }

    void pattern(const ast::Name& name) {
        size_t count = 0;
        for (const auto& [tool, decl] : model_.tools) count += matches_pattern(name.text, tool) ? 1 : 0;
        if (name.text != "*") add(name.span.end, fmt::format("{} tool{}", count, count == 1 ? "" : "s"), "");
    }

    void total(const ast::Rule& rule) {
        const auto tools = covered(model_, rule);
        const std::string* tool = sums_.riskiest(tools);
        if (!tool || sums_.of(*tool).terms.size() < 2) return;
        add(rule.number->span.end, fmt::format("of at most {}", sums_.of(*tool).most),
            fmt::format("The terms that can meet on `{}`, if all guards hold:{}", *tool, listed(sums_.of(*tool))));
    }

    /// `risk >= N`, anywhere in the guard.
    void thresholds(const ast::File& file, const ast::Rule& rule, ast::ExprId id) {
        const ast::Expr& e = file.expr(id);
        for (const ast::ExprId kid : e.kids) thresholds(file, rule, kid);
        if (e.kind != ast::ExprKind::Compare || (e.cmp != ast::Cmp::Ge && e.cmp != ast::Cmp::Gt)) return;
        const ast::Expr &left = file.expr(e.kids[0]), &right = file.expr(e.kids[1]);
        if (left.kind != ast::ExprKind::Word || left.text != "risk" || right.kind != ast::ExprKind::Int) return;
        const int64_t least = parse_int(right.text).value_or(0) + (e.cmp == ast::Cmp::Gt ? 1 : 0);
        const auto tools = covered(model_, rule);
        const std::string* tool = sums_.riskiest(tools);
        if (!tool) return;
        const int64_t most = sums_.of(*tool).most;
        const auto reaching = std::count_if(tools.begin(), tools.end(),
                                            [&](const auto& t) { return sums_.of(t).most >= least; });
        if (most < least)
            add(right.span.end, fmt::format("never: at most {}", most),
                fmt::format("No tool's terms add up to {}. Most on `{}`:{}", least, *tool, listed(sums_.of(*tool))));
        else
            add(right.span.end, fmt::format("{} of {} tools can, up to {}", reaching, tools.size(), most),
                fmt::format("The most that `{}` can add up to is {}:{}", *tool, most, listed(sums_.of(*tool))));
    }

    /// Arguments that the call leaves out and the schema fills in.
    void defaults(const ast::TestCall& call, Span decl) {
        const auto tool = model_.tools.find(call.tool.text);
        if (tool == model_.tools.end()) return;
        std::string filled;
        for (const ast::Field& f : tool->second->params) {
            const bool given = std::any_of(call.args.begin(), call.args.end(),
                                           [&](const auto& a) { return a.name.text == f.name.text; });
            if (given || f.default_value == ast::kNoExpr) continue;
            const std::string text = remit::lsp::text_of(*model_.file_of_tool.at(call.tool.text), f);
            const size_t at = text.find(" default ");
            filled += fmt::format("{}{}: {}", filled.empty() && call.args.empty() ? "" : ", ", f.name.text,
                                  text.substr(at + 9, text.find(" optional", at) - at - 9));
        }
        if (filled.empty()) return;
        const std::string_view all = spot_.text().substr(0, decl.end);
        const size_t from = call.args.empty() ? call.tool.span.end : call.args.back().value.span.end;
        if (const size_t close = all.find(')', from); close != std::string_view::npos)
            add(static_cast<uint32_t>(close), filled, "filled in by the tool's schema", false);
    }

    void add(uint32_t offset, std::string label, const std::string& tooltip, bool left = true) {
        Json hint = {{"position", json_of(spot_.document->lines.position(offset, context_.encoding))},
                     {"label", std::move(label)},
                     {"paddingLeft", left},
                     {"paddingRight", false}};
        if (!tooltip.empty()) hint["tooltip"] = markdown(tooltip);
        out_.push_back(std::move(hint));
    }

    const Context& context_;
    const Spot& spot_;
    const Model& model_;
    RiskSums sums_;
    Json out_ = Json::array();
};

}  // namespace

Json inlay_hint(Context& context, const Json& params) {
    const auto spot = spot_of(context, params);
    if (!spot) return nullptr;
    const Range range = range_of(at(params, "range"));
    const auto offset = [&](Position p) {
        return static_cast<uint32_t>(spot->document->lines.offset(p, context.encoding));
    };
    return Hints(context, *spot).run(offset(range.start), offset(range.end));
}

}  // namespace remit::lsp
