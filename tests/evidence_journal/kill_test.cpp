// A thousand kills; `scripts/faults kill` runs as many as one likes.
#include "tests/evidence_journal/kill.h"

#include "tests/catch.h"
#include "tests/evidence_journal/scratch_folder.h"

using namespace remit::evidence::testing;

TEST_CASE("a writer that is killed loses nothing that was acknowledged") {
    const ScratchFolder folder;
    REQUIRE(!folder.path().empty());
    KillOptions options;
    options.kills = 1'000;
    options.folder = folder.path();
    const KillReport report = check_kills(options);
    CHECK(report.violation == "");
    CHECK(report.kills == options.kills);
    // Most of them died at work.
    CHECK(report.before_first < report.kills / 2);
    CHECK(report.records > report.kills);
}
