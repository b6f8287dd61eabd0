#include "tests/evidence_recorder/fixture.h"

#include <filesystem>
#include <fstream>
#include <map>

namespace remit::evidence::testing {

Evidence::Evidence(std::shared_ptr<const Policy> p, uint64_t segment)
    : disk(failing_disk(posix_disk(folder.path), faults)),
      policy(std::move(p)),
      decider(std::make_unique<Decider>(policy)),
      segment_(segment) {
    open();
}

Evidence::~Evidence() { close(false); }

void Evidence::open() {
    LogOptions options = options_for(*disk);
    options.clock = &clock;
    std::string there;
    log = read_file(*disk, "log.json", there, 4096).ok()
              ? must(Log::open(std::move(options)))
              : must(Log::create("test.example/log", segment_, std::move(options)));
    auto ring = Keyring::open(*disk, true);
    if (!ring) FAIL(ring.error());
    keyring = std::move(*ring);
    recorder = std::make_unique<Recorder>(*log, *keyring);
    const auto used = recorder->use_policy(*policy, "the policy's image");
    if (!used) FAIL(used.error());
}

void Evidence::close(bool in_order) {
    if (in_order && recorder) recorder->close_all_sessions();
    recorder.reset();
    keyring.reset();
    if (in_order && log) CHECK(log->close().ok());
    log.reset();
}

void Evidence::reopen(bool in_order) {
    close(in_order);
    open();
}

std::vector<Seen> Evidence::seen() const {
    auto reader = JournalReader::open(*disk, "segments");
    if (!reader) FAIL(reader.error());
    std::vector<Seen> all;
    for (;;) {
        auto next = (*reader)->next();
        if (!next) FAIL(next.error());
        if (*next == nullptr) return all;
        const RecordView& view = **next;
        Seen& seen = all.emplace_back();
        seen.index = view.index;
        seen.meta = view.meta;
        seen.entry = view.entry;
        seen.leaf = leaf_hash(view.entry);
        seen.payloads = view.payloads;
        for (const SealedPayload& p : view.payloads) seen.ciphertexts.emplace_back(p.ciphertext);
        const auto entry = read_entry(seen.entry);
        if (!entry) FAIL(entry.error());
        seen.head = entry->head;
        seen.record = entry->record;
    }
}

std::vector<Seen> Evidence::of(Kind kind) const {
    std::vector<Seen> all = seen(), found;
    for (Seen& s : all)
        if (s.meta.kind == kind) found.push_back(std::move(s));
    return found;
}

std::string Evidence::all_bytes() const {
    std::string all;
    for (const auto& file : std::filesystem::recursive_directory_iterator(folder.path)) {
        if (!file.is_regular_file()) continue;
        std::ifstream in(file.path(), std::ios::binary);
        all.append(std::istreambuf_iterator<char>(in), {});
    }
    return all;
}

std::string Evidence::payload(const Seen& seen, PayloadRole role) const {
    for (size_t i = 0; i < seen.payloads.size(); ++i) {
        SealedPayload sealed = seen.payloads[i];
        if (sealed.role != static_cast<uint8_t>(role)) continue;
        sealed.ciphertext = seen.ciphertexts[i];
        const auto opened = keyring->open_payload(sealed);
        if (!opened || !*opened) return "gone";
        const std::string commit = "\"commit\":\"" + hash64(commitment((*opened)->salt, (*opened)->payload)) + "\"";
        CHECK(seen.says(commit));
        return (*opened)->payload;
    }
    return "none";
}

std::string member(std::string_view record, std::string_view name) {
    Arena arena;
    JsonReader reader;
    const Json* root = reader.read(record, arena);
    const Json* found = root != nullptr ? root->find(name) : nullptr;
    if (found == nullptr) return "";
    if (found->is(JsonKind::String)) return std::string(found->text);
    std::string out;
    append_canonical_json(out, *found);
    return out;
}

std::vector<std::string> members(std::string_view record) {
    Arena arena;
    JsonReader reader;
    std::vector<std::string> names;
    if (const Json* root = reader.read(record, arena))
        for (const Json& child : root->children()) names.emplace_back(child.key);
    return names;
}

std::string wrong_with(const std::vector<Seen>& seen) {
    struct Known {
        uint64_t count = 0;
        Hash head{};
        bool closed = false;
    };
    std::map<ChainId, Known> chains;
    uint64_t sessions = 0;
    for (const Seen& s : seen) {
        const std::string where = "record " + std::to_string(s.index) + ": ";
        Arena arena;
        JsonReader reader;
        const Json* root = reader.read(s.entry, arena);
        std::string again;
        if (root != nullptr) append_canonical_json(again, *root);
        if (again != s.entry) return where + "not canonical: " + s.entry;
        if (s.meta != Meta{s.head.kind, s.head.chain, s.head.number, s.meta.answers})
            return where + "head and meta differ";
        if (s.meta.kind == Kind::Outcome && member(s.record, "intent") != std::to_string(s.meta.answers))
            return where + "answers another intent";
        Known& chain = chains[s.meta.chain];
        if (chain.closed) return where + "after the end of its chain";
        if (s.meta.number != chain.count) return where + "number " + std::to_string(s.meta.number);
        if (s.head.prev.has_value() != (chain.count > 0) || (s.head.prev && *s.head.prev != chain.head))
            return where + "another record before it";
        if (s.meta.chain != ChainId{} && (s.meta.number == 0) != (s.meta.kind == Kind::SessionOpen))
            return where + "not opened";
        if (s.meta.kind == Kind::SessionOpen && member(s.record, "ordinal") != std::to_string(++sessions))
            return where + "ordinal " + member(s.record, "ordinal");
        ++chain.count;
        chain.head = s.leaf;
        chain.closed = s.meta.kind == Kind::SessionClose;
        if (chain.closed && member(s.record, "count") != std::to_string(chain.count)) return where + "wrong count";
    }
    return "";
}

std::shared_ptr<const Policy> open_shop() {
    test::Shop shop;
    shop.allow();
    return shop.policy();
}

test::Ask ask_of(const std::string& session, const std::string& tool) {
    test::Ask ask;
    ask.session = R"({"id":")" + session +
                  R"(","roles":["responder"],"tier":"prod","tenant":"acme","owner":"ops@acme.example","scope":["*"],)"
                  R"("principal":"agent-1","retention":"standard","expires":"2026-11-23T18:00:00Z","revoked":false})";
    ask.tool = tool;
    if (tool == "crm.lookup") ask.args = R"({"customer":"C-1"})";
    return ask;
}

}  // namespace remit::evidence::testing
