// Redaction: takes out of a request what the policy says must not be kept, before it is sealed.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace remit::evidence {

struct Redacted {
    std::string text;                // the request with null in place of values; members in their order
    std::vector<std::string> paths;  // JSON pointers into the request, of what was replaced
};

/// `paths`: JSON pointers into `call.args`. What stands there becomes null, and the same value within `facts` too: facts are looked up by
/// arguments. Nothing if no path leads anywhere.
std::optional<Redacted> redact(std::string_view request_json, const std::set<std::string>& paths);

}  // namespace remit::evidence
