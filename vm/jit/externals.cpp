#include "vm/jit/externals.h"

#include <strings.h>

#include <cstring>

#include "vm/ops/ops.h"

namespace remit::jit {

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
