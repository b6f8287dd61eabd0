#include "vm/jit/bitcode_data.h"

// REMIT_OPS_BITCODE is the path of the bitcode file; the assembler copies it in.
asm(".pushsection .rodata.remit_ops_bitcode,\"a\",@progbits\n"
    ".balign 16\n"
    ".globl remit_ops_bitcode_begin\n"
    "remit_ops_bitcode_begin:\n"
    ".incbin \"" REMIT_OPS_BITCODE
    "\"\n"
    ".globl remit_ops_bitcode_end\n"
    "remit_ops_bitcode_end:\n"
    ".byte 0\n"
    ".popsection\n");

extern "C" {
extern const char remit_ops_bitcode_begin[];
extern const char remit_ops_bitcode_end[];
}

namespace remit::jit {

std::string_view ops_bitcode() noexcept {
    return {remit_ops_bitcode_begin, static_cast<size_t>(remit_ops_bitcode_end - remit_ops_bitcode_begin)};
}

}  // namespace remit::jit
