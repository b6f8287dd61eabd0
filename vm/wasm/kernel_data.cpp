#include "vm/wasm/kernel_data.h"

#ifdef REMIT_WASM_KERNEL
// REMIT_WASM_KERNEL is the path of the module; the assembler copies it in.
asm(".pushsection .rodata.remit_wasm_kernel,\"a\",@progbits\n"
    ".balign 16\n"
    ".globl remit_wasm_kernel_begin\n"
    "remit_wasm_kernel_begin:\n"
    ".incbin \"" REMIT_WASM_KERNEL
    "\"\n"
    ".globl remit_wasm_kernel_end\n"
    "remit_wasm_kernel_end:\n"
    ".byte 0\n"
    ".popsection\n");

extern "C" {
extern const char remit_wasm_kernel_begin[];
extern const char remit_wasm_kernel_end[];
}
#endif

namespace remit::wasm {

std::string_view kernel_bytes() noexcept {
#ifdef REMIT_WASM_KERNEL
    return {remit_wasm_kernel_begin, static_cast<size_t>(remit_wasm_kernel_end - remit_wasm_kernel_begin)};
#else
    return {};
#endif
}

}  // namespace remit::wasm
