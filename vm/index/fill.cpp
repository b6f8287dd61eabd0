#include "vm/index/fill.h"

#include <algorithm>
#include <bit>

#include "vm/ops/actions.h"

namespace remit::indexing {

namespace {

/// Along an axis of more classes than this a row is entered in O(log n) nodes of a tree, not in each class.
constexpr uint32_t kFlatClasses = 48;
constexpr uint32_t kNone = UINT32_MAX;

uint64_t mix(uint64_t h, uint64_t v) noexcept {
    h = (h ^ v) * 0x9E3779B97F4A7C15u;
    return h ^ (h >> 29);
}
uint64_t hash_of(const Item& i) noexcept { return mix(i.roles, i.rule); }
uint64_t hash_of(const Run& r) noexcept { return mix(r.segment, r.row); }

/// What rows have given to one node: a cell, or a run of cells along the last axis.
struct Node {
    uint64_t allow = 0, block = 0, ask = 0;
    int64_t number = 0;  // Risk: sum; Lane: rank
    uint32_t items = kNone, runs = kNone;  // chains
};
template <class T>
struct Link {
    T value;
    uint32_t order = 0;
    uint32_t next = kNone;
};

class Filler {
public:
    Filler(const FillContext& context, TablePlan& plan) : context_(context), plan_(plan) {
        uint32_t cells = 1;
        for (size_t d = plan.axes.size(); d-- > 0;) {
            strides_.insert(strides_.begin(), cells);
            cells *= plan.axes[d].classes();
        }
        line_ = plan.axes.empty() ? 1 : plan.axes.back().classes();
        tree_ = line_ > kFlatClasses;
        lines_ = cells / line_;
        nodes_.resize(size_t{lines_} * node_count());
        for (size_t i = 0; i < plan.role_sets.size(); ++i) bits_.emplace(plan.role_sets[i], i);
    }

    void run() {
        for (const uint32_t r : plan_.rows) enter(context_.rows[r]);
        plan_.cells.resize(size_t{lines_} * line_);
        plan_.leaves.assign(1, Leaf{});
        table_.assign(std::bit_ceil(plan_.cells.size() * 2 + 2), 0);
        for (uint32_t line = 0; line < lines_; ++line)
            for (uint32_t c = 0; c < line_; ++c) plan_.cells[size_t{line} * line_ + c] = leaf_of(line, c);
    }

private:
    uint32_t node_count() const { return tree_ ? 2 * line_ : line_; }
    Node& node(uint32_t line, uint32_t index) { return nodes_[size_t{line} * node_count() + index]; }

    // ---- rows --------------------------------------------------------------------------------------------------

    void enter(const IndexedRow& row) {
        row_ = &row;
        const Segment& segment = context_.program.segments[row.segment];
        action_ = segment.action;
        rule_ = context_.program.rows[row.row].rule;
        payload_ = context_.program.rows[row.row].payload;
        roles_ = role_bits(row);
        walk(0, 0, cover(row) ? Status::Yes : Status::Maybe);
    }

    uint64_t role_bits(const IndexedRow& row) const {
        const auto roles = context_.reader.roles(row);
        if (roles.empty()) return ~uint64_t{0};
        uint64_t bits = 0;
        for (const uint32_t r : roles) {
            if (bits_.empty()) {
                bits |= uint64_t{1} << (r & 63);
            } else if (const auto it = bits_.find(r); it != bits_.end()) {
                bits |= uint64_t{1} << it->second;
            }
        }
        return bits;
    }

    /// False: the row tests more than the table has axes for.
    bool cover(const IndexedRow& row) {
        covers_.resize(plan_.axes.size());
        const auto tests = context_.reader.tests(row);
        size_t found = 0;
        for (size_t d = 0; d < plan_.axes.size(); ++d) {
            const Axis& axis = plan_.axes[d];
            const auto own = [&](const RowTest& t) { return t.slot == axis.slot(); };
            const auto test = std::find_if(tests.begin(), tests.end(), own);
            if (test == tests.end())
                axis.cover_all(covers_[d]);
            else
                axis.cover(*test, covers_[d]);
            found += test != tests.end();
        }
        return found == tests.size();
    }

