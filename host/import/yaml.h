// YAML as JSON: the part of YAML 1.2 that documents of APIs use. Aliases are followed by copying, inside a budget; tags, several documents and
// keys that are no scalars are refused. The one file that knows libyaml is yaml.cpp.
#pragma once

#include <string_view>

#include "host/import/schema.h"
#include "vm/value/result.h"

namespace remit {

inline constexpr size_t kMaxYamlNodes = 4'000'000;  // aliases counted as what they stand for
inline constexpr int kMaxYamlDepth = 64;

/// Fails with `line N: what is wrong`.
Result<Json> read_yaml(std::string_view text);

}  // namespace remit
