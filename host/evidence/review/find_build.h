// The search index's tables, and how records get into them.
#pragma once

#include <map>
#include <string>
#include <unordered_map>

#include "host/evidence/log/chains.h"
#include "host/evidence/review/find.h"
#include "host/evidence/review/sqlite.h"
#include "vm/engine/arena.h"
#include "vm/engine/json.h"

namespace remit::evidence {

inline constexpr uint64_t kTimeBlock = 1024;  // records whose earliest and latest time are kept together

/// Verdicts as the index has them; kNoVerdict for records that are no decision.
enum : int64_t { kAllow = 0, kAsk = 1, kDeny = 2, kNoVerdict = 3 };
int64_t verdict_number(std::string_view text);
std::string_view verdict_name(int64_t number);

class FindBuilder {
public:
    explicit FindBuilder(Database& database) : database_(database) {}

    /// Empty tables for this log.
    Result<bool> create(const LogConfig& config);
    /// The records from `size` on, in transactions. `size` becomes how many there are.
    Result<bool> catch_up(Reading& log, uint64_t& size, const FindIndex::Progress& progress);

private:
    Result<bool> prepare();
    Result<bool> add(const RecordView& record);
    Result<bool> add_rules(uint64_t index, const Json* decision);
    Result<int64_t> name(std::string_view text);
    Result<int64_t> chain(const RecordView& record, const EntryView& entry);
    Result<bool> note_time(uint64_t index, int64_t time);
    Result<bool> end_block();
    Result<bool> save_size(uint64_t size, const Hash& leaf);

    Database& database_;
    Statement insert_, insert_rule_, insert_name_, find_name_, insert_chain_, find_chain_, block_, size_;
    std::unordered_map<std::string, int64_t> names_;
    std::unordered_map<ChainId, int64_t, Chains::HashOfChain> chains_;
    Arena arena_;
    JsonReader json_;
    uint64_t block_number_ = UINT64_MAX;
    int64_t earliest_ = 0, latest_ = 0;
};

/// Where the index ends, if it is of this log and what it ends with is still there; nothing if it has to be made again.
std::optional<uint64_t> fitting_size(Database& database, Reading& log);
/// Drops what is below the log's oldest record.
Result<bool> forget_below(Database& database, uint64_t first);
Result<bool> make_indexes(Database& database);

}  // namespace remit::evidence