    /// All cells that the row covers: `line` is the offset in cells so far.
    void walk(size_t d, uint32_t offset, Status status) {
        if (d == plan_.axes.size()) return enter_node(0, 0, status);  // no axes at all
        for (const ClassRange& range : covers_[d]) {
            const Status now = std::min(status, range.status);
            if (d + 1 == plan_.axes.size()) {
                enter_range(offset / line_, range.first, range.last, now);
            } else {
                for (uint32_t c = range.first; c <= range.last; ++c) walk(d + 1, offset + c * strides_[d], now);
            }
        }
    }

    void enter_range(uint32_t line, uint32_t first, uint32_t last, Status status) {
        if (!tree_) {
            for (uint32_t c = first; c <= last; ++c) enter_node(line, c, status);
            return;
        }
        for (uint32_t l = first + line_, r = last + 1 + line_; l < r; l /= 2, r /= 2) {
            if (l % 2 == 1) enter_node(line, l++, status);
            if (r % 2 == 1) enter_node(line, --r, status);
        }
    }

    void enter_node(uint32_t line, uint32_t index, Status status) {
        Node& n = node(line, index);
        if (row_->run || status == Status::Maybe) {
            runs_.push_back({{row_->segment, row_->row}, row_->order, n.runs});
            n.runs = static_cast<uint32_t>(runs_.size() - 1);
            return;
        }
        switch (action_) {
            case Action::Allow: n.allow |= roles_; return;
            case Action::Block: n.block |= roles_; return;
            case Action::Risk: n.number = saturating_add(n.number, payload_); return;
            case Action::Lane: n.number = std::max(n.number, payload_); return;
            case Action::Note:
                if (context_.program.rules[rule_].kind == RuleKind::Ask) n.ask |= roles_;
                items_.push_back({{roles_, context_.same_effect[rule_]}, row_->order, n.items});
                n.items = static_cast<uint32_t>(items_.size() - 1);
                return;
            case Action::Mark:
            case Action::Count:
            case Action::CountDistinct: return;  // always run
        }
    }

    // ---- leaves ------------------------------------------------------------------------------------------------

    uint32_t leaf_of(uint32_t line, uint32_t c) {
        Leaf leaf;
        int64_t number = 0;
        uint64_t ask = 0;
        found_items_.clear();
        found_runs_.clear();
        const auto join = [&](const Node& n) {
            leaf.allow |= n.allow;
            leaf.block |= n.block;
            ask |= n.ask;
            number = plan_.phase == Layout::Phase::Lane ? std::max(number, n.number) : saturating_add(number, n.number);
            for (uint32_t i = n.items; i != kNone; i = items_[i].next) found_items_.push_back(items_[i].value);
            for (uint32_t i = n.runs; i != kNone; i = runs_[i].next) found_runs_.push_back({runs_[i].order, runs_[i].value});
        };
        if (tree_) {
            for (uint32_t i = c + line_; i >= 1; i /= 2) join(node(line, i));
        } else {
            join(node(line, c));
        }
        leaf.value = plan_.phase == Layout::Phase::Rest ? ask : static_cast<uint64_t>(number);
        leaf.items = intern_items();
        leaf.runs = intern_runs();
        return intern(leaf);
    }

    /// One item for each effect, for all roles that it is given to.
    uint32_t intern_items() {
        if (found_items_.empty()) return 0;
        const auto by_rule = [](const Item& a, const Item& b) { return a.rule < b.rule; };
        std::sort(found_items_.begin(), found_items_.end(), by_rule);
        size_t kept = 0;
        for (size_t i = 1; i < found_items_.size(); ++i) {
            if (found_items_[i].rule == found_items_[kept].rule)
                found_items_[kept].roles |= found_items_[i].roles;
            else
                found_items_[++kept] = found_items_[i];
        }
        found_items_.resize(kept + 1);
        return context_.items.intern(found_items_);
    }
    uint32_t intern_runs() {
        if (found_runs_.empty()) return 0;
        const auto by_order = [](const auto& a, const auto& b) { return a.first < b.first; };
        std::sort(found_runs_.begin(), found_runs_.end(), by_order);
        run_list_.clear();
        for (const auto& [order, run] : found_runs_) {
            if (run_list_.empty() || !(run_list_.back() == run)) run_list_.push_back(run);
        }
        return context_.runs.intern(run_list_);
    }

