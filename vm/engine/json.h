// JSON in and out. Requests become a tree of plain nodes in an arena: numbers keep their text (so decimals stay exact), objects
// keep their order. Refused: duplicate keys, bytes that are not UTF-8, anything after the value, and whatever is larger than the
// limits of vm/program/limits.h. Nothing here throws.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vm/engine/arena.h"

namespace remit {

enum class JsonKind : uint8_t { Null, Bool, Number, String, Array, Object };

struct Json {
    JsonKind kind = JsonKind::Null;
    bool truth = false;           // Bool
    uint32_t size = 0;            // Array, Object
    std::string_view text;        // String: decoded; Number: as it was written
    const Json* items = nullptr;  // Array, Object
    std::string_view key;         // of a member of an object

    bool is(JsonKind k) const { return kind == k; }
    std::span<const Json> children() const { return {items, size}; }
    const Json* find(std::string_view name) const;  // member of an object, or null
};

class PlainJson;
enum class JsonFault : uint8_t { None, Malformed, Limit, DuplicateArgument };

/// Reads texts one after another, reusing its memory.
class JsonReader {
public:
    JsonReader();
    ~JsonReader();
    /// Null when the text is refused; then fault() and error() say why. The tree lives in `arena`.
    const Json* read(std::string_view text, Arena& arena);
    /// The same by the parser that knows all of JSON, without trying the plain way first.
    const Json* read_any(std::string_view text, Arena& arena);
    JsonFault fault() const { return fault_; }
    const std::string& error() const { return error_; }
    /// After a refusal: the top-level `id`, if it was already read.
    std::string partial_id() const;

private:
    friend class JsonSax;
    std::unique_ptr<PlainJson> plain_;
    struct Open {
        size_t first = 0;  // index into pending_ of its first child
        bool object = false;
        std::string_view key;  // under which it stands in its parent
    };
    bool fail(JsonFault fault, std::string message);
    bool add(Json node);
    bool open(bool object);
    bool close(bool object);
    std::string_view take_key();
    bool check_duplicates(std::span<const Json> members);
    bool duplicate(std::string_view key);

    Arena* arena_ = nullptr;
    std::vector<Json> pending_;  // finished nodes whose parent is still open
    std::vector<Open> open_;
    std::vector<std::string_view> sorted_;
    std::string_view key_;
    size_t nodes_ = 0;
    JsonFault fault_ = JsonFault::None;
    std::string error_;
};

/// Appends `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view text);

/// Canonical text: no white space, keys sorted by bytes, numbers as written.
void append_canonical_json(std::string& out, const Json& value);

}  // namespace remit
