#include "host/lsp/features/json.h"

#include <limits>

namespace remit::lsp {

const Json& at(const Json& object, const char* key) {
    static const Json kNull;
    if (!object.is_object()) return kNull;
    const auto it = object.find(key);
    return it == object.end() ? kNull : *it;
}

std::string text_at(const Json& object, const char* key) {
    const Json& value = at(object, key);
    return value.is_string() ? value.get<std::string>() : std::string();
}

uint32_t number_at(const Json& object, const char* key) {
    constexpr uint32_t kMost = std::numeric_limits<uint32_t>::max() / 2;
    const Json& value = at(object, key);
    if (value.is_number_unsigned()) return static_cast<uint32_t>(std::min<uint64_t>(value.get<uint64_t>(), kMost));
    if (value.is_number_integer()) return 0;  // below zero
    if (!value.is_number()) return 0;
    const double number = value.get<double>();
    return number > 0 ? static_cast<uint32_t>(std::min<double>(number, kMost)) : 0;
}

bool flag_at(const Json& object, const char* key) {
    const Json& value = at(object, key);
    return value.is_boolean() && value.get<bool>();
}

Position position_of(const Json& position) { return {number_at(position, "line"), number_at(position, "character")}; }

Range range_of(const Json& range) { return {position_of(at(range, "start")), position_of(at(range, "end"))}; }

Json json_of(const Position& position) { return {{"line", position.line}, {"character", position.character}}; }

Json json_of(const Range& range) { return {{"start", json_of(range.start)}, {"end", json_of(range.end)}}; }

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace remit::lsp
