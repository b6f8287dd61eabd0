// What was written. Plain structs, in the order of the text, every node with its span. Nothing here has been looked up or
// typed; `check` does that. Expressions live in one vector and refer to each other by index, so an Ast is copied, moved and
// destroyed without recursion. An Ast is immutable after `parse`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/source/span.h"

namespace remit::ast {

using ExprId = uint32_t;
inline constexpr ExprId kNoExpr = UINT32_MAX;

/// A name with the place where it stands. Dotted names keep their dots: `payments.refund`.
struct Name {
    std::string text;
    Span span;
};

enum class ExprKind : uint8_t {
    Int,        // text: digits
    Decimal,    // text: digits '.' digits
    String,     // text: the decoded string
    Duration,   // text: as written, `1h30m`
    Timestamp,  // text: as written
    Bool,       // text: `true` | `false`
    Word,       // text: one bare word; in a test also a hole, `$amount`
    Member,     // kids[0] '.' text
    Call,       // text(kids...): a builtin, or a fact's name and keys; text may be dotted
    Set,        // { kids... }
    Or,         // kids, two or more
    And,        // kids, two or more
    Not,        // kids[0]
    Compare,    // kids[0] cmp kids[1]
    Arith,      // kids[0] text kids[1], text is `+`, `-` or `*`
    Negate,     // - kids[0]
    Has,        // has kids[0]
    IsNull,     // kids[0] is null
    Any,
    All,      // text: variable; kids[0]: the list, kids[1]: the body
    CountOf,  // count(text in kids[0]: kids[1])
    SumOf,    // sum(text in kids[0]: kids[1])
};

enum class Cmp : uint8_t {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    In,
    Like,
    Starts,
    Ends,
    Contains,
    Matches,
    Inside,
    On,
    Only,
    Meets,
    During
};

struct Expr {
    ExprKind kind = ExprKind::Word;
    Cmp cmp = Cmp::Eq;  // Compare only
    Span span;
    std::string text;
    std::vector<ExprId> kids;
};

// ---- selectors ---------------------------------------------------------------------------------------------------

enum class SelKind : uint8_t { Glob, Exact, Read, Write, Destructive, Idempotent, Open, Trust, Gives };

struct SelAtom {
    SelKind kind = SelKind::Glob;
    Cmp cmp = Cmp::Eq;  // Trust and Gives: Eq Ne Lt Le Gt Ge
    Name name;          // the glob, the exact tool name, or the symbol
};
/// `a & b, c`: an or of ands.
struct Selector {
    std::vector<std::vector<SelAtom>> any_of;
    Span span;
};

// ---- declarations ------------------------------------------------------------------------------------------------

struct PolicyDecl {
    Name name;
    std::optional<Name> parent;
    std::optional<Name> parent_file;  // text: the decoded path
    std::optional<Name> pinned;       // text: "sha256:..."
};
struct UseDecl {
    Name what;
    bool is_file = false;
};
enum class VocabularyKind : uint8_t { Tiers, Classes, Trust, Lanes };
struct VocabularyDecl {
    VocabularyKind kind = VocabularyKind::Tiers;
    std::vector<Name> symbols;  // lowest first
};
struct EnumDecl {
    Name name;
    bool ordered = false;
    std::vector<Name> symbols;
};
struct RoleDecl {
    Name name;
    std::vector<Name> includes;
};
struct EgressDecl {
    Name name;
    std::vector<Name> endpoints;  // decoded strings, "host:port"
};

/// `decimal(2)`: name "decimal", number 2. `list<email> max 8`: name "list", args[0] email, max "8".
struct Field;
struct TypeExpr {
    Name name;
    std::optional<std::string> number;
    std::vector<TypeExpr> args;
    std::vector<Field> fields;  // record only
    std::optional<std::string> max_items;
};
/// A parameter of a tool or fact, or a field of a record or fact.
struct Field {
    Name name;
    TypeExpr type;
    ExprId min = kNoExpr, max = kNoExpr;  // literal; `max` after list<T> belongs to the type
    ExprId one_of = kNoExpr;              // a Set
    ExprId default_value = kNoExpr;       // literal, or Word `null`
    bool optional = false;
    bool nullable = false;
};
struct ToolDecl {
    Name name;
    std::vector<Field> params;
    std::vector<Name> flags;  // read write destructive idempotent open
    std::optional<Name> trust, gives, undo, about;
    std::optional<std::vector<Field>> returns;  // what its results are made of
    std::optional<Name> each, each_as;  // `each items as payments.refund`: a list argument, and the tool of one element
};
struct FactDecl {
    Name name;
    std::vector<Field> keys;
    std::vector<Field> fields;
    Name fresh;  // a duration as written
};
/// `param cap: decimal(2) max 900.00 default 500.00`, or in a policy below, `param cap = 200.00`.
struct ParamDecl {
    Name name;
    std::optional<Field> field;  // its name is the parameter's; empty where a value is given
    ExprId value = kNoExpr;      // literal
};
struct TableRow {
    std::vector<ExprId> cells;  // each a Word (`_` for all) or a Set of Words
    ExprId value = kNoExpr;     // literal
    Span span;
};
/// A total function of symbols, as a table.
struct TableDecl {
    Name name;
    std::vector<Field> keys;
    TypeExpr result;
    std::vector<TableRow> rows;
};
struct WindowDecl {
    Name name;
    Name zone;                          // decoded: `Europe/Berlin`
    std::vector<Name> moments, except;  // decoded: `mon-fri 09:00-17:30`; `2026-12-24..2026-12-26`
};

// ---- rules -------------------------------------------------------------------------------------------------------

enum class Verb : uint8_t {
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
    Never,
};

/// `owner`, `ROLE`, `N of ROLE`.
struct Signer {
    Name who;
    std::optional<Name> quorum;  // digits
};

enum class CountKind : uint8_t { Number, Sum, Distinct };

/// What `never` and `always` say of a decision.
enum class Property : uint8_t { Allow, Block, Ask, Limit, Quota, Isolate, Reach, Record, Redact, Risk, Lane };

/// One struct for every verb: what a verb does not have stays empty. Which clause belongs to which verb is the grammar's business.
struct Rule {
    Verb verb = Verb::Allow;
    Span head;  // the verb's word

