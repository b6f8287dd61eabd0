#include "vm/jit/object_tables.h"

#include <llvm/IR/Constants.h>

#include <algorithm>

#include "vm/index/classes.h"
#include "vm/jit/object_data.h"

namespace remit::jit {

namespace {

constexpr unsigned kLine = 64;

ObjectEffect effect_of_rule(const RuleInfo& rule) {
    ObjectEffect e;
    switch (rule.kind) {
        case RuleKind::Allow:
        case RuleKind::Risk:
        case RuleKind::Lane: break;
        case RuleKind::Block:
            if (rule.overridable) e.what = ObjectEffect::Ask;
            break;
        case RuleKind::Ask: e.what = ObjectEffect::Ask; break;
        case RuleKind::Never: e.what = ObjectEffect::Never; break;
        case RuleKind::Retain:
            e.what = ObjectEffect::Other;
            if (rule.at_least_ns >= 0) e.at_least = rule.at_least_ns;
            if (rule.at_most_ns >= 0) e.at_most = rule.at_most_ns;
            break;
        case RuleKind::Limit:
        case RuleKind::Quota:
        case RuleKind::Isolate:
        case RuleKind::Reach:
        case RuleKind::Record:
        case RuleKind::Redact:
        case RuleKind::Mark:
        case RuleKind::Count: e.what = ObjectEffect::Other; break;
    }
    return e;
}

}  // namespace

// ---- bytes

void ObjectBytes::address(size_t at, llvm::Constant* target) {
    bytes_.resize(std::max(bytes_.size(), at + sizeof(void*)));
    addresses_[at] = target;
}

llvm::GlobalVariable* ObjectBytes::define(llvm::Module& module, const char* name, unsigned alignment) const {
    llvm::LLVMContext& context = module.getContext();
    const auto piece = [&](size_t from, size_t to) {
        return llvm::ConstantDataArray::getString(context, llvm::StringRef(bytes_).slice(from, to), false);
    };
    std::vector<llvm::Constant*> pieces;
    size_t next = 0;
    for (const auto& [at, target] : addresses_) {
        if (at > next) pieces.push_back(piece(next, at));
        pieces.push_back(target);
        next = at + sizeof(void*);
    }
    if (next < bytes_.size()) pieces.push_back(piece(next, bytes_.size()));
    llvm::Constant* all = llvm::ConstantStruct::getAnon(context, pieces, /*Packed=*/true);
    auto* made = new llvm::GlobalVariable(module, all->getType(), true, llvm::GlobalValue::PrivateLinkage, all, name);
    made->setAlignment(llvm::Align(alignment));
    return made;
}

// ---- what the code reads

ObjectTables::ObjectTables(llvm::Module& module, const LoadedProgram& loaded, const ObjectPlan& plan)
    : module_(module),
      loaded_(loaded),
      program_(loaded.program()),
      index_(loaded.index()),
      plan_(plan.plan),
      records_(program_, index_, plan.plan.judge),
      layout_of_(index_.tables().size()) {
    for (uint32_t t = 0; t < program_.tools.size(); ++t)
        for (const Probe& probe : index_.probes(t)) layout_of_[probe.table->id] = probe.layout;
}

llvm::Constant* ObjectTables::version() {
    ObjectBytes out;
    out.append(program_.hash.data(), program_.hash.size());
    return out.define(module_, "version", 8);
}

llvm::Constant* ObjectTables::no_text() {
    ObjectBytes out;
    out.append(Str{});
    return out.define(module_, "no_text", 8);
}

llvm::Constant* ObjectTables::records() {
    ObjectBytes out;
    out.append(records_.base(), records_.size());
    const JudgePlan& judge = plan_.judge;
    for (size_t p = 0; p < judge.code.probes.size(); ++p)
        for (size_t i = 0; i < judge.at[p].size(); ++i)
            settle(judge.code.probes[p], judge.at[p][i], records_.place(judge, p, i), out);
    if (out.size() == 0) out.append(uint64_t{0});
    return out.define(module_, "records", kLine);
}

/// Addresses of this process become those of constants: the fields that Records::write fills.
void ObjectTables::settle(const ProbeCode& probe, const Table* from, size_t at, ObjectBytes& out) {
    if (!from && probe.optional) return;  // null stays null
    out.address(at + probe.table_offset, from ? table(*from) : empty_table());
    if (probe.role_sets) out.address(at + probe.roles_offset, roles(from));
    for (size_t d = 0; from && d < probe.dims.size(); ++d) {
        const DimCode& dim = probe.dims[d];
        switch (dim.kind) {
            case ClassKind::Direct:
            case ClassKind::Few:
            case ClassKind::Span: break;
            case ClassKind::Search: out.address(at + dim.data_offset, search(*from, from->dims[d])); break;
            case ClassKind::Text: out.address(at + dim.data_offset, text(*from, from->dims[d])); break;
        }
    }
}

llvm::Constant* ObjectTables::table(const Table& from) {
    llvm::Constant*& known = tables_[from.id];
    if (known) return known;
    const Layout& layout = index_.layouts()[layout_of_[from.id]];
    uint32_t leaves = 0;
    for (uint32_t c = 0; c < cell_count(layout, from); ++c) leaves = std::max(leaves, leaf_number(layout, from, c) + 1);
    ObjectBytes out;
    out.append(&from, from.leaves_at + size_t{leaves} * sizeof(Leaf));
    // What points out of the table is read from its record.
    for (size_t d = 0; d < layout.dims.size(); ++d)
        if (layout.dims[d].kind == ClassKind::Search || layout.dims[d].kind == ClassKind::Text)
            out.bytes().replace(from.dims[d].data_at, sizeof(void*), sizeof(void*), '\0');
    return known = out.define(module_, "table", kLine);
}

llvm::Constant* ObjectTables::empty_table() {
    if (empty_) return empty_;
    ObjectBytes out;
    out.bytes().resize(2 * sizeof(Leaf));
    return empty_ = out.define(module_, "empty_table", kLine);
}

llvm::Constant* ObjectTables::search(const Table& from, const TableDim& dim) {
    const SearchClasses& classes = **table_data<const SearchClasses*>(from, dim.data_at);
    ObjectBytes out;
    out.append(FlatSearch{classes.thresholds.size(), classes.steps.size(), classes.shift});
    out.append(classes.thresholds.data(), classes.thresholds.size() * sizeof(int64_t));
    out.append(classes.steps.data(), classes.steps.size() * sizeof(uint32_t));
    return out.define(module_, "thresholds", kLine);
}

llvm::Constant* ObjectTables::text(const Table& from, const TableDim& dim) {
    const TextClasses& classes = **table_data<const TextClasses*>(from, dim.data_at);
    ObjectBytes out;
    out.append(FlatText{classes.entries.size() - 1});
    for (const TextClasses::Entry e : classes.entries) out.append(FlatText::Entry{e.hash, e.text_class});
    uint64_t at = out.size() + classes.texts.size() * sizeof(FlatText::Range);
    for (const std::string_view text : classes.texts) {
        out.append(FlatText::Range{at, text.size()});
        at += text.size();
    }
    for (const std::string_view text : classes.texts) out.append(text.data(), text.size());
    return out.define(module_, "texts", kLine);
}

llvm::Constant* ObjectTables::roles(const Table* from) {
    llvm::Constant*& known = roles_[from];
    if (known) return known;
    static const std::vector<RoleSets::Word> kNone;
    const std::vector<RoleSets::Word>& words = from ? role_sets_of(*from).words : kNone;
    ObjectBytes out;
    out.append(FlatRoles{words.size()});
    out.append(words.data(), words.size() * sizeof(RoleSets::Word));
    return known = out.define(module_, "roles", 8);
}

llvm::Constant* ObjectTables::walk(const std::vector<llvm::Function*>& probes) {
    ObjectBytes begins, steps, out;
    llvm::Constant* base = records();
    llvm::Type* byte = llvm::Type::getInt8Ty(module_.getContext());
    llvm::Type* wide = llvm::Type::getInt64Ty(module_.getContext());
    std::map<uint32_t, size_t> place;  // table -> its record
    const JudgePlan& judge = plan_.judge;
    for (size_t p = 0; p < judge.at.size(); ++p)
        for (size_t i = 0; i < judge.at[p].size(); ++i) place[judge.at[p][i]->id] = records_.place(judge, p, i);
    uint32_t count = 0;
    begins.append(count);
    for (uint32_t t = 0; t < judge.code.tools; ++t) {
        for (const Probe& probe : index_.probes(t)) {
            steps.append_address(probes[probe.layout]);
            steps.append_address(llvm::ConstantExpr::getInBoundsGetElementPtr(
                byte, base, llvm::ConstantInt::get(wide, place[probe.table->id])));
            ++count;
        }
        begins.append(count);
    }
    if (count == 0) steps.append(uint64_t{0});
    out.append(uint64_t{judge.code.tools});
    out.append_address(begins.define(module_, "walk_begins", 4));
    out.append_address(steps.define(module_, "walk_steps", 8));
    return out.define(module_, "walk", 8);
}

// ---- rows

/// Appends a V: a number, or the address of a copy of a text or a list.
void ObjectTables::literal(TypeRef type, V value, ObjectBytes& out) {
    const TypeDesc& desc = program_.types[type];
    const size_t at = out.size();
    out.append(value);
    ObjectBytes bytes, copy;
    if (value.err != 0) return;
    if (desc.kind == Kind::Str) {
        const auto& from = as<Str>(value);
        bytes.append(from.data, from.size);
        bytes.append('\0');
        copy.append(Str{nullptr, from.size, 0});
        copy.address(offsetof(Str, data), bytes.define(module_, "literal_bytes", 1));
        out.address(at, copy.define(module_, "literal", 8));
    } else if (desc.kind == Kind::List) {
        const auto& from = as<List>(value);
        for (uint32_t i = 0; i < from.size; ++i) literal(desc.item, from.items[i], bytes);
        bytes.append(V{});  // never nothing at all
        copy.append(List{from.size, from.item_kind, nullptr, nullptr});
        copy.address(offsetof(List, items), bytes.define(module_, "literal_items", 8));
        out.address(at, copy.define(module_, "literal", 8));
    }
}

uint32_t ObjectTables::params_of(const Run& run, ObjectBytes& params) {
    const auto [it, fresh] = params_.try_emplace(run.row, static_cast<uint32_t>(params.size() / sizeof(V)));
    if (!fresh) return it->second;
    const Segment& s = program_.segments[run.segment];
    std::vector<TypeRef> types = program_.shapes[s.shape].params;
    if (s.value_shape != kNoShape) {
        const auto& more = program_.shapes[s.value_shape].params;
        types.insert(types.end(), more.begin(), more.end());
    }
    for (size_t k = 0; k < types.size(); ++k)
        literal(types[k], loaded_.params()[program_.rows[run.row].params + k], params);
    return it->second;
}

llvm::Constant* ObjectTables::steps(const std::vector<llvm::Function*>& segments) {
    ObjectBytes begins, steps, rows, params, out;
    struct Piece {
        llvm::Function* run = nullptr;
        size_t begin = 0, end = 0;
    };
    std::vector<Piece> all;
    begins.append(uint32_t{0});
    for (uint32_t list = 0; list < index_.run_list_count(); ++list) {
        const size_t first = all.size();
        for (const Run& run : index_.runs(list)) {
            llvm::Function* f = segments[plan_.function_of[run.segment]];
            const Row& from = program_.rows[run.row];
            const size_t at = rows.size();
            rows.append(Row{effect_of(from.rule), params_of(run, params), from.payload});
            if (all.size() > first && all.back().run == f)
                all.back().end = rows.size();
            else
                all.push_back({f, at, rows.size()});
        }
        begins.append(static_cast<uint32_t>(all.size()));
    }
    for (ObjectBytes* b : {&rows, &params})
        if (b->size() == 0) b->append(uint64_t{0});
    llvm::Constant* base = rows.define(module_, "rows", 16);
    llvm::Type* byte = llvm::Type::getInt8Ty(module_.getContext());
    llvm::Type* wide = llvm::Type::getInt64Ty(module_.getContext());
    for (const Piece& s : all) {
        steps.append_address(s.run);
        for (const size_t at : {s.begin, s.end})
            steps.append_address(
                llvm::ConstantExpr::getInBoundsGetElementPtr(byte, base, llvm::ConstantInt::get(wide, at)));
    }
    if (all.empty()) steps.append(uint64_t{0});
    out.append_address(begins.define(module_, "step_begins", 4));
    out.append_address(steps.define(module_, "steps", 8));
    out.append_address(params.define(module_, "params", 16));
    return out.define(module_, "runs", 8);
}

// ---- what rules do

uint32_t ObjectTables::effect_of(uint32_t rule) {
    const auto [it, fresh] = effects_.try_emplace(rule, static_cast<uint32_t>(rules_.size()));
    if (fresh) rules_.push_back(rule);
    return it->second;
}

llvm::Constant* ObjectTables::effects() {
    uint32_t lists = 0;
    for (const Table* table : index_.tables()) {
        const Layout& layout = index_.layouts()[layout_of_[table->id]];
        for (uint32_t c = 0; layout.items && c < cell_count(layout, *table); ++c)
            lists = std::max(lists, leaf_at(layout, *table, c).items);
    }
    ObjectBytes ranges, items, effects, out;
    uint32_t count = 0;
    for (uint32_t list = 0; list <= lists; ++list) {
        const uint32_t begin = count;
        for (const Item& item : index_.items(list)) {
            items.append(item.roles);
            items.append(uint64_t{effect_of(item.rule)});
            ++count;
        }
        ranges.append(ListRange{begin, count});
    }
    for (const uint32_t rule : rules_) effects.append(effect_of_rule(program_.rules[rule]));
    for (ObjectBytes* b : {&items, &effects})
        if (b->size() == 0) b->append(uint64_t{0});
    out.append_address(ranges.define(module_, "item_lists", 8));
    out.append_address(items.define(module_, "items", 8));
    out.append_address(effects.define(module_, "effects", 8));
    out.append(uint64_t{program_.vocabularies[kVocLanes].symbols.size()});
    return out.define(module_, "rules", 8);
}

}  // namespace remit::jit
