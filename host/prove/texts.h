// Texts: strings, paths, hosts and networks as numbers. Every literal has its own number; a variable is any number, so equality is
// equality. What else is said of a text (a prefix, a pattern, a network around it) is a function of that number, free but for axioms:
// on a literal it is what vm/ops says, and two such facts of one text agree (a longer prefix implies a shorter one, ...).
// So whatever holds for all functions holds for all texts; the reverse is found out by choosing texts and running the policy.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "host/solver/term.h"
#include "vm/ops/op.h"
#include "vm/value/value.h"

namespace remit::prove {

using smt::Term;

/// `op` between a text and a literal pattern, as a boolean function of the text.
struct Predicate {
    Op op;
    Kind kind;  // Str or Net: of text and pattern
    std::string pattern;
    friend auto operator<=>(const Predicate&, const Predicate&) = default;
};
/// What vm/ops says of two literals.
bool holds_of(const Predicate& predicate, std::string_view text);

class Texts {
public:
    explicit Texts(smt::Terms& terms) : terms_(terms) {}
    /// Networks are given as format_net writes them.
    Term literal(Kind kind, std::string_view text);
    /// Nothing if `number` is no literal.
    const std::string* literal_of(int64_t number) const;
    Term holds(const Predicate& predicate, Term text);
    Term length(Term text);

    /// All that follows about texts used so far.
    std::vector<Term> axioms();
    /// What is asked of a variable: in concretising, its text must answer as the model does.
    const std::map<Term, std::set<Predicate>>& asked() const { return asked_; }
    Term application(const Predicate& predicate, Term text);
    bool has_length(Term text) const { return lengths_.contains(text); }
    size_t size() const { return texts_.size(); }

private:
    void relate(Term text, const Predicate& a, const Predicate& b, std::vector<Term>& out);

    smt::Terms& terms_;
    std::vector<std::pair<Kind, std::string>> texts_;  // by number
    std::map<std::pair<Kind, std::string>, int64_t, std::less<>> numbers_;
    std::map<Predicate, std::string> functions_;
    std::map<Term, std::set<Predicate>> asked_;
    std::set<Term> lengths_;
};

}  // namespace remit::prove
