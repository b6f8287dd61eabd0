// One layer by itself: which rules speak, and what they say together. Section 6 of docs/semantics.md, step by step.
#include "tests/differential/oracle_judge.h"

#include <algorithm>

#include "tests/differential/oracle_model.h"

namespace remit::oracle {

using ast::Verb;

namespace {

const char* const kVerbNames[] = {"allow", "block",  "risk",   "lane",   "ask",  "limit", "quota", "isolate",
                                  "reach", "record", "redact", "retain", "mark", "count", "never"};
int64_t duration_of(const std::optional<ast::Name>& name) { return name ? parse_duration(name->text).value_or(0) : 0; }
int64_t integer_of(const std::optional<ast::Name>& name) { return name ? parse_int(name->text).value_or(0) : 0; }

class Judge {
public:
    Judge(const Model& model, const Request& request, LayerSays& says)
        : model_(model), request_(request), says_(says), out_(says.decision) {
        env_.model = &model;
        env_.request = &request;
        env_.risk = number_value(0, 0);
        env_.lane = symbol_value(model, "lane", model.vocabularies.at("lane").front());
        for (const RuleRef& r : model.rules)
            if (covers(model, *r.rule, *request.tool.decl)) covering_.push_back(&r);
    }

    void decide() {
        read_state();
        check_facts();
        charge(false);
        bool allowed = false, blocked = false;
        each({Verb::Allow}, [&](const RuleRef&) { allowed = true; });
        score();
        charge(true);
        each({Verb::Block}, [&](const RuleRef& r) {
            if (r.rule->signer)
                oblige(r);
            else
                blocked = true;
        });
        join_obligations();
        join_the_rest();
        if (!allowed) out_.denials.insert("no-allow");
        says_.denied = blocked || !out_.denials.empty();
        for (const RuleRef* r : covering_)
            if ((r->rule->watch || r->rule->verb == Verb::Never) && speaks(*r)) {
                if (r->rule->watch)
                    out_.watched.push_back(spoke(*r));
                else
                    says_.nevers.push_back(r);
            }
    }

private:
    // ---- guards ----

    Tri matched(const RuleRef& r) {
        env_.file = r.file;
        env_.in_allow = r.rule->verb == Verb::Allow;
        Tri when = r.rule->when == ast::kNoExpr ? Tri::True : guard(env_, r.rule->when);
        env_.positive = false;
        Tri except = r.rule->except == ast::kNoExpr ? Tri::False : guard(env_, r.rule->except);
        env_.positive = true;
        Tri both_of = both(when, negation(except));
        return env_.in_allow ? both(both_of, tri(role_fits(*r.rule))) : both_of;
    }

    bool role_fits(const ast::Rule& rule) const {
        return std::any_of(rule.names.begin(), rule.names.end(), [&](const ast::Name& n) {
            return n.text == "anyone" ||
                   std::find(request_.roles.begin(), request_.roles.end(), n.text) != request_.roles.end();
        });
    }

    /// Doubt closes: what opens something needs certainty, all else only the possibility.
    bool speaks(const RuleRef& r) {
        Tri t = matched(r);
        bool opens = r.rule->verb == Verb::Allow || (r.rule->verb == Verb::Reach && !narrows(r));
        return opens ? must(t) : may(t);
    }

    /// A `reach` that depends on what may only tighten opens nothing.
    static bool narrows(const RuleRef& r) { return mentions_levels(r, true); }

    template <class F>
    void each(std::vector<Verb> verbs, F&& f) {
        for (const RuleRef* r : covering_) {
            if (std::find(verbs.begin(), verbs.end(), r->rule->verb) == verbs.end()) continue;
            if (r->rule->watch || !speaks(*r)) continue;
            note(*r);
            f(*r);
        }
    }

    void note(const RuleRef& r) { out_.rules.push_back(spoke(r)); }

    // ---- state and facts ----

    void read_state() {
        const Json* marks = request_.state ? request_.state->find("marks") : nullptr;
        const Json* counts = request_.state ? request_.state->find("counts") : nullptr;
        for (const RuleRef& r : model_.rules) {
            if (!ast::defines_state(*r.rule)) continue;
            const std::string& name = r.rule->names[0].text;
            env_.file = r.file;
            Val v = r.rule->verb == Verb::Mark ? read_mark(marks, name) : read_count(*r.rule, counts, name);
            if (v.is_error()) out_.denials.insert("state-missing");
            env_.state[name] = v;
        }
    }

