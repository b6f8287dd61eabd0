#include "host/embed/vm/boundary.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace remit::embed {

remit_status fail(remit_error* error, remit_status status, std::string_view message) noexcept {
    if (error == nullptr) return status;
    size_t size = std::min(message.size(), sizeof error->message - 1);
    if (size < message.size())  // do not cut a character in two
        while (size > 0 && (static_cast<unsigned char>(message[size]) & 0xc0) == 0x80) --size;
    std::memcpy(error->message, message.data(), size);
    error->message[size] = '\0';
    error->status = status;
    return status;
}

bool assign(remit_text& text, std::string_view bytes) noexcept {
    char* data = text.data;
    if (bytes.size() >= text.capacity) {
        const size_t capacity = std::max<size_t>(bytes.size() + 1, std::min<size_t>(2 * text.capacity, 1u << 20));
        data = static_cast<char*>(std::malloc(capacity));
        if (data == nullptr) return false;
        text.capacity = capacity;
    }
    if (!bytes.empty()) std::memmove(data, bytes.data(), bytes.size());  // `bytes` may be a part of `text`
    if (data != text.data) std::free(text.data);
    text.data = data;
    text.size = bytes.size();
    text.data[text.size] = '\0';
    return true;
}

}  // namespace remit::embed

using namespace remit::embed;

const char* remit_status_name(remit_status status) noexcept {
    static constexpr const char* kNames[] = {
        "REMIT_OK",         "REMIT_BAD_ARGUMENT", "REMIT_BAD_HANDLE", "REMIT_BAD_VERSION",
        "REMIT_TOO_LARGE",  "REMIT_WRONG_POLICY", "REMIT_STALE",      "REMIT_UNKNOWN_NAME",
        "REMIT_BAD_POLICY", "REMIT_BAD_IMAGE",    "REMIT_NO_NATIVE",  "REMIT_NOT_READY",
        "REMIT_BUSY",       "REMIT_CALLBACK",     "REMIT_NO_MEMORY",  "REMIT_INTERNAL",
    };
    static_assert(std::size(kNames) == REMIT_INTERNAL + 1);
    if (status < 0 || static_cast<size_t>(status) >= std::size(kNames)) return "unknown status";
    return kNames[status];
}

const char* remit_version(void) noexcept { return REMIT_VERSION; }

void remit_text_free(remit_text* text) noexcept {
    if (text == nullptr) return;
    std::free(text->data);
    *text = REMIT_TEXT_INIT;
}

remit_status remit_text_set(remit_text* text, remit_str bytes) noexcept {
    if (!good(text) || !good(bytes)) return REMIT_BAD_ARGUMENT;
    return assign(*text, view(bytes)) ? REMIT_OK : REMIT_NO_MEMORY;
}
