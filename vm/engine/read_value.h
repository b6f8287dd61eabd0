// From JSON to typed values: arguments, facts and the defaults of schemas. Values live in the arena given. Errors name where:
// `amount: more than 2 digits after the point`. See docs/semantics.md section 2 for the forms.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "vm/engine/arena.h"
#include "vm/engine/json.h"
#include "vm/program/program.h"
#include "vm/program/value_kind.h"

namespace remit {

/// A total order over values of one type; errors first. Equality of fact keys and order of sets.
int compare_values(const ValueType& type, V a, V b) noexcept;

/// The number that `text` stands for: decimal (scaled), duration, timestamp, else an integer.
std::optional<int64_t> parse_number(const ValueType& type, std::string_view text);

/// The defaults of a program's schemas, read once. Immutable after `build`; `program` must stay where it is.
class Defaults {
public:
    void build(const Program& program);
    const V* find(const FieldDesc& field) const;  // null: none, or one that does not fit its field

private:
    void visit(const Program& program, const FieldDesc& field);
    void visit(const Program& program, const ValueType& type);
    Arena arena_;
    std::unordered_map<const FieldDesc*, V> values_;
};

class ValueReader {
public:
    ValueReader(const Program& program, const Defaults& defaults, Arena& arena)
        : program_(program), defaults_(defaults), arena_(arena) {}

    /// Members of `object` into `out`, one for each field, in declared order. `given[i]` (if not null): it was there.
    bool read_fields(const std::vector<FieldDesc>& fields, const Json& object, V* out, bool* given = nullptr);
    /// One field; `json` null: it is not there.
    bool read_field(const FieldDesc& field, const Json* json, V& out);
    bool read(const ValueType& type, const Json& json, V& out);

    /// After false: why, and whether a limit of limits.h was the reason.
    std::string problem() const { return path_.empty() ? message_ : path_ + ": " + message_; }
    std::string problem_under(std::string_view where) const {
        return std::string(where) + (path_.empty() || path_[0] == '/' ? "" : ".") + path_ + ": " + message_;
    }
    bool is_limit() const { return limit_; }
    /// After reading a set: for each item of the JSON array, its index in the sorted set. Null after anything else.
    const uint32_t* set_order() const { return set_order_; }
    void clear_set_order() { set_order_ = nullptr; }

private:
    bool fail(std::string message) {
        message_ = std::move(message);
        return false;
    }
    bool under(std::string_view name, char separator) {
        path_ = std::string(name) + (path_.empty() ? "" : (path_[0] == '/' ? "" : std::string(1, separator)) + path_);
        return false;
    }
    bool check_bounds(const FieldDesc& field, V value);
    bool check_one_of(const FieldDesc& field, V value);
    bool number(const ValueType& type, const Json& json, V& out);
    bool text(const ValueType& type, const Json& json, V& out);
    bool command(const Json& json, V& out);
    V command_of(std::string_view text, const std::optional<std::vector<std::string>>& words);
    bool over_limit(size_t limit, const char* unit);
    bool items(const ValueType& type, const Json& json, V& out);
    V sorted_set(const ValueType& type, V* values, uint32_t size);
    V str(std::string_view text) { return ref(arena_.make(Arena::str(arena_.copy(text)))); }

    const Program& program_;
    const Defaults& defaults_;
    Arena& arena_;
    std::string path_, message_;
    bool limit_ = false;
    const uint32_t* set_order_ = nullptr;
};

}  // namespace remit
