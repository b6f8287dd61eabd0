#include "host/evidence/recorder/bounds.h"

#include "vm/value/sha256.h"

namespace remit::evidence {

std::string clip(std::string_view text, size_t bytes) {
    if (text.size() <= bytes) return std::string(text);
    const std::string hash = to_text(sha256(text));
    size_t keep = bytes > hash.size() + 3 ? bytes - hash.size() - 3 : 0;
    while (keep > 0 && (static_cast<unsigned char>(text[keep]) & 0xC0) == 0x80) --keep;  // not within a character
    std::string out(text.substr(0, keep));
    if (keep > 0) out += "...";
    return out += hash;
}

}  // namespace remit::evidence
