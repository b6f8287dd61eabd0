// The verbs of `remit log`, and what they share: opening a log's folder, times as people write them, progress.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/cli/verbs.h"
#include "host/evidence/disk/disk.h"
#include "host/evidence/log/log.h"
#include "host/evidence/recorder/recorder.h"
#include "host/evidence/review/find.h"
#include "host/evidence/review/reading.h"

namespace remit::cli {

/// A log's folder, open for reading.
struct OpenedLog {
    std::unique_ptr<evidence::Disk> disk;
    std::unique_ptr<evidence::Reading> reading;
    explicit operator bool() const { return reading != nullptr; }
};
/// Says on the console what is wrong, and gives nothing, if there is no log.
OpenedLog open_log(const std::string& folder, Console& console);

/// The same for writing, with a recorder. Closed by close_writing; a log that somebody else has is refused.
struct WritingLog {
    std::unique_ptr<evidence::Disk> disk;
    std::unique_ptr<evidence::Log> log;
    std::unique_ptr<evidence::Keyring> keyring;
    std::unique_ptr<evidence::Recorder> recorder;
    explicit operator bool() const { return recorder != nullptr; }
};
WritingLog open_for_writing(const std::string& folder, Console& console);
/// Commits, signs, publishes. The exit code: `exit`, or Environment with a message if that failed.
Exit close_writing(WritingLog& log, Exit exit, Console& console);

/// A moment: RFC 3339, or so far back from now (`90s`, `15m`, `2h`, `7d`). Nanoseconds since 1970.
std::optional<int64_t> parse_moment(std::string_view text, int64_t now_ns);
/// Verifier keys: each part of `text` (separated by commas) is a key, or a file that holds one.
std::optional<std::vector<evidence::VerifierKey>> read_verifier_keys(const std::string& text, Console& console);

/// A private key: out of a file that `remit log keygen` made, or the log's own.
std::optional<evidence::SignerKey> read_signer_file(const std::string& path, Console& console);
std::optional<evidence::SignerKey> read_log_signer(const OpenedLog& log, Console& console);

/// The log's search index, brought up to date; null, with a message, if that cannot be.
std::unique_ptr<evidence::FindIndex> open_index(const OpenedLog& log, const std::string& folder, Console& console);
/// A record as it was asked for: its index, `CHAIN.NUMBER`, or the call's id (the newest record of that call). Nothing, with a
/// message, if it is not there.
std::optional<uint64_t> find_record(const OpenedLog& log, const std::string& folder, const std::string& id,
                                    Console& console);
/// Writes to the flag `output`'s file, or to standard output.
Exit put_out(const Arguments& arguments, std::string_view text, Console& console);

Exit run_log_verify(const Arguments&, Console&);
Exit run_log_show(const Arguments&, Console&);
Exit run_log_find(const Arguments&, Console&);
Exit run_log_packet(const Arguments&, Console&);
Exit run_log_graph(const Arguments&, Console&);
Exit run_log_export(const Arguments&, Console&);
Exit run_log_doubts(const Arguments&, Console&);
Exit run_log_resolve(const Arguments&, Console&);
Exit run_log_prune(const Arguments&, Console&);
Exit run_log_erase(const Arguments&, Console&);
Exit run_log_init(const Arguments&, Console&);
Exit run_log_keys(const Arguments&, Console&);
Exit run_log_keygen(const Arguments&, Console&);
Exit run_log_publish(const Arguments&, Console&);
Exit run_log_cosign(const Arguments&, Console&);

}  // namespace remit::cli
