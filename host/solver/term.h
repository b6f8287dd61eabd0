// Terms: formulas over booleans and integers, each built once. Equal formulas are the same number, so what two policies share is
// shared here too, and "did this change" is a comparison. Constructors simplify what they can see. A `Terms` owns all of its terms;
// one thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace remit::smt {

enum class TermKind : uint8_t {
    True,
    False,
    Number,
    BoolVar,
    IntVar,
    Not,
    And,
    Or,
    Ite,
    Equal,
    Less,
    Add,
    Times,
    Apply
};

/// A term by its number; valid in the Terms that made it.
struct Term {
    uint32_t id = 0;
    friend bool operator==(Term, Term) = default;
    friend auto operator<=>(Term, Term) = default;
};

struct Node {
    TermKind kind = TermKind::False;
    bool boolean = true;  // its sort, else integer
    int64_t number = 0;   // Number
    uint32_t name = 0;    // variables; Apply: the function
    std::vector<Term> operands;
};

class Terms {
public:
    Terms();
    Terms(const Terms&) = delete;
    Terms& operator=(const Terms&) = delete;

    Term truth(bool value) const { return value ? Term{1} : Term{0}; }
    Term number(int64_t value);
    /// The same name and sort is the same variable.
    Term boolean(const std::string& name);
    Term integer(const std::string& name);

    Term no(Term a);
    Term both(Term a, Term b) { return all({a, b}); }
    Term either(Term a, Term b) { return any({a, b}); }
    Term all(std::vector<Term> parts);
    Term any(std::vector<Term> parts);
    Term implies(Term a, Term b) { return either(no(a), b); }
    Term ite(Term condition, Term then, Term otherwise);
    Term equal(Term a, Term b);
    Term less(Term a, Term b);
    Term at_most(Term a, Term b);
    /// Sums and products are of mathematical integers: they do not overflow.
    Term add(Term a, Term b);
    Term times(int64_t factor, Term a);
    Term minimum(Term a, Term b) { return ite(at_most(a, b), a, b); }
    Term maximum(Term a, Term b) { return ite(at_most(a, b), b, a); }
    /// An uninterpreted function of integers.
    Term apply(const std::string& function, std::vector<Term> operands, bool boolean);

    const Node& node(Term t) const { return nodes_[t.id]; }
    const std::string& name(const Node& n) const { return names_[n.name]; }
    bool is_true(Term t) const { return t.id == 1; }
    bool is_false(Term t) const { return t.id == 0; }
    /// SMT-LIB text that refers to operands as `n12`.
    std::string text(Term t) const;

private:
    Term make(Node node);
    Term junction(TermKind kind, std::vector<Term> parts);
    uint32_t intern(const std::string& name);

    std::vector<Node> nodes_;
    std::map<std::vector<uint64_t>, uint32_t> known_;
    std::vector<std::string> names_;
    std::unordered_map<std::string, uint32_t> name_ids_;
};

}  // namespace remit::smt
