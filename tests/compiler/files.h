// Policies of several files, in memory.
#pragma once

#include <map>
#include <string>

#include "compiler/compile.h"

namespace remit::test {

using Files = std::map<std::string, std::string>;

inline Compilation compile_files(const std::string& main, const Files& files) {
    const Loader loader = [&](const std::string& path, std::string& error) -> std::optional<std::string> {
        const auto it = files.find(path);
        if (it != files.end()) return it->second;
        error = "no such file";
        return std::nullopt;
    };
    return compile(main, files.at(main), loader);
}

/// The messages, one a line, with codes and places.
inline std::string messages(const Compilation& c) {
    std::string out;
    for (const Diagnostic& d : c.diagnostics.sorted())
        out += std::string(code_of(d.id)) + " " + c.sources.at(d.span) + " " + d.message + "\n";
    return out;
}

}  // namespace remit::test
