// Which rules go together into which tables, and which tables each tool needs.
#pragma once

#include "vm/index/fill.h"

namespace remit::indexing {

/// Rules that some tools have in common, and the tables that hold them.
struct Block {
    std::vector<uint32_t> segments;  // in the order of evaluation
    bool in_order = false;  // its rows depend on one another in a way that only their order settles: one list of runs
    std::vector<TablePlan> tables;
};

struct Plan {
    std::vector<Block> blocks;
    std::vector<std::vector<uint32_t>> tool_blocks;  // tool -> blocks
};

/// Divides the program's segments into blocks and reads their rows into `rows`; tables have their axes but are not filled.
Plan make_plan(const Program& program, RowReader& reader, std::vector<IndexedRow>& rows);

/// A slot that binding a session settles.
bool is_session_slot(uint32_t slot);

}  // namespace remit::indexing
