// A log with keyring and recorder in a temporary folder, a shop's policy, and what came of it, read back from the disk.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "host/evidence/journal/reader.h"
#include "host/evidence/recorder/recorder.h"
#include "tests/engine/builder.h"
#include "tests/evidence_log/fixture.h"
#include "vm/engine/json.h"

namespace remit::evidence::testing {

class FakeClock : public Clock {
public:
    std::atomic<int64_t> wall{1'795'428'000'000'000'000}, mono{1'000'000'000};
    int64_t wall_ns() override { return wall += 1000; }
    int64_t monotonic_ns() override { return mono += 1000; }
};

/// One record as it lies on the disk.
struct Seen {
    uint64_t index = 0;
    Meta meta;
    std::string entry, record;  // `record`: the member of that name
    EntryHead head;
    std::vector<SealedPayload> payloads;
    std::vector<std::string> ciphertexts;
    Hash leaf{};
    bool says(std::string_view text) const { return record.find(text) != std::string::npos; }
};

class Evidence {
public:
    /// `segment`: small ones bring bounds near.
    explicit Evidence(std::shared_ptr<const Policy> policy, uint64_t segment = 1u << 20);
    ~Evidence();

    Begun begin(const std::string& request, const CallContext& context = {}, Purpose purpose = Purpose::Act) {
        return recorder->begin(*decider, request, context, purpose);
    }
    /// Closes everything, or lets go of it as a crash would (what was submitted is on the disk), and opens again.
    void reopen(bool in_order);
    void open();
    void close(bool in_order);
    std::vector<Seen> seen() const;
    std::vector<Seen> of(Kind kind) const;
    /// All bytes of all files of the log.
    std::string all_bytes() const;
    /// The payload in that role, decrypted, its commitment compared with the record's.
    std::string payload(const Seen& seen, PayloadRole role) const;

    Folder folder;
    Faults faults;
    FakeClock clock;
    std::unique_ptr<Disk> disk;
    std::unique_ptr<Log> log;
    std::unique_ptr<Keyring> keyring;
    std::unique_ptr<Recorder> recorder;
    std::shared_ptr<const Policy> policy;
    std::unique_ptr<Decider> decider;

private:
    const uint64_t segment_;
};

/// What is wrong with the records' chains: numbers, links, ordinals, counts at the end, canonical form. Empty: nothing.
std::string wrong_with(const std::vector<Seen>& seen);

/// A member's text, "" if it is not there: `member(record, "session")`.
std::string member(std::string_view record, std::string_view name);
/// Names of the members of an object.
std::vector<std::string> members(std::string_view record);

/// A shop where everything is allowed.
std::shared_ptr<const Policy> open_shop();
/// A session of its own.
test::Ask ask_of(const std::string& session, const std::string& tool = "pay.refund");

}  // namespace remit::evidence::testing
