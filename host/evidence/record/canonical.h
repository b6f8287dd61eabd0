// Canonical: writes JSON that is its own canonical form (RFC 8785): no white space, members sorted by name, strings and integers only.
// What is written is what is hashed; nobody ever encodes it again to verify it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace remit::evidence {

class CanonicalWriter {
public:
    /// Appends to `out`. Asserts that members come sorted, each once, that brackets match, and that integers are within 2^53.
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

private:
    std::string& out_;
    bool comma_ = false;
    std::string keys_;  // the open objects' last names, for the assertion
};

}  // namespace remit::evidence
