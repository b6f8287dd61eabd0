// A log in order holds, whatever part of it is asked about.
#include "host/evidence/review/verify.h"

#include <fstream>

#include "host/evidence/tree/tiles.h"
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

TEST_CASE("docs/review.md lists the problems") {
    std::ifstream in(std::string(REMIT_SOURCE_DIR) + "/docs/review.md");
    const std::string page(std::istreambuf_iterator<char>(in), {});
    std::string table = "| problem | means |\n|---|---|\n";
#define REMIT_PROBLEM(name, text, what) table += std::string("| `") + text + "` | " + what + " |\n";
    REMIT_PROBLEMS(REMIT_PROBLEM)
#undef REMIT_PROBLEM
    INFO(table);
    CHECK(page.find(table + "<!-- /problems -->") != std::string::npos);
}

TEST_CASE("a part of a log") {
    const MadeLog made = make_log(4, 60);
    for (const auto& [from, to] :
         {std::pair<uint64_t, uint64_t>{0, 40}, {150, 200}, {300, UINT64_MAX}, {9'999'999, UINT64_MAX}}) {
        INFO(from << " to " << to);
        VerifyOptions options;
        options.from = from;
        options.to = to;
        options.payloads = true;
        const VerifyReport report = verify_files(made.files, options);
        CHECK(names_of(report.problems) == "");
        CHECK(report.from <= from);
        CHECK(report.records == (from < made.size ? std::min(to, made.size) - from : 0));
        // Damage outside is not this part's, damage inside is.
        Files files = made.files;
        std::string& bundle = files["segments/00000001.seg"];
        bundle[bundle.size() / 2] ^= 1;
        CHECK((problems_of(files, options) == "") == (from >= 150));
    }
}

TEST_CASE("the proof of one record") {
    const MadeLog made = make_log(3, 40);
    MemoryDisk disk = disk_of(made.files);
    auto log = Reading::open(disk);
    REQUIRE(log.ok());
    VerifyOptions options;
    options.key = made.key;
    for (const uint64_t index : {uint64_t{0}, uint64_t{17}, made.size - 1}) {
        const auto proof = prove_record(**log, index, options);
        REQUIRE(proof.ok());
        CHECK(proof->problems.none());
        const auto parsed = parse_proof(proof->proof);
        REQUIRE(parsed.ok());
        CHECK(parsed->index == index);
        const auto head = open_checkpoint(parsed->signed_checkpoint, made.key);
        REQUIRE(head.ok());
        CHECK(verify_inclusion(leaf_hash(proof->entry), index, head->size, parsed->hashes, head->root));
    }
    CHECK(!prove_record(**log, made.size, options).ok());
    auto& tile = *disk.files.at("tlog/tile/0/000.p/" + std::to_string(made.size % 256));
    tile[32] = static_cast<char>(tile[32] ^ 1);  // the sibling of the first leaf
    CHECK(names_of(prove_record(**log, 0, options)->problems) == "root");
}
