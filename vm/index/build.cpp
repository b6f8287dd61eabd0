// Index::build: rows are read, divided into tables, the tables' layouts settled, filled, and laid out in memory.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>

#include "vm/index/classes.h"
#include "vm/index/effect.h"
#include "vm/index/plan.h"

namespace remit {

using indexing::Axis;
using indexing::TablePlan;

/// What tables point to. A table, its classes, cells and leaves lie together.
struct Index::Memory {
    static constexpr size_t kBlock = 1u << 20, kLine = 64;
    struct Block {
        std::unique_ptr<std::byte[]> bytes;
        size_t size = 0, used = 0;
    };
    std::vector<Block> blocks;
    std::vector<std::unique_ptr<SearchClasses>> searches;
    std::vector<std::unique_ptr<TextClasses>> texts;
    std::vector<std::unique_ptr<RoleSets>> roles;
    size_t bytes = 0;

    std::byte* allocate(size_t size) {
        size = (size + kLine - 1) & ~(kLine - 1);
        if (blocks.empty() || blocks.back().used + size > blocks.back().size) {
            const size_t room = std::max(kBlock, size);
            Block& b = blocks.emplace_back();
            b.bytes.reset(new std::byte[room + kLine]);
            b.used = kLine - reinterpret_cast<uintptr_t>(b.bytes.get()) % kLine;
            b.size = b.used + room;
        }
        std::byte* p = blocks.back().bytes.get() + blocks.back().used;
        blocks.back().used += size;
        bytes += size;
        return p;
    }
};

Index::Index() : memory_(std::make_unique<Memory>()) {}
Index::~Index() = default;

namespace {

constexpr uint64_t kMostSpan = 4096;
constexpr uint32_t kMostDirectClasses = 16;

/// Tables of one key have one layout.
struct LayoutKey {
    Layout::Phase phase = Layout::Phase::Rest;
    bool run = false, role_sets = false;
    std::vector<uint32_t> slots;
    friend auto operator<=>(const LayoutKey&, const LayoutKey&) = default;
};

/// A program without roles has no mask to read: the role word is that of no set.
LayoutKey key_of(const Program& program, const TablePlan& plan) {
    LayoutKey key{plan.phase, plan.run, !plan.role_sets.empty() || program.roles.empty(), {}};
    for (const Axis& a : plan.axes) key.slots.push_back(a.slot());
    return key;
}

uint64_t span_of(const Axis& a) {
    if (a.thresholds().empty()) return 0;
    return static_cast<uint64_t>(a.thresholds().back()) - static_cast<uint64_t>(a.thresholds().front());
}

}  // namespace

class IndexBuilder {
public:
    IndexBuilder(const Program& program, std::span<const V> params)
        : program_(program), reader_(program, params), effects_(indexing::same_effects(program)) {}

    std::unique_ptr<const Index> run() {
        const auto start = std::chrono::steady_clock::now();
        plan_ = indexing::make_plan(program_, reader_, rows_);
        for (auto& block : plan_.blocks)
            for (TablePlan& table : block.tables) join_layout(table);
        number_layouts();
        for (LayoutPlan& layout : layouts_) settle(layout);
        indexing::Filler filler({program_, reader_, rows_, effects_, items_, runs_});
        for (auto& block : plan_.blocks)
            for (TablePlan& table : block.tables) filler.fill(table);
        for (LayoutPlan& layout : layouts_) finish(filler, layout);
        place_tables(filler);
        place_probes();
        index_->items_ = std::move(items_.all);
        index_->item_lists_ = std::move(items_.ranges);
        index_->runs_ = std::move(runs_.all);
        index_->run_lists_ = std::move(runs_.ranges);
        IndexStats& stats = index_->stats_;
        stats.tables = index_->tables_.size();
        stats.bytes = index_->memory_->bytes;
        stats.rows = rows_.size();
        for (const auto& row : rows_) stats.rows_run += row.run;
        stats.build_ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
        return std::move(index_);
    }

private:
    struct LayoutPlan {
        LayoutKey key;
        std::vector<TablePlan*> tables;
        Layout layout;
    };

    // ---- layouts -----------------------------------------------------------------------------------------------

    void join_layout(TablePlan& table) {
        LayoutKey key = key_of(program_, table);
        const auto same = [&](const LayoutPlan& l) { return l.key == key; };
        // The layouts are few, and neighbours mostly alike.
        auto it = std::find_if(layouts_.begin(), layouts_.end(), same);
        if (it == layouts_.end()) it = layouts_.insert(it, {std::move(key), {}, {}});
        it->tables.push_back(&table);
    }
    /// In an order that depends on what they are, not on which tool came first.
    void number_layouts() {
        std::sort(layouts_.begin(), layouts_.end(),
                  [](const LayoutPlan& a, const LayoutPlan& b) { return a.key < b.key; });
        for (uint32_t i = 0; i < layouts_.size(); ++i)
            for (TablePlan* t : layouts_[i].tables) t->layout = i;
    }

