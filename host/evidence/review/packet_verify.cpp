// Verifying a packet: nothing is believed but the key. What is checked is exactly what docs/packet.md promises of packets.
#include <fmt/format.h>

#include "host/evidence/crypto/bytes.h"
#include "host/evidence/crypto/cipher.h"
#include "host/evidence/review/dsse.h"
#include "host/evidence/review/packet_parts.h"
#include "host/evidence/tree/tiles.h"

namespace remit::evidence {

namespace {

class PacketCheck {
public:
    PacketCheck(PacketReport& report, const VerifierKey& log) : report_(report), log_(log) {}

    void check(std::string_view statement);

private:
    void problem(std::string what) { report_.problems.push_back(std::move(what)); }
    bool check_predicate(const Json& predicate);
    void check_record(const Json& item);
    void check_payloads(const Json& item, const Parsed& record, PacketRecord& out);
    void check_relations();
    void check_links();
    void check_subjects(const Json& statement);
    const Parsed* one_of(PacketRole role) const {
        for (size_t i = 0; i < records_.size(); ++i) {
            if (report_.records[i].role == role) return &records_[i];
        }
        return nullptr;
    }

    PacketReport& report_;
    const VerifierKey& log_;
    std::string note_;
    std::vector<Parsed> records_;  // beside report_.records
};

void PacketCheck::check(std::string_view statement) {
    Arena arena;
    JsonReader reader;
    const Json* json = reader.read(statement, arena);
    if (json == nullptr) return problem("its statement is no JSON: " + reader.error());
    if (Parsed::text_in(json, "_type") != kStatementType) return problem("it holds no in-toto statement");
    if (Parsed::text_in(json, "predicateType") != kPacketPredicate)
        return problem("its statement is not about an action");
    const Json* predicate = json->find("predicate");
    if (predicate == nullptr || !predicate->is(JsonKind::Object)) return problem("its statement says nothing");
    if (!check_predicate(*predicate)) return;
    check_relations();
    check_links();
    check_subjects(*json);
}

bool PacketCheck::check_predicate(const Json& predicate) {
    note_ = Parsed::text_in(&predicate, "checkpoint");
    auto checkpoint = open_checkpoint(note_, log_);
    if (!checkpoint) {
        problem(checkpoint.error());
        return false;
    }
    report_.checkpoint = std::move(*checkpoint);
    const Json* records = predicate.find("records");
    if (records == nullptr || !records->is(JsonKind::Array) || records->size == 0 ||
        records->size > kMaxPacketRecords) {
        problem(fmt::format("it must hold between 1 and {} records", kMaxPacketRecords));
        return false;
    }
    for (const Json& item : records->children()) check_record(item);
    if (records_.size() != records->size) return false;  // and it was said why
    if (report_.records.front().role != PacketRole::Action) {
        problem("its first record is not the action");
        return false;
    }
    report_.action = action_text(records_.front().head().chain, records_.front().head().number);
    if (Parsed::text_in(&predicate, "action") != report_.action)
        problem("it names another action than its first record");
    return true;
}

void PacketCheck::check_record(const Json& item) {
    const auto role = packet_role_named(Parsed::text_in(&item, "role"));
    if (!role) return problem("a record has no role that is known");
    const std::string what = std::string(text_of(*role));
    const auto proof = parse_proof(Parsed::text_in(&item, "proof"));
    if (!proof) return problem(what + ": " + proof.error());
    const std::string entry = Parsed::text_in(&item, "entry");
    Result<Parsed> record = Parsed::from(proof->index, entry);
    if (!record) return problem(what + ": " + record.error());
    if (Parsed::text_in(&item, "index") != std::to_string(proof->index))
        return problem(what + ": its proof is of another index");
    if (proof->signed_checkpoint != note_) return problem(what + ": its proof leads to another checkpoint");
    const Checkpoint& checkpoint = report_.checkpoint;
    if (!verify_inclusion(leaf_hash(entry), proof->index, checkpoint.size, proof->hashes, checkpoint.root))
        return problem(what + ": it is not in the log that was signed");
    PacketRecord out{*role, proof->index, entry, {}};
    check_payloads(item, *record, out);
    report_.records.push_back(std::move(out));
    records_.push_back(std::move(*record));
}

void PacketCheck::check_payloads(const Json& item, const Parsed& record, PacketRecord& out) {
    const Json* payloads = item.find("payloads");
    if (payloads == nullptr) return;
    if (!payloads->is(JsonKind::Array)) return problem("payloads are not a list");
    for (const Json& payload : payloads->children()) {
        const std::string role = Parsed::text_in(&payload, "role");
        const auto commit = listed_commitment(record, role);
        auto bytes = from_base64(Parsed::text_in(&payload, "bytes"));
        const auto salt = parse_hash64(Parsed::text_in(&payload, "salt"));
        if (!commit || !bytes || !salt || commitment(*salt, *bytes) != *commit) {
            problem(fmt::format("record {}: the payload `{}` is not what it commits to", record.index(), role));
        } else {
            out.payloads.emplace_back(role, std::move(*bytes));
        }
    }
}

void PacketCheck::check_relations() {
    std::vector<const Parsed*> all;
    for (const Parsed& record : records_) all.push_back(&record);
    for (size_t i = 0; i < records_.size(); ++i) {
        const PacketRole role = report_.records[i].role;
        if (i > 0 && role == PacketRole::Action) problem("it holds two actions");
        const std::string wrong = relation_problem(role, records_[i], records_.front(), all);
        if (!wrong.empty()) problem(fmt::format("{} (record {}): {}", text_of(role), records_[i].index(), wrong));
    }
}

/// Neighbours in one chain must be linked, and chains must run as the log does.
void PacketCheck::check_links() {
    for (const Parsed& a : records_) {
        for (const Parsed& b : records_) {
            if (a.head().chain != b.head().chain || a.head().number >= b.head().number) continue;
            if (a.index() >= b.index())
                problem(fmt::format("records {} and {} stand in the wrong order", a.index(), b.index()));
            if (a.head().number + 1 == b.head().number && b.head().prev != leaf_hash(a.entry()))
                problem(fmt::format("record {} does not continue record {}", b.index(), a.index()));
        }
    }
}

void PacketCheck::check_subjects(const Json& statement) {
    const Json* subject = statement.find("subject");
    std::string text;
    if (subject != nullptr) append_canonical_json(text, *subject);
    if (text != subjects_of(report_.checkpoint.origin, records_.front(), one_of(PacketRole::Outcome)))
        problem("its subjects are not the action and what came out of it");
}

}  // namespace

PacketReport verify_packet(std::string_view packet, const VerifierKey& log, const VerifierKey* signer) {
    PacketReport report;
    const Result<std::string> statement = open_envelope(packet, kPayloadType, signer == nullptr ? log : *signer);
    if (!statement) {
        report.problems.push_back(statement.error());
    } else {
        PacketCheck(report, log).check(*statement);
    }
    if (!report.holds()) report.records.clear();  // nothing of it is to be shown as if it were proved
    return report;
}

}  // namespace remit::evidence
