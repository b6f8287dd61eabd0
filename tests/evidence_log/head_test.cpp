// Signed heads: never smaller, never of another tree; what was rolled back is noticed; tiles are what was signed.
#include <fstream>
#include <sstream>

#include "host/evidence/journal/reader.h"
#include "host/evidence/log/config.h"
#include "host/evidence/tree/tiles.h"
#include "tests/evidence_journal/forged_segment.h"
#include "tests/evidence_log/fixture.h"

using namespace remit;
using namespace remit::evidence;
using namespace remit::evidence::testing;

namespace {

std::string read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream out;
    out << file.rdbuf();
    return out.str();
}
void write(const std::string& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

void add(Log& log, Chain& chain, int count) {
    Ticket last;
    for (int i = 0; i < count; ++i) {
        auto ticket = chain.add(log);
        REQUIRE(ticket);
        last = *ticket;
    }
    REQUIRE(log.wait(last).ok());
}

}  // namespace

TEST_CASE("heads are signed while records come, and cover all of them on demand") {
    Folder folder;
    auto disk = posix_disk(folder.path);
    auto log = must(Log::create("test.example/log", kSegmentBytes, options_for(*disk)));
    Chain chain(1);
    add(*log, chain, 10);
    REQUIRE(eventually([&] { return log->head().checkpoint.size == 11; }));
    add(*log, chain, 300);
    const auto head = log->sign_now();
    REQUIRE(head);
    CHECK(head->checkpoint.size == 311);
    const auto opened = open_checkpoint(read(folder.path + "/checkpoint"), log->config().key);
    REQUIRE(opened);
    CHECK(*opened == head->checkpoint);
    auto reader = JournalReader::open(*disk, "segments");
    REQUIRE(reader);
    REQUIRE(*(*reader)->seek(0));
    Frontier tree;
    for (auto record = (*reader)->next(); record && *record != nullptr; record = (*reader)->next())
        tree.add(leaf_hash((*record)->entry));
    CHECK(tree.root() == head->checkpoint.root);
}

TEST_CASE("a log that was rolled back does not open for writing unless somebody takes it upon himself") {
    Folder folder;
    auto disk = posix_disk(folder.path);
    must(Log::create("test.example/log", kSegmentBytes, options_for(*disk)))->close().ok();
    Folder old;
    std::filesystem::copy(folder.path, old.path, std::filesystem::copy_options::recursive);
    {
        auto log = must(Log::open(options_for(*disk)));
        Chain chain(1);
        add(*log, chain, 100);
        REQUIRE(log->close().ok());
    }
    const auto restore = [&](const char* what) {
        std::filesystem::remove_all(folder.path + "/" + what);
        std::filesystem::copy(old.path + "/" + what, folder.path + "/" + what,
                              std::filesystem::copy_options::recursive);
    };
    SECTION("segments") {
        restore("segments");
        const auto opened = Log::open(options_for(*disk));
        REQUIRE_FALSE(opened);
        CHECK(opened.error().find("records are missing") != std::string::npos);
        LogOptions accepting = options_for(*disk);
        accepting.accept_rollback = "restored from the backup of Monday";
        auto log = must(Log::open(std::move(accepting)));
        auto reader = JournalReader::open(*disk, "segments");
        REQUIRE(*(*reader)->seek(log->durable() - 1));
        const auto said = (*reader)->next();
        REQUIRE(said);
        CHECK((*said)->entry.find("restored from the backup of Monday") != std::string_view::npos);
    }
    SECTION("the newest head alone: the synced one still knows") {
        restore("checkpoint");
        CHECK(must(Log::open(options_for(*disk)))->head().checkpoint.size > 100);
    }
    SECTION("no head at all") {
        std::filesystem::remove(folder.path + "/checkpoint");
        std::filesystem::remove(folder.path + "/head");
        CHECK_FALSE(Log::open(options_for(*disk)));
    }
    SECTION("a head by another key") {
        auto forger = make_signer("test.example/log", PrivateKey::generate());
        Note note{to_text(Checkpoint{"test.example/log", 3, empty_root()}), {}};
        sign(note, *forger);
        write(folder.path + "/checkpoint", to_text(note));
        CHECK_FALSE(Log::open(options_for(*disk)));
    }
    SECTION("a head that a power cut left without its bytes") {
        write(folder.path + "/checkpoint", "");
        CHECK(must(Log::open(options_for(*disk)))->head().checkpoint.size > 100);
    }
}

