// Values of the oracle: slow, self-describing and owned. Every value carries its own type, numbers are exact with the number of their
// digits beside them, and nothing is shared with the engine but the text forms of scalars.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vm/value/scalar.h"

namespace remit::oracle {

__extension__ typedef __int128 Wide;

/// Strong Kleene: `and` is the minimum, `or` the maximum.
enum class Tri : uint8_t { False, Error, True };
inline Tri both(Tri a, Tri b) { return a < b ? a : b; }
inline Tri either(Tri a, Tri b) { return a < b ? b : a; }
inline Tri negation(Tri a) { return a == Tri::True ? Tri::False : a == Tri::False ? Tri::True : Tri::Error; }
inline Tri tri(bool b) { return b ? Tri::True : Tri::False; }
inline bool may(Tri t) { return t != Tri::False; }
inline bool must(Tri t) { return t == Tri::True; }

enum class Tag : uint8_t {
    Error,
    Bool,
    Number,
    Duration,
    Timestamp,
    String,
    Host,
    Path,
    Url,
    Email,
    Net,
    Symbol,
    Role,
    Source,
    List,
    Record,
    Any,
};

struct Val {
    Tag tag = Tag::Error;
    Err err = Err::BadValue;  // Error
    Wide number = 0;          // Bool, Number (times 10^scale), Duration, Timestamp, Symbol (rank)
    int scale = 0;            // Number
    std::string text;         // normal form of whatever is text; Symbol, Role, Source: the word
    std::string vocabulary;   // Symbol
    UrlParts url;
    EmailParts email;
    Net net;
    std::vector<Val> items;  // List; Record: one for each of `names`
    std::vector<std::string> names;
    std::string argument;  // the argument that this is, or is an element of; empty otherwise
    std::vector<int>
        positions;  // of an element: where it stands in the request's array; in a set perhaps several times

    bool is_error() const { return tag == Tag::Error; }
};

Val error_value(Err e);
Val bool_value(bool b);
Val number_value(Wide n, int scale);
Val text_value(Tag tag, std::string text);
/// Text read as a `tag`: String, Host, Path, Url, Email, Net. Nothing when it is not one.
std::optional<Val> text_as(Tag tag, std::string_view text);
/// `-12.50` with as many digits as it has. Nothing when it is not a plain decimal.
std::optional<Val> exact_number(std::string_view text);

Wide power_of_ten(int n);
bool fits_64_bits(Wide n);
/// -1, 0, 1 over exact numbers of any two scales.
int compare_numbers(const Val& a, const Val& b);
/// `+`, `-`, `*`; operands that are no errors. Overflow of 64 bits at the result's scale is an error.
Val arithmetic(const Val& a, char op, const Val& b);
Val negative(const Val& a);

/// Equality of two values of one type, neither an error.
bool same(const Val& a, const Val& b);
bool contains(const Val& list, const Val& item);

bool glob(std::string_view pattern, std::string_view text);          // `*` any run, `?` one code point
bool tool_glob(std::string_view pattern, std::string_view text);     // `*` any run, nothing else
bool host_pattern(std::string_view pattern, std::string_view host);  // `*.a.com` or an exact host
bool path_inside(std::string_view path, std::string_view directory);
bool net_inside(const Net& inner, const Net& outer);
bool endpoint_permits(std::string_view endpoint, const UrlParts& url);  // "host:port"

}  // namespace remit::oracle
