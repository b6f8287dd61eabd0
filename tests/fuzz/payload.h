// Images without their header: what the target fuzz_image takes, so that mutations are not all refused by the digest.
#pragma once

#include <string>
#include <string_view>

#include "vm/program/image.h"
#include "vm/value/sha256.h"

namespace remit::fuzz {

inline constexpr size_t kHeaderBytes = 52;  // see vm/program/image.h

/// `payload` under a header that fits.
inline std::string sealed(std::string_view payload) {
    std::string image = "REMITIMG";
    const auto number = [&](uint64_t value, int bytes) {
        for (int i = 0; i < bytes; ++i) image += static_cast<char>(value >> (8 * i));
    };
    number(kImageVersion, 4);
    number(payload.size(), 8);
    const Hash digest = sha256(payload);
    image.append(reinterpret_cast<const char*>(digest.data()), digest.size());
    return image.append(payload);
}

/// A whole image without its header; anything else as it is.
inline std::string_view payload_of(std::string_view bytes) {
    return is_image(bytes) ? bytes.substr(std::min(bytes.size(), kHeaderBytes)) : bytes;
}

}  // namespace remit::fuzz