TEST_CASE("records that were exchanged below the head are noticed when the log opens") {
    Folder folder;
    auto disk = posix_disk(folder.path);
    {
        auto log = must(Log::create("test.example/log", kSegmentBytes, options_for(*disk)));
        Chain chain(1);
        add(*log, chain, 20);
        REQUIRE(log->close().ok());
    }
    // The same number of records, by somebody who can write segments and cannot sign.
    Folder forged;
    auto other = posix_disk(forged.path);
    {
        auto log = must(Log::create("test.example/log", kSegmentBytes, options_for(*other)));
        Chain chain(2);
        add(*log, chain, 20);
        REQUIRE(log->close().ok());
    }
    std::filesystem::remove_all(folder.path + "/segments");
    std::filesystem::copy(forged.path + "/segments", folder.path + "/segments",
                          std::filesystem::copy_options::recursive);
    const auto opened = Log::open(options_for(*disk));
    REQUIRE_FALSE(opened);
    CHECK(opened.error().find("not those that were signed") != std::string::npos);
}

TEST_CASE("tiles are written beside, and on closing are those of the head") {
    Folder folder;
    auto disk = posix_disk(folder.path);
    Head head;
    {
        auto log = must(Log::create("test.example/log", kSegmentBytes, options_for(*disk, true)));
        Chain chain(1);
        add(*log, chain, 700);
        REQUIRE(eventually([&] { return std::filesystem::exists(folder.path + "/tlog/tile/0/001"); }));
        REQUIRE(log->close().ok());
        head = log->head();
    }
    CHECK(read(folder.path + "/tlog/checkpoint") == head.note);
    auto source = tile_source(*disk, "tlog", head.checkpoint.size);
    const auto root = root_at(*source, head.checkpoint.size);
    REQUIRE(root);
    CHECK(*root == head.checkpoint.root);
    // Again, and with a partial tile that has to grow.
    auto log = must(Log::open(options_for(*disk, true)));
    Chain chain(1);
    chain.read_again(*log);
    add(*log, chain, 10);
    REQUIRE(log->publish().ok());
    CHECK(read(folder.path + "/tlog/checkpoint") == log->head().note);
}

TEST_CASE("a witness's cosignature stands in the head it is for") {
    Folder folder;
    auto disk = posix_disk(folder.path);
    auto log = must(Log::create("test.example/log", kSegmentBytes, options_for(*disk)));
    auto witness = make_signer("witness.example/1", PrivateKey::generate(), SignatureType::Cosignature);
    REQUIRE(witness);
    const auto head = log->sign_now();
    REQUIRE(head);
    auto note = parse_note(head->note);
    REQUIRE(note);
    cosign(*note, *witness, 1'795'000'000);
    const auto added = log->add_cosignature(to_text(*note));
    REQUIRE(added);
    CHECK(*added);
    int64_t when = 0;
    CHECK(signed_by(*parse_note(read(folder.path + "/checkpoint")), witness->verifier, &when));
    CHECK(when == 1'795'000'000);
    Chain chain(1);
    add(*log, chain, 1);
    REQUIRE(log->sign_now());
    const auto late = log->add_cosignature(to_text(*note));
    REQUIRE(late);
    CHECK_FALSE(*late);
}

TEST_CASE("a tree that does not extend the signed head is not signed, wherever a segment says it begins") {
    Folder folder;
    auto disk = posix_disk(folder.path);
    uint64_t size = 0;
    {
        auto log = must(Log::create("test.example/log", kSegmentBytes, options_for(*disk)));
        Chain chain(1);
        add(*log, chain, 20);
        REQUIRE(log->close().ok());
        size = log->durable();
    }
    Frontier invented;
    for (uint64_t i = 0; i < size; ++i) invented.add(Hash{});
    std::string state;
    Chains().save(state);
    // With so many records behind it that opening begins there.
    forge_segment(*disk, "segments", 1, invented, state, std::string(40'000, 'x'));
    const auto opened = Log::open(options_for(*disk));
    REQUIRE_FALSE(opened);
    CHECK(opened.error().find("give another tree") != std::string::npos);
    forge_segment(*disk, "segments", 1, invented, state);
    CHECK_FALSE(Log::open(options_for(*disk)));
}

TEST_CASE("a first start that was killed half way is begun again, with the key it had made") {
    Folder folder;
    auto disk = posix_disk(folder.path);
    must(Log::create("test.example/log", kSegmentBytes, options_for(*disk))).reset();
    const std::string key = read(folder.path + "/log.key");
    // What is there before log.json is.
    Folder half;
    auto again = posix_disk(half.path);
    {
        Chains chains;
        REQUIRE(Journal::create(*again, "segments", {kSegmentBytes}, chains));
    }
    SECTION("with its key") {
        write(half.path + "/log.key", key);
        must(Log::create("test.example/log", kSegmentBytes, options_for(*again)))->close().ok();
        CHECK(read(half.path + "/log.key") == key);
    }
    SECTION("with a key file that got no bytes") {
        write(half.path + "/log.key", "");
        must(Log::create("test.example/log", kSegmentBytes, options_for(*again)))->close().ok();
    }
    must(Log::open(options_for(*again)))->close().ok();
    // A log that has records is not begun again, though it has lost its name.
    std::filesystem::remove(half.path + "/log.json");
    CHECK_FALSE(Log::create("test.example/log", kSegmentBytes, options_for(*again)));
}
