// What each operation of vm/ops/ops.def means for symbols: read it beside vm/ops/ops.h and vm/ops/heavy.cpp.
#include <fmt/format.h>

#include "host/prove/machine.h"
#include "vm/value/scalar.h"

namespace remit::prove {

#define REMIT_OF(name) Sym Machine::on_##name([[maybe_unused]] const Sym& a, [[maybe_unused]] const Sym& b)

/// Nothing if the text is not known.
static const std::string* literal_of(Context& c, const Sym& s) {
    const smt::Node& n = c.terms.node(s.bits);
    return n.kind == smt::TermKind::Number ? c.texts.literal_of(n.number) : nullptr;
}

Sym Machine::strict(const Sym& a, const Sym& b, Term holds) {
    const Term error = t_.either(c_.error_of(a), c_.error_of(b));
    return c_.truth(t_.both(t_.no(error), holds), t_.either(error, holds));
}

Sym Machine::passed(const Sym& a, Sym value) {
    const Term fine = t_.no(c_.error_of(a));
    if (t_.is_true(fine)) return value;
    if (value.kind == Kind::Truth) return c_.truth(t_.both(fine, value.must), t_.either(t_.no(fine), value.may));
    value.absent = t_.either(a.absent, t_.both(fine, value.absent));
    value.null = t_.either(a.null, t_.both(fine, value.null));
    value.other = t_.either(a.other, t_.both(fine, value.other));
    return value;
}

Sym Machine::strict_number(const Sym& a, const Sym& b, Term bits) {
    Sym s = c_.number(bits);
    const bool known = t_.node(bits).kind == smt::TermKind::Number;
    if (!known)
        s.other = t_.no(t_.both(t_.at_most(t_.number(INT64_MIN), bits), t_.at_most(bits, t_.number(INT64_MAX))));
    return passed(a, passed(b, s));
}

// ---- not strict

REMIT_OF(And) { return c_.truth(t_.both(a.must, b.must), t_.both(a.may, b.may)); }
REMIT_OF(Or) { return c_.truth(t_.either(a.must, b.must), t_.either(a.may, b.may)); }
REMIT_OF(Not) { return c_.truth(t_.no(a.may), t_.no(a.must)); }
REMIT_OF(Has) {
    const Term there = t_.no(a.absent);
    return c_.truth(there, there);
}
REMIT_OF(IsNull) { return c_.truth(a.null, c_.error_of(a)); }
REMIT_OF(Truth) {
    const Term set = t_.no(t_.equal(a.bits, t_.number(0))), error = c_.error_of(a);
    return c_.truth(t_.both(t_.no(error), set), t_.either(error, set));
}
REMIT_OF(CountStep) {
    Sym s = c_.number(t_.add(a.bits, t_.ite(b.must, t_.number(1), t_.number(0))));
    s.other = t_.both(b.may, t_.no(b.must));
    return passed(a, s);
}

// ---- numbers and symbols

REMIT_OF(EqI) { return strict(a, b, t_.equal(a.bits, b.bits)); }
REMIT_OF(LtI) { return strict(a, b, t_.less(a.bits, b.bits)); }
REMIT_OF(LeI) { return strict(a, b, t_.at_most(a.bits, b.bits)); }
REMIT_OF(AddI) { return strict_number(a, b, t_.add(a.bits, b.bits)); }
REMIT_OF(SubI) { return strict_number(a, b, t_.add(a.bits, t_.times(-1, b.bits))); }
REMIT_OF(MulI) {
    if (t_.node(a.bits).kind == smt::TermKind::Number)
        return strict_number(a, b, t_.times(t_.node(a.bits).number, b.bits));
    if (t_.node(b.bits).kind == smt::TermKind::Number)
        return strict_number(a, b, t_.times(t_.node(b.bits).number, a.bits));
    return unknown(Op::MulI, a, b);
}
REMIT_OF(NegI) { return strict_number(a, a, t_.times(-1, a.bits)); }
REMIT_OF(AnyBits) {
    const Sym &word = a.mask.empty() ? b : a, &mask = a.mask.empty() ? a : b;
    const smt::Node& known = t_.node(mask.bits);
    if (word.mask.empty() || known.kind != smt::TermKind::Number) return unknown(Op::AnyBits, a, b);
    const auto wanted = static_cast<uint64_t>(known.number);
    std::vector<Term> some;
    for (size_t i = 0; i < word.mask.size(); ++i)
        if ((wanted >> i & 1) != 0) some.push_back(word.mask[i]);
    return strict(a, b, t_.any(some));
}

// ---- text

/// A test of a text against a literal; with two variables, a free function of both.
Sym Machine::text_test(Op op, const Sym& a, const Sym& b) {
    const Kind kind = a.kind == Kind::Net ? Kind::Net : Kind::Str;
    if (const std::string* pattern = literal_of(c_, b))
        return strict(a, b, c_.texts.holds({op, kind, *pattern}, a.bits));
    c_.abstracted.push_back(c_.yes());
    return strict(a, b, t_.apply(fmt::format("texts.{}", static_cast<int>(op)), {a.bits, b.bits}, true));
}

REMIT_OF(EqS) { return strict(a, b, t_.equal(a.bits, b.bits)); }
REMIT_OF(StartsS) { return text_test(Op::StartsS, a, b); }
REMIT_OF(EndsS) { return text_test(Op::EndsS, a, b); }
REMIT_OF(ContainsS) { return text_test(Op::ContainsS, a, b); }
REMIT_OF(LikeS) { return text_test(Op::LikeS, a, b); }
REMIT_OF(MatchesS) { return text_test(Op::MatchesS, a, b); }
REMIT_OF(HostLike) { return text_test(Op::HostLike, a, b); }
REMIT_OF(InsideS) { return text_test(Op::InsideS, a, b); }
REMIT_OF(LengthS) { return passed(a, c_.number(c_.texts.length(a.bits))); }

// ---- network

REMIT_OF(UrlText) { return a.parts.empty() ? unknown(Op::UrlText, a, a) : passed(a, a.parts[0]); }
REMIT_OF(UrlScheme) { return a.parts.empty() ? unknown(Op::UrlScheme, a, a) : passed(a, a.parts[1]); }
REMIT_OF(UrlHost) { return a.parts.empty() ? unknown(Op::UrlHost, a, a) : passed(a, a.parts[2]); }
REMIT_OF(UrlPath) { return a.parts.empty() ? unknown(Op::UrlPath, a, a) : passed(a, a.parts[3]); }
REMIT_OF(UrlPort) {
    if (a.parts.empty()) return unknown(Op::UrlPort, a, a);
    Sym port = a.parts[4];
    port.other = t_.less(port.bits, t_.number(0));
    return passed(a, port);
}
REMIT_OF(EmailText) { return a.parts.empty() ? unknown(Op::EmailText, a, a) : passed(a, a.parts[0]); }
REMIT_OF(EmailLocal) { return a.parts.empty() ? unknown(Op::EmailLocal, a, a) : passed(a, a.parts[1]); }
REMIT_OF(EmailDomain) { return a.parts.empty() ? unknown(Op::EmailDomain, a, a) : passed(a, a.parts[2]); }
REMIT_OF(UrlOn) {
    if (a.parts.empty() || !b.list || !b.list->exact) return unknown(Op::UrlOn, a, b);
    std::vector<Term> some;
    for (const Sym& item : b.list->items) {
        const std::string* pattern = literal_of(c_, item);
        const size_t colon = pattern == nullptr ? std::string::npos : pattern->rfind(':');
        if (colon == std::string::npos) return unknown(Op::UrlOn, a, b);
        std::string host = pattern->substr(0, colon);
        const std::string port = pattern->substr(colon + 1);
        if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
        const Term named = c_.texts.holds({Op::HostLike, Kind::Str, host}, a.parts[2].bits);
        const auto number = parse_int(port);
        const Term reached = port == "*"              ? c_.yes()
                             : number && *number >= 0 ? t_.equal(a.parts[4].bits, t_.number(*number))
                                                      : t_.truth(false);
        some.push_back(t_.both(named, reached));
    }
    return strict(a, b, t_.any(some));
}
REMIT_OF(EqN) { return strict(a, b, t_.equal(a.bits, b.bits)); }
REMIT_OF(InNet) { return text_test(Op::InNet, a, b); }

// ---- lists and sets

/// What is said of a list longer than is written out. Guards: as of its items, if they stand for longer lists; else, and of numbers,
/// anything, but always the same of the same list.
Sym Machine::size_limited(const Sym& list, const char* name, Sym said) {
    if (!list.list || list.list->exact) return said;
    const Term longer = t_.less(t_.number(static_cast<int64_t>(list.list->items.size())), list.list->size);
    if (t_.is_false(longer)) return said;
    const bool guard = said.kind == Kind::Truth;
    const Term free = guard ? t_.both(longer, t_.no(c_.stands_for_longer(*list.list, said.must, said.may))) : longer;
    c_.abstracted.push_back(free);
    const std::string key = fmt::format("?{}({},{},{},{},{},{},{})", name, list.list->size.id, said.must.id,
                                        said.may.id, said.bits.id, said.absent.id, said.null.id, said.other.id);
    return c_.choose(free, guard ? c_.free_truth(key) : c_.free_number(key), said);
}

REMIT_OF(SizeL) {
    if (!a.list) return passed(a, c_.number(t_.number(0)));
    c_.size_matters(*a.list);
    return passed(a, c_.number(a.list->size));
}

Sym Machine::member(const Sym& item, const Sym& list, Op equal) {
    Sym some = c_.truth(t_.truth(false), t_.truth(false));
    if (!list.list) return some;
    for (size_t k = 0; k < list.list->items.size(); ++k) {
        const Term within = t_.less(t_.number(static_cast<int64_t>(k)), list.list->size);
        const Sym same = equal == Op::EqI ? on_EqI(item, list.list->items[k]) : on_EqS(item, list.list->items[k]);
        some = on_Or(some, c_.truth(t_.both(within, same.must), t_.both(within, same.may)));
    }
    return size_limited(list, "in", some);
}
static Sym in(Context& c, const Sym& a, const Sym& b, const Sym& found) {
    const Term error = c.terms.either(c.error_of(a), c.error_of(b));
    return c.truth(c.terms.both(c.terms.no(error), found.must), c.terms.either(error, found.may));
}
REMIT_OF(InI) { return in(c_, a, b, member(a, b, Op::EqI)); }
REMIT_OF(InS) { return in(c_, a, b, member(a, b, Op::EqS)); }

Sym Machine::only(const Sym& a, const Sym& b, Op equal) {
    Sym every = c_.truth(t_.truth(false), t_.truth(false));
    if (a.list) {
        const Term some = t_.less(t_.number(0), a.list->size);
        every = c_.truth(some, some);
        for (size_t k = 0; k < a.list->items.size(); ++k) {
            const Term beyond = t_.at_most(a.list->size, t_.number(static_cast<int64_t>(k)));
            const Sym one = member(a.list->items[k], b, equal);
            every = on_And(every, c_.truth(t_.either(beyond, one.must), t_.either(beyond, one.may)));
        }
        every = size_limited(a, "only", every);
    }
    return in(c_, a, b, every);
}
Sym Machine::meets(const Sym& a, const Sym& b, Op equal) {
    Sym some = c_.truth(t_.truth(false), t_.truth(false));
    if (a.list) {
        for (size_t k = 0; k < a.list->items.size(); ++k) {
            const Term within = t_.less(t_.number(static_cast<int64_t>(k)), a.list->size);
            const Sym one = member(a.list->items[k], b, equal);
            some = on_Or(some, c_.truth(t_.both(within, one.must), t_.both(within, one.may)));
        }
        some = size_limited(a, "meets", some);
    }
    return in(c_, a, b, some);
}
REMIT_OF(OnlyI) { return only(a, b, Op::EqI); }
REMIT_OF(OnlyS) { return only(a, b, Op::EqS); }
REMIT_OF(MeetsI) { return meets(a, b, Op::EqI); }
REMIT_OF(MeetsS) { return meets(a, b, Op::EqS); }

Sym Machine::item_label(const Sym& list, const Sym& index, int part) {
    const auto k = static_cast<size_t>(t_.node(index.bits).number);
    if (!list.list || k >= list.list->labels.size()) {
        Sym none = part == 2 ? Sym{} : c_.number(t_.number(0));
        none.kind = part == 2 ? Kind::List : Kind::Int;
        none.bits = t_.number(0);
        none.other = c_.yes();
        return passed(list, none);
    }
    const SymLabel& label = list.list->labels[k];
    return passed(list, part == 0 ? c_.number(label.trust) : part == 1 ? c_.number(label.data_class) : label.sources);
}
REMIT_OF(ItemTrust) { return item_label(a, b, 0); }
REMIT_OF(ItemClass) { return item_label(a, b, 1); }
REMIT_OF(ItemSources) { return item_label(a, b, 2); }

#undef REMIT_OF

}  // namespace remit::prove
