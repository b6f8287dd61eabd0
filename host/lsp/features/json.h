// JSON of the protocol, read so that nothing can go wrong: what is missing or of another type is empty.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "host/lsp/text/position.h"

namespace remit::lsp {

using Json = nlohmann::json;

/// The member, or null.
const Json& at(const Json& object, const char* key);
/// `a.b.c`, one key after the other.
template <class... Keys>
const Json& at(const Json& object, const char* key, const char* next, const Keys&... rest) {
    return at(at(object, key), next, rest...);
}
std::string text_at(const Json& object, const char* key);
/// A whole number, moved into the range of the result.
uint32_t number_at(const Json& object, const char* key);
bool flag_at(const Json& object, const char* key);

Position position_of(const Json& position);
Range range_of(const Json& range);
Json json_of(const Position& position);
Json json_of(const Range& range);

/// As text; what is not UTF-8 is replaced.
std::string dump(const Json& json);

}  // namespace remit::lsp
