// A log in order holds, whatever part of it is asked about.
#include "host/evidence/review/verify.h"

#include "tests/evidence_review/made_log.h"

using namespace remit::evidence;
using namespace remit::evidence::testing;

TEST_CASE("a log in order holds") {
    const MadeLog made = make_log(5, 30);
    REQUIRE(std::count_if(made.files.begin(), made.files.end(),
                          [](const auto& file) { return file.first.starts_with("segments/"); }) > 5);
    VerifyOptions options;
    options.payloads = true;
    options.key = made.key;
    options.known = made.checkpoint;
    const VerifyReport report = verify_files(made.files, options);
    CHECK(names_of(report.problems) == "");
    CHECK(report.records == made.size);
    CHECK(report.published == made.size);
    CHECK(report.head.size == made.size);
    CHECK(report.unsigned_tail == 0);
    CHECK(report.chains == 5);
    CHECK(report.in_doubt == 0);
    CHECK(report.payloads == 5 * 15);
    CHECK(report.unreadable_payloads == 0);
}
