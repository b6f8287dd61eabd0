// Cedar schemas to Remit. An action becomes a tool: the id of its resource and the attributes of its context are the arguments. An entity type
// that lists its ids becomes an enum; one with attributes becomes a fact about an id, since Cedar's hosts look them up too. Cedar says
// nothing about effects, so every tool writes. Pure.
#pragma once

#include <string_view>

#include "host/import/catalogue.h"
#include "host/import/schema.h"
#include "vm/value/result.h"

namespace remit {

/// Either form of a schema: JSON, or the text of a .cedarschema file.
Result<Imported> import_cedar(std::string_view text, const ImportOptions& options);

/// The text of a .cedarschema file as the JSON form of the same schema. Fails with `line N: what is wrong`.
Result<Json> read_cedar_text(std::string_view text);

}  // namespace remit
