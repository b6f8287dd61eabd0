#include "vm/index/fill.h"

#include <algorithm>
#include <bit>
#include <unordered_map>

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

/// What rows have given to one node: a cell, or a run of cells along the last axis. The first effect stands here, others in a chain.
struct Said {
    uint64_t allow = 0, block = 0, ask = 0;
    int64_t number = 0;  // Risk: sum; Lane: rank
    Item item{0, kNone};
    uint32_t items = kNone, runs = kNone;  // chains
    friend bool operator==(const Said&, const Said&) = default;
    bool has_chains() const { return items != kNone || runs != kNone; }
};
template <class T>
struct Link {
    T value;
    uint32_t order = 0;
    uint32_t next = kNone;
};

uint64_t hash_of(const Said& n) noexcept {
    uint64_t h = mix(mix(n.allow, n.block), n.ask);
    return mix(mix(h, static_cast<uint64_t>(n.number)), mix(n.item.roles, n.item.rule));
}

}  // namespace

struct Filler::Work {
    explicit Work(const FillContext& c) : context(c) {}

    void fill(TablePlan& table) {
        begin(table);
        for (const uint32_t r : plan->rows) enter(context.rows[r]);
        const size_t count = size_t{lines} * line;
        plan->cells.begin = static_cast<uint32_t>(cells.size());
        plan->leaves.begin = static_cast<uint32_t>(leaves.size());
        leaves.push_back({});
        sums.assign(1, Said{});
        found = 0;
        known.assign(std::bit_ceil(std::min(count, plan->rows.size()) * 2 + 2), Known{});
        used = 0;
        for (uint32_t l = 0; l < lines; ++l)
            for (uint32_t c = 0; c < line; ++c) cells.push_back(leaf_of(l, c));
        plan->cells.end = static_cast<uint32_t>(cells.size());
        plan->leaves.end = static_cast<uint32_t>(leaves.size());
    }

    void begin(TablePlan& table) {
        plan = &table;
        strides.assign(table.axes.size(), 1);
        uint32_t all = 1;
        for (size_t d = table.axes.size(); d-- > 0;) {
            strides[d] = all;
            all *= table.axes[d].classes();
        }
        line = table.axes.empty() ? 1 : table.axes.back().classes();
        tree = line > kFlatClasses;
        lines = all / line;
        nodes.assign(size_t{lines} * node_count(), Said{});
        items.clear();
        runs.clear();
        bits.clear();
        for (size_t i = 0; i < table.role_sets.size(); ++i) bits.emplace(table.role_sets[i], i);
    }
    uint32_t node_count() const { return tree ? 2 * line : line; }
    Said& node(uint32_t l, uint32_t index) { return nodes[size_t{l} * node_count() + index]; }

    // ---- rows --------------------------------------------------------------------------------------------------

    void enter(const IndexedRow& r) {
        row = &r;
        const Row& given = context.program.rows[r.row];
        action = context.program.segments[r.segment].action;
        is_ask = context.program.rules[given.rule].asks();
        payload = given.payload;
        item = {role_bits(r), context.same_effect[given.rule]};
        walk(0, 0, cover(r) ? Status::Yes : Status::Maybe);
    }

    uint64_t role_bits(const IndexedRow& r) const {
        if (!r.has_roles) return ~uint64_t{0};
        uint64_t word = r.role_mask;
        for (const uint32_t role : context.reader.roles(r))
            if (const auto it = bits.find(role); it != bits.end()) word |= uint64_t{1} << it->second;
        return word;
    }

    /// False: the row tests more than the table has axes for.
    bool cover(const IndexedRow& r) {
        covers.resize(std::max(covers.size(), plan->axes.size()));
        const auto tests = context.reader.tests(r);
        size_t on_axes = 0;
        for (size_t d = 0; d < plan->axes.size(); ++d) {
            const Axis& axis = plan->axes[d];
            const auto own = [&](const RowTest& t) { return t.slot == axis.slot(); };
            const auto test = std::find_if(tests.begin(), tests.end(), own);
            if (test == tests.end())
                axis.cover_all(covers[d]);
            else
                axis.cover(*test, covers[d]);
            on_axes += test != tests.end();
        }
        return on_axes == tests.size();
    }

    /// All cells that the row covers; `offset`: the cells so far.
    void walk(size_t d, uint32_t offset, Status status) {
        if (d == plan->axes.size()) return enter_node(node(0, 0), status);  // no axes at all
        for (const ClassRange& range : covers[d]) {
            const Status now = std::min(status, range.status);
            if (d + 1 == plan->axes.size()) {
                enter_range(offset / line, range.first, range.last, now);
            } else {
                for (uint32_t c = range.first; c <= range.last; ++c) walk(d + 1, offset + c * strides[d], now);
            }
        }
    }

