#include "host/cli/solving.h"

#include <fmt/format.h>

#include "vm/value/scalar.h"

namespace remit::cli {

std::optional<int> timeout_ms(const Arguments& arguments) {
    constexpr int64_t kMillisecond = 1'000'000, kLongest = 3'600'000;
    const std::string& text = arguments.get("timeout");
    const auto ns = parse_duration(parse_int(text) ? text + "s" : text);
    if (!ns || *ns < kMillisecond || *ns / kMillisecond > kLongest) return std::nullopt;
    return static_cast<int>(*ns / kMillisecond);
}

Exit bad_timeout(const Arguments& arguments, Console& console) {
    console.error(
        fmt::format("--timeout takes a duration from 1ms to 1h, such as 5s, not `{}`", arguments.get("timeout")));
    return Exit::Usage;
}

}  // namespace remit::cli
