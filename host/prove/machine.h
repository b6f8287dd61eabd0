// Machine: runs a guard on symbols instead of values. It follows vm/interpreter instruction by instruction and vm/ops row by row; an
// operation that has no method here gives a free variable, which can only turn a proof into an honest "unknown".
#pragma once

#include <vector>

#include "host/prove/context.h"
#include "vm/index/loaded.h"

namespace remit::prove {

class Machine {
public:
    Machine(Context& context, const LoadedProgram& program) : c_(context), t_(context.terms), loaded_(program) {}

    /// `params`: index of the row's first parameter.
    Sym run(const Shape& shape, uint32_t params, const std::vector<Sym>& frame);
    /// A value that is known, of layout `type`.
    Sym lift(V value, TypeRef type);
    Sym member(const Sym& item, const Sym& list, Op equal);

private:
    struct State {
        const std::vector<Sym>& frame;
        uint32_t params;
        std::vector<Sym> registers;
        Term exited;  // the guard was found false on the way
    };
    void span(State& s, uint32_t from, uint32_t to);
    void loop(State& s, uint32_t head);
    Sym operate(Op op, const Sym& a, const Sym& b);
    Sym unknown(Op op, const Sym& a, const Sym& b);

    Sym strict(const Sym& a, const Sym& b, Term holds);
    Sym strict_number(const Sym& a, const Sym& b, Term bits);
    Sym passed(const Sym& a, Sym value);
    Sym text_test(Op op, const Sym& a, const Sym& b);
    Sym size_limited(const Sym& list, const char* name, Sym said);
    Sym only(const Sym& a, const Sym& b, Op equal);
    Sym meets(const Sym& a, const Sym& b, Op equal);
    Sym item_label(const Sym& list, const Sym& index, int part);

#define REMIT_OF(name) Sym on_##name([[maybe_unused]] const Sym& a, [[maybe_unused]] const Sym& b)
    REMIT_OF(And);
    REMIT_OF(Or);
    REMIT_OF(Not);
    REMIT_OF(Has);
    REMIT_OF(IsNull);
    REMIT_OF(Truth);
    REMIT_OF(CountStep);
    REMIT_OF(EqI);
    REMIT_OF(LtI);
    REMIT_OF(LeI);
    REMIT_OF(AddI);
    REMIT_OF(SubI);
    REMIT_OF(MulI);
    REMIT_OF(NegI);
    REMIT_OF(AnyBits);
    REMIT_OF(EqS);
    REMIT_OF(StartsS);
    REMIT_OF(EndsS);
    REMIT_OF(ContainsS);
    REMIT_OF(LikeS);
    REMIT_OF(MatchesS);
    REMIT_OF(HostLike);
    REMIT_OF(InsideS);
    REMIT_OF(LengthS);
    REMIT_OF(UrlText);
    REMIT_OF(UrlScheme);
    REMIT_OF(UrlHost);
    REMIT_OF(UrlPath);
    REMIT_OF(UrlPort);
    REMIT_OF(UrlOn);
    REMIT_OF(EmailText);
    REMIT_OF(EmailLocal);
    REMIT_OF(EmailDomain);
    REMIT_OF(EqN);
    REMIT_OF(InNet);
    REMIT_OF(SizeL);
    REMIT_OF(InI);
    REMIT_OF(InS);
    REMIT_OF(OnlyI);
    REMIT_OF(OnlyS);
    REMIT_OF(MeetsI);
    REMIT_OF(MeetsS);
    REMIT_OF(ItemTrust);
    REMIT_OF(ItemClass);
    REMIT_OF(ItemSources);
#undef REMIT_OF

    Context& c_;
    smt::Terms& t_;
    const LoadedProgram& loaded_;
};

}  // namespace remit::prove
