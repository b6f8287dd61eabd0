// What the verbs that use a solver share: their flag `--timeout`.
#pragma once

#include <optional>

#include "host/cli/verbs.h"

namespace remit::cli {

/// In milliseconds; a number alone is seconds. Nothing: it is none, or not from 1ms to 1h.
std::optional<int> timeout_ms(const Arguments& arguments);
Exit bad_timeout(const Arguments& arguments, Console& console);

}  // namespace remit::cli
