// The meaning of every operation: one total function for each row of ops.def. The constant folder, the interpreter and the
// native compiler all call these and decide nothing themselves. This header is also compiled to LLVM bitcode and inlined into
// native code, so it includes next to nothing; functions that need more than a few instructions live in heavy.cpp under C names.
//
// Errors: a strict operation gives its first operand's error; a guard (Truth) gives kError then. Pointers of error values are
// never followed. Threads: pure functions.
#pragma once

#include <cstdint>
#include <cstring>

#include "vm/value/value.h"

#ifdef __clang__
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wreturn-type-c-linkage"
#endif
extern "C" {
remit::V remit_op_EqS(remit::V a, remit::V b) noexcept;
remit::V remit_op_StartsS(remit::V a, remit::V b) noexcept;
remit::V remit_op_EndsS(remit::V a, remit::V b) noexcept;
remit::V remit_op_ContainsS(remit::V a, remit::V b) noexcept;
remit::V remit_op_LikeS(remit::V a, remit::V b) noexcept;
remit::V remit_op_MatchesS(remit::V a, remit::V b) noexcept;
remit::V remit_op_HostLike(remit::V a, remit::V b) noexcept;
remit::V remit_op_InsideS(remit::V a, remit::V b) noexcept;
remit::V remit_op_UrlOn(remit::V a, remit::V b) noexcept;
remit::V remit_op_EqN(remit::V a, remit::V b) noexcept;
remit::V remit_op_InNet(remit::V a, remit::V b) noexcept;
remit::V remit_op_InI(remit::V a, remit::V b) noexcept;
remit::V remit_op_InS(remit::V a, remit::V b) noexcept;
remit::V remit_op_OnlyI(remit::V a, remit::V b) noexcept;
remit::V remit_op_OnlyS(remit::V a, remit::V b) noexcept;
remit::V remit_op_MeetsI(remit::V a, remit::V b) noexcept;
remit::V remit_op_MeetsS(remit::V a, remit::V b) noexcept;
remit::V remit_op_During(remit::V a, remit::V b) noexcept;
}
#ifdef __clang__
#pragma clang diagnostic pop
#endif

