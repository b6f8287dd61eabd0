#include "tests/differential/oracle_eval.h"

#include <re2/re2.h>

#include <algorithm>

namespace remit::oracle {

using ast::Cmp;
using ast::ExprKind;

Val prototype(const Model& model, const ast::TypeExpr& type) {
    const std::string& name = type.name.text;
    Val v;
    v.vocabulary = name;
    v.tag = model.vocabularies.count(name)   ? Tag::Symbol
            : name == "role"                 ? Tag::Role
            : name == "url"                  ? Tag::Url
            : name == "path"                 ? Tag::Path
            : name == "host"                 ? Tag::Host
            : name == "email"                ? Tag::Email
            : name == "ip" || name == "cidr" ? Tag::Net
                                             : Tag::String;
    return v;
}

// ---- literals ----------------------------------------------------------------------------------------------------

/// `web.fetch` written as Word and Members; empty when the expression is anything else.
static std::string dotted(const ast::File& file, ast::ExprId id) {
    const ast::Expr& e = file.expr(id);
    if (e.kind == ExprKind::Word) return e.text;
    if (e.kind != ExprKind::Member) return "";
    std::string left = dotted(file, e.kids[0]);
    return left.empty() ? "" : left + "." + e.text;
}

static Val word_as(const Model& model, const std::string& word, const Val* like) {
    if (!like) return text_value(Tag::String, word);
    if (like->is_error()) return *like;
    if (like->tag == Tag::Symbol) return symbol_value(model, like->vocabulary, word);
    if (like->tag == Tag::Role || like->tag == Tag::Source) return text_value(like->tag, word);
    return error_value(Err::BadValue);
}

static Val timed(Tag tag, std::optional<int64_t> ns) {
    if (!ns) return error_value(Err::BadValue);
    Val v;
    v.tag = tag;
    v.number = *ns;
    return v;
}

Val literal(const Model& model, const ast::File& file, ast::ExprId id, const Val* like) {
    const ast::Expr& e = file.expr(id);
    switch (e.kind) {
        case ExprKind::Int:
        case ExprKind::Decimal: return exact_number(e.text).value_or(error_value(Err::BadValue));
        case ExprKind::Bool: return bool_value(e.text == "true");
        case ExprKind::Duration: return timed(Tag::Duration, parse_duration(e.text));
        case ExprKind::Timestamp: return timed(Tag::Timestamp, parse_timestamp(e.text));
        case ExprKind::Negate: return negative(literal(model, file, e.kids[0], like));
        case ExprKind::Word:
        case ExprKind::Member: return word_as(model, dotted(file, id), like);
        case ExprKind::String:
            if (!like) return text_value(Tag::String, e.text);
            if (like->is_error()) return *like;
            if (like->tag == Tag::Source) return text_value(Tag::Source, e.text);
            return text_as(like->tag, e.text).value_or(error_value(Err::BadValue));
        case ExprKind::Set: {
            Val set;
            set.tag = Tag::List;
            for (ast::ExprId kid : e.kids) set.items.push_back(literal(model, file, kid, like));
            return set;
        }
        case ExprKind::Call:
        case ExprKind::Or:
        case ExprKind::And:
        case ExprKind::Not:
        case ExprKind::Compare:
        case ExprKind::Arith:
        case ExprKind::Has:
        case ExprKind::IsNull:
        case ExprKind::Any:
        case ExprKind::All:
        case ExprKind::CountOf:
        case ExprKind::SumOf: break;
    }
    return error_value(Err::BadValue);
}

/// Whether an expression needs the type of what is beside it.
static bool needs_type(const Env& env, ast::ExprId id) {
    const ast::Expr& e = env.file->expr(id);
    if (e.kind == ExprKind::String || e.kind == ExprKind::Set) return true;
    std::string name = dotted(*env.file, id);
    std::string root = name.substr(0, name.find('.'));
    if (name.empty() || env.variables.count(root)) return false;
    if (e.kind == ExprKind::Word && env.model->params.count(name)) return false;
    if (e.kind == ExprKind::Word) return root != "data" && root != "risk" && root != "lane";
    return root != "args" && root != "session" && root != "call" && root != "context" && root != "state";
}

// ---- names -------------------------------------------------------------------------------------------------------

static Val text_of_json(const Json* object, const std::string& key) {
    const std::string* text = object ? object->string_at(key) : nullptr;
    return text ? text_value(Tag::String, *text) : error_value(Err::Absent);
}

static Val session_value(const Env& env, const std::string& name) {
    if (name == "tier") return symbol_value(*env.model, "tier", *env.request->session->string_at("tier"));
    if (name != "roles") return text_of_json(env.request->session, name);
    Val roles;
    roles.tag = Tag::List;
    for (const std::string& role : env.request->roles) roles.items.push_back(text_value(Tag::Role, role));
    return roles;
}

static Val part_of(const Val& v, const std::string& name) {
    if (v.is_error()) return v;
    if (name == "size") return number_value(static_cast<Wide>(v.items.size()), 0);
    if (name == "length") return number_value(static_cast<Wide>(v.text.size()), 0);
    if (v.tag == Tag::Url && name == "scheme") return text_value(Tag::String, v.url.scheme);
    if (v.tag == Tag::Url && name == "host") return text_value(Tag::Host, v.url.host);
    if (v.tag == Tag::Url && name == "path") return text_value(Tag::Path, v.url.path);
    if (v.tag == Tag::Url && name == "port")
        return v.url.port < 0 ? error_value(Err::BadValue) : number_value(v.url.port, 0);
    if (v.tag == Tag::Email && name == "local") return text_value(Tag::String, v.email.local);
    if (v.tag == Tag::Email && name == "domain") return text_value(Tag::Host, v.email.domain);
    return error_value(Err::BadValue);
}

static Val field_of(const Val& record, const std::string& name) {
    if (record.tag != Tag::Record) return part_of(record, name);
    for (size_t i = 0; i < record.names.size(); ++i)
        if (record.names[i] == name) return record.items[i];
    return error_value(Err::BadValue);
}

static Val member(Env& env, const ast::Expr& e) {
    const ast::Expr& left = env.file->expr(e.kids[0]);
    if (left.kind == ExprKind::Word && !env.variables.count(left.text)) {
        if (left.text == "args") return field_of(env.request->args, e.text);
        if (left.text == "session") return session_value(env, e.text);
        if (left.text == "call") return text_of_json(env.request->call, e.text);
        if (left.text == "context") return timed(Tag::Timestamp, env.request->time);
        if (left.text == "state") return env.state.count(e.text) ? env.state[e.text] : error_value(Err::MissingState);
    }
    return field_of(evaluate(env, e.kids[0]), e.text);
}

static Val call(Env& env, const ast::Expr& e) {
    if (env.model->tables.count(e.text)) return table_value(env, e);
    if (e.text != "class" && e.text != "trust" && e.text != "sources") return fact_value(env, e);
    const ast::Expr& of = env.file->expr(e.kids[0]);
    if (of.kind == ExprKind::Word && of.text == "args") return whole_label_part(env, e.text);
    return label_part(env, e.text, evaluate(env, e.kids[0]));
}

static Val word(Env& env, ast::ExprId id, const Val* like) {
    const std::string& name = env.file->expr(id).text;
    if (auto found = env.variables.find(name); found != env.variables.end()) return found->second;
    if (env.model->params.count(name)) return param_value(*env.model, name);
    if (name == "data") return data_of(env);
    if (name == "risk") return env.risk;
    if (name == "lane") return env.lane;
    return word_as(*env.model, name, like);
}

// ---- quantifiers -------------------------------------------------------------------------------------------------

static Tri quantified(Env& env, const ast::Expr& e) {
    Val list = evaluate(env, e.kids[0]);
    if (list.is_error()) return Tri::Error;
    bool all = e.kind == ExprKind::All;
    if (all && env.in_allow && env.positive && list.items.empty()) return Tri::False;
    Tri out = tri(all);
    for (const Val& item : list.items) {
        env.variables[e.text] = item;
        Tri body = guard(env, e.kids[1]);
        out = all ? both(out, body) : either(out, body);
    }
    env.variables.erase(e.text);
    return out;
}

static Val counted(Env& env, const ast::Expr& e) {
    Val list = evaluate(env, e.kids[0]);
    if (list.is_error()) return list;
    Val out = number_value(0, 0);
    for (const Val& item : list.items) {
        env.variables[e.text] = item;
        Val step = number_value(1, 0);
        if (e.kind == ExprKind::CountOf) {
            Tri body = guard(env, e.kids[1]);
            step = body == Tri::Error ? error_value(Err::BadValue) : number_value(body == Tri::True, 0);
        } else {
            step = evaluate(env, e.kids[1]);
        }
        if (!out.is_error()) out = step.is_error() ? step : arithmetic(out, '+', step);
    }
    env.variables.erase(e.text);
    return out;
}

// ---- comparison --------------------------------------------------------------------------------------------------

static int order(const Val& a, const Val& b) {
    if (a.tag == Tag::Number && b.tag == Tag::Number) return compare_numbers(a, b);
    return a.number < b.number ? -1 : a.number > b.number ? 1 : 0;
}

static Tri membership(const Val& a, const Val& b) {
    if (b.tag == Tag::Net) return tri(net_inside(a.net, b.net));
    return tri(contains(b, a));
}

static Tri matches(const Val& a, const Val& b) {
    RE2::Options options;
    options.set_log_errors(false);
    RE2 re(b.text, options);
    return re.ok() ? tri(RE2::FullMatch(a.text, re)) : Tri::Error;
}

static Tri only(const Val& a, const Val& b) {
    return tri(!a.items.empty() &&
               std::all_of(a.items.begin(), a.items.end(), [&](const Val& v) { return contains(b, v); }));
}

static Tri meets(const Val& a, const Val& b) {
    return tri(std::any_of(a.items.begin(), a.items.end(), [&](const Val& v) { return contains(b, v); }));
}

static Tri on_profile(const Env& env, const Val& url, const std::string& profile) {
    auto found = env.model->egress.find(profile);
    if (url.is_error() || found == env.model->egress.end()) return Tri::Error;
    const auto& endpoints = found->second;
    return tri(std::any_of(endpoints.begin(), endpoints.end(),
                           [&](const std::string& e) { return endpoint_permits(e, url.url); }));
}

/// Two variables of different scales are compared at the finer one, and what does not fit there is an overflow. A literal is exact.
static bool overflows(const Env& env, const ast::Expr& e, const Val& a, const Val& b) {
    auto written = [&](ast::ExprId id) {
        const ast::Expr& x = env.file->expr(id);
        ExprKind kind = x.kind == ExprKind::Negate ? env.file->expr(x.kids[0]).kind : x.kind;
        return kind == ExprKind::Int || kind == ExprKind::Decimal ||
               (kind == ExprKind::Word && env.model->params.count(x.text));
    };
    if (a.tag != Tag::Number || b.tag != Tag::Number || written(e.kids[0]) || written(e.kids[1])) return false;
    int scale = std::max(a.scale, b.scale);
    return !fits_64_bits(a.number * power_of_ten(scale - a.scale)) ||
           !fits_64_bits(b.number * power_of_ten(scale - b.scale));
}

static bool has_error(const Val& v) {
    return v.is_error() || (v.tag == Tag::List &&
                            std::any_of(v.items.begin(), v.items.end(), [](const Val& x) { return x.is_error(); }));
}

static Tri related(const Val& a, Cmp cmp, const Val& b) {
    if (has_error(a) || has_error(b)) return Tri::Error;
    switch (cmp) {
        case Cmp::Eq: return tri(same(a, b));
        case Cmp::Ne: return tri(!same(a, b));
        case Cmp::Lt: return tri(order(a, b) < 0);
        case Cmp::Le: return tri(order(a, b) <= 0);
        case Cmp::Gt: return tri(order(a, b) > 0);
        case Cmp::Ge: return tri(order(a, b) >= 0);
        case Cmp::In: return membership(a, b);
        case Cmp::Like: return tri(a.tag == Tag::Host ? host_pattern(b.text, a.text) : glob(b.text, a.text));
        case Cmp::Starts: return tri(a.text.starts_with(b.text));
        case Cmp::Ends: return tri(a.text.ends_with(b.text));
        case Cmp::Contains: return tri(a.text.find(b.text) != std::string::npos);
        case Cmp::Matches: return matches(a, b);
        case Cmp::Inside: return tri(path_inside(a.text, b.text));
        case Cmp::Only: return only(a, b);
        case Cmp::Meets: return meets(a, b);
        case Cmp::During: break;
        case Cmp::On: break;
    }
    return Tri::Error;
}

static bool compares_text(Cmp cmp) {
    return cmp == Cmp::Like || cmp == Cmp::Starts || cmp == Cmp::Ends || cmp == Cmp::Contains || cmp == Cmp::Matches;
}

/// The type of a list's items; a list without items needs none, for then no comparison with it depends on the literals.
static Val item_type(const Val& v) {
    if (v.tag != Tag::List) return v;
    return v.items.empty() ? text_value(Tag::String, "") : v.items[0];
}

/// In a written set hosts are patterns and networks stand for all that they hold.
static bool fits_member(const Val& item, const Val& member) {
    if (item.tag == Tag::Host) return host_pattern(member.text, item.text);
    return item.tag == Tag::Net ? net_inside(item.net, member.net) : same(item, member);
}

static Val pattern_or_literal(Env& env, ast::ExprId id, const Val& like) {
    const std::string& text = env.file->expr(id).text;
    if (like.tag != Tag::Host || !text.starts_with("*.")) return evaluate(env, id, &like);
    Val pattern = text_as(Tag::Host, text.substr(2)).value_or(error_value(Err::BadValue));
    pattern.text = "*." + pattern.text;
    return pattern;
}

/// `in`, `only` and `meets` with a written set to the right.
static Tri with_written_set(Env& env, const ast::Expr& e, const ast::Expr& set) {
    Val a = evaluate(env, e.kids[0]);
    if (has_error(a)) return Tri::Error;
    auto is_member = [&](const Val& item) {
        return std::any_of(set.kids.begin(), set.kids.end(),
                           [&](ast::ExprId kid) { return fits_member(item, pattern_or_literal(env, kid, item)); });
    };
    if (e.cmp == Cmp::In) return tri(is_member(a));
    if (e.cmp == Cmp::Meets) return tri(std::any_of(a.items.begin(), a.items.end(), is_member));
    return tri(!a.items.empty() && std::all_of(a.items.begin(), a.items.end(), is_member));
}

static Tri compare(Env& env, const ast::Expr& e) {
    const ast::Expr& right = env.file->expr(e.kids[1]);
    bool membership = e.cmp == Cmp::In || e.cmp == Cmp::Only || e.cmp == Cmp::Meets;
    if (membership && right.kind == ExprKind::Set && !needs_type(env, e.kids[0]))
        return with_written_set(env, e, right);
    if (e.cmp == Cmp::During) return during(env, evaluate(env, e.kids[0]), right.text);
    if (e.cmp == Cmp::On) return on_profile(env, evaluate(env, e.kids[0]), right.text);
    if (compares_text(e.cmp)) return related(evaluate(env, e.kids[0]), e.cmp, evaluate(env, e.kids[1]));
    if (!needs_type(env, e.kids[0])) {
        Val a = evaluate(env, e.kids[0]);
        if (a.is_error()) return Tri::Error;
        bool lists = e.cmp == Cmp::Only || e.cmp == Cmp::Meets;
        if (lists && a.items.empty()) return Tri::False;
        Val like = lists ? item_type(a) : a;
        Val b = evaluate(env, e.kids[1], &like);
        return overflows(env, e, a, b) ? Tri::Error : related(a, e.cmp, b);
    }
    Val b = evaluate(env, e.kids[1]);
    if (b.is_error()) return Tri::Error;
    if (b.tag == Tag::List && b.items.empty()) return Tri::False;
    Val like = item_type(b);
    return related(evaluate(env, e.kids[0], &like), e.cmp, b);
}

// ---- the two doors -----------------------------------------------------------------------------------------------

Tri guard(Env& env, ast::ExprId id) {
    const ast::Expr& e = env.file->expr(id);
    switch (e.kind) {
        case ExprKind::Or: {
            Tri out = Tri::False;
            for (ast::ExprId kid : e.kids) out = either(out, guard(env, kid));
            return out;
        }
        case ExprKind::And: {
            Tri out = Tri::True;
            for (ast::ExprId kid : e.kids) out = both(out, guard(env, kid));
            return out;
        }
        case ExprKind::Not: {
            env.positive = !env.positive;
            Tri inner = guard(env, e.kids[0]);
            env.positive = !env.positive;
            return negation(inner);
        }
        case ExprKind::Compare: return compare(env, e);
        case ExprKind::Has: {
            Val v = evaluate(env, e.kids[0]);
            return tri(!(v.is_error() && v.err == Err::Absent));
        }
        case ExprKind::IsNull: {
            Val v = evaluate(env, e.kids[0]);
            return !v.is_error() ? Tri::False : v.err == Err::Null ? Tri::True : Tri::Error;
        }
        case ExprKind::Any:
        case ExprKind::All: return quantified(env, e);
        case ExprKind::Int:
        case ExprKind::Decimal:
        case ExprKind::String:
        case ExprKind::Duration:
        case ExprKind::Timestamp:
        case ExprKind::Bool:
        case ExprKind::Word:
        case ExprKind::Member:
        case ExprKind::Call:
        case ExprKind::Set:
        case ExprKind::Arith:
        case ExprKind::Negate:
        case ExprKind::CountOf:
        case ExprKind::SumOf: break;
    }
    Val v = evaluate(env, id);
    return v.is_error() ? Tri::Error : tri(v.number != 0);
}

Val evaluate(Env& env, ast::ExprId id, const Val* like) {
    const ast::Expr& e = env.file->expr(id);
    switch (e.kind) {
        case ExprKind::Int:
        case ExprKind::Decimal:
        case ExprKind::String:
        case ExprKind::Duration:
        case ExprKind::Timestamp:
        case ExprKind::Bool: return literal(*env.model, *env.file, id, like);
        case ExprKind::Word: return word(env, id, like);
        case ExprKind::Member:
            if (needs_type(env, id)) return literal(*env.model, *env.file, id, like);
            return member(env, e);
        case ExprKind::Call: return call(env, e);
        case ExprKind::Set: {
            Val set;
            set.tag = Tag::List;
            for (ast::ExprId kid : e.kids) set.items.push_back(evaluate(env, kid, like));
            return set;
        }
        case ExprKind::Arith: {
            Val a = evaluate(env, e.kids[0]), b = evaluate(env, e.kids[1]);
            if (a.is_error() || b.is_error()) return a.is_error() ? a : b;
            return arithmetic(a, e.text[0], b);
        }
        case ExprKind::Negate: {
            Val a = evaluate(env, e.kids[0]);
            return a.is_error() ? a : negative(a);
        }
        case ExprKind::CountOf:
        case ExprKind::SumOf: return counted(env, e);
        case ExprKind::Or:
        case ExprKind::And:
        case ExprKind::Not:
        case ExprKind::Compare:
        case ExprKind::Has:
        case ExprKind::IsNull:
        case ExprKind::Any:
        case ExprKind::All: break;
    }
    Tri t = guard(env, id);
    return t == Tri::Error ? error_value(Err::BadValue) : bool_value(t == Tri::True);
}

}  // namespace remit::oracle
