// The tree against RFC 6962's definitions and against facts that others publish.
#include "tests/catch.h"
#include "tests/evidence_tree/naive_tree.h"

using namespace remit;
using namespace remit::evidence;

namespace {

/// Roots of the first 0, 1, ... 8 of these entries, as Certificate Transparency's own tests have had them since RFC 6962.
const std::string kKnownEntries[] = {std::string(),
                                     std::string(1, '\0'),
                                     "\x10",
                                     "\x20\x21",
                                     "\x30\x31",
                                     "\x40\x41\x42\x43",
                                     "\x50\x51\x52\x53\x54\x55\x56\x57",
                                     "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"};
const char* const kKnownRoots[] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

constexpr size_t kAllSizes = 130;

}  // namespace

TEST_CASE("hashes are those of RFC 6962") {
    CHECK(hex(empty_root()) == kKnownRoots[0]);
    CHECK(hex(leaf_hash("")) == kKnownRoots[1]);
    Frontier frontier;
    for (size_t i = 0; i < std::size(kKnownEntries); ++i) {
        CHECK(hex(frontier.root()) == kKnownRoots[i]);
        frontier.add(leaf_hash(kKnownEntries[i]));
    }
    CHECK(hex(frontier.root()) == kKnownRoots[8]);
}

TEST_CASE("two leaves at once are two leaves") {
    const std::string bytes(700, 'x');
    for (size_t a = 0; a <= 700; a += a < 200 ? 1 : 37) {
        for (size_t b :
             {size_t{0}, size_t{54}, size_t{55}, size_t{62}, size_t{63}, size_t{64}, size_t{127}, a, size_t{600}}) {
            Hash first, second;
            leaf_hash_pair({bytes.data(), a}, {bytes.data(), b}, first, second);
            REQUIRE(first == sha256(std::string(1, '\0') + bytes.substr(0, a)));
            REQUIRE(second == sha256(std::string(1, '\0') + bytes.substr(0, b)));
        }
    }
}

TEST_CASE("a frontier has the root of all sizes, and comes back from its bytes") {
    const std::vector<Hash> leaves = leaves_of(some_entries(600));
    Frontier frontier;
    for (size_t size = 0; size <= leaves.size(); ++size) {
        REQUIRE(frontier.size() == size);
        REQUIRE(frontier.root() == naive_root(std::span(leaves).first(size)));
        std::string saved;
        frontier.save(saved);
        saved += "what follows";
        std::string_view rest = saved;
        const Result<Frontier> again = Frontier::load(rest);
        REQUIRE(again.ok());
        REQUIRE(*again == frontier);
        REQUIRE(rest == "what follows");
        for (size_t cut = 0; cut < saved.size() - rest.size(); cut += 7) {
            std::string_view torn = std::string_view(saved).substr(0, cut);
            REQUIRE_FALSE(Frontier::load(torn).ok());
        }
        if (size < leaves.size()) frontier.add(leaves[size]);
    }
}

TEST_CASE("inclusion proofs of every leaf in every small tree") {
    const std::vector<Hash> leaves = leaves_of(some_entries(kAllSizes));
    NaiveSource source(leaves);
    for (size_t size = 1; size <= kAllSizes; ++size) {
        const Hash root = naive_root(std::span(leaves).first(size));
        const Result<Hash> ours = root_at(source, size);
        REQUIRE(ours.ok());
        REQUIRE(*ours == root);
        for (size_t i = 0; i < size; ++i) {
            Result<std::vector<Hash>> proof = inclusion_proof(source, i, size);
            REQUIRE(proof.ok());
            REQUIRE(verify_inclusion(leaves[i], i, size, *proof, root));
            REQUIRE_FALSE(verify_inclusion(leaves[(i + 1) % kAllSizes], i, size, *proof, root));
            REQUIRE_FALSE(verify_inclusion(leaves[i], i + 1, size, *proof, root));
            REQUIRE_FALSE(verify_inclusion(leaves[i], i ^ 1, size, *proof, root));
            REQUIRE_FALSE(verify_inclusion(leaves[i], i, size, *proof, leaves[i == 0 && size == 1 ? 1 : 0]));
            proof->push_back(root);
            REQUIRE_FALSE(verify_inclusion(leaves[i], i, size, *proof, root));
            proof->pop_back();
            if (!proof->empty()) {
                (*proof)[i % proof->size()][i % 32] ^= 1;
                REQUIRE_FALSE(verify_inclusion(leaves[i], i, size, *proof, root));
                proof->pop_back();
                REQUIRE_FALSE(verify_inclusion(leaves[i], i, size, *proof, root));
            }
        }
        REQUIRE_FALSE(inclusion_proof(source, size, size).ok());
    }
}

TEST_CASE("consistency proofs between every two small trees") {
    const std::vector<Hash> leaves = leaves_of(some_entries(kAllSizes));
    NaiveSource source(leaves);
    std::vector<Hash> roots;
    for (size_t size = 0; size <= kAllSizes; ++size) roots.push_back(naive_root(std::span(leaves).first(size)));
    for (size_t now = 0; now <= kAllSizes; ++now) {
        for (size_t before = 0; before <= now; ++before) {
            Result<std::vector<Hash>> proof = consistency_proof(source, before, now);
            REQUIRE(proof.ok());
            REQUIRE(verify_consistency(before, roots[before], now, roots[now], *proof));
            Hash forged = roots[before];
            forged[now % 32] ^= 4;
            REQUIRE_FALSE(verify_consistency(before, forged, now, roots[now], *proof));
            if (before > 0) REQUIRE_FALSE(verify_consistency(before, roots[before], now, forged, *proof));
            if (before < now) REQUIRE_FALSE(verify_consistency(now, roots[now], before, roots[before], *proof));
            for (size_t i = 0; i < proof->size(); ++i) {
                (*proof)[i][before % 32] ^= 0x80;
                REQUIRE_FALSE(verify_consistency(before, roots[before], now, roots[now], *proof));
                (*proof)[i][before % 32] ^= 0x80;
            }
            proof->push_back(forged);
            REQUIRE_FALSE(verify_consistency(before, roots[before], now, roots[now], *proof));
        }
        REQUIRE_FALSE(consistency_proof(source, now + 1, now).ok());
    }
}
