// Any bytes as an image: reading and verifying must refuse or give programs that the interpreter can run. The bytes are the payload;
// a header that fits is put before them, or no input but the right hash would ever get past it.
#include <cstddef>
#include <cstdint>
#include <string>

#include "vm/engine/policy.h"
#include "vm/interpreter/interpreter.h"
#include "vm/program/image.h"
#include "vm/value/sha256.h"

namespace {

constexpr const char* kRequest =
    R"({"id":"f","session":{"id":"s","roles":[],"tier":"prod","tenant":"t","owner":"o","scope":["*"],"retention":"standard",)"
    R"("expires":"2030-01-01T00:00:00Z","revoked":false},"call":{"id":"c","tool":"TOOL","args":{}},"facts":[],)"
    R"("state":{"version":1,"marks":{},"counts":{}},"context":{"time":"2026-01-01T00:00:00Z"},"signatures":[]})";

std::string little_endian(uint64_t value, int bytes) {
    std::string out;
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
    return out;
}

std::string with_header(std::string_view payload) {
    const remit::Hash digest = remit::sha256(payload);
    std::string image = "REMITIMG" + little_endian(remit::kImageVersion, 4) + little_endian(payload.size(), 8);
    image.append(reinterpret_cast<const char*>(digest.data()), digest.size());
    return image.append(payload);
}

void decide_with(remit::Program program) {
    const std::string tool = program.tools.empty() ? "none" : program.tools.front().name;
    auto loaded = remit::LoadedProgram::load(std::move(program));
    if (!loaded) return;
    auto policy = remit::Policy::make({{*loaded, remit::make_interpreter(*loaded)}});
    if (!policy) return;
    std::string request = kRequest;
    if (tool.find_first_of("\"\\") == std::string::npos) request.replace(request.find("TOOL"), 4, tool);
    remit::Decider(*policy).decide(request);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    (void)remit::read_images(bytes);
    auto programs = remit::read_images(with_header(bytes));
    if (!programs) return 0;
    for (remit::Program& program : *programs) decide_with(std::move(program));
    return 0;
}
