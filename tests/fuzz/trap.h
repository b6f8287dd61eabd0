// For fuzz targets: ends the run as a crash when what must always hold does not, and says what it was.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace remit::fuzz {

inline void must(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

}  // namespace remit::fuzz
