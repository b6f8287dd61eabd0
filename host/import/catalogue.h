// What every importer gives back, and what it may be asked.
#pragma once

#include <string>
#include <vector>

namespace remit {

struct ImportOptions {
    std::string policy;  // a dotted name; empty: no `policy` line
    std::string trust;   // of every tool; empty: not said, so the least
    std::string prefix;  // put before every name, `github.`; empty: none
};

/// What is wrong with the options, or empty.
std::string problem_of(const ImportOptions& options);

struct Imported {
    std::string text;  // Remit
    size_t tools = 0;
    std::vector<std::string> warnings;  // `tool.param: what was widened, and why`
};

}  // namespace remit
