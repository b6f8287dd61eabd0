// Program: what runs. Bytecode for the guards, the tables that say for which tool which guards run, and all that a decision
// needs to know about the policy. Made by `compiler/emit`, or by `read_image`; immutable afterwards.
//
// Guards are split into *shapes* and *rows*. A shape is bytecode in which every literal is a parameter; a row is a rule's list
// of literals. A thousand rules that compare an amount with a thousand thresholds are one shape and a thousand rows, so that the
// cost of native code depends on how many shapes there are, not how many rules.
//
// The dispatch index: for each tool a range of `tool_segments`; each names a segment, a run of rows with one shape and one action.
// Rows are grouped by the exact set of tools that they cover, so a rule that covers many tools is stored once.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vm/value/sha256.h"
#include "vm/ops/op.h"
#include "vm/ops/row.h"
#include "vm/value/value.h"

namespace remit {

// ---- bytecode ----------------------------------------------------------------------------------------------------

struct Instr {
    Op op = Op::Ret;
    uint8_t reserved = 0;
    uint16_t dst = 0;
    uint16_t a = 0, b = 0;
    uint32_t imm = 0;  // slot, parameter, field; For*: code index of its Next
    friend bool operator==(const Instr&, const Instr&) = default;
};

using TypeRef = uint16_t;
/// Layout of values, for the verifier and the reader of requests. The first kKindCount entries of `Program::types` are the
/// plain kinds in order (List there is list of Int, Record an empty record).
struct TypeDesc {
    Kind kind = Kind::Int;
    TypeRef item = 0;             // List
    std::vector<TypeRef> fields;  // Record
    friend bool operator==(const TypeDesc&, const TypeDesc&) = default;
};

struct Shape {
    uint32_t begin = 0, end = 0;  // code range, Ret included
    uint16_t registers = 0;       // at most kMaxRegisters
    std::vector<TypeRef> params;  // types of the row's parameters
    TypeRef result = 0;           // Truth; for a count's summand Int, or Str for distinct
    uint64_t cost = 0;            // worst-case units of `check --budget`, lists at their declared maxima
};

// ---- rows and index ----------------------------------------------------------------------------------------------

inline constexpr uint32_t kNoShape = UINT32_MAX;
struct Segment {
    Action action = Action::Note;
    bool must = false;  // the hit is the guard's must bit (permissive), else its may bit
    uint32_t shape = 0;
    uint32_t value_shape = kNoShape;  // Count and CountDistinct: parameters follow the guard's in the row
    uint32_t row_begin = 0, row_end = 0;
};

// ---- frame -------------------------------------------------------------------------------------------------------

struct SlotDesc {
    std::string name;  // for people: `args.amount`
    TypeRef type = 0;
};

/// What the engine writes to the fixed slots; the words of the role mask are Int.
inline constexpr Kind kFixedSlotKinds[kSlotRoles] = {Kind::Int, Kind::Int, Kind::Int, Kind::Int, Kind::Int, Kind::Str,
                                                     Kind::Str, Kind::Str, Kind::Str, Kind::Str, Kind::Str};

// ---- schema ------------------------------------------------------------------------------------------------------

/// What a value of the request must look like. `kind` decides the reader; see docs/semantics.md section 2.
enum class ValueKind : uint8_t {
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
    Command  // read as words: a record of the fields that command_fields() names
};
struct FieldDesc;
struct ValueType {
    ValueKind kind = ValueKind::Any;
    uint8_t scale = 0;              // Decimal
    uint32_t vocabulary = 0;        // Symbol: index into Schema::vocabularies
    uint32_t max_items = 0;         // List, Set
    std::vector<ValueType> item;    // List, Set: exactly one
    std::vector<FieldDesc> fields;  // Record, Command
    TypeRef layout = 0;
};
struct FieldDesc {
    std::string name;
    ValueType type;
    bool optional = false, nullable = false;
    bool has_default = false;
    std::string default_json;  // JSON text, read like the request's
    bool has_min = false, has_max = false;
    int64_t min = 0, max = 0;         // of the scaled value; String: length in bytes
    std::vector<std::string> one_of;  // String: the permitted texts; empty: any
};
enum WellKnownVocabulary : uint32_t { kVocTiers = 0, kVocClasses, kVocTrust, kVocLanes, kVocUser };
struct Vocabulary {
    std::string name;
    bool ordered = true;
    std::vector<std::string> symbols;  // rank = index
};
inline constexpr uint32_t kNoSlot = UINT32_MAX;
struct ParamSlots {  // where an argument goes; kNoSlot where no rule reads it
    uint32_t value = kNoSlot, trust = kNoSlot, data_class = kNoSlot, sources = kNoSlot;
    bool item_labels = false;  // fill List::labels
};
inline constexpr uint32_t kNoTool = UINT32_MAX;
inline constexpr std::string_view kResultPrefix = "result.";  // of the parameters that are fields of a result
struct ToolDesc {
    std::string name;
    bool write = false, destructive = false, idempotent = false, open = false;
    uint32_t trust = 0, gives = 0;  // ranks
    std::string undo;
    std::vector<FieldDesc> params;
    std::vector<ParamSlots> slots;                  // as params
    std::vector<uint32_t> facts;                    // indices into fact_uses
    uint32_t segments_begin = 0, segments_end = 0;  // into tool_segments
    Hash schema_digest{};                           // of the canonical declaration

