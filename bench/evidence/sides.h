// What stores 600-byte records durably: each side is given the same records and measured in the same run.
#pragma once

#include <string>
#include <vector>

#include "bench/evidence/latencies.h"

namespace bench {

inline constexpr size_t kRecordBytes = 600;

/// A record of kRecordBytes, different for each number: JSON that is an entry of an evidence log.
void make_record(uint64_t number, std::string& out);

struct Budget {
    std::string folder;  // to work in
    double seconds = 1;  // for each case
    std::string only;    // cases of Remit whose name contains this
    bool wants(const std::string& name) const { return name.find(only) != std::string::npos; }
};

// Each prints its lines on standard output.
void measure_raw(const Budget& budget);
void measure_log(const Budget& budget);
void measure_sqlite(const Budget& budget);
void measure_lmdb(const Budget& budget);
void measure_rocksdb(const Budget& budget);

/// Commits batches of 1, 10, 100 and 1,000 records through `commit(first record, count)` until the time is over, and prints a line
/// for each.
template <class Commit>
void measure_batches(const std::string& side, const Budget& budget, Commit commit);

}  // namespace bench

#include "bench/evidence/batches.h"
