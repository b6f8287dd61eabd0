// The repository as text: for tests that hold the house to its own rules. Throws std::runtime_error on files that are not there.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace remit::house {

namespace fs = std::filesystem;

inline std::string read_text(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw std::runtime_error("cannot read " + path.string());
    return {std::istreambuf_iterator<char>(in), {}};
}

inline std::vector<std::string> split(const std::string& text, char at) {
    std::vector<std::string> parts(1);
    for (const char c : text) {
        if (c == at) {
            parts.emplace_back();
        } else {
            parts.back() += c;
        }
    }
    return parts;
}

/// The words in backticks of a cell of a Markdown table.
inline std::vector<std::string> quoted_words(const std::string& cell) {
    const std::vector<std::string> parts = split(cell, '`');
    std::vector<std::string> words;
    for (size_t i = 1; i < parts.size(); i += 2) words.push_back(parts[i]);
    return words;
}

/// Rows of the Markdown table between `<!-- NAME -->` and `<!-- /NAME -->`: for each the words in backticks, cell by cell.
inline std::vector<std::vector<std::vector<std::string>>> marked_table(const std::string& page,
                                                                       const std::string& name) {
    const std::string open = "<!-- " + name + " -->", close = "<!-- /" + name + " -->";
    const size_t begin = page.find(open), end = page.find(close);
    if (begin == std::string::npos || end == std::string::npos) throw std::runtime_error("no table " + name);
    std::vector<std::vector<std::vector<std::string>>> rows;
    for (const std::string& line : split(page.substr(begin, end - begin), '\n')) {
        if (line.rfind("| `", 0) != 0) continue;
        std::vector<std::vector<std::string>> cells;
        for (const std::string& cell : split(line.substr(1), '|')) cells.push_back(quoted_words(cell));
        rows.push_back(cells);
    }
    return rows;
}

/// Files below `root/folder` whose names end in one of `endings`, as paths relative to `root`, sorted.
inline std::vector<std::string> files_below(const fs::path& root, const std::string& folder,
                                            const std::vector<std::string>& endings) {
    std::vector<std::string> found;
    if (!fs::exists(root / folder)) return found;
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
        const std::string extension = entry.path().extension().string();
        if (!entry.is_regular_file() || std::find(endings.begin(), endings.end(), extension) == endings.end()) continue;
        found.push_back(fs::relative(entry.path(), root).generic_string());
    }
    std::sort(found.begin(), found.end());
    return found;
}

/// What the `#include` lines of a source name, without quotes or brackets.
inline std::vector<std::string> includes_of(const std::string& text) {
    std::vector<std::string> names;
    for (const std::string& line : split(text, '\n')) {
        const size_t hash = line.find_first_not_of(" \t");
        if (hash == std::string::npos || line.compare(hash, 8, "#include") != 0) continue;
        const size_t open = line.find_first_of("\"<", hash), close = line.find_last_of("\">");
        if (open != std::string::npos && close > open) names.push_back(line.substr(open + 1, close - open - 1));
    }
    return names;
}

}  // namespace remit::house
