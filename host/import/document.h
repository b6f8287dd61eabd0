// JSON as importers read it: nests at most kMaxDocumentDepth, so that whatever walks the document may recurse.
#pragma once

#include <string_view>

#include "host/import/schema.h"
#include "vm/value/result.h"

namespace remit {

inline constexpr size_t kMaxDocumentDepth = 256;

Result<Json> read_json(std::string_view text);

}  // namespace remit
