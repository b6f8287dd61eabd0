// A JSON text with some of its parts replaced: how a request is asked again with one thing changed.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "vm/engine/json.h"

namespace remit::explain {

struct Edit {
    std::vector<std::string> path;    // keys of objects, from the top; what is missing on the way is made
    std::optional<std::string> text;  // JSON; nothing: the member goes
};

/// `root` with `edits`, later ones over earlier ones.
std::string edited(const Json& root, std::span<const Edit> edits);
/// The part at `path`, or null.
const Json* find(const Json& root, std::span<const std::string> path);
std::string text_of(const Json& value);
std::string json_string(std::string_view text);

}  // namespace remit::explain
