#include "host/explain/candidates.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "vm/value/scalar.h"

namespace remit::explain {

namespace {

using ast::Cmp;
using ast::ExprKind;
using Path = std::vector<std::string>;

class Gatherer {
public:
    Gatherer(const Program& program, const Json& request) : program_(program), request_(request) {
        const Json* name = find(request, Path{"call", "tool"});
        for (const ToolDesc& tool : program.tools)
            if (name != nullptr && tool.name == name->text) tool_ = &tool;
    }

    void builtin(const Decision& decision) {
        const Json* time = find(request_, Path{"context", "time"});
        for (const SpokenRule& rule : decision.rules) {
            if (rule.rule == "builtin:session-revoked")
                add("the session were not revoked", {{{"session", "revoked"}, "false"}}, 5);
            if (rule.rule == "builtin:session-expired" && time != nullptr)
                if (const auto now = parse_timestamp(time->text))
                    add("the session had not expired",
                        {{{"session", "expires"}, json_string(format_timestamp(*now + int64_t{3600} * 1'000'000'000))}},
                        5);
            if (rule.rule == "builtin:out-of-scope" && tool_ != nullptr)
                add(fmt::format("the session's scope had {}", tool_->name),
                    {{{"session", "scope"}, appended(Path{"session", "scope"}, tool_->name)}}, 3);
        }
    }
    void rule(const WrittenRule& written) {
        file_ = written.file;
        if (written.rule->verb == ast::Verb::Allow)
            for (const ast::Name& role : written.rule->names)
                if (role.text != "anyone") with_role(role.text);
        for (const Condition& condition : written.conditions) condition_of(condition.expr);
    }
    std::vector<Candidate> take() { return std::move(out_); }

private:
    const ast::Expr& expr(ast::ExprId id) const { return file_->expr(id); }

    void condition_of(ast::ExprId id) {
        std::vector<ast::ExprId> open{id};
        while (!open.empty()) {
            const ast::Expr& e = expr(open.back());
            open.pop_back();
            if (e.kind == ExprKind::Compare) compare(e);
            if (e.kind == ExprKind::Has) not_given(e);
            if (e.kind == ExprKind::Member) flag(e);
            open.insert(open.end(), e.kids.begin(), e.kids.end());
        }
    }
    std::string name_of(ast::ExprId id) const {
        const ast::Expr& e = expr(id);
        if (e.kind == ExprKind::Word) return e.text;
        if (e.kind == ExprKind::Member) return name_of(e.kids[0]) + "." + e.text;
        if (e.kind == ExprKind::Call && e.kids.size() == 1) return fmt::format("{}({})", e.text, name_of(e.kids[0]));
        return {};
    }

    // ---- what is compared --------------------------------------------------------------------------------------------

    void compare(const ast::Expr& e) {
        if (e.cmp == Cmp::In && name_of(e.kids[1]) == "session.roles") return with_role(expr(e.kids[0]).text);
        for (const size_t side : {0U, 1U}) {
            const std::string name = name_of(e.kids[side]);
            const ast::Expr& other = expr(e.kids[1 - side]);
            if (name.empty()) continue;
            if (other.kind == ExprKind::Set)
                for (const ast::ExprId item : other.kids) set_to(name, expr(item));
            else
                set_to(name, other);
        }
    }
    void set_to(const std::string& name, const ast::Expr& literal) {
        if (name == "data") return symbols(kVocClasses, {"call", "data"}, name);
        if (name == "session.tier") return symbols(kVocTiers, {"session", "tier"}, name);
        if (name.starts_with("trust(args.") || name.starts_with("sources(args.")) return from_user(name);
        if (name == "trust(args)" || name == "sources(args)") return all_from_user();
        if (name.starts_with("class(args.")) {
            const std::string argument = name.substr(11, name.size() - 12);
            return symbols(kVocClasses, {"call", "labels", argument, "class"}, name);
        }
        if (name.starts_with("args.")) return argument(name, literal);
        if (name.starts_with("state.")) return count(name, literal);
        if (name.starts_with("session.") && literal.kind == ExprKind::String)
            replace(name, {"session", name.substr(8)}, json_string(literal.text), 3);
    }
    void argument(const std::string& name, const ast::Expr& literal) {
        const FieldDesc* field = parameter(name.substr(5));
        if (field == nullptr) return;
        const Path path{"call", "args", field->name};
        if (find(request_, path) == nullptr && !field->optional && !field->has_default) return;
        switch (field->type.kind) {
            case ValueKind::Int:
            case ValueKind::Decimal: return number(name, path, literal, field->type);
            case ValueKind::Symbol: return symbols(field->type.vocabulary, path, name);
            case ValueKind::Bool:
                replace(name, path, "true", 1);
                replace(name, path, "false", 1);
                return;
            default:
                if (literal.kind == ExprKind::String) replace(name, path, json_string(literal.text), 2);
        }
    }
    void number(const std::string& name, const Path& path, const ast::Expr& literal, const ValueType& type) {
        if (literal.kind != ExprKind::Int && literal.kind != ExprKind::Decimal) return;
        const int scale = type.kind == ValueKind::Decimal ? type.scale : 0;
        const auto value = parse_decimal(literal.text, scale);
        if (!value || *value == INT64_MAX) return;
        for (const int64_t n : {*value, *value - 1, *value + 1}) {
            const std::string text = format_decimal(n, scale);
            replace(name, path, scale > 0 ? json_string(text) : text, 1);
        }
    }
    void symbols(uint32_t vocabulary, const Path& path, const std::string& name) {
        const Vocabulary& v = program_.vocabularies[vocabulary];
        const Json* now = find(request_, path);
        const auto rank = [&](std::string_view symbol) {
            return std::find(v.symbols.begin(), v.symbols.end(), symbol) - v.symbols.begin();
        };
        for (const std::string& symbol : v.symbols) {
            const auto steps = now != nullptr && v.ordered ? std::abs(rank(symbol) - rank(now->text)) : 1;
            replace(name, path, json_string(symbol), static_cast<int>(steps));
        }
    }
    void count(const std::string& name, const ast::Expr& literal) {
        const std::string counted = name.substr(6);
        for (const StateDesc& state : program_.states) {
            if (state.name != counted || !state.is_count || state.count == CountKind::Distinct) continue;
            const auto value = parse_decimal(literal.text, state.scale);
            const std::string zero = format_decimal(0, state.scale);
            replace(name + " before this call", {"state", "counts", counted}, json_or_number(zero, state.scale), 2);
            if (!value || *value < 1) continue;
            for (const int64_t n : {*value, *value + 1})
                replace(name + " before this call", {"state", "counts", counted},
                        json_or_number(format_decimal(n, state.scale), state.scale), 2);
        }
    }
    static std::string json_or_number(const std::string& text, int scale) {
        return scale > 0 ? json_string(text) : text;
    }

    /// `state.tainted`, or an argument that is a bool.
    void flag(const ast::Expr& e) {
        const std::string of = name_of(e.kids[0]);
        if (of == "state") {
            for (const StateDesc& state : program_.states) {
                if (state.is_count || state.name != e.text) continue;
                replace("state." + e.text, {"state", "marks", e.text}, "false", 4);
                replace("state." + e.text, {"state", "marks", e.text}, "true", 4);
            }
        }
        const FieldDesc* field = of == "args" ? parameter(e.text) : nullptr;
        if (field == nullptr || field->type.kind != ValueKind::Bool) return;
        replace("args." + e.text, {"call", "args", e.text}, "true", 1);
        replace("args." + e.text, {"call", "args", e.text}, "false", 1);
    }
    void not_given(const ast::Expr& e) {
        const std::string name = name_of(e.kids[0]);
        if (!name.starts_with("args.")) return;
        const FieldDesc* field = parameter(name.substr(5));
        if (field == nullptr || !field->optional || find(request_, Path{"call", "args", field->name}) == nullptr)
            return;
        add(name + " were not given",
            {{{"call", "args", field->name}, std::nullopt}, {{"call", "labels", field->name}, std::nullopt}}, 1);
    }

    // ---- who ---------------------------------------------------------------------------------------------------------

    void with_role(const std::string& role) {
        if (std::find(program_.roles.begin(), program_.roles.end(), role) == program_.roles.end()) return;
        const Json* roles = find(request_, Path{"session", "roles"});
        if (roles != nullptr && roles->is(JsonKind::Array))
            for (const Json& has : roles->children())
                if (has.text == role) return;
        add(fmt::format("the session had role {}", role),
            {{{"session", "roles"}, appended(Path{"session", "roles"}, role)}}, 3);
    }
    void from_user(const std::string& name) {
        const size_t open = name.find("args.") + 5;
        const std::string argument = name.substr(open, name.size() - 1 - open);
        if (parameter(argument) == nullptr || find(request_, Path{"call", "args", argument}) == nullptr) return;
        add(fmt::format("args.{} came from the user alone", argument),
            {{{"call", "labels", argument, "sources"}, "[\"user\"]"}}, 2);
    }
    void all_from_user() {
        const Json* args = find(request_, Path{"call", "args"});
        if (args == nullptr || !args->is(JsonKind::Object)) return;
        std::vector<Edit> edits;
        for (const Json& argument : args->children())
            edits.push_back({{"call", "labels", std::string(argument.key), "sources"}, "[\"user\"]"});
        add("all arguments came from the user alone", std::move(edits), 3);
    }

    // ---- adding ------------------------------------------------------------------------------------------------------

    const FieldDesc* parameter(const std::string& name) const {
        if (tool_ == nullptr) return nullptr;
        for (const FieldDesc& field : tool_->params)
            if (field.name == name) return &field;
        return nullptr;
    }
    std::string appended(const Path& path, const std::string& item) const {
        const Json* list = find(request_, path);
        std::string out = "[";
        if (list != nullptr && list->is(JsonKind::Array))
            for (const Json& has : list->children()) out += text_of(has) + ",";
        return out + json_string(item) + "]";
    }
    void replace(const std::string& name, const Path& path, const std::string& text, int size) {
        const Json* now = find(request_, path);
        const std::string is = now != nullptr ? text_of(*now) : "";
        if (is == text) return;
        add(fmt::format("{} were {} ({})", name, text, is.empty() ? "is not given" : "is " + is), {{path, text}}, size);
    }
    void add(std::string what, std::vector<Edit> edits, int size) {
        if (known_.insert(what).second) out_.push_back({std::move(what), std::move(edits), size});
    }

    const Program& program_;
    const Json& request_;
    const ast::File* file_ = nullptr;
    const ToolDesc* tool_ = nullptr;
    std::set<std::string> known_;
    std::vector<Candidate> out_;
};

}  // namespace

std::vector<Candidate> candidates(const Program& program, const std::vector<const WrittenRule*>& rules,
                                  const Json& request, const Decision& decision) {
    Gatherer gatherer(program, request);
    gatherer.builtin(decision);
    for (const WrittenRule* rule : rules) gatherer.rule(*rule);
    return gatherer.take();
}

}  // namespace remit::explain
