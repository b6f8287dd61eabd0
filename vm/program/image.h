// Images: programs as bytes. An image holds a policy and the policies it stands under, the policy itself first. Its contents are
// covered by a SHA-256, so damage is noticed; who made it is not what this checks. Reading is bounded and never trusts a length;
// a program that was read is not yet verified: LoadedProgram::load does that.
//
// Layout, all little-endian: "REMITIMG", version u32, payload length u64, SHA-256 of the payload, payload. The payload is a
// count u32 and that many programs, field by field in the order of image_fields.h.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vm/program/program.h"
#include "vm/value/result.h"

namespace remit {

inline constexpr uint32_t kImageVersion = 2;

std::string write_images(const std::vector<Program>& layers);
Result<std::vector<Program>> read_images(std::string_view image);

std::string write_image(const Program& program);
Result<Program> read_image(std::string_view image);  // fails on an image of more than one layer

/// Does `bytes` begin as an image does? For callers who take a policy or an image.
bool is_image(std::string_view bytes);

}  // namespace remit
