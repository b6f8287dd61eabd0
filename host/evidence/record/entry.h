// Entry: a record's bytes, the leaf of the tree.
//
//   {"head":{"boot":"16 hex digits","chain":"32 hex digits","kind":"intent","mono":MICROSECONDS,"n":12,
//            "prev":"leaf hash of the chain's record before, base64url, or empty","time":"2026-11-23T10:00:00.123456789Z","v":1},
//    "record":{...}}
//
// `head` is the same for every kind; `record` is described kind by kind in docs/evidence.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "host/evidence/journal/meta.h"
#include "vm/value/result.h"
#include "vm/value/sha256.h"

namespace remit::evidence {

inline constexpr int kEntryVersion = 1;

struct EntryHead {
    Kind kind = Kind::Note;
    ChainId chain;
    uint64_t number = 0;
    std::optional<Hash> prev;  // none for a chain's first record
    int64_t wall_ns = 0;
    int64_t mono_us = 0;
    uint64_t boot = 0;  // random for each opening of a log: monotonic times of one boot can be compared
};

/// The whole entry; `record` is canonical JSON of an object.
std::string make_entry(const EntryHead& head, std::string_view record);
/// Appends it to `out`.
void append_entry(std::string& out, const EntryHead& head, std::string_view record);

struct EntryView {
    EntryHead head;
    std::string_view record;  // the object's text
};
/// Reads head, which has exactly the form above; any other byte is a failure. Does not look into `record` (about 100 ns).
Result<EntryView> read_entry(std::string_view entry);

/// Wall time as heads and records have it: RFC 3339, UTC, nine decimals.
void append_time(std::string& out, int64_t wall_ns);
std::optional<int64_t> parse_time(std::string_view text);
/// Hashes as heads and records have them: base64url.
std::string hash64(const Hash& hash);
void append_hash64(std::string& out, const Hash& hash);
std::optional<Hash> parse_hash64(std::string_view text);

std::string to_text(const ChainId& chain);
std::optional<ChainId> parse_chain(std::string_view text);
/// "CHAIN.NUMBER": names one record for ever, also outside its log.
std::string action_text(const ChainId& chain, uint64_t number);
struct ActionId {
    ChainId chain;
    uint64_t number = 0;
    auto operator<=>(const ActionId&) const = default;
};
std::optional<ActionId> parse_action(std::string_view text);

enum class PayloadRole : uint8_t { Request, Decision, Prompt, Output, Evidence };
std::string_view text_of(PayloadRole role);

}  // namespace remit::evidence
