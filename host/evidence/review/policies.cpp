#include "host/evidence/review/policies.h"

#include <fmt/format.h>

#include "host/evidence/log/config.h"
#include "vm/value/sha256.h"

namespace remit::evidence {

namespace {

constexpr size_t kMostImageBytes = 256u << 20;
constexpr PayloadRole kRoles[] = {PayloadRole::Request, PayloadRole::Decision, PayloadRole::Prompt, PayloadRole::Output,
                                  PayloadRole::Evidence};

}  // namespace

std::string policy_path(std::string_view version) {
    const auto hash = parse_hash(version);
    return hash ? policy_image_path(*hash) : std::string();
}

Result<std::string> read_policy_image(Disk& disk, std::string_view version, std::string_view image) {
    const auto expected = parse_hash(image);
    const std::string path = policy_path(version);
    if (path.empty() || !expected) return Failure{"a policy whose hash is none"};
    std::string bytes;
    if (const DiskStatus read = read_file(disk, path, bytes, kMostImageBytes); !read.ok()) return Failure{read.message};
    if (sha256(bytes) != *expected) return Failure{fmt::format("{} is not the image that was recorded", path)};
    return bytes;
}

std::optional<PayloadRole> payload_role_named(std::string_view text) {
    for (const PayloadRole role : kRoles) {
        if (text == text_of(role)) return role;
    }
    return std::nullopt;
}

}  // namespace remit::evidence
