// SHA-256 by the processor's own instructions, where it has them: about six times as fast as portable code.
#pragma once

#include <string_view>

#include "vm/value/sha256.h"

namespace remit {

/// Does this processor have them? Always false where they do not exist.
bool has_sha256_instructions();
/// Only where has_sha256_instructions().
Hash sha256_by_instructions(std::string_view bytes);
/// The same digest, by libsodium, on any processor.
Hash sha256_portable(std::string_view bytes);

}  // namespace remit
