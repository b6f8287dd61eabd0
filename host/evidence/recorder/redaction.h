// Redaction: takes out of a request what the policy says must not be kept, before it is sealed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vm/engine/decision.h"

namespace remit::evidence {

struct Redacted {
    std::string text;                // the request with null in place of values; members in their order
    std::vector<std::string> paths;  // JSON pointers into the request, of what was replaced
};

/// What `decision.redact` names in `call.args`, or in the request's `result`, becomes null, and the same value within `facts` too: facts are
/// looked up by arguments. Nothing if no path leads anywhere.
std::optional<Redacted> redact(std::string_view request_json, const Decision& decision);

}  // namespace remit::evidence
