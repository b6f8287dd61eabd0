// Every bit of a small log, turned over one by one: verification sees it, or it was a bit that says nothing.
#include "host/evidence/journal/segment.h"
#include "host/evidence/review/reading.h"
#include "tests/evidence_review/forger.h"

using namespace remit::evidence;
using namespace remit::evidence::testing;

namespace {

MadeLog small_log() {
    return make_log([](Log& log, Keyring& keyring) {
        SessionWriter session(log, 1, "s-1");
        session.open(1);
        const auto key = keyring.key_for({"acme", "customer-1", "standard"}, 1);
        REQUIRE(key.ok());
        std::string ciphertext;
        auto sealed = keyring.seal(*key, 0, "secret", ciphertext);
        REQUIRE(sealed.ok());
        sealed->payload.ciphertext = ciphertext;
        session.outcome(session.intent("pay.refund", "c-1", "allow", {&*sealed, 1}));
        session.close();
    });
}

/// The bytes of a file that say something: a segment's used part, all of the others.
std::vector<std::pair<size_t, size_t>> telling(const std::string& path, const Files& files, Forger& forger) {
    const size_t end = forger.end_of(path);
    if (end > 0) {
        size_t header = kSegmentHeaderBytes;
        while (header > 0 && files.at(path)[header - 1] == '\0') --header;
        return {{0, header}, {kSegmentHeaderBytes, end}};
    }
    return {{0, files.at(path).size()}};
}

}  // namespace

TEST_CASE("every single bit") {
    const MadeLog made = small_log();
    Forger forger(made.files);
    VerifyOptions options;
    options.key = made.key;
    options.payloads = true;
    REQUIRE(problems_of(made.files, options) == "");
    MemoryDisk disk = disk_of(made.files);
    size_t turned = 0;
    for (const auto& [path, bytes] : made.files) {
        const bool counts = path.starts_with("segments/") || path.starts_with("tlog/tile") ||
                            path.starts_with("policies/") || path.ends_with("checkpoint");
        if (!counts || bytes.find_first_not_of('\0') == std::string::npos) continue;
        for (const auto& [from, to] : telling(path, made.files, forger)) {
            for (size_t at = from; at < to; ++at) {
                for (int bit = 0; bit < 8; ++bit) {
                    std::string& there = *disk.files[path];
                    there[at] = static_cast<char>(there[at] ^ (1 << bit));
                    auto reading = Reading::open(disk);
                    const bool seen = !reading || !verify_log(**reading, options).holds();
                    there[at] = static_cast<char>(there[at] ^ (1 << bit));
                    ++turned;
                    if (!seen) FAIL(path << " at " << at << " bit " << bit);
                }
            }
        }
    }
    CHECK(turned > 20'000);
}
