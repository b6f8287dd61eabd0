// Ir: what a policy means. Every name is resolved to a slot, a constant or a rule's field, every expression is typed, and every
// rule knows which tools it covers. Strictness and order are settled: guards are pure three-valued expressions.
//
// Nodes live in one vector and refer to each other by index, children before parents. `verify` states the invariants.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "compiler/source/span.h"
#include "vm/program/program.h"

namespace remit::ir {

using NodeId = uint32_t;
inline constexpr NodeId kNoNode = UINT32_MAX;

enum class NodeKind : uint8_t {
    Op,     // op(kids...): one or two kids; And and Or take two or more
    Const,  // constant
    Slot,   // frame[index]
    Field,  // field `index` of the record kids[0]
    Any,
    All,
    Count,
    Sum,        // over the list kids[0], body kids[1]
    LoopList,   // in a body: the list that is looped over
    LoopIndex,  // in a body: the index
    LoopItem,   // in a body: the item
};

struct Node {
    NodeKind kind = NodeKind::Const;
    Op op = Op::And;
    TypeRef type = 0;  // layout of the result
    uint32_t index = 0;
    uint32_t max_items = 0;  // loops: the list's declared maximum, for the cost
    std::vector<NodeId> kids;
    Constant constant;
    std::string text;  // Slot, Field, Const: how the canonical form names it
};

/// A rule for the tools that give its arguments the same types.
struct Variant {
    std::vector<uint32_t> tools;  // sorted indices into schema.tools
    NodeId guard = kNoNode;       // Truth; kNoNode: always
    NodeId summand = kNoNode;     // count sum, distinct
};

/// In the order in which strata are evaluated.
enum class Phase : uint8_t { Facts, Risk, Lane, LateState, Rest };

struct Rule {
    RuleInfo info;
    Span span;
    std::string head;  // canonical text of all but the guards
    std::vector<Variant> variants;
    std::vector<uint32_t> roles;  // allow; empty means anyone
    Phase phase = Phase::Rest;
    Action action = Action::Note;
    bool must = false;          // permissive: matched on the must bit
    bool reads_params = false;  // another policy may make another rule of it
    int64_t payload = 0;
    std::string canonical;  // head and guards; set by `identify`
};

struct Policy {
    Program schema;  // all but code, shapes, rows, segments and rules
    std::vector<Node> nodes;
    std::vector<Rule> rules;
    std::vector<std::string> declarations;  // canonical texts of all but rules
};

/// A node as an s-expression; the canonical form that is hashed.
std::string print(const Policy& policy, NodeId node);
/// The whole policy with these rules, for `build --emit ir`.
std::string print(const Policy& policy, std::span<const Rule* const> rules);
/// Empty, or what is wrong: kids before parents, operand kinds, indices.
std::string verify(const Policy& policy);

/// Sets a rule's canonical form and its identity, the digest of that. Before folding.
void identify(const Policy& policy, Rule& rule);
/// Marks and counts are identified by the rules that define them. `rules`: those of the policy in order of canonical forms, each once.
void identify_states(Program& schema, std::span<const Rule* const> rules);
/// The version hash; `text` becomes what is hashed. `declarations` are sorted, `rules` as for identify_states.
Hash version_hash(const Program& schema, const std::vector<std::string>& declarations,
                  std::span<const Rule* const> rules, std::string& text);

/// Folds constant subexpressions by asking vm/ops. Guards keep their meaning, bit for bit.
void fold(Policy& policy);

}  // namespace remit::ir
