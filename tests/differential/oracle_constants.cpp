// Parameters, tables and windows, each looked up in the Ast when it is met. What clocks show is asked of the C library, which has its own
// reading of a zone's rule; only the table of rules is the compiler's.
#include <ctime>

#include "tests/differential/oracle_eval.h"

namespace remit::oracle {

/// The type of what is written: of a list's items, and numbers by the digits that the type has.
static Val typed_literal(const Model& model, const ast::File& file, ast::ExprId id, const ast::TypeExpr& type) {
    const bool list = type.name.text == "list" || type.name.text == "set";
    const Val like = prototype(model, list ? type.args[0] : type);
    const int scale = type.number ? std::stoi(*type.number) : 0;
    const auto at_scale = [&](Val v) {
        if (v.tag != Tag::Number || v.scale >= scale) return v;
        return number_value(v.number * power_of_ten(scale - v.scale), scale);
    };
    return at_scale(literal(model, file, id, &like));
}

Val param_value(const Model& model, const std::string& name) {
    const ParamRef& p = model.params.at(name);
    const bool given = p.given != nullptr;
    return typed_literal(model, given ? *p.given_in : *p.file, given ? p.given->value : p.decl->field->default_value,
                         p.decl->field->type);
}

static bool cell_has(const ast::File& file, ast::ExprId cell, const Val& key) {
    const ast::Expr& e = file.expr(cell);
    if (e.kind == ast::ExprKind::Set) {
        for (ast::ExprId kid : e.kids)
            if (cell_has(file, kid, key)) return true;
        return false;
    }
    const std::string word = key.tag == Tag::Bool ? (key.number != 0 ? "true" : "false") : key.text;
    return e.text == "_" || e.text == word;
}

Val table_value(Env& env, const ast::Expr& call) {
    const TableRef& table = env.model->tables.at(call.text);
    std::vector<Val> keys;
    for (size_t k = 0; k < call.kids.size(); ++k) {
        const Val like = prototype(*env.model, table.decl->keys[k].type);
        keys.push_back(evaluate(env, call.kids[k], &like));
        if (keys.back().is_error()) return keys.back();
    }
    for (const ast::TableRow& row : table.decl->rows) {
        bool fits = true;
        for (size_t k = 0; k < keys.size(); ++k) fits = fits && cell_has(*table.file, row.cells[k], keys[k]);
        if (fits) return typed_literal(*env.model, *table.file, row.value, table.decl->result);
    }
    return error_value(Err::BadValue);
}

// ---- windows -----------------------------------------------------------------------------------------------------

static std::string zone_rule(const std::string& name) {
#define REMIT_ZONE(zone, rule) \
    if (name == zone) return rule;
#include "compiler/check/zones.def"
    return "UTC0";
}

static std::tm clock_at(const std::string& zone, int64_t seconds) {
    setenv("TZ", zone_rule(zone).c_str(), 1);
    tzset();
    const auto instant = static_cast<std::time_t>(seconds);
    std::tm out{};
    localtime_r(&instant, &out);
    return out;
}

static constexpr const char* kDayNames[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

/// `mon-fri,sun` has the day with this number; 0 is Sunday.
static bool days_have(std::string days, int day) {
    if (days == "daily") return true;
    days += ",";
    for (size_t at = 0; at < days.size();) {
        const size_t end = days.find(',', at);
        const std::string part = days.substr(at, end - at);
        at = end + 1;
        if (part.find('-') == std::string::npos && part == kDayNames[day]) return true;
        if (part.find('-') == std::string::npos) continue;
        int d = 0;
        while (part.substr(0, 3) != kDayNames[d]) ++d;
        for (;; d = (d + 1) % 7) {
            if (d == day) return true;
            if (part.substr(4) == kDayNames[d]) break;
        }
    }
    return false;
}

/// The time is compared as text; a moment that ends before it begins goes on into the next day.
static bool moment_has(const std::string& moment, const std::tm& clock) {
    const size_t space = moment.find(' ');
    const std::string days = moment.substr(0, space), from = moment.substr(space + 1, 5), to = moment.substr(space + 7);
    char now[6] = {};
    strftime(now, sizeof now, "%H:%M", &clock);
    const int yesterday = (clock.tm_wday + 6) % 7;
    if (from < to) return days_have(days, clock.tm_wday) && from <= now && now < to;
    return (days_have(days, clock.tm_wday) && from <= now) || (days_have(days, yesterday) && now < to);
}

Tri during(const Env& env, const Val& instant, const std::string& name) {
    auto found = env.model->windows.find(name);
    if (instant.is_error() || found == env.model->windows.end()) return Tri::Error;
    const ast::WindowDecl& window = *found->second;
    Wide seconds = instant.number / 1'000'000'000;
    if (instant.number % 1'000'000'000 < 0) --seconds;
    const std::tm clock = clock_at(window.zone.text, static_cast<int64_t>(seconds));
    char today[16] = {};
    strftime(today, sizeof today, "%Y-%m-%d", &clock);
    for (const ast::Name& closed : window.except)
        if (closed.text.substr(0, 10) <= today && today <= closed.text.substr(closed.text.size() - 10))
            return Tri::False;
    for (const ast::Name& moment : window.moments)
        if (moment_has(moment.text, clock)) return Tri::True;
    return Tri::False;
}

}  // namespace remit::oracle
