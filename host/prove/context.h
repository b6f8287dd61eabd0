// Context: what the terms of one question stand on: the terms themselves, the texts, and what is known of the variables.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "host/prove/symbol.h"
#include "host/prove/texts.h"

namespace remit::prove {

/// Items of a list that are written out, and sources of a label.
inline constexpr size_t kListItems = 6;
inline constexpr size_t kLabelSources = 2;

struct Context {
    smt::Terms terms;
    Texts texts{terms};
    std::vector<Term> facts;  // hold of every request that the engine decides
    std::vector<Term>
        abstracted;  // conditions under which a formula says less than the policy: lists that are too long, unknown operations
    std::set<std::string> unknown;  // operations that were left free

    /// What is asked of a list item by item (`any`, `all`, membership). Each such answer needs one item as its witness, or one for *may* and
    /// one for *must*; a list can lose all other items, and have any length by repeating one, without changing an answer. So the items that
    /// are written out stand for lists of every length if there are at least as many of them as witnesses.
    struct Asked {
        std::set<std::pair<Term, Term>> answers;  // must, may
        size_t witnesses = 0;
        size_t items = 0;
    };
    std::map<Term, Asked> lists;  // by size
    /// Whether the items of the list stand for longer lists as well. Settled by `settled_lists`, when all has been asked.
    Term stands_for_longer(const SymList& list, Term must, Term may);
    /// The list has a meaning beyond its items (the size of a set): they do not stand for longer ones.
    void size_matters(const SymList& list);
    std::vector<Term> settled_lists();

    Term yes() const { return terms.truth(true); }
    Term error_of(const Sym& s) { return terms.any({s.absent, s.null, s.other}); }
    Sym truth(Term must, Term may) const {
        Sym s;
        s.kind = Kind::Truth;
        s.must = must;
        s.may = may;
        return s;
    }
    Sym number(Term bits) const {
        Sym s;
        s.bits = bits;
        return s;
    }
    /// One or the other.
    Sym choose(Term condition, const Sym& a, const Sym& b);
    /// A guard of which nothing is known, the same for the same `name`.
    Sym free_truth(const std::string& name);
    /// A number of which nothing is known, or an error.
    Sym free_number(const std::string& name);
    void in_range(Term t, int64_t low, int64_t high);
};

}  // namespace remit::prove
