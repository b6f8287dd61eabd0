#include "vm/index/plan.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "vm/index/phases.h"

namespace remit::indexing {

namespace {

/// Rules of several tools are entered into the tables of each, as long as that makes the rows at most so many times as many, and more.
constexpr uint64_t kCopies = 4, kFreeCopies = 65'536;
/// Cells of a table that holds what rules give, for each row, and at least; and of one whose rows are to be run.
constexpr uint64_t kCellsForRow = 16, kLeastCells = 2048, kMostCells = 1u << 20;
constexpr uint64_t kRunCellsForRow = 2, kLeastRunCells = 64, kRunEntriesForRow = 8;
/// A table takes in the rows of another that looks at fewer slots while it stays as small as this.
constexpr uint64_t kJoinedCells = 512;

/// Rows that can stand in one table.
struct Group {
    Layout::Phase phase = Layout::Phase::Rest;
    bool run = false;
    bool state = false;
    std::vector<uint32_t> slots;
    friend auto operator<=>(const Group&, const Group&) = default;
};

class Planner {
public:
    Planner(const Program& program, RowReader& reader, std::vector<IndexedRow>& rows)
        : program_(program), reader_(reader), rows_(rows), phases_(program) {}

    Plan run() {
        find_classes();
        divide();
        for (Block& block : plan_.blocks) tables(block);
        plan_.tool_blocks.resize(program_.tools.size());
        for (size_t t = 0; t < program_.tools.size(); ++t) plan_.tool_blocks[t] = class_blocks_[class_of_[t]];
        return std::move(plan_);
    }

private:
    // ---- tools that run the same -------------------------------------------------------------------------------

    void find_classes() {
        std::map<std::vector<uint32_t>, uint32_t> known;
        for (const ToolDesc& tool : program_.tools) {
            std::vector<uint32_t> segments;
            for (uint32_t i = tool.segments_begin; i < tool.segments_end; ++i) {
                const uint32_t s = program_.tool_segments[i];
                if (row_count(s) != 0) segments.push_back(s);
            }
            const auto next = static_cast<uint32_t>(classes_.size());
            const auto [it, fresh] = known.try_emplace(segments, next);
            if (fresh) classes_.push_back(std::move(segments));
            class_of_.push_back(it->second);
        }
    }

    uint64_t row_count(uint32_t segment) const {
        return program_.segments[segment].row_end - program_.segments[segment].row_begin;
    }

    // ---- blocks ------------------------------------------------------------------------------------------------

    /// Each class of tools gets a block of its own; segments of which copies would be too many stand in shared ones.
    void divide() {
        std::vector<std::vector<uint32_t>> users(program_.segments.size());
        for (uint32_t c = 0; c < classes_.size(); ++c)
            for (const uint32_t s : classes_[c]) users[s].push_back(c);
        const std::vector<bool> shared = shared_segments(users);
        std::map<std::vector<uint32_t>, std::vector<uint32_t>> groups;  // users -> segments
        for (uint32_t s = 0; s < users.size(); ++s)
            if (shared[s]) groups[users[s]].push_back(s);

        class_blocks_.resize(classes_.size());
        for (uint32_t c = 0; c < classes_.size(); ++c) {
            Block own;
            own.in_order = !phases_.are_kept_by(classes_[c]);
            for (const uint32_t s : classes_[c])
                if (own.in_order || !shared[s]) own.segments.push_back(s);
            if (own.segments.empty()) continue;
            class_blocks_[c].push_back(static_cast<uint32_t>(plan_.blocks.size()));
            plan_.blocks.push_back(std::move(own));
        }
        for (auto& [classes, segments] : groups) {
            for (const uint32_t c : classes)
                if (!is_in_order(c)) class_blocks_[c].push_back(static_cast<uint32_t>(plan_.blocks.size()));
            plan_.blocks.push_back({std::move(segments), false, {}});
        }
    }
    bool is_in_order(uint32_t c) const {
        return !class_blocks_[c].empty() && plan_.blocks[class_blocks_[c].front()].in_order;
    }

