#include "host/evidence/tree/tile_progress.h"

#include <fmt/format.h>

#include "host/evidence/tree/text.h"
#include "host/evidence/tree/tiles.h"

namespace remit::evidence {

namespace {

constexpr std::string_view kProgressForm = "remit-tiles 1";

}  // namespace

std::string to_text(const TileProgress& progress) {
    return fmt::format("{}\n{}\n{}\n{}\n", kProgressForm, progress.durable, progress.minimum, progress.removed);
}

TileProgress parse_tile_progress(std::string_view text) {
    const auto form = take_line(text), durable = take_line(text), minimum = take_line(text), removed = take_line(text);
    if (!removed || *form != kProgressForm || !text.empty()) return {};
    const auto a = parse_count(*durable), b = parse_count(*minimum), c = parse_count(*removed);
    if (!a || !b || !c || *c > *b || *b > *a || *a > UINT64_MAX / kTileWidth) return {};
    return {*a, *b, *c};
}

}  // namespace remit::evidence
