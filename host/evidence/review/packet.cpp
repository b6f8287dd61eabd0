#include "host/evidence/review/packet.h"

#include <fmt/format.h>

#include "host/evidence/crypto/bytes.h"
#include "host/evidence/log/config.h"
#include "host/evidence/review/dsse.h"
#include "host/evidence/review/packet_collect.h"
#include "host/evidence/review/packet_parts.h"
#include "host/evidence/tree/tiles.h"

namespace remit::evidence {

namespace {

constexpr size_t kMaxOpenedBytes = 3u << 19;  // of payloads: base64 twice must still fit kMaxPacketBytes
constexpr size_t kRoomForEnvelope = 1024;

/// Opens a record's payloads into `w`, each with its salt, as long as there is room.
Result<bool> append_payloads(CanonicalWriter& w, Reading& log, const Parsed& record, size_t& room) {
    const auto view = record_at(log, record.index());
    if (!view) return Failure{view.error()};
    std::string list;
    CanonicalWriter in_list(list);
    in_list.open_array();
    for (const SealedPayload& sealed : (*view)->payloads) {
        const std::string_view role = text_of(static_cast<PayloadRole>(sealed.role));
        const auto commit = listed_commitment(record, role);
        if (role.empty() || !commit || log.keyring() == nullptr || sealed.ciphertext.size() > room) continue;
        const auto opened = log.keyring()->open_payload(sealed);
        if (!opened) return Failure{opened.error()};
        if (!*opened || commitment((*opened)->salt, (*opened)->payload) != *commit) continue;
        room -= sealed.ciphertext.size();
        in_list.open_object();
        in_list.text("bytes", base64((*opened)->payload));
        in_list.text("role", role);
        in_list.text("salt", hash64((*opened)->salt));
        in_list.close_object();
    }
    in_list.close_array();
    if (list != "[]") w.raw("payloads", list);
    return true;
}

/// Gives proofs of published records.
struct Prover {
    std::string note;
    Checkpoint checkpoint;
    std::unique_ptr<HashSource> source;

    static Result<Prover> open(Reading& log) {
        Prover out;
        const std::string path = std::string(kTilesFolder) + "/checkpoint";
        if (const DiskStatus read = read_file(log.disk(), path, out.note, kMaxNoteBytes); !read.ok())
            return Failure{fmt::format("{}; `remit log publish` makes it", read.message)};
        auto checkpoint = open_checkpoint(out.note, log.config().key);
        if (!checkpoint) return Failure{checkpoint.error()};
        out.checkpoint = std::move(*checkpoint);
        out.source = tile_source(log.disk(), kTilesFolder, out.checkpoint.size);
        return out;
    }
    Result<std::string> prove(const Parsed& record) {
        if (record.index() >= checkpoint.size)
            return Failure{
                fmt::format("record {} is not published yet; `remit log publish` does that", record.index())};
        const auto proof = inclusion_proof(*source, record.index(), checkpoint.size);
        if (!proof) return Failure{proof.error()};
        if (!verify_inclusion(leaf_hash(record.entry()), record.index(), checkpoint.size, *proof, checkpoint.root))
            return Failure{fmt::format("record {} is not in the tree that was signed", record.index())};
        return proof_text(record.index(), *proof, note);
    }
};

Result<std::string> statement_of(Reading& log, const std::vector<PacketItem>& items, const PacketOptions& options) {
    Result<Prover> prover = Prover::open(log);
    if (!prover) return Failure{prover.error()};
    const Parsed* outcome = nullptr;
    for (const PacketItem& item : items) {
        if (item.role == PacketRole::Outcome) outcome = &item.record;
    }
    const Parsed& action = items.front().record;
    std::string out;
    size_t room = kMaxOpenedBytes;
    CanonicalWriter w(out);
    w.open_object();
    w.text("_type", kStatementType);
    w.key("predicate");
    w.open_object();
    w.text("action", action_text(action.head().chain, action.head().number));
    w.text("checkpoint", prover->note);
    w.text("key", to_text(log.config().key));
    w.key("records");
    w.open_array();
    for (const auto& [role, record] : items) {
        const Result<std::string> proof = prover->prove(record);
        if (!proof) return proof;
        w.open_object();
        w.text("entry", record.entry());
        w.number("index", static_cast<int64_t>(record.index()));
        if (options.payloads) {
            if (Result<bool> done = append_payloads(w, log, record, room); !done) return Failure{done.error()};
        }
        w.text("proof", *proof);
        w.text("role", text_of(role));
        w.close_object();
    }
    w.close_array();
    w.close_object();
    w.text("predicateType", kPacketPredicate);
    w.raw("subject", subjects_of(log.config().origin, action, outcome));
    w.close_object();
    return out;
}

}  // namespace

Result<std::string> make_packet(Reading& log, FindIndex& find, uint64_t index, const SignerKey& signer,
                                const PacketOptions& options) {
    const Result<std::vector<PacketItem>> items = collect_packet(log, find, index);
    if (!items) return Failure{items.error()};
    const Result<std::string> statement = statement_of(log, *items, options);
    if (!statement) return statement;
    if (statement->size() / 3 * 4 + kRoomForEnvelope > kMaxPacketBytes)
        return Failure{fmt::format("the packet would be larger than {} bytes", kMaxPacketBytes)};
    return make_envelope(kPayloadType, *statement, signer);
}

}  // namespace remit::evidence
