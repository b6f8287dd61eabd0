// Canonical: writes JSON that is its own canonical form (RFC 8785): no white space, members sorted by name, strings and integers only.
// What is written is what is hashed; nobody ever encodes it again to verify it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "vm/value/sha256.h"

namespace remit::evidence {

inline constexpr int64_t kMaxJsonInteger = int64_t{1} << 53;  // what every JSON reader takes exactly

class CanonicalWriter {
public:
    /// Appends to `out`. Asserts that members come sorted, each once, that brackets match, and that integers are within 2^53. Names
    /// of members are ours: ASCII and short. What others named goes into texts.
    explicit CanonicalWriter(std::string& out) : out_(out) {}

    void open_object();
    void close_object();
    void open_array();
    void close_array();
    void key(std::string_view name);
    void text(std::string_view value);  // bytes that are not UTF-8 become U+FFFD
    void number(int64_t value);
    void truth(bool value);
    void raw(std::string_view canonical);  // a value that is canonical already

    void text(std::string_view name, std::string_view value) { key(name), text(value); }
    void number(std::string_view name, int64_t value) { key(name), number(value); }
    void truth(std::string_view name, bool value) { key(name), truth(value); }
    void raw(std::string_view name, std::string_view canonical) { key(name), raw(canonical); }
    /// A number that others chose: beyond 2^53 it is written as a text.
    void wide_number(std::string_view name, int64_t value);
    /// A leaf hash or commitment, as base64url.
    void hash(std::string_view name, const Hash& hash);
    /// Only if there is something to say.
    void text_if(std::string_view name, std::string_view value) {
        if (!value.empty()) text(name, value);
    }

private:
    struct Level {
        bool object = false;
        bool comma = false;  // something stands before
        bool named = false;  // a name was written and its value was not
        uint8_t name_size = 0;
        uint32_t name = 0;  // offset in out_ of the last member's name
    };
    void value();
    void open(bool object, char bracket);
    void close(bool object, char bracket);

    static constexpr size_t kMostLevels = 16;
    std::string& out_;
    std::array<Level, kMostLevels> levels_{};
    size_t depth_ = 0;
};

/// Appends `text` as a JSON string: append_json_string, faster for plain ASCII.
void append_text(std::string& out, std::string_view text);

}  // namespace remit::evidence