    std::vector<bool> shared_segments(const std::vector<std::vector<uint32_t>>& users) const {
        std::vector<uint32_t> order(users.size());
        std::iota(order.begin(), order.end(), 0);
        const auto copies = [&](uint32_t s) { return row_count(s) * users[s].size(); };
        std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return copies(a) < copies(b); });
        const uint64_t budget = kCopies * program_.rows.size() + kFreeCopies;
        uint64_t used = 0;
        std::vector<bool> shared(users.size(), false);
        for (const uint32_t s : order) {
            used += copies(s);
            // What marks and counts do depends on their order among one another, so they stay together.
            shared[s] = users[s].size() > 1 && used > budget && !is_state(program_.segments[s].action);
        }
        return shared;
    }

    // ---- tables ------------------------------------------------------------------------------------------------

    void tables(Block& block) {
        std::map<Group, std::vector<uint32_t>> groups;
        uint32_t order = 0;
        for (const uint32_t s : block.segments) {
            const Segment& segment = program_.segments[s];
            RuleKind kind_before = RuleKind::Allow;
            std::vector<uint32_t>* group = nullptr;  // rows of one shape and kind go together
            bool run = false;
            for (uint32_t r = segment.row_begin; r < segment.row_end; ++r) {
                if (program_.rules[program_.rows[r].rule].watch)
                    continue;  // it is listed by `decide`, and joins nothing
                IndexedRow row = reader_.read(s, r);
                if (row.never) continue;
                row.order = order++;
                const RuleKind kind = program_.rules[program_.rows[r].rule].kind;
                if (group == nullptr || kind != kind_before) {
                    const Group key = block.in_order ? Group{Layout::Phase::Facts, true, true, {}}
                                                     : group_of(row, segment, kind);
                    run = key.run;
                    group = &groups[key];
                    kind_before = kind;
                }
                row.run = run;
                rows_.push_back(row);
                group->push_back(static_cast<uint32_t>(rows_.size() - 1));
            }
        }
        std::vector<TablePlan> made;
        for (auto& [group, rows] : groups) made.push_back(plan_of(group, std::move(rows)));
        if (made.size() > 1) join(made);
        for (TablePlan& table : made) {
            shrink(table);
            split_roles(std::move(table), block.tables);
        }
    }

    /// The same for all rows of a segment whose rules are of one kind.
    Group group_of(const IndexedRow& row, const Segment& segment, RuleKind kind) const {
        Group g;
        g.phase = phases_.of(row.segment);
        g.state = is_state(segment.action);
        const bool sums = segment.action == Action::Risk || segment.action == Action::Lane;
        const bool by_identity = kind == RuleKind::Limit || kind == RuleKind::Quota;
        g.run = row.run || g.state || kind == RuleKind::Never || (row.has_roles && (sums || by_identity));
        for (const RowTest& test : reader_.tests(row)) g.slots.push_back(test.slot);
        if (g.slots.size() > kMaxDims) {
            g.slots.resize(kMaxDims);
            g.run = true;
        }
        if (g.state) g.slots.clear();  // all in one table, in order
        return g;
    }

    TablePlan plan_of(const Group& group, std::vector<uint32_t> rows) {
        TablePlan plan;
        plan.phase = group.phase;
        plan.run = group.run;
        plan.rows = std::move(rows);
        for (const uint32_t slot : group.slots) plan.axes.emplace_back(slot);
        arrange(plan);
        return plan;
    }

    /// Sets the axes' thresholds from the rows: session slots first.
    void arrange(TablePlan& plan) const {
        std::sort(plan.axes.begin(), plan.axes.end(), [](const Axis& a, const Axis& b) {
            const bool sa = is_session_slot(a.slot()), sb = is_session_slot(b.slot());
            return sa != sb ? sa : a.slot() < b.slot();
        });
        for (Axis& axis : plan.axes) axis = Axis(axis.slot());
        for (const uint32_t r : plan.rows) {
            for (const RowTest& test : reader_.tests(rows_[r]))
                for (Axis& axis : plan.axes)
                    if (axis.slot() == test.slot) axis.need(test);
        }
        for (Axis& axis : plan.axes) axis.settle();
    }

