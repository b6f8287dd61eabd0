// What somebody does to a finished log, and by which name verification calls it.
#include "tests/evidence_review/forger.h"

#include "host/evidence/log/config.h"
#include "host/evidence/record/entry.h"

using namespace remit::evidence;
using namespace remit::evidence::testing;
using Catch::Matchers::Contains;

namespace {

const MadeLog& whole() {
    static const MadeLog made = make_log(4, 20);
    return made;
}
std::string nth_segment(const Files& files, size_t n) {
    auto at = files.lower_bound("segments/");
    std::advance(at, n);
    return at->first;
}
void flip(std::string& bytes, size_t at) { bytes[at] = static_cast<char>(bytes[at] ^ 1); }
VerifyOptions with_payloads() {
    VerifyOptions options;
    options.payloads = true;
    return options;
}
/// The place of the n-th entry that `fits`.
template <class Fits>
std::pair<size_t, size_t> place(Forger& forger, Fits fits, size_t n = 0) {
    std::pair<size_t, size_t> found{SIZE_MAX, SIZE_MAX};
    forger.entries([&](size_t s, size_t f, ForgedFrame& frame) {
        if (found.first == SIZE_MAX && fits(frame) && n-- == 0) found = {s, f};
    });
    REQUIRE(found.first != SIZE_MAX);
    return found;
}
auto of_kind(Kind kind) {
    return [kind](const ForgedFrame& frame) { return frame.meta().kind == kind; };
}

}  // namespace

TEST_CASE("a forger who changes nothing is not seen") {
    Forger forger(whole().files);
    CHECK(forger.files() == whole().files);
    CHECK(problems_of(forger.files(), with_payloads()) == "");
}

TEST_CASE("damage in a segment is told with its place, and the rest is verified all the same") {
    Files files = whole().files;
    flip(files[nth_segment(files, 2)], kSegmentHeaderBytes + 2000);
    const VerifyReport report = verify_files(files);
    CHECK(names_of(report.problems) == "segment");
    CHECK_THAT(report.problems.list()[0].detail, Contains("00000003.seg"));
    CHECK(report.records < whole().size);
    CHECK(report.records > whole().size / 2);
}

TEST_CASE("a changed record") {
    Forger forger(whole().files);
    const auto [s, f] = place(forger, of_kind(Kind::Intent), 7);
    std::string& body = forger.segments()[s].frames[f].body;
    const size_t at = body.find("pay.");
    REQUIRE(at != std::string::npos);
    body.replace(at, 4, "pax.");
    const std::string problems = problems_of(forger.files());
    CHECK_THAT(problems, Contains("root") && Contains("chain-hash") && Contains("bundle") && Contains("tile"));
}

TEST_CASE("a record taken out") {
    Forger forger(whole().files);
    const auto [s, f] = place(forger, of_kind(Kind::Outcome), 5);
    forger.remove(s, f);
    CHECK_THAT(problems_of(forger.files()), Contains("chain-number") && Contains("chain-hash") && Contains("short"));
}

TEST_CASE("a whole session taken out") {
    Forger forger(whole().files);
    const ChainId victim = forger.segments()[place(forger, of_kind(Kind::SessionOpen), 1).first]
                               .frames[place(forger, of_kind(Kind::SessionOpen), 1).second]
                               .meta()
                               .chain;
    for (ForgedSegment& segment : forger.segments()) {
        std::vector<ForgedFrame> left;
        for (size_t f = 0; f < segment.frames.size(); ++f) {
            size_t entry = f;
            while (entry < segment.frames.size() && segment.frames[entry].kind == FrameKind::Payload) ++entry;
            const bool gone = entry < segment.frames.size() && segment.frames[entry].kind == FrameKind::Entry &&
                              segment.frames[entry].meta().chain == victim;
            if (!gone) left.push_back(segment.frames[f]);
        }
        segment.frames = std::move(left);
    }
    const std::string problems = problems_of(forger.files());
    CHECK_THAT(problems, Contains("chain-ordinal") && Contains("short"));
    CHECK_THAT(problems, !Contains("chain-number") && !Contains("chain-hash"));
}

