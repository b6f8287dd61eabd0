// Go to definition, references, highlight.
#include "host/lsp/features/navigate.h"

#include <algorithm>

#include "host/lsp/text/uri.h"

namespace remit::lsp {

namespace {

/// `use` and `under ... from`: the file itself.
Json module_location(const Snapshot& snapshot, const Occurrence& o) {
    const bool is_file = text_of(snapshot, o.span).starts_with('"');
    const std::string path = is_file ? resolve(snapshot.path(o.span.file), o.what.name) : o.what.name;
    if (!snapshot.file(path)) return nullptr;
    return {{"uri", uri_of(path)}, {"range", json_of(Range{})}};
}

void add_new(Json& list, Json item) {
    if (!item.is_null() && std::find(list.begin(), list.end(), item) == list.end()) list.push_back(std::move(item));
}

}  // namespace

std::vector<Place> places_of(Context& context, const Spot& spot, const Named& what) {
    std::set<std::string> roots;
    const auto add_roots = [&](const std::string& path) {
        for (const std::string& root : context.workspace.roots(path)) roots.insert(root);
    };
    add_roots(spot.document->path);
    for (const Occurrence* o : spot.snapshot->index().of(what))
        if (o->definition && spot.snapshot->path(o->span.file).starts_with('/'))
            add_roots(spot.snapshot->path(o->span.file));

    std::vector<Place> out;
    std::set<std::pair<std::string, uint32_t>> seen;
    for (const std::string& root : roots) {
        const Snapshot& snapshot = context.workspace.snapshot(root);
        for (const Occurrence* o : snapshot.index().of(what))
            if (seen.emplace(snapshot.path(o->span.file), o->span.begin).second) out.push_back({&snapshot, o});
    }
    return out;
}

Json definition(Context& context, const Json& params) {
    const auto spot = spot_of(context, params);
    if (!spot) return nullptr;
    Json out = Json::array();
    for (const Occurrence* found : spot->snapshot->index().at(spot->file, spot->offset)) {
        if (found->what.kind == NameKind::Module) add_new(out, module_location(*spot->snapshot, *found));
        for (const Occurrence* o : spot->snapshot->index().of(found->what))
            if (o->definition) add_new(out, location_of(context, *spot->snapshot, o->span));
    }
    return out;
}

Json references(Context& context, const Json& params) {
    const auto spot = spot_of(context, params);
    if (!spot) return nullptr;
    const bool with_definition = flag_at(at(params, "context"), "includeDeclaration");
    Json out = Json::array();
    for (const Occurrence* found : spot->snapshot->index().at(spot->file, spot->offset))
        for (const Place& place : places_of(context, *spot, found->what))
            if (with_definition || !place.occurrence->definition)
                add_new(out, location_of(context, *place.snapshot, place.occurrence->span));
    return out;
}

Json document_highlight(Context& context, const Json& params) {
    const auto spot = spot_of(context, params);
    if (!spot) return nullptr;
    Json out = Json::array();
    for (const Occurrence* found : spot->snapshot->index().at(spot->file, spot->offset))
        for (const Occurrence* o : spot->snapshot->index().of(found->what))
            if (o->span.file == spot->file)
                add_new(out, {{"range", json_of(range_of(context, *spot->snapshot, o->span))},
                              {"kind", o->definition ? 3 : 2}});
    return out;
}

}  // namespace remit::lsp
