#include "vm/value/sha256.h"

#include <sodium.h>

#include "vm/value/sha256_x86.h"

namespace remit {

namespace {

bool by_instructions() {
    static const bool has = has_sha256_instructions();
    return has;
}

const unsigned char* raw(std::string_view bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

}  // namespace

Hash sha256(std::string_view bytes) {
    return by_instructions() ? sha256_by_instructions(bytes) : sha256_portable(bytes);
}

Hash sha256_prefixed(std::string_view prefix, std::string_view bytes) {
    return by_instructions() ? sha256_prefixed_by_instructions(prefix, bytes) : sha256_prefixed_portable(prefix, bytes);
}

void sha256_prefixed_pair(std::string_view prefix, std::string_view a, std::string_view b, Hash& out_a, Hash& out_b) {
    if (by_instructions()) return sha256_prefixed_pair_by_instructions(prefix, a, b, out_a, out_b);
    out_a = sha256_prefixed_portable(prefix, a);
    out_b = sha256_prefixed_portable(prefix, b);
}

Hash sha256_portable(std::string_view bytes) {
    Hash out;
    crypto_hash_sha256(out.data(), raw(bytes), bytes.size());
    return out;
}

Hash sha256_prefixed_portable(std::string_view prefix, std::string_view bytes) {
    Hash out;
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, raw(prefix), prefix.size());
    if (!bytes.empty()) crypto_hash_sha256_update(&state, raw(bytes), bytes.size());
    crypto_hash_sha256_final(&state, out.data());
    return out;
}

}  // namespace remit
