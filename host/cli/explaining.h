// host/explain with policies from the disk: for the verb and the REPL.
#pragma once

#include "host/cli/policy_file.h"
#include "host/explain/explain.h"

namespace remit::cli {

explain::Explanation explain_request(const std::string& path, const Compilation& compilation,
                                     const std::shared_ptr<const Policy>& policy, std::string_view request);

}  // namespace remit::cli
