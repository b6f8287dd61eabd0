#include "tests/evidence_journal/reference.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

namespace remit::evidence::testing {

namespace {

uint64_t mix(uint64_t digest, uint64_t word) {
    digest = (digest ^ word) * 0x9e3779b97f4a7c15;
    return digest ^ (digest >> 29);
}
uint64_t mix(uint64_t digest, std::string_view bytes) {
    for (; bytes.size() >= 8; bytes.remove_prefix(8)) {
        uint64_t word = 0;
        std::memcpy(&word, bytes.data(), sizeof(word));
        digest = mix(digest, word);
    }
    for (const char c : bytes) digest = mix(digest, static_cast<unsigned char>(c));
    return digest;
}

}  // namespace

void DigestFold::apply(uint64_t index, const Meta& meta, std::string_view entry, const Hash& leaf) {
    // An index that is left out or comes twice shows in the digest.
    digest_ = mix(mix(digest_, index), static_cast<uint64_t>(meta.kind));
    digest_ = mix(mix(digest_, meta.number), meta.answers);
    digest_ = mix(mix(digest_, entry), std::string_view(reinterpret_cast<const char*>(leaf.data()), leaf.size()));
    ++count_;
}

void DigestFold::save(std::string& out) const {
    char both[sizeof(digest_) + sizeof(count_)];
    std::memcpy(both, &digest_, sizeof(digest_));
    std::memcpy(both + sizeof(digest_), &count_, sizeof(count_));
    out.append(both, sizeof(both));
    if (count_ % 3 == 1) out.append(ballast_, '#');
}

Result<bool> DigestFold::load(std::string_view saved) {
    digest_ = count_ = 0;
    if (saved.empty()) return true;
    if (saved.size() < sizeof(digest_) + sizeof(count_)) return Failure{"a state that is too short"};
    std::memcpy(&digest_, saved.data(), sizeof(digest_));
    std::memcpy(&count_, &saved[sizeof(digest_)], sizeof(count_));
    return true;
}

Record random_record(Random& random, size_t least_bytes, size_t most_bytes) {
    const auto some_bytes = [&] { return random.bytes(least_bytes + random.below(most_bytes - least_bytes + 1)); };
    Record r;
    r.meta.kind = static_cast<Kind>(random.below(kKinds));
    r.meta.number = random.next();
    r.meta.answers = random.next();
    std::memcpy(r.meta.chain.bytes.data(), random.bytes(16).data(), 16);
    r.entry = some_bytes();
    r.leaf = leaf_hash(r.entry);
    for (uint64_t n = random.one_in(4) ? random.below(3) : 0; n > 0; --n) r.payloads.push_back(some_bytes());
    return r;
}

void append(Batch& batch, const Record& record) {
    std::vector<SealedPayload> payloads;
    for (const std::string& bytes : record.payloads) {
        SealedPayload& p = payloads.emplace_back();
        p.key_id = record.meta.number;
        p.role = static_cast<uint8_t>(payloads.size());
        p.ciphertext = bytes;
    }
    append_record(batch.frames, record.meta, record.entry, payloads);
    batch.leaves.push_back(record.leaf);
}

void Reference::add(Record record) {
    Frontier next = frontiers_.back();
    next.add(record.leaf);
    frontiers_.push_back(std::move(next));
    fold_.apply(records_.size(), record.meta, record.entry, record.leaf);
    digests_.push_back(fold_.digest());
    records_.push_back(std::move(record));
}

void Reference::truncate(uint64_t size) {
    records_.resize(size);
    frontiers_.resize(size + 1);
    digests_.resize(size + 1);
    std::string saved(2 * sizeof(uint64_t), '\0');
    std::memcpy(saved.data(), &digests_.back(), sizeof(uint64_t));
    std::memcpy(&saved[sizeof(uint64_t)], &size, sizeof(size));
    (void)fold_.load(saved);
}

std::string Reference::difference(const RecordView& found) const {
    if (found.index >= records_.size()) return fmt::format("record {} was never submitted", found.index);
    const Record& r = records_[found.index];
    if (found.meta != r.meta) return fmt::format("record {} has another meta", found.index);
    if (found.entry != r.entry) return fmt::format("record {} has another entry", found.index);
    const auto same = [&](const SealedPayload& p, const std::string& bytes) {
        return p.ciphertext == bytes && p.key_id == r.meta.number;
    };
    if (!std::equal(found.payloads.begin(), found.payloads.end(), r.payloads.begin(), r.payloads.end(), same))
        return fmt::format("record {} has other payloads", found.index);
    return {};
}

}  // namespace remit::evidence::testing
