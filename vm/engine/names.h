// Names: texts to numbers, for edges that intern once and then speak in numbers. Built when a policy is made, over all its layers;
// immutable, thread-safe, no allocation in a look-up. kUnknownName is a valid answer everywhere: it denies where it is used.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vm/program/program.h"

namespace remit {

inline constexpr uint32_t kUnknownName = UINT32_MAX;

/// Open addressing over (scope, text); texts are compared, hashes only narrow. The texts added must outlive the table.
class NameTable {
public:
    void reserve(size_t names);
    /// The first value added under a name stays; it is returned.
    uint32_t add(uint32_t scope, std::string_view text, uint32_t value);
    uint32_t find(uint32_t scope, std::string_view text) const noexcept;

private:
    struct Entry {
        const char* data = nullptr;  // null: free
        uint32_t size = 0, scope = 0, hash = 0, value = 0;
    };
    void grow(size_t capacity);
    std::vector<Entry> entries_;  // a power of two, at most half full
    size_t used_ = 0;
};

class Names {
public:
    /// `programs`: the policy's own first. They must outlive this.
    void build(const std::vector<const Program*>& programs);

    /// Tools of the policy's own program, by index.
    uint32_t tool(std::string_view name) const noexcept { return tools_.find(0, name); }
    /// A parameter of a tool, by index into ToolDesc::params.
    uint32_t param(uint32_t tool, std::string_view name) const noexcept { return params_.find(tool, name); }
    /// Ranks of symbols in a vocabulary of the policy's own program: kVocTiers, kVocClasses, ... or ValueType::vocabulary.
    uint32_t symbol(uint32_t vocabulary, std::string_view name) const noexcept {
        return symbols_.find(vocabulary, name);
    }
    /// Roles of all layers; those of the policy's own program by index, then the others.
    uint32_t role(std::string_view name) const noexcept { return roles_.find(0, name); }
    /// Marks and counts of all layers; numbers of their own.
    uint32_t mark(std::string_view name) const noexcept { return states_.find(0, name); }
    uint32_t count(std::string_view name) const noexcept { return states_.find(1, name); }

    size_t role_count() const { return role_names_.size(); }
    const std::vector<std::string_view>& role_names() const { return role_names_; }
    /// Marks and counts share one range of numbers.
    size_t state_count() const { return state_names_.size(); }
    std::string_view state_name(uint32_t id) const { return state_names_[id]; }
    /// Decimals in which a count is given: the most that any layer has.
    uint8_t count_scale(uint32_t id) const { return id < scales_.size() ? scales_[id] : uint8_t{0}; }

private:
    NameTable tools_, params_, symbols_, roles_, states_;
    std::vector<std::string_view> role_names_, state_names_;
    std::vector<uint8_t> scales_;
};

}  // namespace remit
