// Workspace: open documents, and the policies that they are part of, compiled. A policy is compiled again only when one of its files has
// changed and somebody asks, and then only what changed (compiler/incremental.h). One thread.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/incremental.h"
#include "compiler/syntax/parsed.h"
#include "host/lsp/index/names.h"
#include "host/lsp/text/position.h"
#include "host/lsp/workspace/machine.h"
#include "host/lsp/workspace/project.h"

namespace remit::lsp {

struct Document {
    std::string uri, path, text;
    int64_t version = 0;
    LineMap lines{text};
    void set_text(std::string changed) {
        text = std::move(changed);
        lines = LineMap(text);
    }
};

/// A policy as it was compiled last. Its diagnostics are there at once; the Ast with all places, and names, when they are first asked for,
/// because most keystrokes are followed by another.
class Snapshot {
public:
    /// `parser` remembers declarations from one snapshot to the next, and outlives this.
    Snapshot(Compilation compilation_in, bool stands_alone, FileParser& parser);

    Compilation compilation;
    bool alone = false;  // a part that no policy uses: names of others are not known
    /// All files, the main file first.
    const std::vector<ast::File>& files() const;
    const Model& model() const;
    const Index& index() const;
    std::optional<FileId> file(const std::string& path) const;
    const std::string& path(FileId file) const { return compilation.sources.file(file).name(); }
    const ast::File* ast(FileId file) const;
    const LineMap& lines(FileId file) const;

private:
    FileParser& parser_;
    mutable std::optional<std::vector<ast::File>> files_;
    mutable std::optional<Model> model_;
    mutable std::optional<Index> index_;
    mutable std::map<FileId, LineMap> lines_;
};

class Workspace {
public:
    explicit Workspace(Machine machine) : machine_(std::move(machine)), project_(machine_) {}

    // ---- documents ---------------------------------------------------------------------------------------------
    bool open(const std::string& uri, std::string text, int64_t version);
    /// Null if it is not open.
    Document* document(const std::string& uri);
    void changed(Document& document);
    void close(const std::string& uri);
    /// Files on the disk are not what they were.
    void disk_changed(const std::vector<std::string>& paths);
    Project& project() { return project_; }
    const std::map<std::string, std::unique_ptr<Document>>& documents() const { return documents_; }

    // ---- policies ----------------------------------------------------------------------------------------------
    /// The policies that a file is part of; a part that none uses is one by itself. Not empty.
    std::vector<std::string> roots(const std::string& path);
    const Snapshot& snapshot(const std::string& root);
    /// That of its first root.
    const Snapshot& snapshot_for(const std::string& path) { return snapshot(roots(path).front()); }
    bool is_stale(const std::string& root) const;
    const Machine& machine() const { return machine_; }

private:
    struct Kept {
        Compiler compiler{CompileOptions{.keep_ir_text = false, .keep_files = false}};
        FileParser parser{true};
        std::unique_ptr<Snapshot> snapshot;
        std::set<std::string> paths;  // all that it was compiled from, or would have been
        bool stale = true;
        uint64_t used = 0;
    };
    void touch(const std::string& path);
    std::optional<std::string> text_of(const std::string& path, std::string& error);
    void compile(const std::string& root, Kept& kept);
    void make_room();

    Machine machine_;
    Project project_;
    std::map<std::string, std::unique_ptr<Document>> documents_;  // by URI
    std::map<std::string, Document*> by_path_;
    std::map<std::string, std::unique_ptr<Kept>> kept_;
    uint64_t clock_ = 0;
};

}  // namespace remit::lsp