    // allow: roles (`anyone` for all); risk, lane, mark, count: its one name; reach: the profile; record: evidence;
    // isolate: keys after `by`
    std::vector<Name> names;
    std::optional<Name> number;  // risk: weight (with no sign); limit, quota: how many; count distinct: max
    Selector selector;
    bool watch = false;                   // stands before the verb: it is recorded and does nothing
    bool after = false;                   // block, redact: of the result
    bool always = false;                  // never: it was `always`
    Property property = Property::Allow;  // never
    Cmp cmp = Cmp::Ge;                    // never, of a risk or a lane
    bool including_write = false;         // allow
    std::optional<Signer> signer;  // ask; block: after `override by`; never: after `unless signed by`, or of `ask`
    std::optional<Name> level;     // isolate
    std::optional<Name> per;       // limit, quota, count: `session` | `tenant` | ...
    std::optional<Name> over;      // quota, count: a duration as written
    std::optional<Name> within;    // ask; block with `override`
    std::vector<Name> with;        // the same
    ExprId key = kNoExpr;          // count: `per args.x`
    std::optional<Name> max_keys;  // count: of how many `key`s
    std::optional<Name> at_least, at_most;  // retain
    CountKind count = CountKind::Number;
    ExprId summand = kNoExpr;  // count sum, distinct
    ExprId path = kNoExpr;     // redact: args.x
    ExprId when = kNoExpr, except = kNoExpr;
    std::optional<Name> because;  // the decoded text
};

/// A mark or a count; one that is only watched defines nothing.
inline bool defines_state(const Rule& rule) {
    return (rule.verb == Verb::Mark || rule.verb == Verb::Count) && !rule.watch;
}

// ---- tests -------------------------------------------------------------------------------------------------------

/// `name value, value`: in a session or state block. `role responder`, `scope payments.*`, `tainted`, `refunded 300.00`.
struct Setting {
    Name name;
    std::vector<ExprId> values;  // literals, Words, dotted Members; globs come as String
};
/// A value of a test: an expression of literals, or a list or record of them, with an optional label.
struct Value {
    enum class Kind : uint8_t { Scalar, List, Record, Null } kind = Kind::Scalar;
    Span span;
    ExprId scalar = kNoExpr;
    std::vector<Value> items;  // List; Record: one for each of `keys`
    std::vector<Name> keys;
    std::vector<Name> sources;        // `from user`, `from {agent, web.fetch}`
    std::optional<Name> label_class;  // `class internal`
};
struct NamedValue {
    Name name;
    Value value;
};
struct TestFact {
    Name fact;
    std::vector<Value> keys;
    std::vector<NamedValue> fields;
    std::optional<Name> as_of;
};
struct TestCall {
    Name tool;
    std::vector<NamedValue> args;
    std::optional<Name> data;
};
struct TestSignature {
    Name by;  // decoded string
    std::vector<Name> roles;
    bool agent = false;
    std::vector<Name> evidence;  // `with plan, rollback`
};
/// `2 of release_manager within 15m with plan rollback`: what is left out is not looked at.
struct ExpectedSigner {
    Signer signer;
    std::optional<Name> within;
    std::vector<Name> with;
};
struct Expectation {
    /// verdict: allow | ask | deny, with signers after `ask`. Otherwise the word that names the part: risk lane reach isolate record redact
    /// retain mark count limit because evidence ...
    Name what;
    std::vector<ExpectedSigner> signers;
    std::vector<ExprId> values;
    bool negated = false;  // `not reach saas`
};
/// What one `case` puts into one hole. A hole is a Word, a Name or a whole Value whose text is its column's, `$amount`.
struct Cell {
    Value value;
    std::vector<ExpectedSigner> signers;  // `ask owner`: then the value is the word `ask`
};
struct Case {
    std::vector<Cell> cells;  // as Test::columns
    Span span;
};
struct Test {
    Name title;                 // decoded string; of a fixture its name
    std::vector<Name> with;     // fixtures that it starts from
    std::vector<Name> columns;  // `$tier`; every hole of the test is one
    std::vector<Case> cases;    // without any it is one test
    std::vector<Setting> session, state, context;
    std::vector<TestFact> facts;
    std::vector<TestCall> calls;                    // exactly one in a valid test, unless a fixture has it
    std::optional<std::vector<NamedValue>> result;  // what the call returned: then the test decides that
    std::vector<TestSignature> signatures;
    std::vector<Expectation> expect;
};

/// What tests have in common, by its name: a test without a title, cases and expectations.
struct Fixture {
    Test setup;
};

using DeclBody = std::variant<PolicyDecl, UseDecl, VocabularyDecl, EnumDecl, RoleDecl, EgressDecl, ToolDecl, FactDecl,
                              ParamDecl, TableDecl, WindowDecl, Rule, Test, Fixture>;

struct Decl {
    DeclBody body;
    Span span;  // the whole declaration
};

/// One file. Owns everything; spans point into the SourceFile with `file`.
struct File {
    FileId file = 0;
    std::vector<Decl> decls;
    std::vector<Expr> exprs;
    const Expr& expr(ExprId id) const { return exprs[id]; }
};

}  // namespace remit::ast
