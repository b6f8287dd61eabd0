#include "host/lsp/features/publish.h"

#include <algorithm>

#include "host/lsp/features/test_runs.h"
#include "host/lsp/text/uri.h"

namespace remit::lsp {

namespace {

/// A part of a policy that nobody uses speaks of names that others declare; of those nothing can be said.
bool is_about_others(DiagId id) {
    constexpr DiagId kNames[] = {DiagId::UnknownTool,    DiagId::GlobMatchesNothing, DiagId::UnknownName,
                                 DiagId::UnknownSymbol,  DiagId::UnknownRole,        DiagId::UnknownType,
                                 DiagId::UnknownFact,    DiagId::UnknownField,       DiagId::UnknownEgress,
                                 DiagId::UnknownState,   DiagId::CoversNothing,      DiagId::ArgumentUndeclared,
                                 DiagId::AmbiguousSymbol};
    return std::find(std::begin(kNames), std::end(kNames), id) != std::end(kNames);
}

bool is_faded(DiagId id) { return id == DiagId::NeverSpeaks || id == DiagId::HasAlways || id == DiagId::CoversNothing; }

/// A place that can be seen: at least one character where there is one.
Span visible(const Snapshot& snapshot, Span span) {
    const size_t size = snapshot.compilation.sources.file(span.file).text().size();
    if (span.begin == span.end && span.end < size) ++span.end;
    return span;
}

Json json_of(const Context& context, const Snapshot& snapshot, const Diagnostic& d) {
    Json out = {{"range", json_of(range_of(context, snapshot, visible(snapshot, d.span)))},
                {"severity", d.severity == Severity::Error ? 1 : 2},
                {"code", std::string(code_of(d.id))},
                {"source", "remit"},
                {"message", d.help.empty() ? d.message : d.message + "\n" + d.help},
                {"data", {{"help", d.help}, {"name", std::string(name_of(d.id))}}}};
    for (const Note& note : d.notes)
        out["relatedInformation"].push_back(
            {{"location", location_of(context, snapshot, note.span)}, {"message", note.message}});
    if (is_faded(d.id)) out["tags"] = {1};
    return out;
}

class Gatherer {
public:
    explicit Gatherer(Context& context) : context_(context) {}

    std::map<std::string, Json> run() {
        for (const auto& [uri, document] : context_.workspace.documents()) {
            by_uri_.try_emplace(uri, Json::array());
            for (const std::string& root : context_.workspace.roots(document->path))
                if (seen_.insert(root).second) policy(root, context_.workspace.snapshot(root));
        }
        return std::move(by_uri_);
    }

private:
    void policy(const std::string& root, const Snapshot& snapshot) {
        for (FileId id = 0; id < snapshot.compilation.sources.size(); ++id) files_of(snapshot, id);
        for (const Diagnostic& d : snapshot.compilation.diagnostics.sorted()) {
            if (snapshot.alone && (is_about_others(d.id) || snapshot.path(d.span.file) == root)) continue;
            add(snapshot.path(d.span.file), json_of(context_, snapshot, d));
        }
        for (const FailedTest& failed : context_.runs.failures(snapshot))
            add(snapshot.path(failed.span.file),
                {{"range", remit::lsp::json_of(range_of(context_, snapshot, failed.span))},
                 {"severity", 1},
                 {"source", "remit test"},
                 {"message", failed.message}});
    }

    void files_of(const Snapshot& snapshot, FileId id) {
        const std::string& path = snapshot.path(id);
        if (path.starts_with('/')) by_uri_.try_emplace(uri_of(path), Json::array());
    }

    void add(const std::string& path, Json diagnostic) {
        if (path.starts_with("std.")) return;
        Json& all = by_uri_.try_emplace(uri_of(path), Json::array()).first->second;
        if (std::find(all.begin(), all.end(), diagnostic) == all.end()) all.push_back(std::move(diagnostic));
    }

    Context& context_;
    std::map<std::string, Json> by_uri_;
    std::set<std::string> seen_;
};

}  // namespace

std::vector<Json> Publisher::changes(Context& context) {
    std::map<std::string, Json> now = Gatherer(context).run();
    for (const auto& [uri, before] : published_) now.try_emplace(uri, Json::array());
    std::vector<Json> out;
    for (auto& [uri, diagnostics] : now) {
        const Document* document = context.workspace.document(uri);
        Json version = document ? Json(document->version) : Json();
        const auto before = published_.find(uri);
        // An open document hears of each of its versions; any other only of changes.
        const bool known = before != published_.end();
        const bool same = known ? before->second == std::pair(diagnostics, version) : diagnostics.empty() && !document;
        if (same) continue;
        Json params = {{"uri", uri}, {"diagnostics", diagnostics}};
        if (document) params["version"] = version;
        out.push_back(std::move(params));
        published_[uri] = {std::move(diagnostics), std::move(version)};
    }
    std::erase_if(published_, [&](const auto& entry) {
        return entry.second.first.empty() && !context.workspace.document(entry.first);
    });
    return out;
}

}  // namespace remit::lsp
