#include "host/evidence/log/config.h"

#include <fmt/format.h>

#include "host/evidence/crypto/bytes.h"
#include "host/evidence/journal/reader.h"
#include "host/evidence/journal/segment.h"
#include "host/evidence/record/canonical.h"
#include "vm/engine/arena.h"
#include "vm/engine/json.h"

namespace remit::evidence {

namespace {

constexpr int64_t kFormat = 1;

const Json* text_member(const Json& object, std::string_view name) {
    const Json* found = object.find(name);
    return found != nullptr && found->is(JsonKind::String) ? found : nullptr;
}
std::optional<uint64_t> number_member(const Json& object, std::string_view name) {
    const Json* found = object.find(name);
    if (found == nullptr || !found->is(JsonKind::Number) || found->text.size() > 15) return std::nullopt;
    uint64_t value = 0;
    for (const char c : found->text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + static_cast<uint64_t>(c - '0');
    }
    return value;
}
Failure wrong(std::string_view what) { return {fmt::format("{}: {}", kConfigPath, what)}; }

}  // namespace

Result<LogConfig> read_config(Disk& disk) {
    std::string bytes;
    if (const DiskStatus read = read_file(disk, kConfigPath, bytes, kMaxConfigBytes); !read.ok()) {
        if (read.error == DiskError::NotFound) return Failure{"no evidence log is here (there is no log.json)"};
        return Failure{read.message};
    }
    Arena arena;
    JsonReader reader;
    const Json* root = reader.read(bytes, arena);
    if (root == nullptr) return wrong(reader.error());
    if (!root->is(JsonKind::Object)) return wrong("not an object");
    if (number_member(*root, "format") != kFormat) return wrong("a format that this version does not know");
    const Json* origin = text_member(*root, "origin");
    const Json* key = text_member(*root, "key");
    const auto segment = number_member(*root, "segment_bytes");
    if (origin == nullptr || key == nullptr || !segment) return wrong("`origin`, `key` or `segment_bytes` is missing");
    if (*segment < kMinSegmentBytes || *segment > kMaxSegmentBytes || *segment % 4096 != 0)
        return wrong("`segment_bytes` is out of bounds");
    auto verifier = parse_verifier_key(key->text);
    if (!verifier) return wrong(verifier.error());
    if (verifier->name != origin->text) return wrong("the key's name is not the origin");
    return LogConfig{std::string(origin->text), *segment, std::move(*verifier)};
}

namespace {

/// Makes the key file of `signer`, or takes the key that is there. A file that never got its bytes is none.
Result<bool> settle_key(Disk& disk, SignerKey& signer) {
    std::string there;
    DiskStatus done = read_file(disk, kKeyPath, there, kMaxConfigBytes);
    if (done.ok() && !all_zero(there)) {
        wipe({reinterpret_cast<uint8_t*>(there.data()), there.size()});
        auto kept = read_signer(disk);
        if (!kept) return Failure{kept.error()};
        auto named = make_signer(signer.verifier.name, PrivateKey::from_seed(kept->key.seed()));
        if (!named) return Failure{named.error()};
        signer = std::move(*named);
        return true;
    }
    if (done.ok()) done = disk.remove(kKeyPath);
    if (done.error == DiskError::NotFound) done = {};
    std::unique_ptr<File> key;
    if (done.ok()) done = disk.open(kKeyPath, OpenMode::CreateSecret, key);
    if (done.ok()) done = key->write(0, to_text(signer) + "\n");
    if (done.ok()) done = key->sync();
    if (!done.ok()) return Failure{done.message};
    return true;
}

}  // namespace

Result<bool> write_config(Disk& disk, LogConfig& config, SignerKey& signer, bool keep_key) {
    if (keep_key) {
        if (auto settled = settle_key(disk, signer); !settled) return settled;
        config.key = signer.verifier;
    }
    std::string text;
    CanonicalWriter w(text);
    w.open_object();
    w.number("format", kFormat);
    w.text("key", to_text(config.key));
    w.text("origin", config.origin);
    w.number("segment_bytes", static_cast<int64_t>(config.segment_bytes));
    w.close_object();
    text += '\n';
    if (const DiskStatus done = replace_file(disk, kConfigPath, text); !done.ok()) return Failure{done.message};
    return true;
}

Result<SignerKey> read_signer(Disk& disk) {
    std::string text;
    if (const DiskStatus read = read_file(disk, kKeyPath, text, kMaxConfigBytes); !read.ok())
        return Failure{read.message};
    while (!text.empty() && text.back() == '\n') text.pop_back();
    auto signer = parse_signer_key(text);
    wipe({reinterpret_cast<uint8_t*>(text.data()), text.size()});
    if (!signer) return Failure{fmt::format("{}: {}", kKeyPath, signer.error())};
    return signer;
}

namespace {

/// Nothing: the file is missing, or a power cut left it without its bytes.
Result<std::optional<Head>> read_head_of(Disk& disk, const char* path, const LogConfig& config) {
    Head head;
    if (const DiskStatus read = read_file(disk, path, head.note, kMaxNoteBytes); !read.ok()) {
        if (read.error == DiskError::NotFound) return std::optional<Head>();
        return Failure{read.message};
    }
    if (head.note.empty() || head.note.front() == '\0') return std::optional<Head>();
    auto checkpoint = open_checkpoint(head.note, config.key);
    if (!checkpoint) return Failure{fmt::format("{}: {}", path, checkpoint.error())};
    if (checkpoint->origin != config.origin) return Failure{fmt::format("{}: it is of another log", path)};
    head.checkpoint = std::move(*checkpoint);
    return std::optional<Head>(std::move(head));
}

}  // namespace

Result<std::optional<Head>> read_head(Disk& disk, const LogConfig& config) {
    auto newest = read_head_of(disk, kCheckpointPath, config);
    if (!newest) return newest;
    auto synced = read_head_of(disk, kSyncedHeadPath, config);
    if (!synced) return synced;
    const bool behind = *synced && (!*newest || (*newest)->checkpoint.size < (*synced)->checkpoint.size);
    return behind ? synced : newest;
}

std::string policy_image_path(const Hash& version) { return fmt::format("{}/{}.img", kPoliciesFolder, hex(version)); }

Result<std::string> rollback_of(Disk& disk, const Head& head, const Frontier& now) {
    const uint64_t wanted = head.checkpoint.size;
    if (wanted > now.size())
        return fmt::format("its signed head has {} records and the segments have {}: records are missing", wanted,
                           now.size());
    auto opened = JournalReader::open(disk, kSegmentsFolder);
    if (!opened) return Failure{opened.error()};
    JournalReader& reader = **opened;
    // The last record under the head lies in the segment whose snapshot the tree's edge is taken from.
    uint64_t first = reader.first();
    for (const SegmentInfo& s : reader.segments())
        if (s.first < wanted) first = s.first;
    auto found = reader.seek(first);
    if (!found) return Failure{found.error()};
    std::string_view saved = reader.snapshot();
    auto edge = Frontier::load(saved);
    if (!edge) return Failure{edge.error()};
    // Of what was pruned past the head, the tiles tell.
    for (;;) {
        if (edge->size() == wanted && edge->root() != head.checkpoint.root)
            return fmt::format("its first {} records are not those that were signed", wanted);
        if (edge->size() >= now.size()) break;
        auto record = reader.next();
        if (!record) return Failure{record.error()};
        if (*record == nullptr) return fmt::format("record {} cannot be read", edge->size());
        edge->add(leaf_hash((*record)->entry));
    }
    // What is signed next must extend what was signed last, whatever a snapshot in between says.
    if (*edge != now) return fmt::format("the records behind the {} that were signed give another tree", wanted);
    return std::string();
}

}  // namespace remit::evidence
