// What the drawings of a graph have in common.
#pragma once

#include <string>
#include <string_view>

#include "host/evidence/review/graph.h"

namespace remit::evidence {

/// Without what moves a cursor, turns text round or is no character of XML: such are written as \uXXXX.
std::string plain(std::string_view text);
/// At most `most` characters, the last an ellipsis if some were cut off.
std::string shortened(std::string_view text, size_t most);
/// "allow, done, 12.4 ms"
std::string state_of(const GraphCall& call);

}  // namespace remit::evidence
