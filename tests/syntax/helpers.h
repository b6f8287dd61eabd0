// What the syntax tests share: parse a text, see its tree and what was reported as "line:column code message".
#pragma once

#include <fmt/format.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "compiler/source/diagnostic.h"
#include "compiler/syntax/parse.h"
#include "tests/catch.h"

namespace remit {

struct Parsed {
    Sources sources;
    Diagnostics diagnostics;
    ast::File file;
    std::string tree;
    /// "3:5 R0004 message", in order.
    std::vector<std::string> reports;
    std::vector<std::string> helps;
};

inline void collect(Parsed& p) {
    for (const Diagnostic& d : p.diagnostics.sorted()) {
        LineColumn at = p.sources.file(d.span.file).locate(d.span.begin);
        p.reports.push_back(fmt::format("{}:{} {} {}", at.line, at.column, code_of(d.id), d.message));
        p.helps.push_back(d.help);
    }
}

inline Parsed parse(std::string text) {
    Parsed p;
    FileId id = p.sources.add("t.remit", std::move(text));
    p.file = parse_file(p.sources, id, p.diagnostics);
    p.tree = print(p.file);
    collect(p);
    return p;
}

/// The tree of a text that must be fine, without the last line's end.
inline std::string tree_of(std::string text) {
    Parsed p = parse(text);
    INFO(text);
    CHECK(p.reports == std::vector<std::string>{});
    if (!p.tree.empty() && p.tree.back() == '\n') p.tree.pop_back();
    return p.tree;
}

/// The one report of a text.
inline std::string report_of(std::string text) {
    Parsed p = parse(text);
    INFO(text);
    CHECK(p.reports.size() == 1);
    return p.reports.empty() ? "" : p.reports[0];
}

inline std::string read_data(const std::string& name) {
    std::ifstream in(std::string(REMIT_SOURCE_DIR) + "/tests/syntax/data/" + name, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

}  // namespace remit