namespace remit {

inline V truth_of(bool holds) noexcept { return {holds ? kTrue : kFalse, 0}; }

/// A guard over two values that are safe to look at even if they are errors (numbers).
inline V strict_truth(V a, V b, bool holds) noexcept {
    return {(a.err | b.err) != 0 ? kError : (holds ? kTrue : kFalse), 0};
}
/// A number from two numbers; `overflow` says that `result` did not fit.
inline V strict_int(V a, V b, int64_t result, bool overflow) noexcept {
    const int64_t own = overflow ? static_cast<int64_t>(Err::Overflow) : 0;
    const int64_t err = a.err != 0 ? a.err : (b.err != 0 ? b.err : own);
    return {err != 0 ? 0 : result, err};
}
inline V passed(V a) noexcept { return {0, a.err}; }

// ---- not strict

inline V op_And(V a, V b) noexcept { return {a.bits & b.bits, 0}; }
inline V op_Or(V a, V b) noexcept { return {a.bits | b.bits, 0}; }
inline V op_Not(V a) noexcept {
    const int64_t flipped = a.bits ^ kTrue;
    return {((flipped & 1) << 1) | ((flipped >> 1) & 1), 0};
}
inline V op_Has(V a) noexcept { return truth_of(a.err != static_cast<int64_t>(Err::Absent)); }
inline V op_IsNull(V a) noexcept {
    const bool null = a.err == static_cast<int64_t>(Err::Null);
    return {null ? kTrue : (a.err != 0 ? kError : kFalse), 0};
}
inline V op_Truth(V a) noexcept { return {a.err != 0 ? kError : (a.bits != 0 ? kTrue : kFalse), 0}; }
inline V op_CountStep(V a, V b) noexcept {
    if (a.err != 0) return passed(a);
    if (b.bits == kFalse) return a;
    if (b.bits != kTrue) return error(Err::BadValue);
    int64_t sum = 0;
    if (__builtin_add_overflow(a.bits, static_cast<int64_t>(1), &sum)) return error(Err::Overflow);
    return {sum, 0};
}

// ---- numbers and symbols

inline V op_EqI(V a, V b) noexcept { return strict_truth(a, b, a.bits == b.bits); }
inline V op_LtI(V a, V b) noexcept { return strict_truth(a, b, a.bits < b.bits); }
inline V op_LeI(V a, V b) noexcept { return strict_truth(a, b, a.bits <= b.bits); }
inline V op_AddI(V a, V b) noexcept {
    int64_t r = 0;
    const bool overflow = __builtin_add_overflow(a.bits, b.bits, &r);
    return strict_int(a, b, r, overflow);
}
inline V op_SubI(V a, V b) noexcept {
    int64_t r = 0;
    const bool overflow = __builtin_sub_overflow(a.bits, b.bits, &r);
    return strict_int(a, b, r, overflow);
}
inline V op_MulI(V a, V b) noexcept {
    int64_t r = 0;
    const bool overflow = __builtin_mul_overflow(a.bits, b.bits, &r);
    return strict_int(a, b, r, overflow);
}
inline V op_NegI(V a) noexcept {
    int64_t r = 0;
    const bool overflow = __builtin_sub_overflow(static_cast<int64_t>(0), a.bits, &r);
    return strict_int(a, V{}, r, overflow);
}
inline V op_AnyBits(V a, V b) noexcept { return strict_truth(a, b, (a.bits & b.bits) != 0); }

// ---- text

inline V op_EqS(V a, V b) noexcept { return remit_op_EqS(a, b); }
inline V op_StartsS(V a, V b) noexcept { return remit_op_StartsS(a, b); }
inline V op_EndsS(V a, V b) noexcept { return remit_op_EndsS(a, b); }
inline V op_ContainsS(V a, V b) noexcept { return remit_op_ContainsS(a, b); }
inline V op_LikeS(V a, V b) noexcept { return remit_op_LikeS(a, b); }
inline V op_MatchesS(V a, V b) noexcept { return remit_op_MatchesS(a, b); }
inline V op_HostLike(V a, V b) noexcept { return remit_op_HostLike(a, b); }
inline V op_InsideS(V a, V b) noexcept { return remit_op_InsideS(a, b); }
inline V op_LengthS(V a) noexcept { return a.err != 0 ? passed(a) : V{static_cast<int64_t>(as<Str>(a).size), 0}; }

// ---- network

inline V op_UrlText(V a) noexcept { return a.err != 0 ? passed(a) : ref(&as<Url>(a).text); }
inline V op_UrlScheme(V a) noexcept { return a.err != 0 ? passed(a) : ref(&as<Url>(a).scheme); }
inline V op_UrlHost(V a) noexcept { return a.err != 0 ? passed(a) : ref(&as<Url>(a).host); }
inline V op_UrlPath(V a) noexcept { return a.err != 0 ? passed(a) : ref(&as<Url>(a).path); }
inline V op_UrlPort(V a) noexcept {
    if (a.err != 0) return passed(a);
    const int64_t port = as<Url>(a).port;
    return port < 0 ? error(Err::BadValue) : V{port, 0};
}
inline V op_UrlOn(V a, V b) noexcept { return remit_op_UrlOn(a, b); }
inline V op_EmailText(V a) noexcept { return a.err != 0 ? passed(a) : ref(&as<Email>(a).text); }
inline V op_EmailLocal(V a) noexcept { return a.err != 0 ? passed(a) : ref(&as<Email>(a).local); }
inline V op_EmailDomain(V a) noexcept { return a.err != 0 ? passed(a) : ref(&as<Email>(a).domain); }
inline V op_EqN(V a, V b) noexcept { return remit_op_EqN(a, b); }
inline V op_InNet(V a, V b) noexcept { return remit_op_InNet(a, b); }

// ---- lists and sets. Membership is `or` over equality, `only` is `and` over membership: an item that is an error counts so.

inline V op_SizeL(V a) noexcept { return a.err != 0 ? passed(a) : V{static_cast<int64_t>(as<List>(a).size), 0}; }
inline V op_InI(V a, V b) noexcept { return remit_op_InI(a, b); }
inline V op_InS(V a, V b) noexcept { return remit_op_InS(a, b); }
inline V op_OnlyI(V a, V b) noexcept { return remit_op_OnlyI(a, b); }
inline V op_OnlyS(V a, V b) noexcept { return remit_op_OnlyS(a, b); }
inline V op_MeetsI(V a, V b) noexcept { return remit_op_MeetsI(a, b); }
inline V op_MeetsS(V a, V b) noexcept { return remit_op_MeetsS(a, b); }

inline V op_ItemI(V a, V b) noexcept {
    if (a.err != 0) return passed(a);
    if (b.err != 0) return passed(b);
    const List& list = as<List>(a);
    return b.bits < 0 || b.bits >= static_cast<int64_t>(list.size) ? error(Err::BadValue) : list.items[b.bits];
}
inline V op_During(V a, V b) noexcept { return remit_op_During(a, b); }

/// The label of item b of list a, or null: no labels, or out of range. Neither may be an error.
inline const Label* label_of(V a, V b) noexcept {
    const List& list = as<List>(a);
    if (list.labels == nullptr || b.bits < 0 || b.bits >= static_cast<int64_t>(list.size)) return nullptr;
    return list.labels + b.bits;
}
inline V op_ItemTrust(V a, V b) noexcept {
    if (a.err != 0) return passed(a);
    if (b.err != 0) return passed(b);
    const Label* label = label_of(a, b);
    return label == nullptr ? error(Err::BadValue) : V{label->trust, 0};
}
inline V op_ItemClass(V a, V b) noexcept {
    if (a.err != 0) return passed(a);
    if (b.err != 0) return passed(b);
    const Label* label = label_of(a, b);
    return label == nullptr ? error(Err::BadValue) : V{label->data_class, 0};
}
inline V op_ItemSources(V a, V b) noexcept {
    if (a.err != 0) return passed(a);
    if (b.err != 0) return passed(b);
    const Label* label = label_of(a, b);
    return label == nullptr || label->sources == nullptr ? error(Err::BadValue) : ref(label->sources);
}

// ---- structure: the parts of Item, Field and the loops that compute

/// Op::Item. Verified programs give it a list and a number.
inline V item_of(V a, V b) noexcept {
    if (a.err != 0) return passed(a);
    if (b.err != 0) return passed(b);
    const List& list = as<List>(a);
    if (b.bits < 0 || b.bits >= static_cast<int64_t>(list.size)) return error(Err::Absent);
    return list.items[b.bits];
}
/// Op::Field.
inline V field_of(V a, uint32_t index) noexcept {
    if (a.err != 0) return passed(a);
    const Record& record = as<Record>(a);
    return index < record.size ? record.fields[index] : error(Err::Absent);
}

}  // namespace remit
