#include "vm/engine/bindings.h"

#include <algorithm>

#include "vm/engine/policy.h"
#include "vm/index/classify.h"
#include "vm/index/role_sets.h"

namespace remit {

/// One layer's tables, as far as sessions settle them.
struct Bindings::OfLayer {
    struct Class {  // of a slot of the session; many tables share one
        uint32_t slot = 0;
        ClassKind kind = ClassKind::Direct;
        const Table* table = nullptr;  // any that classes it so, along `dim`
        size_t dim = 0;
    };
    struct Part {  // of a table's base
        uint32_t table = 0, which = 0, stride = 0;
    };
    explicit OfLayer(const Layer& l) : layer(l) {}
    void prepare();
    std::shared_ptr<const BoundCells> compute(const V* frame, const std::vector<uint32_t>& of) const;

    const Layer& layer;
    std::once_flag prepared;
    uint32_t role_words = 0;
    std::vector<Class> classes;
    std::vector<Part> parts;
    std::vector<const Table*> role_sets;  // tables with role sets

    std::mutex mutex;
    std::unordered_map<std::string, std::weak_ptr<const BoundCells>> known;
    size_t sweep_at = 64;
};

namespace {

/// Equal for dimensions that class the same slot in the same way, whichever table they belong to.
std::string key_of(const Layout::Dim& what, const Table& table, const TableDim& dim) {
    std::string key;
    const auto add = [&](const void* data, size_t size) { key.append(static_cast<const char*>(data), size); };
    const auto number = [&](const auto& n) { add(&n, sizeof n); };
    number(what.slot);
    number(what.kind);
    number(dim.top);
    switch (what.kind) {
        case ClassKind::Direct:
            number(dim.base);
            number(dim.span);
            break;
        case ClassKind::Few: add(table_data<int64_t>(table, dim.data_at), kFewThresholds * sizeof(int64_t)); break;
        case ClassKind::Span:
            number(dim.base);
            add(table_data<uint8_t>(table, dim.data_at), size_t{dim.span} + 1);
            break;
        case ClassKind::Search:
        case ClassKind::Text: number(*table_data<const void*>(table, dim.data_at)); break;
    }
    return key;
}

}  // namespace

void Bindings::OfLayer::prepare() {
    const Index& index = layer.program->index();
    const Program& program = layer.program->program();
    role_words = program.role_words();
    std::unordered_map<std::string, uint32_t> seen;
    std::vector<bool> done(index.tables().size(), false);
    for (uint32_t tool = 0; tool < program.tools.size(); ++tool) {
        for (const Probe& probe : index.probes(tool)) {
            const Table& table = *probe.table;
            if (done[table.id]) continue;
            done[table.id] = true;
            if (table.roles_at != 0) role_sets.push_back(&table);
            const Layout& layout = index.layouts()[probe.layout];
            for (size_t d = 0; d < layout.dims.size() && layout.dims[d].session; ++d) {
                const TableDim& dim = table.dims[d];
                const Layout::Dim& what = layout.dims[d];
                const auto next = static_cast<uint32_t>(classes.size());
                const auto [it, fresh] = seen.try_emplace(key_of(what, table, dim), next);
                if (fresh) classes.push_back({what.slot, what.kind, &table, d});
                parts.push_back({table.id, it->second, dim.stride});
            }
        }
    }
}

std::shared_ptr<const BoundCells> Bindings::OfLayer::compute(const V* frame, const std::vector<uint32_t>& of) const {
    const size_t tables = layer.program->index().tables().size();
    const uint64_t direct = (role_words == 0 ? 0 : static_cast<uint64_t>(frame[kSlotRoles].bits)) | kEveryone;
    auto cells = std::make_shared<BoundCells>();
    cells->bases.assign(tables, 0);
    cells->role_words.assign(tables, direct);
    for (const Part& part : parts) cells->bases[part.table] += of[part.which] * part.stride;
    for (const Table* table : role_sets) cells->role_words[table->id] = role_word_of(*table, frame);
    return cells;
}

Bindings::Bindings(const std::vector<Layer>& layers) {
    for (const Layer& layer : layers) layers_.push_back(std::make_unique<OfLayer>(layer));
}
Bindings::~Bindings() = default;

std::shared_ptr<const BoundCells> Bindings::bind(size_t layer, const V* frame) {
    OfLayer& l = *layers_[layer];
    std::call_once(l.prepared, [&] { l.prepare(); });
    std::vector<uint32_t> of;
    of.reserve(l.classes.size());
    for (const auto& c : l.classes) of.push_back(class_of(c.kind, *c.table, c.dim, frame[c.slot]));
    std::string key(reinterpret_cast<const char*>(of.data()), of.size() * sizeof(uint32_t));
    for (uint32_t w = 0; w < l.role_words; ++w)
        key.append(reinterpret_cast<const char*>(&frame[kSlotRoles + w].bits), sizeof(int64_t));

    const std::lock_guard lock(l.mutex);
    if (const auto it = l.known.find(key); it != l.known.end())
        if (auto cells = it->second.lock()) return cells;
    if (l.known.size() >= l.sweep_at) {  // sessions that are gone leave nothing behind
        std::erase_if(l.known, [](const auto& entry) { return entry.second.expired(); });
        l.sweep_at = std::max<size_t>(64, 2 * l.known.size());
    }
    auto cells = l.compute(frame, of);
    l.known[std::move(key)] = cells;
    return cells;
}

}  // namespace remit
