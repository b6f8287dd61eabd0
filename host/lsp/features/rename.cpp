#include <fmt/format.h>

#include <algorithm>

#include "host/lsp/features/navigate.h"
#include "host/lsp/text/uri.h"

namespace remit::lsp {

namespace {

/// Why names of this kind cannot be renamed; empty if they can.
std::string_view refusal_of(NameKind kind) {
    switch (kind) {
        case NameKind::Tool:
        case NameKind::Role:
        case NameKind::Symbol:
        case NameKind::Enum:
        case NameKind::Egress:
        case NameKind::Fact:
        case NameKind::State:
        case NameKind::Risk:
        case NameKind::Parameter:
        case NameKind::Table:
        case NameKind::Window:
        case NameKind::Fixture: return "";
        case NameKind::Policy: return "a policy's name is known to those who stand under it";
        case NameKind::Module: return "rename the file instead";
        case NameKind::Pattern: return "a pattern is no name";
        case NameKind::Argument:
        case NameKind::Result: return "the name is the tool's schema: hosts send it";
        case NameKind::FactField: return "the name is the fact's schema: hosts send it";
        case NameKind::Vocabulary:
        case NameKind::Builtin: return "the word belongs to the language";
        case NameKind::Variable: return "a quantifier's variable is renamed by hand";
    }
    return "";
}

bool is_word(std::string_view name) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    return !name.empty() && letter(name[0]) &&
           std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

bool is_dotted(std::string_view name) {
    for (;;) {
        const size_t dot = name.find('.');
        if (!is_word(name.substr(0, dot))) return false;
        if (dot == std::string_view::npos) return true;
        name.remove_prefix(dot + 1);
    }
}

void check_name(NameKind kind, const std::string& name) {
    const bool dotted = kind == NameKind::Tool || kind == NameKind::Fact;
    if (dotted ? !is_dotted(name) : !is_word(name)) throw Refusal{fmt::format("`{}` is no name here", name)};
    constexpr std::string_view kReserved[] = {"not",  "has",   "and",  "or",    "in",    "is",
                                              "true", "false", "null", "owner", "anyone"};
    if (std::find(std::begin(kReserved), std::end(kReserved), name) != std::end(kReserved))
        throw Refusal{fmt::format("`{}` has a fixed meaning", name)};
}

/// The name at a place, if it can be renamed.
const Occurrence& renamed_at(const std::optional<Spot>& spot) {
    if (!spot) throw Refusal{"there is no name here"};
    const auto found = spot->snapshot->index().at(spot->file, spot->offset);
    if (found.empty()) throw Refusal{"there is no name here"};
    const Named& what = found.front()->what;
    if (const std::string_view why = refusal_of(what.kind); !why.empty()) throw Refusal{std::string(why)};
    bool declared = false;
    for (const Occurrence* o : spot->snapshot->index().of(what)) {
        if (!o->definition) continue;
        declared = true;
        if (!spot->snapshot->path(o->span.file).starts_with('/') &&
            spot->snapshot->path(o->span.file).starts_with("std."))
            throw Refusal{fmt::format("`{}` is declared in the standard library", what.name)};
    }
    if (!declared) throw Refusal{fmt::format("`{}` is not declared in this policy's files", what.name)};
    return *found.front();
}

/// The place without the quotes that a name may stand in.
Span bare(const Snapshot& snapshot, Span span) {
    if (!text_of(snapshot, span).starts_with('"')) return span;
    return {span.file, span.begin + 1, span.end - 1};
}

}  // namespace

Json prepare_rename(Context& context, const Json& params) {
    const auto spot = spot_of(context, params);
    const Occurrence& o = renamed_at(spot);
    return {{"range", json_of(range_of(context, *spot->snapshot, bare(*spot->snapshot, o.span)))},
            {"placeholder", o.what.name}};
}

Json rename(Context& context, const Json& params) {
    const auto spot = spot_of(context, params);
    const Named what = renamed_at(spot).what;
    const std::string name = text_at(params, "newName");
    check_name(what.kind, name);
    Named other = what;
    other.name = name;
    if (name != what.name && !spot->snapshot->index().of(other).empty())
        throw Refusal{fmt::format("there is a `{}` already", name)};
    Json changes = Json::object();
    for (const Place& place : places_of(context, *spot, what)) {
        const Span span = bare(*place.snapshot, place.occurrence->span);
        changes[uri_of(place.snapshot->path(span.file))].push_back(
            {{"range", json_of(range_of(context, *place.snapshot, span))}, {"newText", name}});
    }
    return {{"changes", std::move(changes)}};
}

}  // namespace remit::lsp
