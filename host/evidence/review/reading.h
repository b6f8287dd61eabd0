// Reading: one log, open for reading: segments, payload keys and what a record says, as trees. What all reviews stand on.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/evidence/disk/disk.h"
#include "host/evidence/journal/reader.h"
#include "host/evidence/log/log.h"
#include "host/evidence/payload/keyring.h"
#include "host/evidence/record/entry.h"

namespace remit::evidence {

inline constexpr const char* kLockPath = "lock";  // a log's writer holds it

class Reading {
public:
    /// Opens the log in `disk` for reading; a writer may have it at the same time.
    static Result<std::unique_ptr<Reading>> open(Disk& disk);

    Disk& disk() const { return *disk_; }
    const LogConfig& config() const { return config_; }
    JournalReader& journal() { return *journal_; }
    const Keyring* keyring() const { return keyring_.get(); }  // null: no keys here
    /// The signed head, checked against `key` (the log's own if null); a failure if it is missing or wrong.
    Result<Head> head(const VerifierKey* key = nullptr) const;
    /// The record `index`, valid until the journal's reader moves; null if it is not there.
    Result<const RecordView*> record(uint64_t index);
    /// A reader of its own for another thread, or to look at two places at once.
    Result<std::unique_ptr<JournalReader>> another_reader() const;
    /// Lists the segments again: a writer may have added some.
    Result<bool> refresh();
    /// The payload in that role of a record, decrypted and compared with `commitment`; nothing if its key is gone.
    Result<std::optional<std::string>> payload(const RecordView& record, PayloadRole role,
                                               const Hash& commitment) const;

private:
    Reading() = default;

    Disk* disk_ = nullptr;
    LogConfig config_;
    std::unique_ptr<JournalReader> journal_;
    std::unique_ptr<Keyring> keyring_;
};

}  // namespace remit::evidence