    uint32_t intern(const Leaf& leaf) {
        uint64_t h = mix(mix(mix(mix(leaf.allow, leaf.block), leaf.value), leaf.items), leaf.runs);
        for (;; ++h) {
            uint32_t& at = table_[h & (table_.size() - 1)];
            if (at == 0) {
                if (is_same(leaf, plan_.leaves[0])) return 0;
                plan_.leaves.push_back(leaf);
                at = static_cast<uint32_t>(plan_.leaves.size() - 1);
                return at;
            }
            if (is_same(leaf, plan_.leaves[at])) return at;
        }
    }
    static bool is_same(const Leaf& a, const Leaf& b) {
        return a.allow == b.allow && a.block == b.block && a.value == b.value && a.items == b.items && a.runs == b.runs;
    }

    const FillContext& context_;
    TablePlan& plan_;
    std::vector<uint32_t> strides_;
    uint32_t line_ = 1, lines_ = 1;
    bool tree_ = false;
    std::vector<Node> nodes_;
    std::unordered_map<uint32_t, size_t> bits_;  // role -> bit
    std::vector<Link<Item>> items_;
    std::vector<Link<Run>> runs_;
    std::vector<uint32_t> table_;  // open addressing: leaf numbers, 0 is free

    // of the row that is being entered
    const IndexedRow* row_ = nullptr;
    Action action_ = Action::Note;
    uint32_t rule_ = 0;
    int64_t payload_ = 0;
    uint64_t roles_ = 0;
    std::vector<std::vector<ClassRange>> covers_;
    // of the cell that is being finished
    std::vector<Item> found_items_;
    std::vector<std::pair<uint32_t, Run>> found_runs_;
    std::vector<Run> run_list_;
};

}  // namespace

template <class T>
uint32_t ListPool<T>::intern(const std::vector<T>& list) {
    uint64_t h = list.size();
    for (const T& v : list) h = mix(h, hash_of(v));
    const auto [begin, end] = known_.equal_range(h);
    for (auto it = begin; it != end; ++it) {
        const ListRange r = ranges[it->second];
        if (std::equal(list.begin(), list.end(), all.begin() + r.begin, all.begin() + r.end)) return it->second;
    }
    const auto at = static_cast<uint32_t>(all.size());
    all.insert(all.end(), list.begin(), list.end());
    ranges.push_back({at, static_cast<uint32_t>(all.size())});
    known_.emplace(h, static_cast<uint32_t>(ranges.size() - 1));
    return static_cast<uint32_t>(ranges.size() - 1);
}
template class ListPool<Item>;
template class ListPool<Run>;

uint64_t volume(const RowReader& reader, const std::vector<IndexedRow>& rows, const TablePlan& plan) {
    uint64_t sum = 0;
    std::vector<ClassRange> ranges;
    for (const uint32_t r : plan.rows) {
        const auto tests = reader.tests(rows[r]);
        uint64_t product = 1;
        for (const Axis& axis : plan.axes) {
            const auto own = [&](const RowTest& t) { return t.slot == axis.slot(); };
            const auto test = std::find_if(tests.begin(), tests.end(), own);
            if (test == tests.end())
                axis.cover_all(ranges);
            else
                axis.cover(*test, ranges);
            uint64_t classes = 0;
            for (const ClassRange& range : ranges) classes += range.last - range.first + 1;
            product *= classes;
        }
        sum += product;
    }
    return sum;
}

void fill(const FillContext& context, TablePlan& plan) { Filler(context, plan).run(); }

}  // namespace remit::indexing
