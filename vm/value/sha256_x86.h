// SHA-256 by the processor's own instructions, where it has them: about six times as fast as portable code.
#pragma once

#include <string_view>

#include "vm/value/sha256.h"

namespace remit {

/// Does this processor have them? Always false where they do not exist.
bool has_sha256_instructions();
/// Only where has_sha256_instructions().
Hash sha256_by_instructions(std::string_view bytes);
Hash sha256_prefixed_by_instructions(std::string_view prefix, std::string_view bytes);
void sha256_prefixed_pair_by_instructions(std::string_view prefix, std::string_view a, std::string_view b, Hash& out_a,
                                          Hash& out_b);
/// The same digests, by libsodium, on any processor.
Hash sha256_portable(std::string_view bytes);
Hash sha256_prefixed_portable(std::string_view prefix, std::string_view bytes);

}  // namespace remit
