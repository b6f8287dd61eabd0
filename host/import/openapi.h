// OpenAPI 3.0 and 3.1 to Remit: each operation becomes a tool. Its parameters and the properties of its body are the tool's; what the method says about
// effects is its effect. What Remit cannot type is widened to `any`, never narrowed, and each widening is a warning. Pure.
#pragma once

#include <string_view>

#include "host/import/catalogue.h"
#include "vm/value/result.h"

namespace remit {

inline constexpr size_t kMaxOperations = 4096;

/// JSON or YAML; told apart by the first character. Fails on text that is neither, and on other versions.
Result<Imported> import_openapi(std::string_view text, const ImportOptions& options);

}  // namespace remit
