// Chains: the journal's fold, against a plain model, and its saved form against hostile bytes.
#include <map>
#include <random>
#include <set>

#include "host/evidence/log/chains.h"
#include "host/evidence/record/entry.h"
#include "tests/catch.h"

namespace remit::evidence {

namespace {

struct Model {
    struct Chain {
        std::string session;
        uint64_t ordinal = 0, count = 0, last = 0;
        Hash head{};
        std::map<uint64_t, uint64_t> open;
    };
    std::map<ChainId, Chain> chains;
    uint64_t opened = 0, index = 0;
};

/// Lets `chains` and `model` live through random records.
class Life {
public:
    explicit Life(uint64_t seed) : random_(seed) {}
    void step(Chains& chains) {
        const uint64_t roll = random_() % 10;
        if (model.chains.size() < 2 || roll == 0) return open(chains);
        auto at = std::next(model.chains.begin(), static_cast<long>(random_() % model.chains.size()));
        const bool own = at->first == ChainId{};
        if (roll == 1 && !own) return apply(chains, Kind::SessionClose, at, 0);
        if (roll < 6 && !own) return apply(chains, Kind::Intent, at, 0);
        if (roll < 9 && !at->second.open.empty())
            return apply(chains, Kind::Outcome, at, at->second.open.begin()->first);
        apply(chains, own ? Kind::Gap : Kind::Decision, at, 0);
    }
    void check(const Chains& chains) const {
        CHECK(chains.opened() == model.opened);
        REQUIRE(chains.open().size() == model.chains.size());
        size_t doubts = 0;
        for (const auto& [id, c] : model.chains) {
            const ChainHead* head = chains.find(id);
            REQUIRE(head != nullptr);
            CHECK(head->session == c.session);
            CHECK(head->ordinal == c.ordinal);
            CHECK(head->count == c.count);
            CHECK(head->head == c.head);
            CHECK(head->open == c.open);
            doubts += c.open.size();
            if (id == ChainId{}) continue;
            const auto newest = chains.open_chain(c.session);
            REQUIRE(newest);
            CHECK(model.chains.at(*newest).ordinal >= c.ordinal);
            CHECK(model.chains.at(*newest).session == c.session);
        }
        const auto in_doubt = chains.in_doubt();
        CHECK(in_doubt.size() == doubts);
        for (size_t i = 1; i < in_doubt.size(); ++i) CHECK(in_doubt[i - 1].index < in_doubt[i].index);
    }
    Model model;

private:
    using At = std::map<ChainId, Model::Chain>::iterator;
    Hash hash() { return sha256(std::to_string(random_())); }
    void open(Chains& chains) {
        ChainId id;
        if (model.chains.empty()) {  // the log's own
            model.chains[id].head = hash();
            model.chains[id].count = 1;
            model.chains[id].last = model.index;
            chains.apply(model.index, {Kind::Opened, id, 0, 0}, "", model.chains[id].head);
            ++model.index;
            return;
        }
        for (uint8_t& b : id.bytes) b = static_cast<uint8_t>(random_());
        Model::Chain& c = model.chains[id];
        c.session = "s-" + std::to_string(random_() % 5);
        c.ordinal = ++model.opened;
        c.count = 1;
        c.last = model.index;
        c.head = hash();
        EntryHead head;
        head.kind = Kind::SessionOpen;
        head.chain = id;
        const std::string entry = make_entry(
            head, "{\"ordinal\":" + std::to_string(c.ordinal) + ",\"session\":\"" + c.session + "\"}");
        chains.apply(model.index++, {Kind::SessionOpen, id, 0, 0}, entry, c.head);
    }
    void apply(Chains& chains, Kind kind, At at, uint64_t answers) {
        Model::Chain& c = at->second;
        const uint64_t number = c.count++;
        c.last = model.index;
        c.head = hash();
        chains.apply(model.index, {kind, at->first, number, answers}, "", c.head);
        if (kind == Kind::Intent) c.open[number] = model.index;
        if (kind == Kind::Outcome) c.open.erase(answers);
        if (kind == Kind::SessionClose) model.chains.erase(at);
        ++model.index;
    }
    std::mt19937_64 random_;
};

}  // namespace

TEST_CASE("chains follow the records, and a saved state goes on like the one it was saved from") {
    for (uint64_t seed = 0; seed < 20; ++seed) {
        Life life(seed);
        Chains chains;
        for (int i = 0; i < 300; ++i) {
            life.step(chains);
            if (i % 37 != 0) continue;
            std::string saved, again;
            chains.save(saved);
            CHECK(saved.size() <= chains.saved_bytes() + 64);
            Chains loaded;
            REQUIRE(loaded.load(saved));
            loaded.save(again);
            CHECK(again == saved);
            CHECK(loaded.saved_bytes() == chains.saved_bytes());
            life.check(loaded);
            chains = std::move(loaded);
        }
        life.check(chains);
    }
}

TEST_CASE("nothing but a saved state is loaded") {
    Life life(1);
    Chains chains;
    for (int i = 0; i < 60; ++i) life.step(chains);
    std::string saved;
    chains.save(saved);
    Chains out;
    for (size_t size = 1; size < saved.size(); ++size) CHECK_FALSE(out.load(std::string_view(saved).substr(0, size)));
    CHECK_FALSE(out.load(saved + '\0'));
    std::mt19937_64 random(2);
    for (int i = 0; i < 20'000; ++i) {
        std::string changed = saved;
        for (uint64_t n = random() % 4 + 1; n > 0; --n)
            changed[random() % changed.size()] = static_cast<char>(random());
        std::string again;
        if (out.load(changed)) {  // another state, then: with these bytes and no others
            out.save(again);
            REQUIRE(again == changed);
        }
    }
    // Counts that promise more than there is take no memory.
    std::string huge(saved.substr(0, 8));
    huge += '\1';
    huge += "\xFF\xFF\x3F";
    CHECK_FALSE(out.load(huge));
    CHECK(out.load(""));
    CHECK(out.opened() == 0);
}

TEST_CASE("records that fit no chain are passed over") {
    Chains chains;
    ChainId id;
    id.bytes[3] = 1;
    chains.apply(0, {Kind::Intent, id, 5, 0}, "", {});
    chains.apply(1, {Kind::SessionClose, id, 6, 0}, "", {});
    CHECK(chains.open().empty());
    chains.apply(2, {Kind::SessionOpen, id, 0, 0}, "not an entry", {});
    REQUIRE(chains.find(id) != nullptr);
    CHECK(chains.find(id)->session.empty());
    chains.apply(3, {Kind::SessionOpen, id, 0, 0}, "again", {});
    CHECK(chains.opened() == 1);
    chains.apply(4, {Kind::Outcome, id, 1, 77}, "", {});
    chains.apply(5, {Kind::Note, id, UINT64_MAX, 0}, "", {});
    CHECK(chains.find(id)->count == 2);
    std::string saved;
    chains.save(saved);
    CHECK(Chains().load(saved));
}

}  // namespace remit::evidence
