// ContentCheck: what verification looks at inside records: counts, ordinals, policies, payloads, what was pruned.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "host/evidence/log/chains.h"
#include "host/evidence/record/entry.h"
#include "host/evidence/review/problems.h"
#include "host/evidence/review/reading.h"
#include "vm/engine/arena.h"
#include "vm/engine/json.h"

namespace remit::evidence {

class ContentCheck {
public:
    ContentCheck(const Reading& log, bool payloads, Problems& problems)
        : log_(log), with_payloads_(payloads), problems_(problems) {}

    /// `chains` must hold all sessions that were opened before this record.
    void record(const RecordView& record, const EntryView& entry, const Chains& chains);
    /// Records that say what is gone for good reason are believed below this size: behind the signed head anybody can write them.
    void believe_below(uint64_t size) { believed_ = size; }
    /// After all records. `first`: the oldest one there; `begun`, `ended`: none was left out before or behind.
    void finish(uint64_t first, bool begun, bool ended);
    /// The last record that says that the log was closed.
    std::optional<uint64_t> closed_at() const { return closed_at_; }

    uint64_t payloads() const { return payloads_; }
    uint64_t unreadable() const { return unreadable_; }

private:
    void policy(const RecordView& record, const EntryView& entry);
    void erased(const EntryView& entry);
    void check_erasures();
    void check_payloads(const RecordView& record, const EntryView& entry);
    void check_payload(const RecordView& record, const SealedPayload& stored, const Json& listed);

    const Reading& log_;
    const bool with_payloads_;
    Problems& problems_;
    Arena arena_;
    JsonReader json_;
    std::set<std::string> policies_;  // whose images were looked at
    uint64_t payloads_ = 0, unreadable_ = 0;
    std::set<uint64_t> erased_;                // keys
    std::map<uint64_t, uint64_t> unopenable_;  // keys that are gone, with the first record that has need of each
    uint64_t believed_ = 0, pruned_below_ = 0;
    std::optional<uint64_t> closed_at_;
};

}  // namespace remit::evidence
