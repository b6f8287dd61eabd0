// What is written where no signature reaches, beside the records, or in another file than the one that was vouched for.
#include <fmt/format.h>

#include "host/evidence/log/config.h"
#include "host/evidence/record/entry.h"
#include "tests/evidence_review/forger.h"

using namespace remit::evidence;
using namespace remit::evidence::testing;

namespace {

void session_of(Log& log, const std::string& tool) {
    SessionWriter session(log, 7, "s-7");
    session.open(1);
    for (int i = 0; i < 5; ++i) session.outcome(session.intent(tool, fmt::format("c-{}", i)));
    session.close();
}

/// Appends a record of the log's own chain, as somebody without the log's key can.
void append(Forger& forger, Kind kind, const std::string& record) {
    EntryHead head;
    head.kind = kind;
    forger.entries([&](size_t, size_t, ForgedFrame& frame) {
        if (frame.meta().chain != ChainId{}) return;
        head.number = frame.meta().number + 1;
        head.prev = leaf_hash(frame.entry());
    });
    auto& frames = forger.segments().back().frames;
    std::string one;
    append_record(one, {kind, {}, head.number, 0}, make_entry(head, record), {});
    frames.push_back({FrameKind::Entry, frames.back().batch + 1, one.substr(kFrameHeaderBytes)});
    frames.back().body.resize(kEntryMetaBytes + make_entry(head, record).size());
}

/// The log with one more segment, which holds a saved state alone.
Files with_empty_segment(const MadeLog& made, FrameKind kind, bool right_tree, bool right_chains) {
    Forger forger(made.files);
    Files files = forger.files();
    const ForgedSegment& last = forger.segments().back();
    uint32_t chain = first_chain(last.header);
    uint64_t end = kSegmentHeaderBytes;
    std::string_view rest = std::string_view(files[last.path]).substr(kSegmentHeaderBytes);
    for (FrameView frame = next_frame(rest, chain); frame.kind != FrameKind::End; frame = next_frame(rest, chain)) {
        end += frame.bytes;
        rest.remove_prefix(frame.bytes);
    }
    Frontier tree;
    Chains chains;
    forger.entries([&](size_t, size_t, ForgedFrame& frame) {
        remit::Hash leaf = leaf_hash(frame.entry());
        if (right_chains) chains.apply(tree.size(), frame.meta(), frame.entry(), leaf);
        if (!right_tree) leaf.fill(1);
        tree.add(leaf);
    });
    std::string state, bytes;
    tree.save(state);
    if (kind == FrameKind::Snapshot) chains.save(state);
    SegmentHeader header = last.header;
    header.number = last.header.number + 1;
    header.first = made.size;
    header.previous = last.header.number;
    header.previous_end = end;
    header.chain = chain;
    header.salt.fill(9);
    append_frame(bytes, kind, state);
    uint32_t first = first_chain(header);
    finish_frame(bytes.data(), bytes.size(), 0, first);
    bytes = header_block(header) + bytes;
    bytes.resize(header.bytes);
    files[segment_path(kSegmentsFolder, header.number)] = std::move(bytes);
    return files;
}

VerifyOptions with_payloads() {
    VerifyOptions options;
    options.payloads = true;
    return options;
}

}  // namespace

TEST_CASE("a pruned record that nobody signed excuses nothing") {
    const MadeLog made = make_log(3, 60);
    Forger forger(made.files);
    const uint64_t below = forger.segments().back().header.first;
    append(forger, Kind::Pruned, fmt::format(R"({{"below":{},"by":"x","keep":[],"segments":2}})", below));
    Files files = forger.files();
    const VerifyReport tail = verify_files(files);
    CHECK(names_of(tail.problems) == "");
    CHECK(tail.unsigned_tail == 1);
    for (const ForgedSegment& segment : forger.segments()) {
        if (&segment != &forger.segments().back()) files.erase(segment.path);
    }
    CHECK_THAT(problems_of(files), Catch::Matchers::Contains("pruned"));
}

TEST_CASE("records behind the signed head are told, signed ones are not") {
    const MadeLog made = make_log([](Log& log, Keyring&) { session_of(log, "pay.look"); });
    CHECK(verify_files(made.files).note() == "");
    Forger forger(made.files);
    append(forger, Kind::Note, R"({"note":{}})");
    const VerifyReport report = verify_files(forger.files());
    CHECK(report.unsigned_tail == 1);
    CHECK(report.note() == "1 records behind the signed head are not covered by any signature");
}

TEST_CASE("the state saved in a segment that holds nothing else") {
    const MadeLog made = make_log([](Log& log, Keyring&) { session_of(log, "pay.look"); });
    CHECK(problems_of(with_empty_segment(made, FrameKind::Snapshot, true, true)) == "");
    CHECK(problems_of(with_empty_segment(made, FrameKind::Edge, true, true)) == "");
    CHECK(problems_of(with_empty_segment(made, FrameKind::Edge, false, true)) == "snapshot");
    CHECK(problems_of(with_empty_segment(made, FrameKind::Snapshot, false, true)) == "snapshot");
    CHECK(problems_of(with_empty_segment(made, FrameKind::Snapshot, true, false)) == "snapshot");
}

TEST_CASE("a saved state without chains") {
    const MadeLog made = make_log(4, 20);
    Forger forger(made.files);
    ForgedFrame& first = forger.segments().back().frames[0];
    REQUIRE(first.kind == FrameKind::Snapshot);
    std::string_view rest = first.body;
    REQUIRE(Frontier::load(rest).ok());
    first.body.resize(first.body.size() - rest.size());
    CHECK(problems_of(forger.files(false)) == "snapshot");
    first.kind = FrameKind::Edge;
    CHECK(problems_of(forger.files(false)) == "");
}

