// The power goes at any moment, and takes any subset of what was not synced: the writer makes the same log again, from the records that
// the journal still has.
#include "tests/catch.h"
#include "tests/evidence_journal/sim_disk.h"
#include "tests/evidence_tree/published_log.h"

using namespace remit;
using namespace remit::evidence;
using evidence::testing::Random;
using evidence::testing::SimDisk;
using evidence::testing::SimOp;

namespace {

const std::string kFolder = "tlog";
constexpr size_t kEntryCount = 1400;

/// Lives on `disk` until it refuses or all is done: publishes in steps, prunes, opens again. `pruned`: what the journal may drop.
void live(SimDisk& disk, Random& random, std::span<const std::string> entries, uint64_t& pruned) {
    auto tiles = TileWriter::open(disk, kFolder);
    for (uint64_t size = 0; tiles.ok() && (*tiles)->size() < entries.size();) {
        size = std::min<uint64_t>(entries.size(), (*tiles)->size() + 1 + random.below(400));
        if (!publish(**tiles, entries, size)) return;
        const uint64_t to = random.below(size + 1);
        if (random.below(4) == 0 && (*tiles)->prune(to).ok()) pruned = std::max(pruned, (*tiles)->minimum());
        if (random.below(5) == 0) tiles = TileWriter::open(disk, kFolder);
    }
}

/// What is wrong with the log of all entries, of which bundles below `minimum` may be gone.
std::string fault_of_all(SimDisk& disk, std::span<const std::string> entries, std::span<const Hash> leaves,
                         uint64_t minimum) {
    const auto source = tile_source(disk, kFolder, entries.size());
    for (uint64_t i = 0; i < entries.size(); ++i) {
        const auto hash = source->hash(0, i);
        if (!hash) return hash.error();
        if (*hash != leaves[i]) return "a tile has another hash than its entry";
    }
    const auto root = root_at(*source, entries.size());
    if (!root || *root != naive_root(leaves)) return "the upper tiles are not those of the leaves";
    for (uint64_t first = minimum; first < entries.size(); first += kTileWidth) {
        const uint64_t width = std::min<uint64_t>(kTileWidth, entries.size() - first);
        const auto bundle = read_bundle(disk, kFolder, first / kTileWidth, static_cast<unsigned>(width));
        if (!bundle) return bundle.error();
        if (!std::equal(bundle->begin(), bundle->end(), entries.begin() + static_cast<int64_t>(first)))
            return "a bundle differs";
    }
    return "";
}

}  // namespace

TEST_CASE("a power cut at any moment") {
    const std::vector<std::string> entries = some_entries(kEntryCount);
    const std::vector<Hash> leaves = leaves_of(entries);
    size_t torn = 0;
    for (uint64_t seed = 1; seed <= 300; ++seed) {
        INFO("seed " << seed);
        Random random(seed);
        SimDisk disk;
        uint64_t pruned = 0, pruned_then = 0, operations = 0;
        std::unique_ptr<SimDisk> after;
        const uint64_t moment = random.below(120);
        disk.changed = [&](SimOp) {
            if (operations++ != moment) return;
            after = disk.cut(random);
            pruned_then = pruned;
        };
        live(disk, random, entries, pruned);
        disk.changed = nullptr;
        if (after == nullptr) after = disk.cut(random), pruned_then = pruned;

        const auto tiles = TileWriter::open(*after, kFolder);
        REQUIRE(tiles.ok());
        REQUIRE((*tiles)->size() >= pruned_then);  // the journal need not have what is below
        torn += (*tiles)->size() < kEntryCount ? 1 : 0;
        REQUIRE(publish(**tiles, entries, entries.size()));
        REQUIRE((*tiles)->frontier().root() == naive_root(leaves));
        REQUIRE(fault_of_all(*after, entries, leaves, (*tiles)->minimum()) == "");
    }
    CHECK(torn > 100);
}

TEST_CASE("operations that fail at any moment, and a process that comes after") {
    const std::vector<std::string> entries = some_entries(kEntryCount);
    const std::vector<Hash> leaves = leaves_of(entries);
    for (uint64_t seed = 1; seed <= 200; ++seed) {
        INFO("seed " << seed);
        Random random(seed);
        SimDisk disk;
        uint64_t pruned = 0, operations = 0;
        const uint64_t moment = random.below(150);
        disk.fault = [&](SimOp op, const std::string&) {
            const bool fails = op != SimOp::Read && operations++ == moment;
            return !fails ? DiskError::None : op == SimOp::Write ? DiskError::NoSpace : DiskError::Io;
        };
        live(disk, random, entries, pruned);
        disk.fault = nullptr;
        disk.restart(random);
        const auto tiles = TileWriter::open(disk, kFolder);
        REQUIRE(tiles.ok());
        REQUIRE((*tiles)->size() >= pruned);
        REQUIRE(publish(**tiles, entries, entries.size()));
        REQUIRE(fault_of_all(disk, entries, leaves, (*tiles)->minimum()) == "");
    }
}
