#include "vm/engine/labels.h"

#include <algorithm>

namespace remit {

std::optional<int64_t> rank_of(const Vocabulary& vocabulary, std::string_view name) {
    const auto it = std::find(vocabulary.symbols.begin(), vocabulary.symbols.end(), name);
    if (it == vocabulary.symbols.end()) return std::nullopt;
    return it - vocabulary.symbols.begin();
}

int64_t trust_of(const Program& program, const Water& water, int64_t source) noexcept {
    if (source == kUserSource) return static_cast<int64_t>(program.vocabularies[kVocTrust].symbols.size()) - 1;
    if (source == kAgentSource) return water.low_trust;
    return program.tools[static_cast<size_t>(source - kFirstToolSource)].trust;
}

void normalise_sources(std::vector<V>& found) {
    std::sort(found.begin(), found.end(), [](V a, V b) { return a.bits < b.bits; });
    found.erase(std::unique(found.begin(), found.end(), [](V a, V b) { return a.bits == b.bits; }), found.end());
    if (found.size() == 1 && found[0].bits == kUnknownSource) found.clear();
}

namespace {

struct Place {
    size_t argument = 0;
    std::optional<uint32_t> item;
};

/// `~1` is `/` and `~0` is `~`, as in JSON Pointer.
std::string unescape(std::string_view part) {
    std::string out;
    for (size_t i = 0; i < part.size(); ++i) {
        if (part[i] == '~' && i + 1 < part.size() && (part[i + 1] == '0' || part[i + 1] == '1'))
            out += part[++i] == '0' ? '~' : '/';
        else
            out += part[i];
    }
    return out;
}

std::optional<uint32_t> index_of(std::string_view text) {
    constexpr size_t kMaxDigits = 9;
    if (text.empty() || text.size() > kMaxDigits || (text.size() > 1 && text[0] == '0')) return std::nullopt;
    uint32_t value = 0;
    for (char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + static_cast<uint32_t>(c - '0');
    }
    return value;
}

class Labeller {
public:
    Labeller(const Program& program, const ToolDesc& tool, const Water& water, Arena& arena, Labelled& out)
        : program_(program), tool_(tool), water_(water), arena_(arena), out_(out) {}

    bool read(const CallIn& call, const std::vector<Argument>& arguments);
    void join(std::vector<Argument>& arguments);

private:
    bool fail(std::string message) {
        out_.error = std::move(message);
        return false;
    }
    std::optional<Place> place(std::string_view key, const std::vector<Argument>& arguments) const;
    bool resolve(const LabelIn& in, Label& out);
    std::optional<int64_t> source(std::string_view name) const;
    Label unlabelled() const { return {0, water_.high_class, arena_.make(List{})}; }
    const List* sources(std::vector<V>& found);
    Label join_items(size_t i, Argument& argument);

