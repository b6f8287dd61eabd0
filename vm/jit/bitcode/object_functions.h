// What the code of an object file calls in place of this library's functions (../externals.cpp), and what turns an
// outcome into an answer. To be included between the braces of extern "C".
#pragma once

uint32_t remit_bc_search_class(const FlatSearch* classes, int64_t value) noexcept {
    const auto* thresholds = reinterpret_cast<const int64_t*>(classes + 1);
    const auto* steps = reinterpret_cast<const uint32_t*>(thresholds + classes->count);
    const uint64_t count = classes->count;
    if (count == 0 || value < thresholds[0]) return 0;
    if (value >= thresholds[count - 1]) return static_cast<uint32_t>(count);
    const uint64_t step = (static_cast<uint64_t>(value) - static_cast<uint64_t>(thresholds[0])) >> classes->shift;
    uint32_t low = steps[step], high = steps[step + 1];
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (thresholds[middle] <= value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint32_t remit_bc_text_class(const FlatText* classes, const remit::Str* text) noexcept {
    const auto* entries = reinterpret_cast<const FlatText::Entry*>(classes + 1);
    const auto* ranges = reinterpret_cast<const FlatText::Range*>(entries + classes->mask + 1);
    const uint64_t h = remit::text_hash(text->data, text->size);
    for (uint64_t i = h & classes->mask;; i = (i + 1) & classes->mask) {
        const FlatText::Entry e = entries[i];
        if (e.text_class == 0) return 0;
        const FlatText::Range range = ranges[e.text_class - 1];
        if (e.hash != static_cast<uint32_t>(h >> 32) || range.size != text->size) continue;
        const char* known = reinterpret_cast<const char*>(classes) + range.at;
        uint64_t same = 0;
        while (same < range.size && known[same] == text->data[same]) ++same;
        if (same == range.size) return e.text_class;
    }
}

uint64_t remit_bc_role_word(const FlatRoles* roles, const V* masks) noexcept {
    const auto* words = reinterpret_cast<const remit::RoleSets::Word*>(roles + 1);
    uint64_t word = remit::kEveryone;
    for (uint64_t i = 0; i < roles->count; ++i) {
        const bool has = (static_cast<uint64_t>(masks[words[i].word].bits) & words[i].mask) != 0;
        word |= uint64_t{has} << words[i].set;
    }
    return word;
}

void remit_bc_run_list(const ObjectSteps* all, uint32_t list, V* frame, Outcome* out) noexcept {
    for (uint32_t i = all->begins[list]; i < all->begins[list + 1]; ++i)
        all->steps[i].run(frame, out, all->steps[i].rows, all->steps[i].end, all->params);
}

void remit_bc_walk(const ObjectWalk* walk, uint32_t tool, V* frame, Outcome* out) noexcept {
    if (tool >= walk->tools) return;
    for (uint32_t i = walk->begins[tool]; i < walk->begins[tool + 1]; ++i)
        walk->steps[i].run(walk->steps[i].record, frame, out);
}

void remit_bc_begin(V* frame, Outcome* out, remit::Spoken* spoken, uint32_t* matched) noexcept {
    frame[remit::kSlotRisk] = frame[remit::kSlotLane] = V{0, 0};
    out->allowed = out->blocked = out->asked = 0;
    out->matched_count = out->spoken_count = 0;
    out->spoken = spoken;
    out->matched = matched;
}

/// 0 allow, 1 ask, 2 deny.
uint32_t remit_bc_settle(const ObjectEffects* known, const Outcome* out, const V* frame, const uint64_t* version,
                         ObjectAnswer* answer) noexcept {
    uint32_t effects = 0, nevers = 0;
    bool asked = out->asked != 0;
    int64_t at_least = -1, at_most = INT64_MAX;
    const auto add = [&](const ObjectEffect& e) {
        if (e.what == ObjectEffect::Nothing) return;
        if (e.what == ObjectEffect::Never) {
            ++nevers;
            return;
        }
        asked |= e.what == ObjectEffect::Ask;
        ++effects;
        if (e.at_least > at_least) at_least = e.at_least;
        if (e.at_most < at_most) at_most = e.at_most;
    };
    for (uint32_t i = 0; i < out->spoken_count; ++i) {
        const remit::Spoken s = out->spoken[i];
        const remit::ListRange list = known->lists[s.leaf->items];
        for (uint32_t k = list.begin; k < list.end; ++k)
            if ((known->items[k].roles & s.roles) != 0) add(known->effects[known->items[k].rule]);
    }
    for (uint32_t i = 0; i < out->matched_count; ++i) add(known->effects[out->matched[i]]);
    bool denied = out->allowed == 0 || out->blocked != 0;
    if (!denied && !asked && nevers != 0) {  // an ask that is not met comes before them
        denied = true;
        effects += nevers;
    }
    denied |= at_least > at_most;
    const auto lane = static_cast<uint64_t>(frame[remit::kSlotLane].bits);
    answer->risk = frame[remit::kSlotRisk].bits;
    answer->lane = static_cast<uint32_t>(lane < known->lanes ? lane : known->lanes - 1);
    answer->effects = effects;
    for (int i = 0; i < 4; ++i) answer->version[i] = version[i];
    return denied ? 2 : asked ? 1 : 0;
}
