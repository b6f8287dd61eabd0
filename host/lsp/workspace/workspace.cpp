#include "host/lsp/workspace/workspace.h"

#include <algorithm>

#include "host/lsp/text/uri.h"
#include "host/lsp/workspace/limits.h"

namespace remit::lsp {

namespace {

/// A part of a policy that nobody uses is compiled as the only part of a policy of this name.
constexpr std::string_view kAloneSuffix = ".alone";
constexpr const char* kAlonePolicy = "policy stands.alone\nuse \"";

/// As it stands in a string of the language.
std::string escaped(const std::string& name) {
    std::string out;
    for (const char c : name) out += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    return out;
}

bool is_alone(const std::string& root) { return root.ends_with(kAloneSuffix); }

}  // namespace

// ---- snapshots -----------------------------------------------------------------------------------------------------

Snapshot::Snapshot(Compilation compilation_in, bool stands_alone, FileParser& parser)
    : compilation(std::move(compilation_in)), alone(stands_alone), parser_(parser) {}

const std::vector<ast::File>& Snapshot::files() const {
    if (files_) return *files_;
    files_.emplace();
    Diagnostics reported;  // by the compiler, already
    for (FileId id = 0; id < compilation.sources.size(); ++id)
        files_->push_back(place(parser_.parse(compilation.sources.file(id), id, reported)));
    parser_.trim();
    return *files_;
}

const Model& Snapshot::model() const {
    if (!model_) model_.emplace(files());
    return *model_;
}

const Index& Snapshot::index() const {
    if (!index_) index_.emplace(model(), files());
    return *index_;
}

std::optional<FileId> Snapshot::file(const std::string& path) const {
    for (FileId id = 0; id < compilation.sources.size(); ++id)
        if (compilation.sources.file(id).name() == path) return id;
    return std::nullopt;
}

const ast::File* Snapshot::ast(FileId file) const {
    for (const ast::File& f : files())
        if (f.file == file) return &f;
    return nullptr;
}

const LineMap& Snapshot::lines(FileId file) const {
    return lines_.try_emplace(file, compilation.sources.file(file).text()).first->second;
}

// ---- documents -----------------------------------------------------------------------------------------------------

bool Workspace::open(const std::string& uri, std::string text, int64_t version) {
    if (documents_.size() >= limits::kMaxOpenDocuments && !documents_.count(uri)) return false;
    auto document = std::make_unique<Document>();
    document->uri = uri;
    document->path = path_of(uri);
    document->version = version;
    document->set_text(std::move(text));
    by_path_[document->path] = document.get();
    changed(*document);
    documents_[uri] = std::move(document);
    return true;
}

Document* Workspace::document(const std::string& uri) {
    const auto it = documents_.find(uri);
    return it == documents_.end() ? nullptr : it->second.get();
}

void Workspace::changed(Document& document) {
    project_.set(document.path, document.text);
    touch(document.path);
}

void Workspace::close(const std::string& uri) {
    const auto it = documents_.find(uri);
    if (it == documents_.end()) return;
    const std::string path = it->second->path;
    by_path_.erase(path);
    documents_.erase(it);
    disk_changed({path});
}

void Workspace::disk_changed(const std::vector<std::string>& paths) {
    for (const std::string& path : paths) {
        if (by_path_.count(path)) continue;
        std::string error;
        const auto text = machine_.read(path, error);
        project_.set(path, text ? std::optional<std::string_view>(*text) : std::nullopt);
        touch(path);
    }
}

void Workspace::touch(const std::string& path) {
    for (auto& [root, kept] : kept_) kept->stale = kept->stale || root == path || kept->paths.count(path) != 0;
}

// ---- policies ------------------------------------------------------------------------------------------------------

std::vector<std::string> Workspace::roots(const std::string& path) {
    std::vector<std::string> out = project_.roots_of(path);
    // A policy is seen as itself first, and a part as what its first user makes of it.
    const auto self = std::find(out.begin(), out.end(), path);
    if (self != out.end()) std::rotate(out.begin(), self, self + 1);
    if (out.empty()) out.push_back(path + std::string(kAloneSuffix));
    return out;
}

bool Workspace::is_stale(const std::string& root) const {
    const auto it = kept_.find(root);
    return it == kept_.end() || it->second->stale;
}

const Snapshot& Workspace::snapshot(const std::string& root) {
    std::unique_ptr<Kept>& kept = kept_[root];
    if (!kept) {
        kept = std::make_unique<Kept>();
        kept->used = ++clock_;
        make_room();
    }
    kept->used = ++clock_;
    if (kept->stale) compile(root, *kept);
    return *kept->snapshot;
}

std::optional<std::string> Workspace::text_of(const std::string& path, std::string& error) {
    if (const auto it = by_path_.find(path); it != by_path_.end()) return it->second->text;
    return machine_.read(path, error);
}

void Workspace::compile(const std::string& root, Kept& kept) {
    kept.paths = {root};
    const Loader loader = [&](const std::string& path, std::string& error) {
        kept.paths.insert(path);
        return text_of(path, error);
    };
    std::string text, error;
    if (is_alone(root)) {
        const std::string part = root.substr(0, root.size() - kAloneSuffix.size());
        text = kAlonePolicy + escaped(part.substr(part.rfind('/') + 1)) + "\"\n";
    } else if (auto read = text_of(root, error)) {
        text = std::move(*read);
    }
    kept.snapshot = std::make_unique<Snapshot>(kept.compiler.compile(root, std::move(text), loader), is_alone(root),
                                               kept.parser);
    kept.stale = false;
}

/// Drops the policy that was asked for least recently.
void Workspace::make_room() {
    while (kept_.size() > limits::kMaxKeptPolicies) {
        const auto oldest = std::min_element(
            kept_.begin(), kept_.end(), [](const auto& a, const auto& b) { return a.second->used < b.second->used; });
        kept_.erase(oldest);
    }
}

}  // namespace remit::lsp
