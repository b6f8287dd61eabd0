#include "host/evidence/review/reading.h"

#include "host/evidence/log/config.h"

namespace remit::evidence {

Result<std::unique_ptr<Reading>> Reading::open(Disk& disk) {
    std::unique_ptr<Reading> reading(new Reading);
    reading->disk_ = &disk;
    auto config = read_config(disk);
    if (!config) return Failure{config.error()};
    reading->config_ = std::move(*config);
    if (const auto listed = reading->refresh(); !listed) return Failure{listed.error()};
    // A copy of a log without its keys is a log to review all the same: records are there, payloads are not.
    if (auto keys = Keyring::open(disk, false)) reading->keyring_ = std::move(*keys);
    return reading;
}

Result<bool> Reading::refresh() {
    auto journal = another_reader();
    if (!journal) return Failure{journal.error()};
    journal_ = std::move(*journal);
    return true;
}

Result<std::unique_ptr<JournalReader>> Reading::another_reader() const {
    return JournalReader::open(*disk_, kSegmentsFolder);
}

Result<const RecordView*> Reading::record(uint64_t index) {
    const auto found = journal_->seek(index);
    if (!found) return Failure{found.error()};
    if (!*found) return nullptr;
    return journal_->next();
}

Result<Head> Reading::head(const VerifierKey* key) const {
    std::string note;
    if (const DiskStatus read = read_file(*disk_, kCheckpointPath, note, kMaxNoteBytes); !read.ok())
        return Failure{read.message};
    auto checkpoint = open_checkpoint(note, key == nullptr ? config_.key : *key);
    if (!checkpoint) return Failure{checkpoint.error()};
    if (checkpoint->origin != config_.origin) return Failure{"the checkpoint is of another log: " + checkpoint->origin};
    return Head{std::move(*checkpoint), std::move(note)};
}

Result<std::optional<std::string>> Reading::payload(const RecordView& record, PayloadRole role,
                                                    const Hash& commitment) const {
    if (keyring_ == nullptr) return std::optional<std::string>();
    for (const SealedPayload& sealed : record.payloads) {
        if (sealed.role != static_cast<uint8_t>(role)) continue;
        auto opened = keyring_->open_payload(sealed);
        if (!opened) return Failure{opened.error()};
        if (!*opened) return std::optional<std::string>();
        if (evidence::commitment((*opened)->salt, (*opened)->payload) != commitment)
            return Failure{"the payload is not what the record commits to"};
        return std::optional<std::string>(std::move((*opened)->payload));
    }
    return Failure{"the record has no such payload"};
}

}  // namespace remit::evidence