TEST_CASE("two records of different sessions in the other order") {
    Forger forger(whole().files);
    auto& frames = forger.segments()[2].frames;
    size_t f = 1;
    const auto fits = [&](size_t at) {
        return frames[at].kind == FrameKind::Entry && frames[at + 1].kind == FrameKind::Entry &&
               frames[at].meta().chain != frames[at + 1].meta().chain;
    };
    while (f + 2 < frames.size() && !fits(f)) ++f;
    REQUIRE(fits(f));
    std::swap(frames[f].body, frames[f + 1].body);
    const std::string problems = problems_of(forger.files());
    CHECK_THAT(problems, Contains("root") && Contains("tile"));
    CHECK_THAT(problems, !Contains("chain"));
}

TEST_CASE("swapped, missing and truncated segments") {
    Files files = whole().files;
    std::swap(files[nth_segment(files, 1)], files[nth_segment(files, 2)]);
    CHECK_THAT(problems_of(files), Contains("segment"));

    files = whole().files;
    files.erase(nth_segment(files, 2));
    CHECK_THAT(problems_of(files), Contains("segment"));

    files = whole().files;
    std::string& cut = files[nth_segment(files, 1)];
    cut.resize(cut.size() / 2);
    CHECK_THAT(problems_of(files), Contains("segment"));
}

TEST_CASE("the end cut off") {
    Forger forger(whole().files);
    while (forger.segments().back().frames.size() > 2) forger.segments().back().frames.pop_back();
    CHECK_THAT(problems_of(forger.files()), Contains("short"));
}

TEST_CASE("the beginning taken away") {
    Files files = whole().files;
    files.erase(nth_segment(files, 0));
    CHECK_THAT(problems_of(files), Contains("pruned"));
}

TEST_CASE("an older checkpoint put back") {
    const std::array<uint8_t, 32> seed{7};
    std::string early;
    const MadeLog made = make_log(
        [&](Log& log, Keyring&) {
            SessionWriter session(log, 1, "s-1");
            session.open(1);
            const auto head = log.sign_now();
            REQUIRE(head.ok());
            early = head->note;
            session.outcome(session.intent("pay.look", "c-1"));
            session.close();
        },
        16u << 10, seed);
    REQUIRE(problems_of(made.files) == "");
    Files files = made.files;
    files["checkpoint"] = early;
    // The log says that it was closed behind this head, and what is published is further.
    CHECK(problems_of(files) == "rolled-back unsigned");
    VerifyOptions options;
    options.known = made.checkpoint;
    options.tiles = false;
    CHECK_THAT(problems_of(files, options), Contains("rolled-back"));
}

TEST_CASE("another log under the same key is a fork of what is known") {
    const std::array<uint8_t, 32> seed{9};
    const auto one = [&](const std::string& tool) {
        return make_log(
            [&](Log& log, Keyring&) {
                SessionWriter session(log, 1, "s-1");
                session.open(1);
                session.outcome(session.intent(tool, "c-1"));
                session.close();
            },
            16u << 10, seed);
    };
    const MadeLog first = one("pay.look"), second = one("pay.refund");
    VerifyOptions options;
    options.known = first.checkpoint;
    CHECK(problems_of(first.files, options) == "");
    CHECK(problems_of(second.files, options) == "forked");
}

TEST_CASE("signed again by another key") {
    Files files = whole().files;
    const auto thief = make_signer(kOrigin, PrivateKey::from_seed({1}));
    REQUIRE(thief.ok());
    for (const char* path : {"checkpoint", "tlog/checkpoint"}) {
        auto note = parse_note(files[path]);
        REQUIRE(note.ok());
        note->signatures.clear();
        sign(*note, *thief);
        files[path] = to_text(*note);
    }
    CHECK(problems_of(files) == "checkpoint published");
    // With log.json changed too the log agrees with itself; who knows the key is not deceived.
    std::string& config = files[kConfigPath];
    const std::string before = to_text(whole().key), after = to_text(thief->verifier);
    config.replace(config.find(before), before.size(), after);
    CHECK(problems_of(files) == "");
    VerifyOptions options;
    options.key = whole().key;
    CHECK(problems_of(files, options) == "checkpoint key published");
}

