// A version of a policy, seen as a list of declarations: what has changed since the version before?
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "compiler/source/source_file.h"
#include "compiler/syntax/parsed.h"
#include "vm/program/program.h"

namespace remit {

/// A policy of a stack, parsed.
struct LayerInput {
    const Sources& sources;
    std::string name;
    Hash parent{};
    std::vector<const ParsedFile*> own;        // its files, used files and modules
    std::vector<const ParsedFile*> inherited;  // those of the policies it stands under
    std::vector<const ParsedFile*> below;      // those of the policies under it, which may give its parameters values
    /// A file of these with every span in place. Asked for only when it is needed.
    std::function<const ast::File&(const ParsedFile&)> ast;
    std::string* ir_text = nullptr;  // wanted, if there is one
};

/// A declaration of a file of the policy. Files are counted through its own, then the inherited ones, then those below.
struct Placed {
    uint32_t file = 0;
    PlacedDecl decl;
    bool is(const Placed& other) const { return file == other.file && decl.parsed == other.decl.parsed; }
};

/// A rule in its place. Whoever keeps it keeps the declaration as well.
struct PlacedRule {
    uint32_t file = 0;
    uint32_t begin = 0;
    uint32_t decl = 0;  // index into the file's declarations
    const ParsedDecl* parsed = nullptr;
    bool is(const PlacedRule& other) const { return file == other.file && parsed == other.parsed; }
};

/// Declarations by what a change of them touches.
struct Version {
    std::vector<std::string> names;  // of the policy and its files
    Hash parent{};
    std::vector<Placed> schema;     // all that rules refer to
    std::vector<Placed> states;     // marks and counts
    std::vector<PlacedRule> rules;  // all other rules
    bool after = false;             // some rule is about results
    bool odd_tests = false;         // some test has not exactly one call, its own or of its fixtures

    explicit Version(const LayerInput& input);
    /// Do rules that are the same in both mean the same?
    bool refers_to_same(const Version& other) const;
};

inline constexpr size_t kNew = SIZE_MAX;
/// For each rule of `now` which rule of `before` it is, or kNew. Each rule of `before` is given once.
std::vector<size_t> match_rules(const std::vector<PlacedRule>& now, const std::vector<PlacedRule>& before);

}  // namespace remit