    /// Fewer tables are fewer looks: rows that test fewer slots move to a table that has those slots anyway.
    void join(std::vector<TablePlan>& tables) const {
        const auto has_all = [](const TablePlan& large, const TablePlan& small) {
            return std::all_of(small.axes.begin(), small.axes.end(), [&](const Axis& a) {
                return std::any_of(large.axes.begin(), large.axes.end(),
                                   [&](const Axis& b) { return a.slot() == b.slot(); });
            });
        };
        std::stable_sort(tables.begin(), tables.end(),
                         [](const TablePlan& a, const TablePlan& b) { return a.axes.size() < b.axes.size(); });
        for (size_t i = 0; i < tables.size();) {
            bool joined = false;
            for (size_t k = i + 1; k < tables.size() && !joined; ++k) {
                TablePlan& to = tables[k];
                if (to.phase != tables[i].phase || to.run || tables[i].run || !has_all(to, tables[i])) continue;
                TablePlan both = to;
                both.rows.insert(both.rows.end(), tables[i].rows.begin(), tables[i].rows.end());
                arrange(both);
                if (!tables[i].axes.empty() && both.cell_count() > kJoinedCells) continue;
                to = std::move(both);
                joined = true;
            }
            if (joined)
                tables.erase(tables.begin() + static_cast<std::ptrdiff_t>(i));
            else
                ++i;
        }
    }

    /// Drops thresholds until the table is of a size that its rows justify. Rows are then run where classes are too coarse.
    void shrink(TablePlan& table) {
        const uint64_t rows = table.rows.size();
        const uint64_t most = table.run ? std::max(kLeastRunCells, kRunCellsForRow * rows)
                                        : std::min(kMostCells, std::max(kLeastCells, kCellsForRow * rows));
        while (table.cell_count() > most && coarsen(table)) {}
        if (!table.run) return;
        while (table.cell_count() > 1 && volume(reader_, rows_, table) > kRunEntriesForRow * rows + kLeastRunCells)
            if (!coarsen(table)) return;
    }
    static bool coarsen(TablePlan& table) {
        const auto shorter = [](const Axis& a, const Axis& b) { return a.top() < b.top(); };
        const auto longest = std::max_element(table.axes.begin(), table.axes.end(), shorter);
        if (longest == table.axes.end() || !longest->coarsen()) return false;
        if (longest->top() == 0) table.axes.erase(longest);
        return true;
    }

    /// A role word has room for so many roles: a table that needs more becomes several. Roles join by `or`, so each may hold a part.
    void split_roles(TablePlan table, std::vector<TablePlan>& out) const {
        if (program_.roles.size() <= kMaxDirectRoles || table.run) return out.push_back(std::move(table));
        std::vector<uint32_t> roles;
        for (const uint32_t r : table.rows) {
            const auto own = reader_.roles(rows_[r]);
            roles.insert(roles.end(), own.begin(), own.end());
        }
        std::sort(roles.begin(), roles.end());
        roles.erase(std::unique(roles.begin(), roles.end()), roles.end());
        for (size_t begin = 0; begin == 0 || begin < roles.size(); begin += kMaxDirectRoles) {
            const auto end = std::min(begin + kMaxDirectRoles, roles.size());
            TablePlan part = table;
            part.role_sets.assign(roles.begin() + static_cast<std::ptrdiff_t>(begin),
                                  roles.begin() + static_cast<std::ptrdiff_t>(end));
            std::erase_if(part.rows, [&](uint32_t r) {
                const auto own = reader_.roles(rows_[r]);
                if (own.empty()) return begin != 0;
                return std::none_of(own.begin(), own.end(), [&](uint32_t role) {
                    return std::binary_search(part.role_sets.begin(), part.role_sets.end(), role);
                });
            });
            arrange_again(part);
            out.push_back(std::move(part));
        }
    }
    /// Fewer rows may need fewer thresholds.
    void arrange_again(TablePlan& part) const {
        const uint64_t before = part.cell_count();
        TablePlan fresh = part;
        arrange(fresh);
        if (fresh.cell_count() < before) part = std::move(fresh);
    }

    const Program& program_;
    RowReader& reader_;
    std::vector<IndexedRow>& rows_;
    Phases phases_;
    Plan plan_;
    std::vector<std::vector<uint32_t>> classes_;  // segments of each class of tools
    std::vector<uint32_t> class_of_;              // tool -> class
    std::vector<std::vector<uint32_t>> class_blocks_;
};

}  // namespace

bool is_session_slot(uint32_t slot) {
    return slot == kSlotTier || slot == kSlotSessionId || slot == kSlotTenant || slot == kSlotOwner ||
           slot == kSlotRetention;
}

Plan make_plan(const Program& program, RowReader& reader, std::vector<IndexedRow>& rows) {
    return Planner(program, reader, rows).run();
}

}  // namespace remit::indexing
