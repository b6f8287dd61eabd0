#include "vm/engine/bind_state.h"

#include <algorithm>

#include "vm/engine/count_key.h"
#include "vm/engine/labels.h"
#include "vm/engine/read_value.h"
#include "vm/ops/actions.h"
#include "vm/value/scalar.h"

namespace remit {

namespace {

class StateBinder {
public:
    StateBinder(const Request& request, const Program& program, const Carry* carry, Arena& arena, Bound& bound)
        : state_(request.state),
          program_(program),
          carry_(carry),
          now_(request.time.value_or(0)),
          arena_(arena),
          bound_(bound),
          frame_(bound.frame) {}
    void mark(const StateDesc& desc);
    void count(const StateDesc& desc);

private:
    /// What there is of one count, or of one key of it.
    struct Found {
        const Json* json = nullptr;
        WindowedCount* carried = nullptr;
        bool known = false;
        bool unbounded = false;  // a new key, and there is no room for it
    };
    const Json* given(const Json* group, const StateDesc& desc) const {
        return group == nullptr ? nullptr : group->find(desc.name);
    }
    bool all_known() const { return carry_ != nullptr && carry_->session->known; }
    void missing(const StateDesc& desc, const char* why) {
        bound_.denials.push_back({Denial::StateMissing, "state." + desc.name + why});
        frame_[desc.slot] = error(Err::MissingState);
    }
    Found find(const StateDesc& desc) const;
    Found find_key(const StateDesc& desc) const;
    void distinct(const StateDesc& desc, const Found& found);

    const StateIn& state_;
    const Program& program_;
    const Carry* carry_;
    int64_t now_;
    Arena& arena_;
    Bound& bound_;
    V* frame_;
};

void StateBinder::mark(const StateDesc& desc) {
    const Json* json = given(state_.marks, desc);
    const bool carried = carry_ != nullptr && carry_->session->marks.contains(desc.name);
    if (json == nullptr && !carried && !all_known()) return missing(desc, " is missing");
    if (json != nullptr && !json->is(JsonKind::Bool)) return missing(desc, " is not true or false");
    frame_[desc.slot] = {carried || (json != nullptr && json->truth) ? 1 : 0, 0};
}

StateBinder::Found StateBinder::find(const StateDesc& desc) const {
    Found found;
    found.json = given(state_.counts, desc);
    if (carry_ != nullptr) {
        found.carried = &carry_->count(desc);
        found.carried->advance(now_, desc.over_ns);
    }
    found.known = found.json != nullptr || all_known() || (found.carried != nullptr && found.carried->begun());
    return found;
}

/// Either an object with a member for each key, or what this call's key has.
StateBinder::Found StateBinder::find_key(const StateDesc& desc) const {
    Found found;
    const Json* all = given(state_.counts, desc);
    const bool object = all != nullptr && all->is(JsonKind::Object);
    std::vector<std::string> keys;
    if (carry_ != nullptr) keys = carry_->keys(desc, now_);
    found.known = all != nullptr || all_known() || !keys.empty();
    const auto key = count_key(program_, program_.tools[bound_.tool], bound_.arguments, desc);
    if (!key) return found;  // no rule of this tool reads it or adds to it
    found.json = object ? all->find(*key) : all;
    if (carry_ != nullptr) found.carried = carry_->find(desc, *key);
    if (found.json != nullptr || found.carried != nullptr) return found;
    size_t kept = object ? all->size : 0;
    for (const std::string& k : keys) kept += !object || all->find(k) == nullptr;
    found.unbounded = kept >= desc.max_keys;
    return found;
}

void StateBinder::count(const StateDesc& desc) {
    frame_[desc.slot + 1] = V{0, 0};
    const Found found = desc.key.empty() ? find(desc) : find_key(desc);
    const bool distinct_values = desc.count == CountKind::Distinct;
    if (distinct_values) frame_[desc.slot + 2] = error(Err::MissingState);
    if (!found.known) return missing(desc, " is missing");
    if (distinct_values) return distinct(desc, found);
    int64_t total = found.unbounded ? INT64_MAX : found.carried != nullptr ? found.carried->total() : 0;
    if (found.json != nullptr) {
        const auto value = read_amount(desc, *found.json);
        if (!value || *value < 0) return missing(desc, " is not a number, or less than 0");
        total = std::max(total, *value);
    }
    frame_[desc.slot] = {total, 0};
}

void StateBinder::distinct(const StateDesc& desc, const Found& found) {
    const Json* json = found.json;
    const WindowedCount* carried = found.carried;
    std::vector<Json> items;
    if (json != nullptr) {
        if (!json->is(JsonKind::Array)) return missing(desc, " is not a list");
        items.assign(json->items, json->items + json->size);
    }
    if (carried != nullptr) {
        JsonReader texts;
        for (const std::string& text : carried->values())
            if (const Json* item = texts.read(text, arena_); item != nullptr) items.push_back(*item);
    }
    V list;
    if (!read_distinct(program_, desc, items, arena_, list))
        return missing(desc, " has a value of another type, or too many");
    const int64_t unlisted = carried != nullptr ? carried->total() : 0;  // charges whose value is not known
    frame_[desc.slot] = {found.unbounded ? INT64_MAX : saturating_add(unlisted, as<List>(list).size), 0};
    frame_[desc.slot + 2] = list;
}

}  // namespace

bool read_distinct(const Program& program, const StateDesc& desc, std::span<const Json> values, Arena& arena, V& list) {
    ValueType set;
    set.kind = ValueKind::Set;
    set.item.push_back(desc.distinct_type);
    Json all;
    all.kind = JsonKind::Array;
    all.size = static_cast<uint32_t>(values.size());
    all.items = values.data();
    const Defaults no_defaults;
    return ValueReader(program, no_defaults, arena).read(set, all, list);
}

std::optional<int64_t> read_amount(const StateDesc& desc, const Json& json) {
    if (!json.is(JsonKind::Number) && !json.is(JsonKind::String)) return std::nullopt;
    return desc.scale == 0 ? parse_int(json.text) : parse_decimal(json.text, desc.scale);
}

void bind_state(const Request& request, const Program& program, const Carry* carry, Arena& arena, Bound& bound) {
    StateBinder binder(request, program, carry, arena, bound);
    for (const StateDesc& desc : program.states) {
        if (desc.is_count)
            binder.count(desc);
        else
            binder.mark(desc);
    }
}

std::optional<int64_t> carried_water(std::optional<std::string_view> given, const Carry* carry,
                                     const Vocabulary& vocabulary, bool high) {
    const int64_t top = static_cast<int64_t>(vocabulary.symbols.size()) - 1;
    const int64_t strict = high ? top : 0, lax = high ? 0 : top;
    const auto stricter = [&](int64_t a, int64_t b) { return high ? std::max(a, b) : std::min(a, b); };
    std::optional<int64_t> level;
    if (given) {
        level = rank_of(vocabulary, *given);
        if (!level) return std::nullopt;
    } else if (carry != nullptr && carry->session->known) {
        level = lax;
    }
    if (carry != nullptr)
        if (const auto& carried = high ? carry->session->high_water : carry->session->low_water; carried)
            level = stricter(level.value_or(lax), rank_of(vocabulary, *carried).value_or(strict));
    return level.value_or(strict);
}

}  // namespace remit