    /// How the tables of one layout class each slot: the cheapest way that serves all of them.
    void settle(LayoutPlan& plan) {
        const LayoutKey& key = plan.key;
        plan.layout.phase = key.phase;
        plan.layout.role_sets = key.role_sets;
        for (size_t d = 0; d < key.slots.size(); ++d) {
            const ClassKind kind = kind_for(plan, d);
            plan.layout.dims.push_back({key.slots[d], kind, indexing::is_session_slot(key.slots[d])});
            if (kind == ClassKind::Direct)
                for (TablePlan* t : plan.tables) t->axes[d].make_direct();
        }
    }
    static ClassKind kind_for(const LayoutPlan& plan, size_t d) {
        bool text = false, direct = true, few = true, span = true;
        for (const TablePlan* t : plan.tables) {
            const Axis& axis = t->axes[d];
            const uint32_t classes = axis.direct_classes();
            text = text || axis.text();
            direct = direct && classes != 0 && classes <= kMostDirectClasses;
            few = few && axis.thresholds().size() <= kFewThresholds;
            span = span && span_of(axis) <= kMostSpan && axis.top() <= kMostSpanClasses;
        }
        return text     ? ClassKind::Text
               : direct ? ClassKind::Direct
               : few    ? ClassKind::Few
               : span   ? ClassKind::Span
                        : ClassKind::Search;
    }

    void finish(const indexing::Filler& filler, LayoutPlan& plan) {
        for (const TablePlan* t : plan.tables) {
            const std::span<const Leaf> leaves = filler.leaves(*t);
            const size_t most = leaves.size() - 1;
            const uint8_t bytes = most <= UINT8_MAX ? 1 : most <= UINT16_MAX ? 2 : 4;
            plan.layout.cell_bytes = std::max(plan.layout.cell_bytes, bytes);
            for (const Leaf& leaf : leaves) {
                plan.layout.runs = plan.layout.runs || leaf.runs != 0;
                plan.layout.items = plan.layout.items || leaf.items != 0;
            }
        }
        index_->layouts_.push_back(plan.layout);
    }

    // ---- memory ------------------------------------------------------------------------------------------------

    void place_tables(const indexing::Filler& filler) {
        placed_.resize(plan_.blocks.size());
        for (size_t b = 0; b < plan_.blocks.size(); ++b) {
            for (TablePlan& plan : plan_.blocks[b].tables) {
                placed_[b].push_back({plan.layout, place(filler, plan, index_->layouts_[plan.layout])});
                index_->stats_.cells += filler.cells(plan).size();
                index_->stats_.leaves += filler.leaves(plan).size();
            }
        }
    }

    /// A table's bytes, made one after another and then copied to a cache line of their own.
    class Bytes {
    public:
        uint32_t align(size_t to) {
            bytes_.resize((bytes_.size() + to - 1) & ~(to - 1));
            return static_cast<uint32_t>(bytes_.size());
        }
        template <class T>
        uint32_t add(const T* values, size_t count, size_t aligned = alignof(T)) {
            const uint32_t at = align(aligned);
            bytes_.resize(at + count * sizeof(T));
            if (count != 0) std::memcpy(bytes_.data() + at, values, count * sizeof(T));
            return at;
        }
        template <class To>
        uint32_t add_cells(std::span<const uint32_t> cells) {
            const uint32_t at = align(alignof(To));
            bytes_.resize(at + cells.size() * sizeof(To));
            auto* to = reinterpret_cast<To*>(bytes_.data() + at);
            for (size_t i = 0; i < cells.size(); ++i) to[i] = static_cast<To>(cells[i]);
            return at;
        }
        std::vector<std::byte>& bytes() { return bytes_; }

    private:
        std::vector<std::byte> bytes_;
    };

