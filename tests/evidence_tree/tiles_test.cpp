// Published logs: layout, resumption after whatever a crash leaves, and tampering.
#include <stdlib.h>

#include <filesystem>

#include "tests/catch.h"
#include "tests/evidence_tree/memory_disk.h"
#include "tests/evidence_tree/published_log.h"

using namespace remit;
using namespace remit::evidence;

namespace {

const std::string kFolder = "tlog";

Hash root_of(std::span<const std::string> entries) { return naive_root(leaves_of(entries)); }

std::string fault(MemoryDisk& disk) { return fault_of(disk, kFolder, log_key().verifier); }

}  // namespace

TEST_CASE("paths are those of C2SP tlog-tiles") {
    CHECK(tile_path(0, 0, 256) == "tile/0/000");
    CHECK(tile_path(0, 1234067, 256) == "tile/0/x001/x234/067");
    CHECK(tile_path(3, 999, 17) == "tile/3/999.p/17");
    CHECK(tile_path(1, 1000, 1) == "tile/1/x001/000.p/1");
    CHECK(tile_path(-1, 273, 112) == "tile/entries/273.p/112");
    CHECK(tile_path(-1, 1'000'000, 256) == "tile/entries/x001/x000/000");
}

TEST_CASE("a log of 70,000 entries has the tiles that the specification counts") {
    MemoryDisk disk;
    const std::vector<std::string> entries = some_entries(70'000);
    REQUIRE(publish_log(disk, kFolder, entries));
    std::map<std::string, size_t> full, partial;
    for (const auto& [path, bytes] : disk.files) {
        const size_t level = path.rfind('/', path.find(".p/") == std::string::npos ? path.size() : path.find(".p/"));
        ++(path.find(".p/") == std::string::npos ? full : partial)[path.substr(0, level)];
    }
    CHECK(full["tlog/tile/0"] == 273);
    CHECK(full["tlog/tile/entries"] == 273);
    CHECK(full["tlog/tile/1"] == 1);
    CHECK(disk.files.contains("tlog/tile/0/273.p/112"));
    CHECK(disk.files.contains("tlog/tile/entries/273.p/112"));
    CHECK(disk.files.contains("tlog/tile/1/001.p/17"));
    CHECK(disk.files.contains("tlog/tile/2/000.p/1"));
    CHECK(partial.size() == 4);
    CHECK(fault(disk).empty());
}

TEST_CASE("logs of all the sizes where something begins") {
    const std::vector<std::string> entries = some_entries(65'537);
    for (size_t size : {0, 1, 2, 255, 256, 257, 511, 512, 1000, 65'535, 65'536, 65'537}) {
        INFO(size);
        MemoryDisk disk;
        const auto tiles = TileWriter::open(disk, kFolder);
        REQUIRE(tiles.ok());
        REQUIRE(publish(**tiles, entries, size));
        CHECK((*tiles)->frontier().root() == root_of(std::span(entries).first(size)));
        CHECK(fault(disk).empty());
        const auto again = TileWriter::open(disk, kFolder);
        REQUIRE(again.ok());
        CHECK((*again)->size() == size);
        CHECK((*again)->frontier() == (*tiles)->frontier());
    }
}

TEST_CASE("publishing in steps leaves the log of one step, with partial tiles of the last tile alone") {
    const std::vector<std::string> entries = some_entries(1500);
    for (size_t step : {1, 7, 100, 256, 300}) {
        MemoryDisk once, steps;
        REQUIRE(publish_log(once, kFolder, entries));
        const auto tiles = TileWriter::open(steps, kFolder);
        REQUIRE(tiles.ok());
        for (size_t size = 0; size < entries.size(); size = std::min(size + step, entries.size())) {
            REQUIRE(publish(**tiles, entries, size));
            if (size % 53 == 0) REQUIRE(fault(steps).empty());
        }
        REQUIRE(publish(**tiles, entries, entries.size()));
        for (const auto& [path, bytes] : once.contents()) CHECK(*steps.files.at(path) == bytes);
        for (const auto& [path, bytes] : steps.files) {
            const bool open_tile = path.find("/005.p/") != std::string::npos ||
                                   path.find("/1/000.p/") != std::string::npos;
            CHECK((once.files.contains(path) || open_tile));
        }
    }
}

TEST_CASE("a publication that contradicts the tiles is refused") {
    MemoryDisk disk;
    const std::vector<std::string> entries = some_entries(10);
    const auto tiles = TileWriter::open(disk, kFolder);
    REQUIRE(tiles.ok());
    REQUIRE((*tiles)->add(entries[0], leaf_hash(entries[0])).ok());
    CHECK_FALSE((*tiles)->publish(signed_checkpoint(2, Hash{})).ok());
    CHECK_FALSE(disk.files.contains("tlog/checkpoint"));
    CHECK_FALSE((*tiles)->add(entries[1], leaf_hash(entries[1])).ok());  // it must be opened anew
    const auto other = TileWriter::open(disk, "other");
    REQUIRE(other.ok());
    CHECK_FALSE((*other)->add(std::string(65'536, 'x'), Hash{}).ok());
}

TEST_CASE("entries may be empty and may be as long as a length can say") {
    MemoryDisk disk;
    const std::vector<std::string> entries = {"", std::string(65'535, 'x'), "", std::string(256, 'y')};
    REQUIRE(publish_log(disk, kFolder, entries));
    CHECK(fault(disk).empty());
    const auto read = read_bundle(disk, kFolder, 0, 4);
    REQUIRE(read.ok());
    CHECK(*read == entries);
    CHECK_FALSE(read_bundle(disk, kFolder, 0, 3).ok());
}

TEST_CASE("whatever file is lost or torn, the writer makes the same log again") {
    const std::vector<std::string> entries = some_entries(1100);
    MemoryDisk disk;
    REQUIRE(publish_log(disk, kFolder, entries));
    const auto whole = disk.contents();
    const auto mend = [&](const std::string& what) {
        INFO(what);
        const auto tiles = TileWriter::open(disk, kFolder);
        REQUIRE(tiles.ok());
        REQUIRE((*tiles)->size() <= entries.size());
        REQUIRE(publish(**tiles, entries, entries.size()));
        CHECK(disk.contents() == whole);
        disk.restore(whole);
    };
    for (const auto& [path, bytes] : whole) {
        disk.files.erase(path);
        mend(path + " lost");
        disk.files[path] = std::make_shared<std::string>();
        mend(path + " empty");
        disk.files[path] = std::make_shared<std::string>(bytes.size(), '\0');
        mend(path + " of zeros");
        disk.files[path] = std::make_shared<std::string>(bytes.substr(0, bytes.size() / 2));
        mend(path + " cut");
        disk.files[path] = std::make_shared<std::string>(bytes + '\0');
        mend(path + " longer");
        for (size_t bit = bytes.size() % 7; bit < bytes.size() * 8; bit += 1999) {
            disk.files[path] = std::make_shared<std::string>(bytes);
            (*disk.files[path])[bit / 8] ^= static_cast<char>(1 << bit % 8);
            mend(path + " with a flipped bit");
        }
        for (size_t at = 0; at < bytes.size(); at += 512) {  // a sector that never reached the platter
            disk.files[path] = std::make_shared<std::string>(bytes);
            disk.files[path]->replace(at, 512, std::string(std::min<size_t>(512, bytes.size() - at), '\0'));
            mend(path + " with a lost sector");
        }
    }
}

TEST_CASE("what is marked durable was synced before, files and folders") {
    const std::vector<std::string> entries = some_entries(256 * 700);
    MemoryDisk disk;
    auto tiles = TileWriter::open(disk, kFolder);
    REQUIRE(tiles.ok());
    for (size_t size = 0; size < entries.size(); size += 1000) REQUIRE(publish(**tiles, entries, size));
    for (int quiet = 0; quiet < 30; ++quiet) REQUIRE(publish(**tiles, entries, (*tiles)->size()));
    const auto progress = disk.files.find("tlog/progress");
    REQUIRE(progress != disk.files.end());
    const std::string text = *progress->second;
    const uint64_t durable = std::stoull(text.substr(text.find('\n') + 1));
    REQUIRE(durable >= 256);
    for (uint64_t n = 0; n < durable; ++n) {
        REQUIRE(disk.synced.contains("tlog/" + tile_path(0, n, 256)));
        REQUIRE(disk.synced.contains("tlog/" + tile_path(-1, n, 256)));
    }
    REQUIRE(disk.synced.contains("tlog/tile/1/000"));
    for (const char* folder : {"tlog/tile/0", "tlog/tile/1", "tlog/tile/entries", "tlog/tile", "tlog"})
        CHECK(disk.synced.contains(folder));
    // Nothing below the mark is read again: a tile of leaves damaged there is not noticed, nor need it be.
    const uint64_t size = (*tiles)->size();
    const Frontier frontier = (*tiles)->frontier();
    disk.files.erase("tlog/" + tile_path(-1, 3, 256));
    tiles = TileWriter::open(disk, kFolder);
    REQUIRE(tiles.ok());
    CHECK((*tiles)->size() == size);
    CHECK((*tiles)->frontier() == frontier);
}

TEST_CASE("a file that cannot be synced is written again") {
    const std::vector<std::string> entries = some_entries(700);
    MemoryDisk disk;
    disk.refusing.insert("tlog/tile/entries/001");
    auto tiles = TileWriter::open(disk, kFolder);
    REQUIRE(tiles.ok());
    CHECK_FALSE(publish(**tiles, entries, entries.size()));
    CHECK_FALSE(disk.files.contains("tlog/tile/entries/001"));
    disk.refusing.clear();
    tiles = TileWriter::open(disk, kFolder);
    REQUIRE(tiles.ok());
    CHECK((*tiles)->size() == 256);
    CHECK(publish(**tiles, entries, entries.size()));
    CHECK(fault(disk).empty());
}

TEST_CASE("a full disk at any write: afterwards the log goes on") {
    const std::vector<std::string> entries = some_entries(600);
    for (size_t writes = 0; writes < 12; ++writes) {
        MemoryDisk disk;
        REQUIRE(publish_log(disk, kFolder, std::span(entries).first(100)));
        disk.writes_left = writes;
        const auto tiles = TileWriter::open(disk, kFolder);
        const bool done = tiles.ok() && publish(**tiles, entries, entries.size());
        disk.writes_left = SIZE_MAX;
        CHECK(fault(disk).empty());  // the old checkpoint's log or the new one's
        REQUIRE(publish_log(disk, kFolder, entries));
        CHECK(fault(disk).empty());
        CHECK(done == (writes >= 8));  // two bundles and tiles, the open bundle and two open tiles, the checkpoint
    }
}

TEST_CASE("pruned bundles are gone, hashes and proofs stay") {
    const std::vector<std::string> entries = some_entries(2000);
    MemoryDisk disk;
    auto tiles = TileWriter::open(disk, kFolder);
    REQUIRE(tiles.ok());
    REQUIRE(publish(**tiles, entries, 1500));
    REQUIRE((*tiles)->prune(600).ok());
    CHECK((*tiles)->minimum() == 512);
    CHECK_FALSE(disk.files.contains("tlog/tile/entries/001"));
    CHECK(disk.files.contains("tlog/tile/entries/002"));
    tiles = TileWriter::open(disk, kFolder);
    REQUIRE(tiles.ok());
    CHECK((*tiles)->minimum() == 512);
    REQUIRE((*tiles)->size() == 1500);
    REQUIRE(publish(**tiles, entries, 2000));
    REQUIRE((*tiles)->prune(100'000).ok());
    CHECK((*tiles)->minimum() == 1792);
    CHECK((*tiles)->frontier().root() == root_of(entries));
    const auto source = tile_source(disk, kFolder, 2000);
    const auto proof = inclusion_proof(*source, 3, 2000);
    REQUIRE(proof.ok());
    CHECK(verify_inclusion(leaf_hash(entries[3]), 3, 2000, *proof, root_of(entries)));
}

TEST_CASE("proofs from tiles of every published size") {
    const std::vector<std::string> entries = some_entries(66'000);
    const std::vector<Hash> leaves = leaves_of(entries);
    MemoryDisk disk;
    const auto tiles = TileWriter::open(disk, kFolder);
    REQUIRE(tiles.ok());
    const size_t sizes[] = {1, 2, 200, 256, 300, 65'535, 65'536, 65'600, 66'000};
    size_t before = 0;
    for (size_t size : sizes) {
        REQUIRE(publish(**tiles, entries, size));
        const Hash root = naive_root(std::span(leaves).first(size));
        const auto source = tile_source(disk, kFolder, size);
        for (size_t i = 0; i < size; i += 1 + size / 40) {
            const auto proof = inclusion_proof(*source, i, size);
            REQUIRE(proof.ok());
            REQUIRE(verify_inclusion(leaves[i], i, size, *proof, root));
        }
        const auto proof = consistency_proof(*source, before, size);
        REQUIRE(proof.ok());
        CHECK(verify_consistency(before, naive_root(std::span(leaves).first(before)), size, root, *proof));
        CHECK_FALSE(source->hash(0, size).ok());
        CHECK_FALSE(source->hash(64, 0).ok());
        before = size;
    }
    // A source of an earlier size finds the full tile where its partial one is gone.
    const auto earlier = tile_source(disk, kFolder, 200);
    const auto proof = inclusion_proof(*earlier, 5, 200);
    REQUIRE(proof.ok());
    CHECK(verify_inclusion(leaves[5], 5, 200, *proof, naive_root(std::span(leaves).first(200))));
}

TEST_CASE("every flipped bit of a published log shows") {
    MemoryDisk disk;
    const std::vector<std::string> entries = some_entries(20);
    REQUIRE(publish_log(disk, kFolder, entries));
    REQUIRE(fault(disk).empty());
    size_t flips = 0;
    for (const auto& [path, bytes] : disk.files) {
        for (size_t bit = 0; bit < bytes->size() * 8; ++bit, ++flips) {
            char& byte = (*bytes)[bit / 8];
            byte = static_cast<char>(byte ^ (1 << bit % 8));
            INFO(path << " bit " << bit);
            REQUIRE_FALSE(fault(disk).empty());
            byte = static_cast<char>(byte ^ (1 << bit % 8));
        }
    }
    CHECK(flips > 9'000);
    REQUIRE(fault(disk).empty());
}

TEST_CASE("proof texts") {
    const std::vector<Hash> hashes = {sha256("a"), sha256("b")};
    const std::string note = signed_checkpoint(4, sha256("r"));
    const std::string text = proof_text(2, hashes, note);
    const Result<OfflineProof> proof = parse_proof(text);
    REQUIRE(proof.ok());
    CHECK(proof->index == 2);
    CHECK(proof->hashes == hashes);
    CHECK(proof->signed_checkpoint == note);
    const std::string body = text.substr(text.find('\n') + 1), form = "c2sp.org/tlog-proof@v1\n";
    CHECK(parse_proof(form + "extra YWJj\n" + body).ok());
    for (const std::string& wrong :
         {std::string(), form, body, form + "index 2", form + "index 02\n\n" + note, form + "index -1\n\n" + note,
          form + "extra %\n" + body, form + "index 2\nAAAA\n\n" + note, form + "index 2\n",
          form + "index 2\n" + text.substr(text.find("\n\n") - 44, 44)})
        CHECK_FALSE(parse_proof(wrong).ok());
    CHECK_FALSE(parse_proof(proof_text(0, std::vector<Hash>(65), note)).ok());
}

TEST_CASE("tiles on the operating system's own files") {
    std::string name = (std::filesystem::temp_directory_path() / "remit-tiles-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    const std::filesystem::path root = name;
    const auto disk = posix_disk(root.string());
    const std::vector<std::string> entries = some_entries(3000);
    for (size_t size : {200, 256, 1000, 3000}) {
        REQUIRE(publish_log(*disk, kFolder, std::span(entries).first(size)));
        CHECK(fault_of(*disk, kFolder, log_key().verifier).empty());
    }
    CHECK_FALSE(std::filesystem::exists(root / "tlog/tile/0/000.p"));
    CHECK(std::filesystem::exists(root / "tlog/tile/0/011.p/184"));
    std::filesystem::remove_all(root);
}
