#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>

#include "tests/catch.h"

namespace {

/// Processor time, since the machine may be busy with other things.
double start_ms(const char* path) {
    char* const arguments[] = {const_cast<char*>(path), nullptr};
    char* const environment[] = {nullptr};
    double best = 1e9;
    for (int i = 0; i < 25; ++i) {
        pid_t child = 0;
        REQUIRE(posix_spawn(&child, path, nullptr, nullptr, arguments, environment) == 0);
        int status = 0;
        rusage used{};
        REQUIRE(wait4(child, &status, 0, &used) == child);
        REQUIRE(status == 0);
        const auto ms = [](const timeval& t) {
            return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_usec) / 1e3;
        };
        best = std::min(best, ms(used.ru_utime) + ms(used.ru_stime));
    }
    return best;
}

}  // namespace

TEST_CASE("linking the native compiler costs a process little at its start") {
    const double empty = start_ms(START_EMPTY), linked = start_ms(START_LINKED);
    WARN("start: empty " << empty << " ms, with the native compiler " << linked << " ms");
    CHECK(linked < empty + 5);
}
