// How `judge` becomes code and tables: the sequence of probes, and for each tool a *record* that holds what the code
// has to read of its tables, side by side. What all tables agree on is a constant of the code. Knows nothing of LLVM.
//
// Two forms. Straight: every tool goes through the same probes, and where it has no table, through an empty one; no
// jumps. Walked: for policies whose tools have little in common, one function for each layout, called for each of the
// tool's tables.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "vm/index/index.h"
#include "vm/ops/outcome.h"
#include "vm/program/program.h"

namespace remit::jit {

/// A number of a table: a constant if all tables agree, else at `offset` of the record.
struct Field {
    bool constant = true;
    int64_t value = 0;
    uint32_t offset = 0;
};

struct DimCode {
    ClassKind kind = ClassKind::Direct;
    uint32_t slot = 0;
    bool session = false;
    Field base, span, top, stride;
    Field data;                // Span: bytes from the table
    uint32_t data_offset = 0;  // Few: the thresholds; Search, Text: a pointer
};

/// The code for one table.
struct ProbeCode {
    Layout::Phase phase = Layout::Phase::Rest;
    uint8_t cell_bytes = 1;
    bool role_sets = false, runs = false, items = false;
    bool shared = false;  // the same table for every tool: its record comes before those of the tools
    bool optional =
        false;  // some tool has no table and classing is costly: the table is null then, and looked at first
    uint32_t table_offset = 0, roles_offset = 0, id_offset = 0;
    Field cells, leaves;  // bytes from the table
    std::vector<DimCode> dims;
    uint32_t end = 0;  // offset past the last field
};

struct JudgeCode {
    bool straight = true;
    uint32_t tools = 0;
    uint32_t role_words = 0;        // of the session's mask
    bool columns = false;           // `judge_columns` is native too
    std::vector<ProbeCode> probes;  // straight: in order; walked: one for each layout
    uint32_t record_bytes = 0;      // straight: of a tool
    uint32_t shared_bytes = 0;      // straight: before the first tool's
};

/// The slots whose columns the code reads: those of dimensions, and the role mask.
std::vector<uint32_t> columns_read(const JudgeCode& code);
/// Whether risk can be other than zero.
bool sums_risk(const JudgeCode& code);

/// The positions of a straight form, and what tables go there.
struct JudgePlan {
    JudgeCode code;
    std::vector<std::vector<const Table*>>
        at;  // probe -> tool -> table or null; one entry if shared. Walked: probe -> tables by id
};

JudgePlan plan_judge(const Program& program, const Index& index);

using ProbeFunction = void (*)(const void* record, V* frame, Outcome* out);
using BoundProbeFunction = void (*)(const void* record, V* frame, Outcome* out, const uint32_t* bases,
                                    const uint64_t* role_words);
/// A walked probe.
struct WalkedProbe {
    ProbeFunction run = nullptr;
    BoundProbeFunction run_bound = nullptr;
    const void* record = nullptr;
};

/// The tables that the code reads. Address-stable once made.
class Records {
public:
    /// The index must outlive the records.
    Records(const Program& program, const Index& index, const JudgePlan& plan);
    const void* base() const { return bytes_; }
    size_t size() const { return size_; }
    /// Where the record of the plan's table `at[probe][i]` begins.
    size_t place(const JudgePlan& plan, size_t probe, size_t i) const;

    /// Walked form: with the functions of each probe, as `code.probes`.
    void link(const Index& index, const JudgePlan& plan, std::span<const ProbeFunction> run,
              std::span<const BoundProbeFunction> run_bound);
    std::span<const WalkedProbe> walk(uint32_t tool) const {
        return {walked_.data() + tool_walks_[tool], walked_.data() + tool_walks_[tool + 1]};
    }

private:
    void write(const ProbeCode& probe, const Table* table, unsigned char* at) const;

    std::vector<uint64_t> memory_;
    std::vector<uint64_t> zeros_;  // what empty tables point to
    unsigned char* bytes_ = nullptr;
    size_t size_ = 0;
    uint32_t smallest_ = 0;            // id of the table with the fewest cells
    std::vector<uint32_t> record_of_;  // walked: table id -> offset
    std::vector<WalkedProbe> walked_;
    std::vector<uint32_t> tool_walks_;
};

}  // namespace remit::jit
