#include "host/lsp/workspace/project.h"

#include <filesystem>

#include "host/lsp/workspace/limits.h"

namespace remit::lsp {

namespace {

/// The first string of a line, without its quotes.
std::string_view quoted_in(std::string_view line) {
    const size_t open = line.find('"');
    if (open == std::string_view::npos) return {};
    const size_t close = line.find('"', open + 1);
    return close == std::string_view::npos ? std::string_view() : line.substr(open + 1, close - open - 1);
}

template <class Visit>
void for_each_line(std::string_view text, const Visit& visit) {
    for (size_t begin = 0; begin < text.size();) {
        const size_t end = std::min(text.find('\n', begin), text.size());
        visit(text.substr(begin, end - begin));
        begin = end + 1;
    }
}

}  // namespace

std::string resolve(const std::string& from, const std::string& path) {
    return (std::filesystem::path(from).parent_path() / path).lexically_normal().generic_string();
}

void Project::set(const std::string& path, const std::optional<std::string_view>& text) {
    if (!text) {
        files_.erase(path);
        return;
    }
    File file;
    bool in_policy = false;  // `under ... from` may stand on a further line
    for_each_line(*text, [&](std::string_view line) {
        const bool policy = line.starts_with("policy ") || line.starts_with("policy\t");
        const bool indented = line.starts_with(' ') || line.starts_with('\t');
        in_policy = policy || (in_policy && indented);
        file.policy = file.policy || policy;
        if (!in_policy && !line.starts_with("use ")) return;
        const size_t from = in_policy ? line.find("from") : 0;
        if (from == std::string_view::npos) return;
        if (const std::string_view target = quoted_in(line.substr(from)); !target.empty())
            file.links.push_back(resolve(path, std::string(target)));
    });
    files_[path] = std::move(file);
}

void Project::scan() {
    if (scanned_) return;
    scanned_ = true;
    size_t looked_at = 0;
    for (const std::string& folder : folders_)
        for (const std::string& path : machine_.list ? machine_.list(folder) : std::vector<std::string>{}) {
            if (++looked_at > limits::kMaxPolicyFiles) return;
            if (files_.count(path)) continue;
            std::string error;
            if (const auto text = machine_.read(path, error)) set(path, *text);
        }
}

bool Project::reaches(const std::string& from, const std::string& path) const {
    std::set<std::string> seen = {from};
    std::vector<std::string> open = {from};
    while (!open.empty()) {
        const std::string at = open.back();
        open.pop_back();
        if (at == path) return true;
        const auto it = files_.find(at);
        if (it == files_.end()) continue;
        for (const std::string& link : it->second.links)
            if (seen.insert(link).second) open.push_back(link);
    }
    return false;
}

std::vector<std::string> Project::roots_of(const std::string& path) {
    scan();
    std::vector<std::string> out;
    for (const auto& [name, file] : files_) {
        if (out.size() == limits::kMaxRoots) break;
        if (file.policy && reaches(name, path)) out.push_back(name);
    }
    return out;
}

std::vector<std::string> Project::policies() {
    scan();
    std::vector<std::string> out;
    for (const auto& [name, file] : files_)
        if (file.policy) out.push_back(name);
    return out;
}

std::vector<std::string> Project::files() {
    scan();
    std::vector<std::string> out;
    for (const auto& [name, file] : files_) out.push_back(name);
    return out;
}

}  // namespace remit::lsp
