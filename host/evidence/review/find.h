// Find: records by session, tenant, tool, verdict, rule, kind, call and time, from an index in SQLite. The index is derived: brought up
// to date from the segments whenever it is opened, and made again when it does not fit the log. Not thread-safe; processes may share it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/evidence/review/reading.h"

namespace remit::evidence {

/// All that is given must hold.
struct FindQuery {
    std::optional<std::string> session, tenant, tool, rule, call;
    std::optional<std::string> verdict;  // allow, ask, deny
    std::optional<Kind> kind;
    std::optional<int64_t> since_ns, until_ns;
    uint64_t limit = 100;
};
/// What the index itself knows of a record.
struct Found {
    uint64_t index = 0;
    int64_t time_ns = 0;
    Kind kind = Kind::Note;
    ActionId action;
    std::string session, tenant, tool, verdict, call;
};

class FindIndex {
public:
    using Progress = std::function<void(uint64_t done, uint64_t total)>;
    /// `path` of the database file; one that cannot be written is replaced by an index in memory.
    static Result<std::unique_ptr<FindIndex>> open(Reading& log, const std::string& path,
                                                   const Progress& progress = nullptr);
    ~FindIndex();

    /// The newest first.
    Result<std::vector<Found>> find(const FindQuery& query);
    /// The record of this chain and number.
    Result<std::optional<uint64_t>> find_action(const ActionId& action);
    uint64_t size() const;  // records that are indexed: all below

private:
    struct Impl;
    explicit FindIndex(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace remit::evidence