    void enter_range(uint32_t l, uint32_t first, uint32_t last, Status status) {
        if (!tree) {
            for (uint32_t c = first; c <= last; ++c) enter_node(node(l, c), status);
            return;
        }
        for (uint32_t from = first + line, to = last + 1 + line; from < to; from /= 2, to /= 2) {
            if (from % 2 == 1) enter_node(node(l, from++), status);
            if (to % 2 == 1) enter_node(node(l, --to), status);
        }
    }

    void enter_node(Said& n, Status status) {
        if (row->run || status == Status::Maybe) {
            runs.push_back({{row->segment, row->row}, row->order, n.runs});
            n.runs = static_cast<uint32_t>(runs.size() - 1);
            return;
        }
        switch (action) {
            case Action::Allow: n.allow |= item.roles; return;
            case Action::Block: n.block |= item.roles; return;
            case Action::Risk: n.number = saturating_add(n.number, payload); return;
            case Action::Lane: n.number = std::max(n.number, payload); return;
            case Action::Note:
                if (is_ask) n.ask |= item.roles;
                add_item(n, item);
                return;
            case Action::Mark:
            case Action::Count:
            case Action::CountDistinct: return;  // always run
        }
    }
    void add_item(Said& n, const Item& added) {
        if (n.item.rule == kNone) n.item.rule = added.rule;
        if (n.item.rule == added.rule) {
            n.item.roles |= added.roles;
            return;
        }
        items.push_back({added, row->order, n.items});
        n.items = static_cast<uint32_t>(items.size() - 1);
    }

    // ---- leaves ------------------------------------------------------------------------------------------------

    uint32_t leaf_of(uint32_t l, uint32_t c) {
        if (!tree) return leaf_of_node(node(l, c));
        Said sum = node(l, c + line);
        for (uint32_t i = (c + line) / 2; i >= 1; i /= 2) join(sum, node(l, i));
        return leaf_of_node(sum);
    }
    /// Chains of different nodes are joined by copying.
    void join(Said& sum, const Said& n) {
        sum.allow |= n.allow;
        sum.block |= n.block;
        sum.ask |= n.ask;
        sum.number = plan->phase == Layout::Phase::Lane ? std::max(sum.number, n.number)
                                                        : saturating_add(sum.number, n.number);
        if (n.item.rule != kNone) add_item(sum, n.item);
        for (uint32_t i = n.items; i != kNone; i = items[i].next) {
            const Item copy = items[i].value;
            add_item(sum, copy);
        }
        for (uint32_t i = n.runs; i != kNone; i = runs[i].next) {
            runs.push_back({runs[i].value, runs[i].order, sum.runs});
            sum.runs = static_cast<uint32_t>(runs.size() - 1);
        }
    }

    uint32_t leaf_of_node(const Said& n) {
        // Neighbours along the last axis are mostly alike.
        if (!n.has_chains() && n == sums[found]) return found;
        Said key = n;
        if (n.has_chains()) {  // compared by what is in them
            key.item = {0, kNone};
            key.items = intern_items(n);
            key.runs = intern_runs(n);
        }
        const uint64_t h = mix(hash_of(key), (uint64_t{key.items} << 32) | key.runs);
        if (used * 2 > known.size()) grow();
        for (uint64_t i = h;; ++i) {
            Known& at = known[i & (known.size() - 1)];
            if (at.leaf == 0) {
                at = {h, add_leaf(n, key) + 1};
                ++used;
            }
            if (at.hash == h && sums[at.leaf - 1] == key) return found = at.leaf - 1;
        }
    }
    void grow() {
        std::vector<Known> before(known.size() * 2);
        before.swap(known);
        for (const Known& k : before) {
            if (k.leaf == 0) continue;
            uint64_t i = k.hash;
            while (known[i & (known.size() - 1)].leaf != 0) ++i;
            known[i & (known.size() - 1)] = k;
        }
    }
    uint64_t value_of(const Said& n) const {
        return plan->phase == Layout::Phase::Rest ? n.ask : static_cast<uint64_t>(n.number);
    }
    uint32_t add_leaf(const Said& n, const Said& key) {
        if (n == Said{}) return 0;  // says nothing: there from the beginning
        Leaf leaf;
        leaf.allow = n.allow;
        leaf.block = n.block;
        leaf.value = value_of(n);
        leaf.items = n.has_chains() ? key.items : intern_items(n);
        leaf.runs = n.has_chains() ? key.runs : 0;
        leaves.push_back(leaf);
        sums.push_back(key);
        return static_cast<uint32_t>(sums.size() - 1);
    }

