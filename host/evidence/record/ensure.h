// ensure: an assertion that stays on, for what only a bug of ours can bring about. Never for input.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace remit::evidence {

inline void ensure(bool holds, const char* what) {
    if (holds) [[likely]]
        return;
    std::fputs("remit: broken invariant: ", stderr);
    std::fputs(what, stderr);
    std::fputc('\n', stderr);
    std::abort();
}

}  // namespace remit::evidence
