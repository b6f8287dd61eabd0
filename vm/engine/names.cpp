#include "vm/engine/names.h"

#include <algorithm>
#include <cstring>

namespace remit {

namespace {

uint64_t mix(uint64_t a, uint64_t b) noexcept {
    __extension__ typedef unsigned __int128 Wide;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

uint64_t load8(const char* p) noexcept {
    uint64_t v = 0;
    std::memcpy(&v, p, sizeof v);
    return v;
}
uint64_t load4(const char* p) noexcept {
    uint32_t v = 0;
    std::memcpy(&v, p, sizeof v);
    return v;
}

/// Short texts take two overlapping loads; names are short.
uint32_t hash_of(uint32_t scope, std::string_view text) noexcept {
    constexpr uint64_t kA = 0x9E3779B97F4A7C15u, kB = 0xD1B54A32D192ED03u;
    const char* p = text.data();
    const size_t n = text.size();
    uint64_t h = (uint64_t{scope} << 32 | static_cast<uint32_t>(n)) ^ kB, a = 0, b = 0;
    if (n >= 8) {
        for (size_t i = 0; i + 16 < n; i += 8) h = mix(h ^ load8(p + i), kA);
        a = load8(p + (n > 16 ? n - 16 : 0));
        b = load8(p + n - 8);
    } else if (n >= 4) {
        a = load4(p);
        b = load4(p + n - 4);
    } else if (n > 0) {
        a = static_cast<uint8_t>(p[0]);
        b = static_cast<uint64_t>(static_cast<uint8_t>(p[n / 2])) << 8 | static_cast<uint8_t>(p[n - 1]);
    }
    h = mix(mix(h ^ a, kA) ^ b, kB);
    return static_cast<uint32_t>(h ^ h >> 32);
}

}  // namespace

void NameTable::reserve(size_t names) {
    size_t capacity = 8;
    while (capacity < 2 * names) capacity *= 2;
    if (capacity > entries_.size()) grow(capacity);
}

void NameTable::grow(size_t capacity) {
    std::vector<Entry> old = std::move(entries_);
    entries_.assign(capacity, Entry{});
    for (const Entry& e : old) {
        if (e.data == nullptr) continue;
        size_t at = e.hash & (capacity - 1);
        while (entries_[at].data != nullptr) at = (at + 1) & (capacity - 1);
        entries_[at] = e;
    }
}

uint32_t NameTable::add(uint32_t scope, std::string_view text, uint32_t value) {
    if (const uint32_t known = find(scope, text); known != kUnknownName) return known;
    reserve(++used_);
    const uint32_t hash = hash_of(scope, text);
    const char* data = text.data() == nullptr ? "" : text.data();
    size_t at = hash & (entries_.size() - 1);
    while (entries_[at].data != nullptr) at = (at + 1) & (entries_.size() - 1);
    entries_[at] = {data, static_cast<uint32_t>(text.size()), scope, hash, value};
    return value;
}

uint32_t NameTable::find(uint32_t scope, std::string_view text) const noexcept {
    if (entries_.empty()) return kUnknownName;
    const uint32_t hash = hash_of(scope, text);
    for (size_t at = hash & (entries_.size() - 1);; at = (at + 1) & (entries_.size() - 1)) {
        const Entry& e = entries_[at];
        if (e.data == nullptr) return kUnknownName;
        if (e.hash != hash || e.scope != scope || e.size != text.size()) continue;
        if (e.size == 0 || std::memcmp(e.data, text.data(), e.size) == 0) return e.value;
    }
}

void Names::build(const std::vector<const Program*>& programs) {
    const Program& own = *programs.front();
    size_t params = 0;
    const auto tools = own.callable();
    for (const ToolDesc& tool : tools) params += tool.params.size();
    tools_.reserve(tools.size());
    params_.reserve(params);
    for (uint32_t t = 0; t < tools.size(); ++t) {
        tools_.add(0, own.tools[t].name, t);
        const auto& fields = own.tools[t].params;
        for (uint32_t i = 0; i < fields.size(); ++i) params_.add(t, fields[i].name, i);
    }
    for (uint32_t v = 0; v < own.vocabularies.size(); ++v) {
        const auto& symbols = own.vocabularies[v].symbols;
        for (uint32_t i = 0; i < symbols.size(); ++i) symbols_.add(v, symbols[i], i);
    }
    for (const Program* program : programs) {
        for (const std::string& role : program->roles) {
            const auto id = static_cast<uint32_t>(role_names_.size());
            if (roles_.add(0, role, id) == id) role_names_.push_back(role);
        }
        for (const StateDesc& state : program->states) {
            const auto fresh = static_cast<uint32_t>(state_names_.size());
            const uint32_t id = states_.add(state.is_count ? 1 : 0, state.name, fresh);
            if (id == fresh) {
                state_names_.push_back(state.name);
                scales_.push_back(0);
            }
            scales_[id] = std::max(scales_[id], state.scale);
        }
    }
}

}  // namespace remit
