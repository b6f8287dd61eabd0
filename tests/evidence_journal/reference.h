// Reference: what a log must hold, kept in the simplest way; and a fold whose state is a digest of every record so far.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/evidence/journal/journal.h"
#include "host/evidence/journal/reader.h"
#include "tests/evidence_journal/random.h"

namespace remit::evidence::testing {

class DigestFold : public Fold {
public:
    /// Every third state is saved with so many bytes more.
    explicit DigestFold(size_t ballast = 0) : ballast_(ballast) {}

    void apply(uint64_t index, const Meta& meta, std::string_view entry, const Hash& leaf) override;
    void save(std::string& out) const override;
    Result<bool> load(std::string_view saved) override;
    uint64_t digest() const { return digest_; }
    uint64_t count() const { return count_; }

private:
    size_t ballast_;
    uint64_t digest_ = 0, count_ = 0;
};

struct Record {
    Meta meta;
    std::string entry;
    Hash leaf{};
    std::vector<std::string> payloads;
};
/// Entry and payloads, if any, have a length between the two.
Record random_record(Random& random, size_t least_bytes, size_t most_bytes);
void append(Batch& batch, const Record& record);

class Reference {
public:
    void add(Record record);
    void truncate(uint64_t size);
    uint64_t size() const { return records_.size(); }
    const Frontier& frontier(uint64_t size) const { return frontiers_[size]; }
    uint64_t digest(uint64_t size) const { return digests_[size]; }
    /// What is wrong with a record that a reader gave; empty if nothing.
    std::string difference(const RecordView& found) const;

private:
    std::vector<Record> records_;
    std::vector<Frontier> frontiers_{Frontier()};
    std::vector<uint64_t> digests_{DigestFold().digest()};
    DigestFold fold_;
};

}  // namespace remit::evidence::testing