    const Program& program_;
    const ToolDesc& tool_;
    const Water& water_;
    Arena& arena_;
    Labelled& out_;
    std::vector<const Label*> own_;                               // of whole arguments; null: none
    std::vector<std::vector<std::pair<uint32_t, Label>>> items_;  // of elements, by JSON index
    std::vector<V> scratch_;
};

std::optional<Place> Labeller::place(std::string_view key, const std::vector<Argument>& arguments) const {
    const size_t slash = key.find('/');
    const std::string name = unescape(key.substr(0, slash));
    for (size_t i = 0; i < arguments.size(); ++i) {
        if (tool_.params[i].name != name) continue;
        if (slash == key.npos) return Place{i, std::nullopt};
        const auto index = index_of(key.substr(slash + 1));
        if (!index || *index >= arguments[i].json_items) return std::nullopt;
        return Place{i, index};
    }
    return std::nullopt;
}

std::optional<int64_t> Labeller::source(std::string_view name) const {
    if (name == "user") return kUserSource;
    if (name == "agent") return kAgentSource;
    const uint32_t tool = program_.find_tool(name);
    if (tool == kNoTool) return std::nullopt;
    return kFirstToolSource + int64_t{tool};
}

/// A part from nowhere must show in the whole: it joins as a source that no rule can name, so `only {..}` does not hold.
void add_sources(const Label& label, std::vector<V>& found) {
    found.insert(found.end(), label.sources->items, label.sources->items + label.sources->size);
    if (label.sources->size == 0) found.push_back({kUnknownSource, 0});
}

/// `found` in normal form, as a list in the arena.
const List* Labeller::sources(std::vector<V>& found) {
    normalise_sources(found);
    V* items = arena_.array<V>(found.size());
    std::copy(found.begin(), found.end(), items);
    return arena_.make(List{static_cast<uint32_t>(found.size()), Kind::Int, items, nullptr});
}

bool Labeller::resolve(const LabelIn& in, Label& out) {
    out.data_class = water_.high_class;
    if (in.data_class) {
        const auto rank = rank_of(program_.vocabularies[kVocClasses], *in.data_class);
        if (!rank) return fail(std::string(in.key) + ": no class " + std::string(*in.data_class));
        out.data_class = *rank;
    }
    scratch_.clear();
    out.trust = in.sources.empty() ? 0 : INT64_MAX;
    for (std::string_view name : in.sources) {
        const auto s = source(name);
        if (!s) return fail(std::string(in.key) + ": no source " + std::string(name));
        out.trust = std::min(out.trust, trust_of(program_, water_, *s));
        scratch_.push_back({*s, 0});
    }
    out.sources = sources(scratch_);
    return true;
}

bool Labeller::read(const CallIn& call, const std::vector<Argument>& arguments) {
    own_.assign(arguments.size(), nullptr);
    items_.assign(arguments.size(), {});
    for (const LabelIn& in : call.labels) {
        const auto at = place(in.key, arguments);
        if (!at) return fail(std::string(in.key) + ": no such argument");
        Label label;
        if (!resolve(in, label)) return false;
        if (at->item)
            items_[at->argument].emplace_back(*at->item, label);
        else
            own_[at->argument] = arena_.make(label);
    }
    return true;
}

/// A list's label: its own joined with its elements'. Its own counts if it has one, if it is empty, or if an element has none.
Label Labeller::join_items(size_t i, Argument& argument) {
    const Label base = own_[i] != nullptr ? *own_[i] : unlabelled();
    const List& list = as<List>(argument.value);
    std::vector<const Label*> by_json(argument.json_items, nullptr);
    for (const auto& [index, label] : items_[i]) by_json[index] = &label;
    const bool all = !by_json.empty() && std::none_of(by_json.begin(), by_json.end(), [](auto* l) { return !l; });

    Label joined = base;
    std::vector<V> found;
    const auto add = [&](const Label& l) {
        joined.trust = std::min(joined.trust, l.trust);
        joined.data_class = std::max(joined.data_class, l.data_class);
        add_sources(l, found);
    };
    if (all && own_[i] == nullptr)
        joined = *by_json[0];
    else
        add(base);
    for (const auto& [index, label] : items_[i]) add(label);
    joined.sources = sources(found);
    if (!tool_.slots[i].item_labels) return joined;

    // Equal elements of a set are one item: its label is the join of theirs.
    std::vector<std::vector<const Label*>> of(list.size);
    for (uint32_t j = 0; j < argument.json_items; ++j) {
        const uint32_t item = argument.set_order != nullptr ? argument.set_order[j] : j;
        of[item].push_back(by_json[j] != nullptr ? by_json[j] : &base);
    }
    Label* labels = arena_.array<Label>(list.size);
    for (uint32_t item = 0; item < list.size; ++item) {
        labels[item] = *of[item][0];
        if (of[item].size() == 1) continue;
        found.clear();
        for (const Label* l : of[item]) {
            labels[item].trust = std::min(labels[item].trust, l->trust);
            labels[item].data_class = std::max(labels[item].data_class, l->data_class);
            add_sources(*l, found);
        }
        labels[item].sources = sources(found);
    }
    List with = list;
    with.labels = labels;
    argument.value = ref(arena_.make(with));
    return joined;
}

void Labeller::join(std::vector<Argument>& arguments) {
    for (size_t i = 0; i < arguments.size(); ++i) {
        const ValueKind kind = tool_.params[i].type.kind;
        const bool list = (kind == ValueKind::List || kind == ValueKind::Set) && arguments[i].value.err == 0;
        Label label = own_[i] != nullptr ? *own_[i] : unlabelled();
        if (list && arguments[i].given) {
            label = join_items(i, arguments[i]);
        } else if (list && tool_.slots[i].item_labels) {  // a default: every item is unlabelled
            List with = as<List>(arguments[i].value);
            Label* labels = arena_.array<Label>(with.size);
            std::fill_n(labels, with.size, label);
            with.labels = labels;
            arguments[i].value = ref(arena_.make(with));
        }
        out_.arguments.push_back(label);
        if (arguments[i].given) out_.data = std::max(out_.data, label.data_class);
    }
}

}  // namespace

void label_arguments(const Program& program, const ToolDesc& tool, const CallIn& call, const Water& water,
                     std::vector<Argument>& arguments, Arena& arena, Labelled& out) {
    out.arguments.clear();
    out.data = 0;
    out.error.clear();
    if (call.data) {
        const auto rank = rank_of(program.vocabularies[kVocClasses], *call.data);
        if (!rank) {
            out.error = "call.data: no class " + std::string(*call.data);
            return;
        }
        out.data = *rank;
    }
    Labeller labeller(program, tool, water, arena, out);
    if (labeller.read(call, arguments)) labeller.join(arguments);
}

}  // namespace remit
