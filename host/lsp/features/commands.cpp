// Commands of ours: `remit.runTest` [uri, title] and `remit.showHash` [uri]; texts of modules; links to used files.
#include <fmt/format.h>

#include "host/lsp/features/feature.h"
#include "host/lsp/features/test_runs.h"
#include "host/lsp/text/uri.h"
#include "stdlib/modules.h"

namespace remit::lsp {

namespace {

std::string argument(const Json& params, size_t which) {
    const Json& all = at(params, "arguments");
    return all.is_array() && all.size() > which && all[which].is_string() ? all[which].get<std::string>()
                                                                          : std::string();
}

}  // namespace

Json execute_command(Context& context, const Json& params) {
    const std::string command = text_at(params, "command"), path = path_of(argument(params, 0));
    if (command != "remit.runTest" && command != "remit.showHash")
        throw Refusal{fmt::format("no command `{}`", command)};
    const std::string root = context.workspace.roots(path).front();
    const Snapshot& snapshot = context.workspace.snapshot(root);
    if (command == "remit.runTest") return context.runs.run(context.workspace, snapshot, root, argument(params, 1));
    if (snapshot.compilation.layers.empty()) throw Refusal{"the policy has errors"};
    return {{"policy", snapshot.compilation.layers[0].name},
            {"hash", "sha256:" + hex(snapshot.compilation.layers[0].hash)}};
}

Json module_text(Context&, const Json& params) {
    const std::string uri = text_at(params, "uri");
    if (!uri.starts_with(kModuleScheme)) return nullptr;
    const auto text = find_module(uri.substr(kModuleScheme.size()));
    return text ? Json(std::string(*text)) : Json();
}

Json document_link(Context& context, const Json& params) {
    const auto spot = spot_of(context, params);
    if (!spot) return nullptr;
    Json out = Json::array();
    const auto [first, last] = spot->snapshot->index().in(spot->file);
    for (const Occurrence* o = first; o != last; ++o) {
        if (o->what.kind != NameKind::Module) continue;
        const bool is_file = text_of(*spot->snapshot, o->span).starts_with('"');
        const std::string path = is_file ? resolve(spot->document->path, o->what.name) : o->what.name;
        if (spot->snapshot->file(path))
            out.push_back({{"range", json_of(range_of(context, *spot->snapshot, o->span))}, {"target", uri_of(path)}});
    }
    return out;
}

}  // namespace remit::lsp