    static Val read_mark(const Json* marks, const std::string& name) {
        const Json* j = marks ? marks->find(name) : nullptr;
        return j && j->kind == Json::Kind::Bool ? bool_value(j->flag) : error_value(Err::MissingState);
    }

    Val read_count(const ast::Rule& rule, const Json* counts, const std::string& name) {
        const Json* j = counts ? counts->find(name) : nullptr;
        if (!j) return error_value(Err::MissingState);
        if (rule.key != ast::kNoExpr) {
            const std::optional<std::string> key = key_of(rule, *env_.file);
            if (!key) return number_value(0, 0);
            if (j->kind == Json::Kind::Object) {
                const Json* found = j->find(*key);
                const auto most = static_cast<size_t>(integer_of(rule.max_keys));
                if (!found) return number_value(j->items.size() >= most ? INT64_MAX : 0, 0);
                j = found;
            }
        }
        if (rule.count == ast::CountKind::Distinct) {
            if (j->kind != Json::Kind::Array) return error_value(Err::MissingState);
            std::set<std::string> seen;
            for (const Json& item : j->items) seen.insert(item.text);
            seen_[name] = seen;
            return number_value(static_cast<Wide>(seen.size()), 0);
        }
        if (j->kind != Json::Kind::String && j->kind != Json::Kind::Number) return error_value(Err::MissingState);
        int scale = scale_of_count(name);
        auto total = scale == 0 ? parse_int(j->text) : parse_decimal(j->text, scale);
        return total && *total >= 0 ? number_value(*total, scale) : error_value(Err::MissingState);
    }

    /// What a count is kept by in this call; nullopt: its tool has no such argument.
    std::optional<std::string> key_of(const ast::Rule& rule, const ast::File& file) {
        const std::string& name = file.expr(rule.key).text;
        const auto& params = request_.tool.decl->params;
        if (std::none_of(params.begin(), params.end(), [&](const ast::Field& f) { return f.name.text == name; }))
            return std::nullopt;
        const Val value = evaluate(env_, rule.key);
        if (value.is_error()) return std::nullopt;
        return distinct_text(value);
    }

    // ---- the decimals of a count: the most that its summand has for any tool ----

    int scale_of_count(const std::string& name) const {
        int scale = 0;
        for (const RuleRef& r : model_.rules) {
            if (r.rule->watch || r.rule->verb != Verb::Count || r.rule->names[0].text != name ||
                r.rule->count != ast::CountKind::Sum)
                continue;
            for (const auto& [tool_name, tool] : model_.tools)
                if (covers(model_, *r.rule, *tool.decl))
                    scale = std::max(scale, scale_of(*r.file, r.rule->summand, *tool.decl));
        }
        return scale;
    }

    static int scale_of(const ast::File& file, ast::ExprId id, const ast::ToolDecl& tool) {
        const ast::Expr& e = file.expr(id);
        if (e.kind == ast::ExprKind::Int || e.kind == ast::ExprKind::Decimal) return exact_number(e.text)->scale;
        if (e.kind == ast::ExprKind::Arith) {
            int a = scale_of(file, e.kids[0], tool), b = scale_of(file, e.kids[1], tool);
            return e.text == "*" ? a + b : std::max(a, b);
        }
        for (const ast::Field& param : tool.params)
            if (e.kind == ast::ExprKind::Member && param.name.text == e.text && param.type.number)
                return std::stoi(*param.type.number);
        return 0;
    }

    static Val at_scale(const Val& v, int scale) {
        Wide n = v.number * power_of_ten(scale - v.scale);
        return fits_64_bits(n) ? number_value(n, scale) : error_value(Err::Overflow);
    }

    void check_facts() {
        for (const RuleRef* r : covering_)
            for (ast::ExprId root : {r->rule->when, r->rule->except, r->rule->summand}) {
                env_.file = r->file;
                check_facts_in(root);
            }
    }