TEST_CASE("a record's proof ends in the note that witnesses signed, and extends what is known") {
    const std::array<uint8_t, 32> seed{3};
    const auto made_with = [&](const std::string& tool) {
        return make_log([&](Log& log, Keyring&) { session_of(log, tool); }, 16u << 10, seed);
    };
    const MadeLog seen = made_with("pay.look"), forged = made_with("pay.forged");
    const auto witness = make_signer("witness.example/w", PrivateKey::from_seed({4}), SignatureType::Cosignature);
    REQUIRE(witness.ok());
    auto note = parse_note(seen.checkpoint);
    REQUIRE(note.ok());
    cosign(*note, *witness, 1'795'428'000);
    VerifyOptions options, witnessed, known;
    options.key = witnessed.key = known.key = seen.key;
    witnessed.witnesses = {witness->verifier};
    known.known = seen.checkpoint;
    const auto problems = [](const Files& files, const VerifyOptions& asked) {
        MemoryDisk disk = disk_of(files);
        auto log = Reading::open(disk);
        REQUIRE(log.ok());
        const auto proof = prove_record(**log, 2, asked);
        if (!proof) FAIL(proof.error());
        return names_of(proof->problems);
    };
    CHECK(problems(forged.files, options) == "");
    CHECK(problems(forged.files, known) == "forked");
    Files files = forged.files;
    files["checkpoint"] = to_text(*note);
    CHECK(problems(files, witnessed) == "forked witness");
    CHECK(problems(files, options) == "forked");
    files = seen.files;
    files["tlog/checkpoint"] = to_text(*note);
    CHECK(problems(files, witnessed) == "");
    CHECK(problems(files, known) == "");
}

TEST_CASE("a record's proof from tiles that are behind the head") {
    const std::array<uint8_t, 32> seed{5};
    std::string early;
    Files published;
    const MadeLog made = make_log(
        [&](Log& log, Keyring&) {
            session_of(log, "pay.look");
            REQUIRE(log.sign_now().ok());
            REQUIRE(log.publish().ok());
            early = log.head().note;
            for (int i = 0; i < 5; ++i) REQUIRE(log.submit_own(Kind::Note, R"({"note":{}})").ok());
        },
        16u << 10, seed);
    Files files = made.files;
    files["tlog/checkpoint"] = early;
    const auto problems = [&](const Files& those) {
        MemoryDisk disk = disk_of(those);
        auto log = Reading::open(disk);
        REQUIRE(log.ok());
        VerifyOptions options;
        options.known = made.checkpoint;
        const auto proof = prove_record(**log, 2, options);
        if (!proof) FAIL(proof.error());
        return names_of(proof->problems);
    };
    CHECK(open_checkpoint(early, made.key)->size < made.size);
    CHECK(problems(files) == "");
    Forger forger(files);
    forger.segments().back().frames.pop_back();  // the seal
    forger.segments().back().frames.back().body.back() = 'x';
    CHECK(problems(forger.files()) == "forked");
}

TEST_CASE("payloads under another key, or none that was erased") {
    const MadeLog made = make_log(3, 60);
    Forger forger(made.files);
    for (ForgedSegment& segment : forger.segments()) {
        for (ForgedFrame& frame : segment.frames) {
            if (frame.kind == FrameKind::Payload) frame.body[0] = 0x77;
        }
    }
    CHECK(problems_of(forger.files()) == "payload");
    Forger other(made.files);
    for (ForgedSegment& segment : other.segments())
        std::erase_if(segment.frames, [](const ForgedFrame& frame) { return frame.kind == FrameKind::Payload; });
    CHECK(problems_of(other.files()) == "payload");

    Files files = made.files;
    std::string& keys = files["keys"];
    std::fill(keys.begin() + 512, keys.end(), '\0');
    CHECK(problems_of(files) == "");
    CHECK(problems_of(files, with_payloads()) == "payload");
    files.erase("keys");  // a copy without keys
    CHECK(problems_of(files, with_payloads()) == "");
}

TEST_CASE("an erasure that was signed explains a key that is gone, one that was not does not") {
    const auto erased = [](const std::string& keys) {
        return make_log([&](Log& log, Keyring& keyring) {
            SessionWriter session(log, 7, "s-7");
            session.open(1);
            const auto key = keyring.key_for({"acme", "customer-1", "standard"}, 1);
            REQUIRE(key.ok());
            std::string ciphertext;
            auto sealed = keyring.seal(*key, 0, "secret", ciphertext);
            REQUIRE(sealed.ok());
            sealed->payload.ciphertext = ciphertext;
            session.outcome(session.intent("pay.look", "c-1", "allow", {&*sealed, 1}));
            session.close();
            if (!keys.empty()) {
                const std::string record = fmt::format(R"({{"by":"dana","keys":[{}],"why":"asked for"}})", keys);
                REQUIRE(log.submit_own(Kind::Erased, record).ok());
            }
            REQUIRE(keyring.destroy(*key).ok());
        });
    };
    CHECK(problems_of(erased("1").files, with_payloads()) == "");
    CHECK(problems_of(erased("2").files, with_payloads()) == "payload");
    Forger forger(erased("").files);
    append(forger, Kind::Erased, R"({"by":"x","keys":[1],"why":"x"})");
    CHECK_THAT(problems_of(forger.files(), with_payloads()), Catch::Matchers::Contains("payload"));
}
