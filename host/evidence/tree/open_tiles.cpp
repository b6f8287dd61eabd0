#include "host/evidence/tree/open_tiles.h"

namespace remit::evidence {

Frontier join(const std::vector<OpenTile>& levels, uint64_t size) {
    std::string saved;
    for (int i = 0; i < 8; ++i) saved += static_cast<char>(size >> (8 * i));
    for (auto level = levels.rbegin(); level != levels.rend(); ++level) {
        std::string part;
        level->edge().save(part);
        saved.append(part, sizeof(size));
    }
    std::string_view bytes = saved;
    Result<Frontier> whole = Frontier::load(bytes);
    if (!whole || !bytes.empty()) __builtin_trap();  // the widths of the tiles are the digits of the size
    return std::move(*whole);
}

}  // namespace remit::evidence