    // What a call's result is decided by: a tool of its own in `tools`, whose parameters are this tool's arguments and then, as
    // `result.x`, the fields of its results. No request can name it.
    uint32_t after =
        kNoTool;  // the tool that decides this one's results; none: nothing is declared of them and no rule covers them
    uint32_t after_of = kNoTool;  // of such a tool: the one whose results it decides
    bool returns = false;         // the fields of its results are declared

    uint32_t each_param = kNoTool, each_tool = kNoTool;  // `each items as TOOL`: position in params, index into tools
};
struct FactDesc {
    std::string name;
    std::vector<FieldDesc> keys, fields;
    int64_t fresh_ns = 0;
};
/// A fact that some rule reads: the fact, where its keys come from, and where its fields go.
struct FactKey {
    bool is_constant = false;
    uint32_t slot = 0;      // frame slot of the key, else
    uint32_t constant = 0;  // index into constants
};
struct FactUse {
    uint32_t fact = 0;
    std::vector<FactKey> keys;
    std::vector<std::pair<uint32_t, uint32_t>> fields;  // field index -> slot
};
enum class Window : uint8_t { Session, Tenant };
enum class CountKind : uint8_t { Number, Sum, Distinct };
struct StateDesc {
    std::string name;
    bool is_count = false;
    uint32_t slot = 0;  // mark: one slot; count: three (value, this call's part, distinct's list)
    CountKind count = CountKind::Number;
    uint8_t scale = 0;        // sum of decimals
    ValueType distinct_type;  // Distinct: String or a Symbol or a number
    uint32_t max_distinct = 0;
    int64_t over_ns = 0;
    Window per = Window::Session;
    std::string key;        // keyed: the argument that is the key, else empty; such a count is kept per tenant
    uint32_t max_keys = 0;  // keyed: beyond so many keys, a new one counts as unbounded
    Hash id{};
};
struct Egress {
    std::string name;
    std::vector<std::string> endpoints;
};

// ---- rules -------------------------------------------------------------------------------------------------------

enum class RuleKind : uint8_t {
    Allow,
    Block,
    Risk,
    Lane,
    Ask,
    Limit,
    Quota,
    Isolate,
    Reach,
    Record,
    Redact,
    Retain,
    Mark,
    Count,
    Never
};
inline constexpr int kRuleKindCount = 15;
/// What a `never` or `always` (RuleKind::Never) says of the decision; `never` denies where it has it, `always` where it has not.
enum class Property : uint8_t { Allow, Block, Ask, Limit, Quota, Isolate, Reach, Record, Redact, Risk, Lane };
enum class Order : uint8_t { Eq, Ne, Lt, Le, Gt, Ge };
inline constexpr uint32_t kSignerOwner = UINT32_MAX;

/// What a rule gives when it speaks. Fields that its kind has no use for keep their defaults.
struct RuleInfo {
    Hash id{};
    RuleKind kind = RuleKind::Allow;
    std::string name;  // risk, lane, mark, count
    std::string at;    // `file:line:column` (outside the hash)
    std::string because;
    int64_t number = 0;              // Risk: weight; Lane: rank; Limit, Quota: max
    uint32_t signer = kSignerOwner;  // Ask; Never with `unless signed by`: role index, or kSignerOwner
    uint32_t quorum = 0;             // Ask: >= 1; Never: 0 means no `unless`
    int64_t window_ns = 0;           // Ask: within; Quota: over
    std::vector<std::string> words;  // Ask: with; Record: evidence; Isolate: keys
    uint32_t level = 0;              // Isolate: 0 none, 1 process, 2 sandbox, 3 microvm
    uint32_t egress = 0;             // Reach
    bool narrows = false;            // Reach that reads state, risk or lane: adds its profile, opens nothing by itself
    Window per = Window::Session;    // Limit, Quota
    std::string path;                // Redact: `/amount`, JSON pointer into the arguments
    int64_t at_least_ns = -1, at_most_ns = -1;  // Retain
    bool watch = false;                         // it is recorded when it speaks, and does nothing
    bool overridable = false;             // Block that asks `signer` instead (quorum, window_ns, words as for Ask)
    bool after = false;                   // Block, Redact: of a result
    bool always = false;                  // Never: `always`; then `property` must be so
    Property property = Property::Allow;  // Never
    Order order = Order::Ge;              // Never of Risk or Lane, with `number`

