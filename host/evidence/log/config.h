// log.json and log.key: what a log is called, how it is laid out, who signs it.
#pragma once

#include "host/evidence/log/log.h"

namespace remit::evidence {

inline constexpr const char* kConfigPath = "log.json";
inline constexpr const char* kKeyPath = "log.key";
inline constexpr const char* kCheckpointPath = "checkpoint";
inline constexpr const char* kSyncedHeadPath = "head";  // an older head, but a power cut leaves it whole
inline constexpr const char* kSegmentsFolder = "segments";
inline constexpr const char* kTilesFolder = "tlog";
inline constexpr const char* kPoliciesFolder = "policies";
inline constexpr size_t kMaxConfigBytes = 64u << 10;
inline constexpr size_t kMaxNoteBytes = 64u << 10;

/// `keep_key`: the private key too. If one is there, of a first start that did not come so far, it stays, and becomes the log's.
Result<bool> write_config(Disk& disk, LogConfig& config, SignerKey& signer, bool keep_key);
Result<SignerKey> read_signer(Disk& disk);
/// Where the image of the policy of this version is kept.
std::string policy_image_path(const Hash& version);
/// The newest signed head on disk; nothing if there is none yet. One that the log's key did not sign is a failure.
Result<std::optional<Head>> read_head(Disk& disk, const LogConfig& config);
/// Why the journal, whose tree is `now`, does not extend `head`; empty if it does. Reads the segment of the head's last record, and what
/// follows it.
Result<std::string> rollback_of(Disk& disk, const Head& head, const Frontier& now);

}  // namespace remit::evidence