    void check_facts_in(ast::ExprId id) {
        if (id == ast::kNoExpr) return;
        const ast::Expr& e = env_.file->expr(id);
        if (e.kind == ast::ExprKind::Call && model_.facts.count(e.text)) {
            Err trouble = fact_trouble(env_, e);
            if (trouble == Err::MissingFact) out_.denials.insert("fact-missing");
            if (trouble == Err::StaleFact) out_.denials.insert("fact-stale");
        }
        for (ast::ExprId kid : e.kids) check_facts_in(kid);
    }

    // ---- marks and counts ----

    /// Whether an expression names risk or lane (or, `with_state`, a mark or count).
    static bool mentions_levels(const ast::File& file, ast::ExprId id, bool with_state) {
        if (id == ast::kNoExpr) return false;
        const ast::Expr& e = file.expr(id);
        bool level = e.text == "risk" || e.text == "lane" || (with_state && e.text == "state");
        if (e.kind == ast::ExprKind::Word && level) return true;
        return std::any_of(e.kids.begin(), e.kids.end(),
                           [&](ast::ExprId kid) { return mentions_levels(file, kid, with_state); });
    }

    static bool mentions_levels(const RuleRef& r, bool with_state) {
        return mentions_levels(*r.file, r.rule->when, with_state) ||
               mentions_levels(*r.file, r.rule->except, with_state);
    }

    static bool is_late(const RuleRef& r) { return mentions_levels(r, false); }

    void charge(bool late) {
        for (const RuleRef* r : covering_) {
            if (!ast::defines_state(*r->rule) || is_late(*r) != late || !speaks(*r)) continue;
            note(*r);
            if (r->rule->verb == Verb::Mark)
                set_mark(r->rule->names[0].text);
            else
                add_count(*r);
        }
    }

    void set_mark(const std::string& name) {
        out_.marks.insert(name);
        if (!env_.state[name].is_error()) env_.state[name] = bool_value(true);  // what is missing stays an error
    }

    void add_count(const RuleRef& r) {
        const std::string& name = r.rule->names[0].text;
        Val amount = number_value(1, 0);
        if (r.rule->summand != ast::kNoExpr) amount = evaluate(env_, r.rule->summand);
        if (r.rule->count == ast::CountKind::Distinct && !amount.is_error())
            amount = number_value(seen_[name].count(distinct_text(amount)) ? 0 : 1, 0);
        if (r.rule->count == ast::CountKind::Sum && !amount.is_error()) amount = at_scale(amount, scale_of_count(name));
        const auto key = r.rule->key == ast::kNoExpr ? std::nullopt : key_of(*r.rule, *r.file);
        if (amount.is_error() || amount.number != 0) out_.counts[key ? name + "[" + *key + "]" : name] = amount;
        Val& total = env_.state[name];
        if (amount.is_error())
            total = number_value(INT64_MAX, 0);
        else if (!total.is_error())
            total = saturating_sum(total, amount);
    }

    static std::string distinct_text(const Val& v) {
        return v.tag == Tag::Number ? format_decimal(static_cast<int64_t>(v.number), v.scale) : v.text;
    }

    static Val saturating_sum(const Val& a, const Val& b) {
        Val sum = arithmetic(a, '+', b);
        return sum.is_error() ? number_value(INT64_MAX, std::max(a.scale, b.scale)) : sum;
    }

    // ---- risk and lane ----

    void score() {
        Wide total = 0;
        each({Verb::Risk}, [&](const RuleRef& r) { total += integer_of(r.rule->number); });
        total = std::min<Wide>(total, INT64_MAX);
        out_.risk = static_cast<int64_t>(total);
        env_.risk = number_value(total, 0);
        Val best = env_.lane;
        each({Verb::Lane}, [&](const RuleRef& r) {
            Val lane = symbol_value(model_, "lane", r.rule->names[0].text);
            if (lane.number > best.number) best = lane;
        });
        env_.lane = best;
        out_.lane = best.text;
    }

    // ---- obligations ----

    void join_obligations() {
        each({Verb::Ask}, [&](const RuleRef& r) { oblige(r); });
    }