    /// One item for each effect, for all roles that it is given to.
    uint32_t intern_items(const Said& n) {
        if (n.item.rule == kNone) return 0;
        found_items.assign(1, n.item);
        for (uint32_t i = n.items; i != kNone; i = items[i].next) found_items.push_back(items[i].value);
        const auto by_rule = [](const Item& a, const Item& b) { return a.rule < b.rule; };
        std::sort(found_items.begin(), found_items.end(), by_rule);
        size_t kept = 0;
        for (size_t i = 1; i < found_items.size(); ++i) {
            if (found_items[i].rule == found_items[kept].rule)
                found_items[kept].roles |= found_items[i].roles;
            else
                found_items[++kept] = found_items[i];
        }
        found_items.resize(kept + 1);
        return context.items.intern(found_items);
    }
    uint32_t intern_runs(const Said& n) {
        if (n.runs == kNone) return 0;
        found_runs.clear();
        for (uint32_t i = n.runs; i != kNone; i = runs[i].next) found_runs.emplace_back(runs[i].order, runs[i].value);
        const auto by_order = [](const auto& a, const auto& b) { return a.first < b.first; };
        std::sort(found_runs.begin(), found_runs.end(), by_order);
        run_list.clear();
        for (const auto& [order, run] : found_runs) {
            if (run_list.empty() || !(run_list.back() == run)) run_list.push_back(run);
        }
        return context.runs.intern(run_list);
    }

    FillContext context;
    TablePlan* plan = nullptr;
    std::vector<uint32_t> strides;
    uint32_t line = 1, lines = 1;
    bool tree = false;
    std::vector<Said> nodes;
    std::unordered_map<uint32_t, size_t> bits;  // role -> bit
    std::vector<Link<Item>> items;
    std::vector<Link<Run>> runs;
    std::vector<uint32_t> cells;  // of all tables
    std::vector<Leaf> leaves;
    struct Known {
        uint64_t hash = 0;
        uint32_t leaf = 0;  // its number in the table + 1; 0: free
    };
    std::vector<Known> known;  // open addressing, at most half full
    size_t used = 0;
    std::vector<Said> sums;  // what each leaf was made of, with lists in place of chains
    uint32_t found = 0;      // the leaf found last

    // of the row that is being entered
    const IndexedRow* row = nullptr;
    Action action = Action::Note;
    bool is_ask = false;
    int64_t payload = 0;
    Item item;
    std::vector<std::vector<ClassRange>> covers;
    // of the cell that is being finished
    std::vector<Item> found_items;
    std::vector<std::pair<uint32_t, Run>> found_runs;
    std::vector<Run> run_list;
};

Filler::Filler(const FillContext& context) : work_(std::make_unique<Work>(context)) {}
Filler::~Filler() = default;
void Filler::fill(TablePlan& plan) { work_->fill(plan); }
std::span<const uint32_t> Filler::cells(const TablePlan& plan) const {
    return {work_->cells.data() + plan.cells.begin, work_->cells.data() + plan.cells.end};
}
std::span<const Leaf> Filler::leaves(const TablePlan& plan) const {
    return {work_->leaves.data() + plan.leaves.begin, work_->leaves.data() + plan.leaves.end};
}

template <class T>
uint32_t ListPool<T>::intern(const std::vector<T>& list) {
    uint64_t h = list.size();
    for (const T& v : list) h = mix(h, hash_of(v));
    if (ranges.size() * 2 > known_.size()) grow();
    for (uint64_t i = h;; ++i) {
        Known& at = known_[i & (known_.size() - 1)];
        if (at.list == 0) {
            at = {h, static_cast<uint32_t>(ranges.size())};
            ranges.push_back({static_cast<uint32_t>(all.size()), static_cast<uint32_t>(all.size() + list.size())});
            all.insert(all.end(), list.begin(), list.end());
            return at.list;
        }
        const ListRange r = ranges[at.list];
        if (at.hash == h && std::equal(list.begin(), list.end(), all.begin() + r.begin, all.begin() + r.end))
            return at.list;
    }
}
template <class T>
void ListPool<T>::grow() {
    std::vector<Known> before(known_.size() * 2);
    before.swap(known_);
    for (const Known& k : before) {
        if (k.list == 0) continue;
        uint64_t i = k.hash;
        while (known_[i & (known_.size() - 1)].list != 0) ++i;
        known_[i & (known_.size() - 1)] = k;
    }
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

}  // namespace remit::indexing
