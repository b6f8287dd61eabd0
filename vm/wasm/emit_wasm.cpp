#include "vm/wasm/emit_wasm.h"

#include <algorithm>

#include "vm/program/image.h"
#include "vm/index/loaded.h"
#include "vm/wasm/binary.h"
#include "vm/wasm/kernel_data.h"

namespace remit {

namespace {

/// The module's program and index, in parts of what they take here: pointers there are half as large, but the image
/// itself and the memory of building the index come on top.
constexpr uint64_t kImagesInMemory = 6, kIndexesInMemory = 4;

bool uses_regex(const Program& program) {
    const auto matches = [](const Instr& i) { return i.op == Op::MatchesS; };
    return std::any_of(program.code.begin(), program.code.end(), matches);
}

}  // namespace

Result<std::string> emit_wasm(const std::vector<Program>& layers) {
    const std::string_view kernel = wasm::kernel_bytes();
    if (kernel.empty())
        return Failure{"this build of remit has no WebAssembly: it was made without clang's or its libraries"};
    const auto memory = wasm::memory_of(kernel);
    if (!memory) return Failure{memory.error()};
    uint64_t index_bytes = 0;
    for (const Program& program : layers) {
        if (uses_regex(program))
            return Failure{"a WebAssembly module has no regular expressions, and `" + program.name +
                           "` uses `matches`"};
        const auto loaded = LoadedProgram::load(program);
        if (!loaded) return Failure{loaded.error()};
        index_bytes += (*loaded)->index().stats().bytes;
    }
    const std::string image = write_images(layers);
    if (memory->initial + image.size() * kImagesInMemory + index_bytes * kIndexesInMemory > memory->most)
        return Failure{"the policy is too large for the " + std::to_string(memory->most >> 20) +
                       " MiB of a WebAssembly module"};
    return wasm::with_data(kernel, image, "remit_image");
}

}  // namespace remit
