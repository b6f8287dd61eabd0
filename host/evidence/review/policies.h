// Images of policies that a log keeps, and names of payload roles: what several reviews look up.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "host/evidence/disk/disk.h"
#include "host/evidence/record/entry.h"

namespace remit::evidence {

/// Where the image of a version ("sha256:...") is kept; empty if that is no hash.
std::string policy_path(std::string_view version);
/// The image of the policy with this version hash, checked against `image`, the checksum that its record gives; both "sha256:...".
Result<std::string> read_policy_image(Disk& disk, std::string_view version, std::string_view image);
std::optional<PayloadRole> payload_role_named(std::string_view text);

}  // namespace remit::evidence
