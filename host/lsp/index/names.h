// Index: every place where a name stands in the files of a policy, and what it names. Go to definition, references, rename and highlight
// are look-ups in it. Made from the Ast alone; a declaration with errors is not in it. Immutable.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/lsp/index/model.h"
#include "host/lsp/index/types.h"

namespace remit::lsp {

enum class NameKind : uint8_t {
    Policy,
    Module,  // `use std.x`, `use "file"`: name is the path as the compiler knows it, if it can be told
    Tool,
    Pattern,   // of tools: `crm.*`
    Argument,  // owner: the tool
    Role,
    Vocabulary,  // tiers, classes, trust, lanes
    Symbol,      // owner: the vocabulary or enum
    Enum,
    Egress,
    Fact,
    FactField,  // owner: the fact
    State,      // marks and counts
    Risk,
    Parameter,  // of the policy
    Table,
    Window,
    Fixture,
    Result,    // a field of what a tool returns; owner: the tool
    Variable,  // of a quantifier; owner: where its rule begins
    Builtin,   // owner: `session`, `call`, `context`, `function` or `word`
};

struct Named {
    NameKind kind = NameKind::Tool;
    std::string owner, name;
    friend auto operator<=>(const Named&, const Named&) = default;
};

struct Occurrence {
    Span span;
    Named what;
    bool definition = false;
};

class Index {
public:
    Index(const Model& model, const std::vector<ast::File>& files);

    /// In the order of files and places. A name that several tools share (`args.x`) stands here once for each.
    const std::vector<Occurrence>& all() const { return all_; }
    std::vector<const Occurrence*> at(FileId file, uint32_t offset) const;
    std::vector<const Occurrence*> of(const Named& what) const;
    /// Those of one file.
    std::pair<const Occurrence*, const Occurrence*> in(FileId file) const;

private:
    std::vector<Occurrence> all_;
};

/// Where the name at the end of an expression stands: of `args.x` the `x`.
Span last_word(const ast::Expr& member);

}  // namespace remit::lsp
