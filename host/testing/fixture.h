// Fixture: a request under construction. It begins with the documented defaults, so that a test or a line of the REPL
// says only what matters to it; then sessions, state, facts and a call from the syntax tree are laid over them. Pure:
// the same steps give the same text. Numbers keep their digits. Not thread-safe.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/syntax/ast.h"
#include "host/testing/literal.h"
#include "vm/engine/policy.h"
#include "vm/program/program.h"

namespace remit {

class Fixture {
public:
    /// `layers`: the policy's programs, itself first. Defaults: see docs of `remit test --show-defaults`.
    explicit Fixture(std::span<const Program* const> layers);

    /// One setting of a `session`, `state` or `context` block. A setting whose value is the word `absent` leaves its
    /// key out. An empty string, or what is wrong with it.
    std::string set_session(const ast::File& file, const ast::Setting& setting);
    std::string set_state(const ast::File& file, const ast::Setting& setting);
    std::string set_context(const ast::File& file, const ast::Setting& setting);
    void add_fact(const ast::File& file, const ast::TestFact& fact);
    /// The same, in the place of one with the same name and keys.
    void replace_fact(const ast::File& file, const ast::TestFact& fact);
    void set_call(const ast::File& file, const ast::TestCall& call);
    /// What the call returned; then that is decided.
    void set_result(const ast::File& file, const std::vector<ast::NamedValue>& fields);
    /// Adds what its author attached to the call, and the signature itself once `sign_with` knows the digest.
    void add_signature(const ast::TestSignature& signature);
    void clear_signatures();

    bool signed_by_someone() const { return !signatures_.empty(); }
    /// The request. Signatures are in it only when `digest` is not empty.
    std::string request(std::string_view digest = "") const;

    const JsonFields& session() const { return session_; }
    const JsonFields& marks() const { return marks_; }
    const JsonFields& counts() const { return counts_; }
    const JsonFields& state() const { return state_; }
    const JsonFields& context() const { return context_; }
    const std::vector<JsonFields>& facts() const { return facts_; }

private:
    std::string set_keyed(const ast::File& file, const ast::Setting& setting);

    std::map<std::string, JsonFields> keyed_;  // counts that are kept by an argument: key -> what it has
    JsonFields session_, marks_, counts_, state_, context_, call_, evidence_;
    JsonFields lineage_;                    // the call's parent, which is the host's to say
    std::map<std::string, bool> distinct_;  // every declared count: whether it counts distinct values
    std::set<std::string> declared_marks_;
    std::vector<JsonFields> facts_;  // those without `as_of` get the time of the context
    std::vector<ast::TestSignature> signatures_;
    std::string result_;  // empty: none
};

/// Decides; if the fixture has signatures, decides once more with them, over the digest that the first decision shows.
/// `request` is the text that was decided last.
Decision decide(Decider& decider, const Fixture& fixture, bool stateful, std::string& request);

}  // namespace remit
