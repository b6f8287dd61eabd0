// TreeWalk is a Frontier that also tells complete subtrees: the same roots, from any start.
#include "host/evidence/review/tree_walk.h"

#include <map>

#include "tests/catch.h"

using namespace remit;
using namespace remit::evidence;

TEST_CASE("a walk and a frontier agree at every size and from every start") {
    constexpr uint64_t kLeaves = 1100;
    std::map<std::pair<unsigned, uint64_t>, Hash> told;
    TreeWalk walk([&](unsigned level, uint64_t index, const Hash& root) { told[{level, index}] = root; });
    Frontier frontier;
    std::map<uint64_t, std::string> saved;
    std::map<uint64_t, Hash> roots;
    for (uint64_t i = 0; i <= kLeaves; ++i) {
        REQUIRE(walk.size() == i);
        REQUIRE(walk.root() == frontier.root());
        std::string mine, theirs;
        walk.save(mine);
        frontier.save(theirs);
        REQUIRE(mine == theirs);
        saved[i] = mine;
        roots[i] = walk.root();
        const Hash leaf = leaf_hash(std::to_string(i));
        walk.add(leaf);
        frontier.add(leaf);
    }
    for (uint64_t tile = 0; tile < kLeaves / 256; ++tile) {
        Frontier alone;
        for (uint64_t i = tile * 256; i < (tile + 1) * 256; ++i) alone.add(leaf_hash(std::to_string(i)));
        CHECK(told.at({1, tile}) == alone.root());
    }
    CHECK(told.size() == kLeaves + 1 + kLeaves / 256);
    for (const uint64_t start : {uint64_t{1}, uint64_t{15}, uint64_t{16}, uint64_t{17}, uint64_t{255}, uint64_t{700}}) {
        std::map<std::pair<unsigned, uint64_t>, Hash> again;
        TreeWalk later([&](unsigned level, uint64_t index, const Hash& root) { again[{level, index}] = root; });
        std::string_view bytes = saved[start];
        REQUIRE(later.load(bytes).ok());
        CHECK(bytes.empty());
        for (uint64_t i = start; i < kLeaves; ++i) {
            REQUIRE(later.root() == roots[i]);
            later.add(leaf_hash(std::to_string(i)));
        }
        for (const auto& [place, root] : again) CHECK(told.at(place) == root);
    }
    std::string_view broken = "not a frontier";
    CHECK(!TreeWalk().load(broken).ok());
}
