#include "host/prove/context.h"

namespace remit::prove {

Sym Context::choose(Term c, const Sym& a, const Sym& b) {
    if (terms.is_true(c)) return a;
    if (terms.is_false(c)) return b;
    Sym s = a;
    s.absent = terms.ite(c, a.absent, b.absent);
    s.null = terms.ite(c, a.null, b.null);
    s.other = terms.ite(c, a.other, b.other);
    if (a.kind == Kind::Truth) {
        s.must = terms.ite(c, a.must, b.must);
        s.may = terms.ite(c, a.may, b.may);
        return s;
    }
    // What is always an error has no bits and no parts that matter.
    const bool a_fails = terms.is_true(error_of(a)), b_fails = terms.is_true(error_of(b));
    if (a_fails || b_fails) {
        const Sym& whole = b_fails ? a : b;
        s.bits = whole.bits;
        s.parts = whole.parts;
        s.list = whole.list;
        return s;
    }
    if (!terms.node(a.bits).boolean && !terms.node(b.bits).boolean)
        s.bits = terms.ite(c, a.bits, b.bits);
    else if (terms.node(a.bits).boolean)
        s.bits = b.bits;
    if (a.parts.empty()) s.parts = b.parts;
    for (size_t i = 0; i < s.parts.size() && i < a.parts.size() && i < b.parts.size(); ++i)
        s.parts[i] = choose(c, a.parts[i], b.parts[i]);
    if (!a.list || !b.list) {
        s.list = a.list ? a.list : b.list;
        return s;
    }
    auto list = std::make_shared<SymList>();
    list->size = terms.ite(c, a.list->size, b.list->size);
    list->exact = a.list->exact && b.list->exact;
    list->distinct = a.list->distinct || b.list->distinct;
    const SymList &longer = a.list->items.size() >= b.list->items.size() ? *a.list : *b.list,
                  &shorter = &longer == a.list.get() ? *b.list : *a.list;
    const Term use_longer = &longer == a.list.get() ? c : terms.no(c);
    for (size_t i = 0; i < longer.items.size(); ++i)
        list->items.push_back(i < shorter.items.size() ? choose(use_longer, longer.items[i], shorter.items[i])
                                                       : longer.items[i]);
    list->labels = longer.labels.empty() ? shorter.labels : longer.labels;
    s.list = std::move(list);
    return s;
}

Sym Context::free_truth(const std::string& name) {
    const Sym s = truth(terms.boolean(name + ".must"), terms.boolean(name + ".may"));
    facts.push_back(terms.implies(s.must, s.may));
    return s;
}

Sym Context::free_number(const std::string& name) {
    Sym s = number(terms.integer(name));
    s.other = terms.boolean(name + ".error");
    in_range(s.bits, INT64_MIN, INT64_MAX);
    return s;
}

Term Context::stands_for_longer(const SymList& list, Term must, Term may) {
    Asked& asked = lists[list.size];
    asked.items = list.items.size();
    if (asked.answers.emplace(must, may).second) asked.witnesses += must == may ? 1 : 2;
    return terms.boolean("?whole." + std::to_string(list.size.id));
}

void Context::size_matters(const SymList& list) {
    constexpr size_t kMoreThanThereAre = 1'000'000;
    if (list.distinct && !list.exact) lists[list.size].witnesses += kMoreThanThereAre;
}

std::vector<Term> Context::settled_lists() {
    std::vector<Term> out;
    for (const auto& [size, asked] : lists) {
        const Term whole = terms.boolean("?whole." + std::to_string(size.id));
        out.push_back(asked.witnesses <= asked.items ? whole : terms.no(whole));
    }
    return out;
}

void Context::in_range(Term t, int64_t low, int64_t high) {
    facts.push_back(terms.at_most(terms.number(low), t));
    facts.push_back(terms.at_most(t, terms.number(high)));
}

}  // namespace remit::prove
