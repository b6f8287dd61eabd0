// The edge of the C ABI: how every exported function begins and ends. What a function does is a lambda that returns a
// status; here its pointers are checked, and exceptions (memory, mistakes) become statuses. Nothing passes this edge
// but a number and text.
#pragma once

#include <exception>
#include <new>
#include <string_view>

#include "host/embed/vm/runtime.h"
#include "remit/base.h"
#include "vm/program/limits.h"

namespace remit::embed {

/// Writes to `error`, which may be null. Returns `status`.
remit_status fail(remit_error* error, remit_status status, std::string_view message) noexcept;

/// Is this an `error` that can be written to, or none?
inline bool good(const remit_error* error) noexcept { return error == nullptr || error->size == sizeof(remit_error); }
/// Is this a struct of the version that we know? Fields that it lacks are not read.
template <class T>
bool good(const T* versioned) noexcept {
    return versioned != nullptr && versioned->size == sizeof(T);
}
template <class T>
remit_status refuse_version(remit_error* error, const T* versioned, std::string_view name) noexcept {
    if (versioned == nullptr) return fail(error, REMIT_BAD_ARGUMENT, "a pointer is null");
    char message[96] = "size is not that of this library's ";
    const size_t said = std::string_view(message).size();
    name.copy(message + said, sizeof message - said - 1);
    return fail(error, REMIT_BAD_VERSION, message);
}

/// Bytes that a host handed in; null with a size is refused before.
inline bool good(remit_str text) noexcept { return text.data != nullptr || text.size == 0; }
/// What one text of a call or session may have; a policy may deny less than that, but nothing is read beyond.
inline constexpr size_t kMostBytes = limits::kMaxRequestBytes;
/// What one list of a call may have.
inline constexpr size_t kMostItems = 65'536;
inline bool fits(remit_str text) noexcept { return text.size <= kMostBytes; }
inline remit_status check_text(remit_str text, remit_error* error, std::string_view null_message) noexcept {
    if (!good(text)) return fail(error, REMIT_BAD_ARGUMENT, null_message);
    return fits(text) ? REMIT_OK : fail(error, REMIT_TOO_LARGE, "a text is over its limit of 4 MiB");
}
/// A list that a host handed in: null only if it is empty.
inline remit_status check_list(const void* items, size_t count, remit_error* error,
                               std::string_view null_message) noexcept {
    if (items == nullptr && count != 0) return fail(error, REMIT_BAD_ARGUMENT, null_message);
    return count <= kMostItems ? REMIT_OK : fail(error, REMIT_TOO_LARGE, "a list is over its limit of 65536 items");
}
inline std::string_view view(remit_str text) noexcept {
    return text.size == 0 ? std::string_view() : std::string_view(text.data, text.size);
}
/// An output that this library has written before, or that is empty.
inline bool good(const remit_text* text) noexcept {
    return text != nullptr &&
           (text->data == nullptr ? text->size == 0 && text->capacity == 0 : text->size < text->capacity);
}
/// False if there is no memory; then `text` is as it was.
bool assign(remit_text& text, std::string_view bytes) noexcept;

template <class Body>
remit_status guarded(remit_error* error, const Body& body) noexcept {
    if (!good(error)) return REMIT_BAD_VERSION;
    try {
        return body();
    } catch (const std::bad_alloc&) {
        return fail(error, REMIT_NO_MEMORY, "no memory");
    } catch (const std::exception& e) { return fail(error, REMIT_INTERNAL, e.what()); } catch (...) {
        return fail(error, REMIT_INTERNAL, "unknown exception");
    }
}

/// The same for functions of a runtime.
template <class Body>
remit_status entered(remit_runtime* runtime, remit_error* error, const Body& body) noexcept {
    return guarded(error, [&]() -> remit_status {
        if (runtime == nullptr) return fail(error, REMIT_BAD_ARGUMENT, "the runtime is null");
        if (!runtime->is_one()) return fail(error, REMIT_BAD_HANDLE, "this is no runtime, or it was freed");
        return body();
    });
}

inline remit_status bad_handle(remit_error* error, std::string_view what) noexcept {
    return fail(error, REMIT_BAD_HANDLE, what);
}
inline constexpr std::string_view kBadPolicy = "this is no policy of this runtime, or it was freed";
inline constexpr std::string_view kBadSession = "this is no session of this runtime, or it was freed";
inline constexpr std::string_view kBadCall = "this is no call of this runtime, or it was freed";

}  // namespace remit::embed
