#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "tests/catch.h"

namespace {

double start_ms(const char* path) {
    char* const arguments[] = {const_cast<char*>(path), nullptr};
    char* const environment[] = {nullptr};
    double best = 1e9;
    for (int i = 0; i < 15; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        pid_t child = 0;
        REQUIRE(posix_spawn(&child, path, nullptr, nullptr, arguments, environment) == 0);
        int status = 0;
        waitpid(child, &status, 0);
        REQUIRE(status == 0);
        best = std::min(best, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
    }
    return best;
}

}  // namespace

TEST_CASE("linking the native compiler costs a process little at its start") {
    const double empty = start_ms(START_EMPTY), linked = start_ms(START_LINKED);
    WARN("start: empty " << empty << " ms, with the native compiler " << linked << " ms");
    CHECK(linked < empty + 5);
}
