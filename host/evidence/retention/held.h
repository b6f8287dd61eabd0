// Held: what a record's own decision says of how long it is kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace remit::evidence {

struct Held {
    std::optional<int64_t> at_least_ns, at_most_ns;
};
/// Of a `decision` or `intent` record's text; nothing where it says nothing.
Held held_by(std::string_view record);

}  // namespace remit::evidence
