// The parts of `remit import`.
#pragma once

#include <string>

#include "host/cli/verbs.h"

namespace remit::cli {

/// `import mcp --check`: `json` is the catalogue, read from `path`. Wrong if it differs in a way that fails and touches a rule.
Exit check_drift(const Arguments& arguments, const std::string& path, const std::string& json, Console& console);

}  // namespace remit::cli
