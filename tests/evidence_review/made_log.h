// A log made for review: sessions with intents, outcomes, payloads and a policy, written through Log and then lifted into memory, where
// a test can do to it what an attacker would.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "host/evidence/log/log.h"
#include "host/evidence/payload/keyring.h"
#include "host/evidence/review/verify.h"
#include "tests/catch.h"
#include "tests/evidence_tree/memory_disk.h"

namespace remit::evidence::testing {

using Files = std::map<std::string, std::string>;

/// A folder that goes away with the object.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    std::string path;
};

/// All files below a folder, by their path in it.
Files files_of(const std::string& folder);
MemoryDisk disk_of(const Files& files);

/// Writes records of one session; wrong ones too, when told.
class SessionWriter {
public:
    SessionWriter(Log& log, uint8_t id, std::string session) : log_(log), session_(std::move(session)) {
        chain_.bytes.fill(id);
    }
    void open(uint64_t ordinal, const std::string& tenant = "acme", const std::string& retention = "standard");
    /// Its number in the chain.
    uint64_t intent(const std::string& tool, const std::string& call, const std::string& verdict = "allow",
                    std::span<const Keyring::Sealed> payloads = {}, const std::string& retain = "");
    void outcome(uint64_t intent);
    void close(int64_t more = 0);  // `more`: how far the count is off
    /// Any record. What `change` does to head and meta is what is written.
    void put(Kind kind, const std::string& record, uint64_t answers = 0, std::span<const SealedPayload> payloads = {},
             const std::function<void(EntryHead&, Meta&)>& change = nullptr);
    uint64_t last() const { return last_; }  // index in the log
    const ChainId& chain() const { return chain_; }
    int64_t wall_ns = 1'795'428'000'000'000'000;

private:
    Log& log_;
    std::string session_, tenant_, retention_;
    ChainId chain_;
    uint64_t number_ = 0, last_ = 0;
    Hash head_{};
};

struct MadeLog {
    Files files;
    uint64_t size = 0;
    VerifierKey key;
    std::string checkpoint;  // the signed head
};
/// `sessions` sessions side by side, with `calls` calls each, some of them with payloads; closed in order.
MadeLog make_log(size_t sessions, size_t calls, uint64_t segment_bytes = 16u << 10);
/// A log into which `write` puts what it likes.
MadeLog make_log(const std::function<void(Log&, Keyring&)>& write, uint64_t segment_bytes = 16u << 10,
                 std::optional<std::array<uint8_t, 32>> seed = std::nullopt);

VerifyReport verify_files(const Files& files, const VerifyOptions& options = {});
/// Names of the problems, each once, sorted: "chain-hash root".
std::string problems_of(const Files& files, const VerifyOptions& options = {});
std::string names_of(const Problems& problems);

inline constexpr const char* kOrigin = "remit.example/review";

}  // namespace remit::evidence::testing
