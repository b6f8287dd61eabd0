// Sym: a value of a running policy (vm/value/value.h) of which nothing is known but terms: its bits, and under which conditions it is
// which error. Lists are written out up to a few items; what longer ones would say is free (see SymList).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "host/solver/term.h"
#include "vm/value/value.h"

namespace remit::prove {

using smt::Term;

struct SymList;

struct Sym {
    Kind kind = Kind::Int;
    Term absent, null, other;  // conditions, at most one of which holds; `other` is every further error. Default: false
    Term bits;                 // Int: the number; Str, Net, Any: which text (see Texts)
    Term must, may;            // Truth
    std::vector<Sym> parts;    // Record: fields. Url: text, scheme, host, path, port. Email: text, local, domain
    std::vector<Term> mask;    // Int that is a word of the role mask: its 64 bits
    std::shared_ptr<const SymList> list;
};

struct SymLabel {
    Term trust, data_class;
    Sym sources;
};

/// The first items of a list. Where `size` is more than they are, see Context::Asked; sums and counts are free variables then.
struct SymList {
    Term size;
    std::vector<Sym> items;
    std::vector<SymLabel> labels;  // as items, or none
    bool exact = false;            // `size` is never more than the items
    bool distinct = false;         // a set
};

}  // namespace remit::prove
