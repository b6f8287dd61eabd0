// Project: which policy files there are in the workspace, and which of them take in which. Only `policy`, `use` and `under` lines are
// looked at, so that thousands of files cost little. Open documents hide what is on the disk.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "host/lsp/workspace/machine.h"

namespace remit::lsp {

class Project {
public:
    explicit Project(const Machine& machine) : machine_(machine) {}

    void add_folder(const std::string& folder) { folders_.insert(folder); }
    void remove_folder(const std::string& folder) { folders_.erase(folder); }
    /// Reads all files of all folders again, at the next question.
    void forget() { scanned_ = false; }
    /// A file's text is this now; nothing: it is gone.
    void set(const std::string& path, const std::optional<std::string_view>& text);

    /// Policies that `path` is a part of, itself included if it is one; at most limits::kMaxRoots, sorted.
    std::vector<std::string> roots_of(const std::string& path);
    /// All files that begin a policy.
    std::vector<std::string> policies();
    std::vector<std::string> files();

private:
    struct File {
        bool policy = false;
        std::vector<std::string> links;  // normalised paths
    };
    void scan();
    bool reaches(const std::string& from, const std::string& path) const;

    const Machine& machine_;
    std::set<std::string> folders_;
    std::map<std::string, File> files_;
    bool scanned_ = false;
};

/// `path` as written in the file `from`.
std::string resolve(const std::string& from, const std::string& path);

}  // namespace remit::lsp
