// Power cuts. REMIT_POWER_STATES: how many (see CMakeLists.txt); `scripts/faults power` runs as many as one likes.
#include "tests/evidence_journal/power.h"

#include "tests/catch.h"

using namespace remit::evidence::testing;

TEST_CASE("power cuts lose nothing that was acknowledged and bring back nothing that was not") {
    PowerOptions options;
    options.states = REMIT_POWER_STATES;
    const PowerReport report = check_power(options);
    INFO("replay with scripts/faults power --seed; " << report.violation);
    CHECK(report.violation.empty());
    CHECK(report.states >= options.states);
    // The histories are not all the same quiet one.
    CHECK(report.failures > report.histories);
    CHECK(report.rotations > report.histories);
    CHECK(report.damages > report.histories / 4);
}

TEST_CASE("a disk that only says it has synced is found out") {
    PowerOptions options;
    options.lying_disk = true;
    options.states = 1000;
    CHECK(!check_power(options).violation.empty());
}

TEST_CASE("a seed is one history, the same each time") {
    PowerOptions options;
    options.one_history = true;
    options.seed = 7;
    const PowerReport a = check_power(options), b = check_power(options);
    CHECK(a.histories == 1);
    CHECK(a.states == b.states);
    CHECK(a.records == b.records);
    CHECK(a.failures == b.failures);
}