    /// It gives an obligation: an `ask`, or a `block` that signatures override.
    bool asks() const { return kind == RuleKind::Ask || (kind == RuleKind::Block && overridable); }
};

/// A constant: parameters of rows, keys of facts. `type` says which member is used.
struct Constant {
    TypeRef type = 0;
    int64_t number = 0;           // Int
    std::string text;             // Str; Url, Email, Net: normal form, re-read at load
    std::vector<Constant> items;  // List
};

struct Program {
    Hash hash{};    // the version hash
    Hash parent{};  // zero without a parent
    std::string name;

    std::vector<Vocabulary> vocabularies;  // tiers, classes, trust, lanes, then enums
    std::vector<std::string> roles;
    std::vector<std::vector<uint64_t>> role_closure;  // role -> mask words of itself and all that it includes
    std::vector<Egress> egress;
    std::vector<ToolDesc> tools;  // those of requests, sorted by name, and then those that decide results
    std::vector<FactDesc> facts;
    std::vector<FactUse> fact_uses;
    std::vector<StateDesc> states;

    std::vector<TypeDesc> types;
    std::vector<SlotDesc> slots;
    std::vector<Instr> code;
    std::vector<Shape> shapes;
    std::vector<Constant> constants;
    std::vector<uint32_t> params;  // rows' parameters: indices into constants
    std::vector<Row> rows;
    std::vector<Segment> segments;
    std::vector<uint32_t> tool_segments;  // indices into segments, in the order of evaluation
    std::vector<RuleInfo> rules;

    uint32_t role_words() const { return static_cast<uint32_t>((roles.size() + 63) / 64); }
    /// The tools that requests can name.
    std::span<const ToolDesc> callable() const;
    /// The index of one of these, or kNoTool.
    uint32_t find_tool(std::string_view text) const;
};

inline std::span<const ToolDesc> Program::callable() const {
    const auto is_callable = [](const ToolDesc& t) { return t.after_of == kNoTool; };
    return {tools.begin(), std::partition_point(tools.begin(), tools.end(), is_callable)};
}

inline uint32_t Program::find_tool(std::string_view text) const {
    const std::span<const ToolDesc> named = callable();
    const auto before = [](const ToolDesc& t, std::string_view n) { return t.name < n; };
    const auto it = std::lower_bound(named.begin(), named.end(), text, before);
    return it == named.end() || it->name != text ? kNoTool : static_cast<uint32_t>(it - named.begin());
}

}  // namespace remit