    void oblige(const RuleRef& r) {
        Obligation& o = out_.ask[r.rule->signer->who.text];
        o.by = r.rule->signer->who.text;
        o.override = o.override || r.rule->verb == Verb::Block;
        uint32_t quorum = r.rule->signer->quorum ? static_cast<uint32_t>(integer_of(r.rule->signer->quorum)) : 1;
        o.quorum = std::max(o.quorum, quorum);
        int64_t within = duration_of(r.rule->within);
        if (r.rule->within) o.within_ns = o.within_ns == 0 ? within : std::min(o.within_ns, within);
        for (const ast::Name& w : r.rule->with) o.with.push_back(w.text);
        std::sort(o.with.begin(), o.with.end());
        o.with.erase(std::unique(o.with.begin(), o.with.end()), o.with.end());
    }

    // ---- leases, isolation, reach, record, redact, retain ----

    void lease(const RuleRef& r) {
        const ast::Rule& rule = *r.rule;
        OracleLease l;
        l.rule = r.text;
        l.kind = rule.verb == Verb::Limit ? "parallel" : "rate";
        l.per = rule.per ? rule.per->text : "session";
        const std::string* key = request_.session->string_at(l.per == "tenant" ? "tenant" : "id");
        l.key = key ? *key : "";
        l.max = integer_of(rule.number);
        l.over_ns = duration_of(rule.over);
        out_.leases.insert(l);
    }

    void isolate(const ast::Rule& rule) {
        if (rule.level && isolation_rank_of(rule.level->text) > isolation_rank_of(out_.isolation_level))
            out_.isolation_level = rule.level->text;
        for (const ast::Name& key : rule.names) out_.isolation_by.insert(key.text);
    }

    void retain(const ast::Rule& rule) {
        if (rule.at_least)
            out_.retain_at_least_ns = std::max(out_.retain_at_least_ns.value_or(0), duration_of(rule.at_least));
        if (rule.at_most)
            out_.retain_at_most_ns = std::min(out_.retain_at_most_ns.value_or(INT64_MAX), duration_of(rule.at_most));
    }

    void join_the_rest() {
        each({Verb::Limit, Verb::Quota}, [&](const RuleRef& r) { lease(r); });
        each({Verb::Isolate}, [&](const RuleRef& r) { isolate(*r.rule); });
        each({Verb::Reach}, [&](const RuleRef& r) {
            out_.reach.insert(r.rule->names[0].text);
            if (!narrows(r)) out_.reach_closed = false;
        });
        each({Verb::Record}, [&](const RuleRef& r) {
            for (const ast::Name& n : r.rule->names) out_.record.insert(n.text);
        });
        each({Verb::Redact}, [&](const RuleRef& r) { out_.redact.insert(pointer(*r.file, r.rule->path)); });
        each({Verb::Retain}, [&](const RuleRef& r) { retain(*r.rule); });
    }

    const Model& model_;
    const Request& request_;
    LayerSays& says_;
    OracleDecision& out_;
    Env env_;
    std::vector<const RuleRef*> covering_;
    std::map<std::string, std::set<std::string>> seen_;
};

}  // namespace

std::string pointer(const ast::File& file, ast::ExprId id) {
    const ast::Expr& e = file.expr(id);
    return e.kind == ast::ExprKind::Member ? pointer(file, e.kids[0]) + "/" + e.text : "";
}

size_t isolation_rank_of(const std::string& level) {
    static const std::vector<std::string> kLevels = {"none", "process", "sandbox", "microvm"};
    return static_cast<size_t>(std::find(kLevels.begin(), kLevels.end(), level) - kLevels.begin());
}

Spoke spoke(const RuleRef& r) {
    Spoke s;
    s.kind = r.rule->always ? "always" : kVerbNames[static_cast<int>(r.rule->verb)];
    Verb v = r.rule->verb;
    if (v == Verb::Risk || v == Verb::Lane || v == Verb::Mark || v == Verb::Count) s.name = r.rule->names[0].text;
    if (v == Verb::Risk) s.weight = integer_of(r.rule->number);
    if (r.rule->because) s.because = r.rule->because->text;
    s.at = r.at;
    s.text = r.text;
    return s;
}

LayerSays judge(const Model& model, const Request& request) {
    LayerSays says;
    Judge(model, request, says).decide();
    return says;
}

}  // namespace remit::oracle