TEST_CASE("published files edited") {
    for (const auto& [path, bytes] : whole().files) {
        if (!path.starts_with("tlog/tile/")) continue;
        INFO(path);
        const std::string expected = path.starts_with("tlog/tile/entries") ? "bundle" : "tile";
        Files files = whole().files;
        flip(files[path], bytes.size() / 2);
        CHECK(problems_of(files) == expected);
        files = whole().files;
        files.erase(path);
        CHECK(problems_of(files) == expected);
        VerifyOptions without;
        without.tiles = false;
        CHECK(problems_of(files, without) == "");
    }
    Files files = whole().files;
    flip(files["tlog/checkpoint"], 3);
    CHECK(problems_of(files) == "published");
}

TEST_CASE("a writer that goes on meanwhile replaces incomplete tiles by full ones") {
    Files files = whole().files;
    for (const auto& [path, bytes] : whole().files) {
        const size_t part = path.find(".p/");
        if (part == std::string::npos) continue;
        files.erase(path);
        files[path.substr(0, part)] = bytes + std::string(64, 'x');
    }
    CHECK(problems_of(files) == "");
    flip(files["tlog/tile/0/000"], 40);
    CHECK(problems_of(files) == "tile");
    flip(files["tlog/tile/entries/000"], 40);
    CHECK(problems_of(files) == "bundle tile");
}

TEST_CASE("what the segment says beside the record") {
    Forger forger(whole().files);
    const auto [s, f] = place(forger, of_kind(Kind::Outcome), 3);
    std::string& body = forger.segments()[s].frames[f].body;
    body[32] = static_cast<char>(body[32] + 1);  // which intent it answers
    CHECK_THAT(problems_of(forger.files()), Contains("meta") && Contains("answer"));
}

TEST_CASE("the state that a segment saved") {
    Forger forger(whole().files);
    std::string& saved = forger.segments()[2].frames[0].body;
    flip(saved, saved.size() - 1);
    CHECK(problems_of(forger.files(false)) == "snapshot");
}

TEST_CASE("payloads and policies") {
    Forger forger(whole().files);
    for (ForgedFrame& frame : forger.segments()[1].frames) {
        if (frame.kind != FrameKind::Payload) continue;
        flip(frame.body, frame.body.size() - 1);
        break;
    }
    CHECK(problems_of(forger.files()) == "");
    CHECK(problems_of(forger.files(), with_payloads()) == "payload");

    Forger thief(whole().files);
    auto& frames = thief.segments()[1].frames;
    for (size_t f = 0; f < frames.size(); ++f) {
        if (frames[f].kind != FrameKind::Payload) continue;
        frames.erase(frames.begin() + static_cast<std::ptrdiff_t>(f));
        break;
    }
    CHECK_THAT(problems_of(thief.files(), with_payloads()), Contains("payload"));

    for (const auto& [path, bytes] : whole().files) {
        if (!path.starts_with("policies/")) continue;
        Files files = whole().files;
        flip(files[path], 0);
        CHECK(problems_of(files) == "policy");
        files.erase(path);
        CHECK(problems_of(files) == "policy");
    }
}

TEST_CASE("witnesses") {
    const auto witness = make_signer("witness.example/w", PrivateKey::from_seed({3}), SignatureType::Cosignature);
    REQUIRE(witness.ok());
    VerifyOptions options;
    options.witnesses = {witness->verifier};
    CHECK(problems_of(whole().files, options) == "witness");
    Files files = whole().files;
    auto note = parse_note(files["checkpoint"]);
    REQUIRE(note.ok());
    cosign(*note, *witness, 1'795'428'000);
    files["checkpoint"] = to_text(*note);
    CHECK(problems_of(files, options) == "");
}
