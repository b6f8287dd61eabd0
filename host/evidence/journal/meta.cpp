#include "host/evidence/journal/meta.h"

#include <array>

namespace remit::evidence {

namespace {

constexpr std::array kTexts = {
#define REMIT_RECORD(name, text, what) std::string_view(text),
    REMIT_RECORDS(REMIT_RECORD)
#undef REMIT_RECORD
};
static_assert(kTexts.size() == kKinds);

}  // namespace

std::string_view text_of(Kind kind) { return kTexts[static_cast<size_t>(kind)]; }

std::optional<Kind> kind_named(std::string_view text) {
    for (size_t i = 0; i < kTexts.size(); ++i)
        if (kTexts[i] == text) return static_cast<Kind>(i);
    return std::nullopt;
}

}  // namespace remit::evidence
