#include "vm/jit/externals.h"

#include <strings.h>

#include <cstring>

#include "vm/index/classify.h"
#include "vm/index/role_sets.h"
#include "vm/jit/judge_emitter.h"
#include "vm/ops/ops.h"

namespace remit::jit {
namespace {

// As the emitters of native code call them.
uint32_t search(const SearchClasses* classes, int64_t value) noexcept { return search_class(*classes, value); }
uint32_t find_text(const TextClasses* classes, const Str* text) noexcept { return text_class(*classes, *text); }
uint64_t word_of(const RoleSets* sets, const V* masks) noexcept { return role_word(*sets, masks); }
void run_list(const Steps* steps, uint32_t list, V* frame, Outcome* out) noexcept {
    steps->run_list(list, frame, *out);
}
const Str kNoText;

}  // namespace

std::span<const External> externals() noexcept {
#define REMIT_HEAVY(name) {"remit_op_" #name, reinterpret_cast<const void*>(&remit_op_##name)}
    using Copy = void* (*)(void*, const void*, size_t);
    static const External kAll[] = {
        REMIT_HEAVY(EqS),
        REMIT_HEAVY(StartsS),
        REMIT_HEAVY(EndsS),
        REMIT_HEAVY(ContainsS),
        REMIT_HEAVY(LikeS),
        REMIT_HEAVY(MatchesS),
        REMIT_HEAVY(HostLike),
        REMIT_HEAVY(InsideS),
        REMIT_HEAVY(UrlOn),
        REMIT_HEAVY(EqN),
        REMIT_HEAVY(InNet),
        REMIT_HEAVY(InI),
        REMIT_HEAVY(InS),
        REMIT_HEAVY(OnlyI),
        REMIT_HEAVY(OnlyS),
        REMIT_HEAVY(MeetsI),
        REMIT_HEAVY(MeetsS),
        REMIT_HEAVY(During),
        {"remit_search_class", reinterpret_cast<const void*>(&search)},
        {"remit_text_class", reinterpret_cast<const void*>(&find_text)},
        {"remit_role_word", reinterpret_cast<const void*>(&word_of)},
        {"remit_run_list", reinterpret_cast<const void*>(&run_list)},
        {kNoTextSymbol, &kNoText},
        {"memcmp", reinterpret_cast<const void*>(&::memcmp)},
        {"bcmp", reinterpret_cast<const void*>(&::bcmp)},
        {"memcpy", reinterpret_cast<const void*>(static_cast<Copy>(&::memcpy))},
        {"memmove", reinterpret_cast<const void*>(static_cast<Copy>(&::memmove))},
        {"memset", reinterpret_cast<const void*>(static_cast<void* (*)(void*, int, size_t)>(&::memset))},
    };
#undef REMIT_HEAVY
    return kAll;
}

}  // namespace remit::jit