    const Table* place(const indexing::Filler& filler, const TablePlan& plan, const Layout& layout) {
        Table head;
        head.id = static_cast<uint32_t>(index_->tables_.size());
        const size_t head_size = offsetof(Table, dims) + plan.axes.size() * sizeof(TableDim);
        Bytes& out = scratch_;
        out.bytes().assign(head_size, {});
        uint32_t stride = 1;
        for (size_t d = plan.axes.size(); d-- > 0;) {
            class_data(plan.axes[d], layout.dims[d].kind, out, head.dims[d]);
            head.dims[d].top = plan.axes[d].top();
            head.dims[d].stride = stride;
            stride *= plan.axes[d].classes();
        }
        const std::span<const uint32_t> cells = filler.cells(plan);
        head.cells_at = layout.cell_bytes == 1   ? out.add_cells<uint8_t>(cells)
                        : layout.cell_bytes == 2 ? out.add_cells<uint16_t>(cells)
                                                 : out.add_cells<uint32_t>(cells);
        head.leaves_at = out.add(filler.leaves(plan).data(), filler.leaves(plan).size());
        if (layout.role_sets) {
            const RoleSets* sets = role_sets(plan);
            head.roles_at = out.add(&sets, 1);
        }
        std::memcpy(out.bytes().data(), &head, head_size);
        std::byte* memory = index_->memory_->allocate(std::max(out.bytes().size(), sizeof(Table)));
        std::memcpy(memory, out.bytes().data(), out.bytes().size());
        index_->tables_.push_back(reinterpret_cast<const Table*>(memory));
        return index_->tables_.back();
    }

    void class_data(const Axis& axis, ClassKind kind, Bytes& out, TableDim& dim) {
        Index::Memory& memory = *index_->memory_;
        const std::vector<int64_t>& thresholds = axis.thresholds();
        switch (kind) {
            case ClassKind::Direct:
                dim.base = thresholds.empty() ? 0 : thresholds.front() - 1;  // no threshold is INT64_MIN
                dim.span = axis.top();
                return;
            case ClassKind::Few: {
                std::array<int64_t, kFewThresholds> padded;
                padded.fill(INT64_MAX);
                std::copy(thresholds.begin(), thresholds.end(), padded.begin());
                dim.data_at = out.add(padded.data(), padded.size(), kFewThresholds * sizeof(int64_t));
                return;
            }
            case ClassKind::Span: {
                dim.base = thresholds.empty() ? 0 : thresholds.front() - 1;
                dim.span = thresholds.empty() ? 0 : static_cast<uint32_t>(span_of(axis)) + 1;
                std::vector<uint8_t> map(dim.span + 1, 0);
                for (const int64_t t : thresholds) ++map[static_cast<size_t>(t - dim.base)];
                for (size_t i = 1; i < map.size(); ++i) map[i] = static_cast<uint8_t>(map[i] + map[i - 1]);
                dim.data_at = out.add(map.data(), map.size());
                return;
            }
            case ClassKind::Search: {
                memory.searches.push_back(std::make_unique<SearchClasses>(thresholds));
                const SearchClasses* classes = memory.searches.back().get();
                dim.data_at = out.add(&classes, 1);
                return;
            }
            case ClassKind::Text: {
                memory.texts.push_back(std::make_unique<TextClasses>(axis.texts()));
                const TextClasses* classes = memory.texts.back().get();
                dim.data_at = out.add(&classes, 1);
                return;
            }
        }
    }

    const RoleSets* role_sets(const TablePlan& plan) {
        auto sets = std::make_unique<RoleSets>();
        for (uint32_t i = 0; i < plan.role_sets.size(); ++i)
            sets->words.push_back({plan.role_sets[i] / 64, i, uint64_t{1} << (plan.role_sets[i] % 64)});
        index_->memory_->roles.push_back(std::move(sets));
        return index_->memory_->roles.back().get();
    }

    void place_probes() {
        index_->tool_probes_.push_back(0);
        for (const auto& blocks : plan_.tool_blocks) {
            std::vector<Probe> probes;
            for (const uint32_t b : blocks) probes.insert(probes.end(), placed_[b].begin(), placed_[b].end());
            const auto before = [&](const Probe& a, const Probe& b) {
                const Layout &la = index_->layouts_[a.layout], &lb = index_->layouts_[b.layout];
                return la.phase != lb.phase ? la.phase < lb.phase : a.layout < b.layout;
            };
            std::stable_sort(probes.begin(), probes.end(), before);
            index_->most_probes_ = std::max(index_->most_probes_, probes.size());
            index_->probes_.insert(index_->probes_.end(), probes.begin(), probes.end());
            index_->tool_probes_.push_back(static_cast<uint32_t>(index_->probes_.size()));
        }
    }

    const Program& program_;
    indexing::RowReader reader_;
    std::vector<uint32_t> effects_;
    std::vector<indexing::IndexedRow> rows_;
    indexing::Plan plan_;
    indexing::ListPool<Item> items_;
    indexing::ListPool<Run> runs_;
    std::vector<LayoutPlan> layouts_;
    Bytes scratch_;
    std::vector<std::vector<Probe>> placed_;  // by block
    std::unique_ptr<Index> index_{new Index};
};

std::unique_ptr<const Index> Index::build(const Program& program, std::span<const V> params) {
    return IndexBuilder(program, params).run();
}

}  // namespace remit
