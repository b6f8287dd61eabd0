#include "vm/value/sha256.h"

#include <sodium.h>

#include "vm/value/sha256_x86.h"

namespace remit {

Hash sha256(std::string_view bytes) {
    static const bool by_instructions = has_sha256_instructions();
    return by_instructions ? sha256_by_instructions(bytes) : sha256_portable(bytes);
}

Hash sha256_portable(std::string_view bytes) {
    Hash out;
    crypto_hash_sha256(out.data(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    return out;
}

}  // namespace remit
