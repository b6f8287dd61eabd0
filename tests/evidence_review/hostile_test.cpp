// Files that somebody else wrote: whatever is in them, reviewing ends with an answer.
#include <random>

#include "host/evidence/review/doubts.h"
#include "host/evidence/review/members.h"
#include "host/evidence/review/show.h"
#include "host/evidence/review/witness.h"
#include "tests/evidence_review/made_log.h"

using namespace remit::evidence;
using namespace remit::evidence::testing;

namespace {

/// Cuts, doubles, overwrites and zeroes stretches of a file.
void spoil(std::string& bytes, std::mt19937& random) {
    if (bytes.empty()) return;
    const size_t at = random() % bytes.size(), size = std::min<size_t>(1 + random() % 300, bytes.size() - at);
    switch (random() % 5) {
        case 0: bytes.resize(at); break;
        case 1: bytes.insert(at, bytes.substr(at, size)); break;
        case 2: bytes.erase(at, size); break;
        case 3: std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), size, '\0'); break;
        default:
            for (size_t i = 0; i < size; ++i) bytes[at + i] = static_cast<char>(random());
    }
}

}  // namespace

TEST_CASE("spoiled logs are reviewed to the end") {
    const MadeLog made = make_log(3, 12);
    std::vector<std::string> paths;
    for (const auto& [path, bytes] : made.files) paths.push_back(path);
    std::mt19937 random(3);
    size_t wrong = 0;
    for (int i = 0; i < 1500; ++i) {
        Files files = made.files;
        for (size_t n = 1 + random() % 3; n > 0; --n) spoil(files[paths[random() % paths.size()]], random);
        MemoryDisk disk = disk_of(files);
        auto log = Reading::open(disk);
        if (!log) {
            ++wrong;
            continue;
        }
        VerifyOptions options;
        options.payloads = true;
        options.key = made.key;
        options.from = random() % 2 == 0 ? 0 : random() % 200;
        const VerifyReport report = verify_log(**log, options);
        if (!report.holds()) ++wrong;
        (void)prove_record(**log, random() % 100, options);
        (void)doubts_of(**log);
        JournalReader& reader = (*log)->journal();
        if (const auto there = reader.seek(random() % 100); there && *there) {
            if (const auto record = reader.next(); record && *record != nullptr) {
                CHECK(!page_of((*record)->index, (*record)->entry).empty());
                CHECK(!payloads_json(**log, **record).empty());
            }
        }
    }
    CHECK(wrong > 1000);  // the rest was zeros that became zeros, prepared segments, the lock
}

TEST_CASE("members of texts that are no objects") {
    CHECK(member_of(R"({"a":1,"b":{"c":"}"},"d":[1,2]})", "b") == R"({"c":"}"})");
    CHECK(member_of(R"({"a":1,"b":{"c":"}"},"d":[1,2]})", "d") == "[1,2]");
    CHECK(member_of(R"({"a":1})", "b").empty());
    CHECK(number_of(R"({"a":17})", "a") == 17);
    CHECK(!number_of(R"({"a":"17"})", "a").has_value());
    CHECK(!number_of(R"({"a":99999999999999999999})", "a").has_value());
    CHECK(plain_text_of(R"({"a":"x"})", "a") == "x");
    CHECK(!plain_text_of(R"({"a":"\n"})", "a").has_value());
    const std::string text = R"({"a":[1,{"b":"\"}"}],"c":"d","e":{"f":[]}})";
    for (size_t size = 0; size <= text.size(); ++size) {
        for (const char* name : {"a", "c", "e", "z", ""}) {
            const std::string_view part = std::string_view(text).substr(0, size);
            const std::string_view value = member_of(part, name);
            CHECK((value.empty() ||
                   (value.data() >= part.data() && value.data() + value.size() <= part.data() + part.size())));
        }
    }
    std::mt19937 random(4);
    for (int i = 0; i < 20'000; ++i) {
        std::string noise = "{\"";
        for (size_t n = random() % 40; n > 0; --n) noise += "{}[]\":,\\a1"[random() % 10];
        (void)member_of(noise, "a");
    }
}

TEST_CASE("a witness's memory") {
    const auto signer = make_signer(kOrigin, PrivateKey::from_seed({5}));
    REQUIRE(signer.ok());
    WitnessMemory memory{signer->verifier, std::nullopt};
    CHECK(!parse_witness_memory(to_text(memory))->last.has_value());
    memory.last = Checkpoint{kOrigin, 17, leaf_hash("x")};
    const auto again = parse_witness_memory(to_text(memory));
    REQUIRE(again.ok());
    CHECK(again->last == memory.last);
    for (const char* wrong : {"", "x", "x\n", "\n"}) CHECK(!parse_witness_memory(wrong).ok());
    CHECK(!parse_witness_memory(to_text(memory) + "more").ok());
}
