// `progress`: up to where a tiled log need not be read again when its writer opens.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace remit::evidence {

inline constexpr const char* kTileProgress = "progress";
inline constexpr size_t kMaxTileProgressBytes = 256;

struct TileProgress {
    uint64_t durable = 0;  // full tiles: of these, files and names are on the platter
    uint64_t minimum = 0;  // bundles below may be missing
    uint64_t removed = 0;  // bundles below are
};
std::string to_text(const TileProgress& progress);
/// A file that says nothing sensible says nothing: everything is hashed again.
TileProgress parse_tile_progress(std::string_view text);

}  // namespace remit::evidence
