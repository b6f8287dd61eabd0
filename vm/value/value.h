// Values of a running policy: plain data, 16 bytes, no ownership. Whatever a pointer refers to lives in the program's
// constants or in the request's arena, and outlives the decision.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace remit {

/// Why a value is not there. A strict operation passes on the first operand's error.
enum class Err : int64_t { None = 0, Absent, Null, MissingFact, StaleFact, MissingState, Overflow, BadValue };
inline constexpr int64_t kErrCount = 8;

/// What the bits of a register or slot are.
enum class Kind : uint8_t {
    Truth,   // a guard: bit 0 = must, bit 1 = may. 3 true, 0 false, 2 error. `err` is always None
    Int,     // bool (0, 1), int, decimal (scaled), duration and timestamp (ns), symbol (rank), role mask
    Str,     // const Str*: string, path, host
    Url,     // const Url*
    Email,   // const Email*
    Net,     // const Net*: ip and cidr
    List,    // const List*: lists and sets
    Record,  // const Record*
    Any,     // const Str*: canonical JSON text, opaque
};
inline constexpr int kKindCount = 9;

/// A value. Passed in two integer registers by the SysV ABI, which the native compiler relies on.
struct V {
    int64_t bits = 0;
    int64_t err = 0;
};
static_assert(sizeof(V) == 16);

inline constexpr int64_t kFalse = 0, kError = 2, kTrue = 3;

struct Str {
    const char* data = nullptr;
    uint32_t size = 0;
    uint32_t reserved = 0;
    std::string_view view() const noexcept { return {data, size}; }
};
struct Url {
    Str text, scheme, host, path;  // text is the normal form of the whole
    int64_t port = -1;
};
struct Email {
    Str text, local, domain;
};
/// An address (bits == 128) or a network. v4 is kept as v4-mapped v6, so one comparison serves both.
struct Net {
    uint8_t addr[16] = {};
    uint8_t bits = 128;
};
struct List;
/// Label of one list element.
struct Label {
    int64_t trust = 0, data_class = 0;  // ranks
    const List* sources = nullptr;      // of Int: 0 user, 1 agent, 2 + tool index
};
struct List {
    uint32_t size = 0;
    Kind item_kind = Kind::Int;
    const V* items = nullptr;
    const Label* labels = nullptr;  // one for each item, or null where no rule reads them
};
struct Record {
    uint32_t size = 0;
    const V* fields = nullptr;
};

template <class T>
inline V ref(const T* p) noexcept {
    return {reinterpret_cast<int64_t>(p), 0};
}
template <class T>
inline const T& as(V v) noexcept {
    return *reinterpret_cast<const T*>(v.bits);
}
inline V error(Err e) noexcept { return {0, static_cast<int64_t>(e)}; }

}  // namespace remit
