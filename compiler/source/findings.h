// Findings: what any verb has to say about places in files, in the one form that SARIF, JUnit and GitHub are written from. Diagnostics of the
// compiler become findings; verbs whose results are no diagnostics (a drifted tool, a changed verdict, a budget) make their own.
// Plain values: they own their texts and outlive what they were made from.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/source/diagnostic.h"
#include "compiler/source/source_file.h"

namespace remit {

enum class Level : uint8_t { Error, Warning, Note };
/// `error`, `warning`, `note`.
std::string_view word_of(Level);

/// A region of a file: its first character, and the one past its last.
struct Region {
    std::string file;
    LineColumn begin, end;
};
Region region_of(const Sources& sources, Span span);
/// Of `file:line:column`, as a rule's `at` has it: one character. Anything else is a file.
Region region_at(std::string_view at);

/// The kind of a finding, said once for all of its kind.
struct FindingRule {
    std::string id;    // stable: "R0104", "tool-vanished"
    std::string name;  // "GlobMatchesNothing"; may be empty
    std::string about;
    std::string help;  // what to do; may be empty
    Level level = Level::Error;
};

struct Finding {
    std::string rule;  // id of a FindingRule
    Level level = Level::Error;
    std::string message, help;  // help may be empty
    std::optional<Region> at;
    std::vector<std::pair<Region, std::string>> notes;
    std::string line;                    // the text of its line: names it across edits above it
    std::optional<std::string> instead;  // text that would repair it in place of `at`
    std::vector<std::pair<std::string, std::string>> properties;  // name, JSON text
};

struct Findings {
    std::string verb;                // "check": names suites and tests
    std::vector<std::string> files;  // all that were looked at, found wanting or not
    std::vector<FindingRule> rules;  // those that have findings at least
    std::vector<Finding> list;
    std::vector<std::pair<std::string, std::string>> properties;  // of the whole: name, JSON text
};

/// Adds a rule unless one of its id is there.
void add_rule(Findings& findings, FindingRule rule);
/// The diagnostics in the order of files and lines, with their rows as rules.
Findings findings_of(const Sources& sources, const Diagnostics& diagnostics, std::string verb = "check");

}  // namespace remit
