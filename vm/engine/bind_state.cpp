#include "vm/engine/bind_state.h"

#include <algorithm>

#include "vm/engine/labels.h"
#include "vm/engine/read_value.h"
#include "vm/ops/actions.h"
#include "vm/value/scalar.h"

namespace remit {

namespace {

class StateBinder {
public:
    StateBinder(const StateIn& state, const Program& program, const Carry* carry, int64_t now, Arena& arena, V* frame,
                Denials& denials)
        : state_(state), program_(program), carry_(carry), now_(now), arena_(arena), frame_(frame), denials_(denials) {}
    void mark(const StateDesc& desc);
    void count(const StateDesc& desc);

private:
    const Json* given(const Json* group, const StateDesc& desc) const {
        return group == nullptr ? nullptr : group->find(desc.name);
    }
    bool all_known() const { return carry_ != nullptr && carry_->session->known; }
    void missing(const StateDesc& desc, const char* why) {
        denials_.push_back({Denial::StateMissing, "state." + desc.name + why});
        frame_[desc.slot] = error(Err::MissingState);
    }
    std::optional<int64_t> amount(const StateDesc& desc, const Json& json) const;
    void distinct(const StateDesc& desc, const Json* json, const WindowedCount* carried);

    const StateIn& state_;
    const Program& program_;
    const Carry* carry_;
    int64_t now_;
    Arena& arena_;
    V* frame_;
    Denials& denials_;
};

void StateBinder::mark(const StateDesc& desc) {
    const Json* json = given(state_.marks, desc);
    const bool carried = carry_ != nullptr && carry_->session->marks.contains(desc.name);
    if (json == nullptr && !carried && !all_known()) return missing(desc, " is missing");
    if (json != nullptr && !json->is(JsonKind::Bool)) return missing(desc, " is not true or false");
    frame_[desc.slot] = {carried || (json != nullptr && json->truth) ? 1 : 0, 0};
}

std::optional<int64_t> StateBinder::amount(const StateDesc& desc, const Json& json) const {
    if (!json.is(JsonKind::Number) && !json.is(JsonKind::String)) return std::nullopt;
    return desc.scale == 0 ? parse_int(json.text) : parse_decimal(json.text, desc.scale);
}

void StateBinder::count(const StateDesc& desc) {
    frame_[desc.slot + 1] = V{0, 0};
    const Json* json = given(state_.counts, desc);
    WindowedCount* carried = nullptr;
    if (carry_ != nullptr) {
        carried = &carry_->count(desc);
        carried->advance(now_, desc.over_ns);
    }
    const bool known = json != nullptr || all_known() || (carried != nullptr && carried->begun());
    if (desc.count == CountKind::Distinct) {
        frame_[desc.slot + 2] = error(Err::MissingState);
        if (!known) return missing(desc, " is missing");
        return distinct(desc, json, carried);
    }
    if (!known) return missing(desc, " is missing");
    int64_t total = carried != nullptr ? carried->total() : 0;
    if (json != nullptr) {
        const auto value = amount(desc, *json);
        if (!value || *value < 0) return missing(desc, " is not a number, or less than 0");
        total = std::max(total, *value);
    }
    frame_[desc.slot] = {total, 0};
}

void StateBinder::distinct(const StateDesc& desc, const Json* json, const WindowedCount* carried) {
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
    frame_[desc.slot] = {saturating_add(unlisted, as<List>(list).size), 0};
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

void bind_state(const StateIn& state, const Program& program, const Carry* carry, int64_t now, Arena& arena, V* frame,
                Denials& denials) {
    StateBinder binder(state, program, carry, now, arena, frame, denials);
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
