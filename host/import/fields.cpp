#include "host/import/fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/import/text.h"
#include "vm/program/value_kind.h"
#include "vm/value/scalar.h"

namespace remit {

namespace {

Fit both(Fit a, Fit b) {
    if (a == b || b == Fit::Same) return a;
    return a == Fit::Same ? b : Fit::Apart;
}

/// `less`: the policy's set is the smaller one.
Fit by_size(bool less, bool more) {
    if (less && more) return Fit::Apart;
    return less ? Fit::PolicyNarrower : more ? Fit::ServerNarrower : Fit::Same;
}

bool is_number(const ValueType& t) { return t.kind == ValueKind::Int || t.kind == ValueKind::Decimal; }
bool is_list(const ValueType& t) { return t.kind == ValueKind::List || t.kind == ValueKind::Set; }
/// Kinds that travel as JSON text.
bool is_text(const ValueType& t) {
    return !is_list(t) && t.kind != ValueKind::Bool && t.kind != ValueKind::Int && t.kind != ValueKind::Record &&
           t.kind != ValueKind::Any;
}

Fit fit_of_fields(const std::vector<FieldDesc>& policy, const std::vector<FieldDesc>& server) {
    const auto find = [](const std::vector<FieldDesc>& in, const std::string& name) {
        return std::find_if(in.begin(), in.end(), [&](const FieldDesc& f) { return f.name == name; });
    };
    Fit out = Fit::Same;
    for (const FieldDesc& field : policy) {
        const auto other = find(server, field.name);
        out = both(out, other == server.end() ? Fit::Apart : fit_of(field, *other));
    }
    for (const FieldDesc& field : server) {
        if (find(policy, field.name) == policy.end())
            out = both(out, field.optional || field.has_default ? Fit::PolicyNarrower : Fit::Apart);
    }
    return out;
}

Fit fit_of_types(const ValueType& policy, const ValueType& server) {
    const bool any = policy.kind == ValueKind::Any, takes_any = server.kind == ValueKind::Any;
    if (any || takes_any) return by_size(!any, !takes_any);
    if (is_number(policy) && is_number(server)) {
        const int a = policy.kind == ValueKind::Int ? 0 : policy.scale,
                  b = server.kind == ValueKind::Int ? 0 : server.scale;
        return by_size(a<b, a> b);
    }
    if (is_text(policy) && is_text(server)) {
        if (policy.kind == server.kind) return Fit::Same;
        return server.kind == ValueKind::String   ? Fit::PolicyNarrower
               : policy.kind == ValueKind::String ? Fit::ServerNarrower
                                                  : Fit::Apart;
    }
    if (is_list(policy) && is_list(server))
        return both(fit_of_types(policy.item[0], server.item[0]),
                    by_size(policy.max_items<server.max_items, policy.max_items> server.max_items));
    if (policy.kind == ValueKind::Record && server.kind == ValueKind::Record)
        return fit_of_fields(policy.fields, server.fields);
    return policy.kind == server.kind ? Fit::Same : Fit::Apart;
}

double unscaled(int64_t bound, const ValueType& type) {
    return type.kind == ValueKind::Decimal ? static_cast<double>(bound) / std::pow(10.0, type.scale)
                                           : static_cast<double>(bound);
}

/// No bound is a bound that nothing reaches.
Fit fit_of_bounds(const FieldDesc& policy, const FieldDesc& server) {
    constexpr double kNone = HUGE_VAL;
    const auto low = [](const FieldDesc& f) { return f.has_min ? unscaled(f.min, f.type) : -kNone; };
    const auto high = [](const FieldDesc& f) { return f.has_max ? unscaled(f.max, f.type) : kNone; };
    return both(by_size(low(policy) > low(server), low(policy) < low(server)),
                by_size(high(policy) < high(server), high(policy) > high(server)));
}

/// An empty list of texts permits all.
Fit fit_of_texts(std::vector<std::string> policy, std::vector<std::string> server) {
    if (policy.empty() || server.empty()) return by_size(!policy.empty(), !server.empty());
    std::sort(policy.begin(), policy.end());
    std::sort(server.begin(), server.end());
    const bool inside = std::includes(server.begin(), server.end(), policy.begin(), policy.end());
    const bool around = std::includes(policy.begin(), policy.end(), server.begin(), server.end());
    return inside && around ? Fit::Same : inside ? Fit::PolicyNarrower : around ? Fit::ServerNarrower : Fit::Apart;
}

std::string bound_text(int64_t bound, const ValueType& type) {
    return type.kind == ValueKind::Decimal ? format_decimal(bound, type.scale) : std::to_string(bound);
}

std::string type_text(const ValueType& type, const Program& program) {
    if (is_list(type))
        return fmt::format("{}<{}> max {}", value_kind_name(type.kind), type_text(type.item[0], program),
                           type.max_items);
    if (type.kind == ValueKind::Decimal) return fmt::format("decimal({})", type.scale);
    if (type.kind == ValueKind::Symbol && type.vocabulary < program.vocabularies.size())
        return program.vocabularies[type.vocabulary].name;
    if (type.kind != ValueKind::Record) return std::string(value_kind_name(type.kind));
    std::string fields;
    for (const FieldDesc& field : type.fields)
        fields += fmt::format("{}{}: {}", fields.empty() ? "" : ", ", word_or_string(field.name),
                              field_text(field, program));
    return fmt::format("record {{ {} }}", fields);
}

}  // namespace

Fit fit_of(const FieldDesc& policy, const FieldDesc& server) {
    const bool spare = policy.optional || policy.has_default, may_spare = server.optional || server.has_default;
    Fit out = both(fit_of_types(policy.type, server.type), by_size(!spare && may_spare, spare && !may_spare));
    out = both(out, by_size(!policy.nullable && server.nullable, policy.nullable && !server.nullable));
    const bool comparable = (is_number(policy.type) && is_number(server.type)) || policy.type.kind == server.type.kind;
    if (comparable) out = both(out, fit_of_bounds(policy, server));
    if (policy.type.kind == ValueKind::String && server.type.kind == ValueKind::String)
        out = both(out, fit_of_texts(policy.one_of, server.one_of));
    return out;
}

std::string field_text(const FieldDesc& field, const Program& program) {
    std::string out = type_text(field.type, program);
    if (field.has_min) out += " min " + bound_text(field.min, field.type);
    if (field.has_max) out += " max " + bound_text(field.max, field.type);
    if (!field.one_of.empty()) {
        std::string texts;
        for (const std::string& text : field.one_of) texts += (texts.empty() ? "" : ", ") + remit_string(text);
        out += " in {" + texts + "}";
    }
    if (field.optional) out += " optional";
    if (field.nullable) out += " or null";
    if (field.has_default) out += " default " + field.default_json;
    return out;
}

}  // namespace remit
