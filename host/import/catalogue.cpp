#include "host/import/catalogue.h"

#include <fmt/format.h>

#include <algorithm>

#include "host/import/text.h"

namespace remit {

std::string problem_of(const ImportOptions& options) {
    if (!options.policy.empty() && !is_dotted(options.policy))
        return fmt::format("`{}` is no name for a policy", options.policy);
    if (!options.trust.empty() && !is_word(options.trust)) return fmt::format("`{}` is no trust level", options.trust);
    const auto control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
    if (std::any_of(options.prefix.begin(), options.prefix.end(), control))
        return "the prefix holds control characters";
    return "";
}

}  // namespace remit
