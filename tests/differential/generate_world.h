// What a generated policy declares, kept while its rules and requests are made. Internal to the generator.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/differential/generate.h"

namespace remit::oracle {

enum class G : uint8_t {
    Bool,
    Int,
    Decimal,
    String,
    Duration,
    Timestamp,
    Ip,
    Cidr,
    Url,
    Path,
    Email,
    Host,
    Symbol,
    List,
    Set,
    Record,
    Any,
    Command
};

struct GField;
struct GType {
    G kind = G::Int;
    int scale = 0;               // Decimal
    std::string name;            // Symbol: the vocabulary's type word
    int max = 4;                 // List, Set
    std::vector<GType> item;     // List, Set: one
    std::vector<GField> fields;  // Record
};
struct GField {
    std::string name;
    GType type;
    bool optional = false, nullable = false;
    std::optional<int> min, max;      // numbers: whole units; strings: length
    std::vector<std::string> one_of;  // strings
    std::string default_text;         // as in the policy; empty: none
};
struct GTool {
    std::string name;
    std::vector<GField> params;
    bool write = false, destructive = false, idempotent = false, open = false;
    bool says_trust = false, says_gives = false;
    int trust = 0, gives = 0;
};
struct GVocabulary {
    std::string name;  // the type word
    bool ordered = true;
    std::vector<std::string> symbols;
};
struct GFact {
    std::string name;
    std::vector<GField> keys, fields;
    std::string fresh;
};
struct GState {
    std::string name;
    bool is_count = false, late = false;
    int kind = 0;  // count: 0 number, 1 sum, 2 distinct
    int scale = 0;
    int most = 8;      // distinct values
    int max_keys = 0;  // kept for each `args.id`, of at most so many; 0: not so
};

/// A parameter, or a table with its keys' type words.
struct GNamed {
    std::string name;
    GType type;
    std::vector<std::string> keys;
};

struct World {
    explicit World(uint64_t seed) : random(seed) {}
    Random random;
    std::vector<std::string> tiers, classes, trusts, lanes;
    std::vector<GVocabulary> enums;
    std::vector<std::string> roles, egress;
    std::vector<GField> pool;  // parameters that the tools share
    std::vector<GTool> tools;
    std::vector<GFact> facts;
    std::vector<GState> states;
    std::vector<GNamed> params, tables;
    std::vector<std::string> windows;
    std::map<G, std::vector<std::string>> literals;  // raw texts that the policy compares with
    std::vector<std::string> decls;

    const GVocabulary vocabulary(const std::string& type_word) const;
};

/// Fills everything but `states` and the rules, and writes the declarations.
void declare_world(World& world);
/// Its parameters, tables and windows (generate_constants.cpp).
void declare_constants(World& world);
/// Values that a policy under this one may give its parameters.
void give_params(World& world);
/// What a policy under another adds: perhaps a tool, a role, a fact, an egress profile of its own.
void declare_more(World& world);
/// Plans `states` (some may already stand) and writes the rules.
void write_rules(World& world);
/// One request without its closing brace and signatures.
std::string write_request(World& world);
/// A signature list that answers `asked`.
std::string write_signatures(World& world, const Decision& asked);

/// A raw text of type `t`, near the policy's literals: `12.50`, `acme.example`, without quotes.
std::string raw_value(World& world, const GType& t);
/// A literal of type `t` as a policy writes it; remembered for the requests.
std::string policy_literal(World& world, const GType& t);
std::string quoted(const std::string& text);

// ---- guards (generate_guard.cpp) ----

/// What a guard may read.
struct Reach {
    const std::vector<GField>* args = nullptr;  // in common to all covered tools
    bool state = false, late_state = false, risk = false, lane = false;
};
std::string write_guard(World& world, const Reach& reach, int depth, bool positive);

// ---- selectors (generate_rules.cpp) ----
struct GSelector {
    std::string text;  // empty: every tool
    bool including_write = false;
    std::vector<GField> args;  // in common
    std::vector<int> covered;
};

}  // namespace remit::oracle
