// Native code for a loaded program: the same answers as the interpreter, from machine code made by LLVM for this
// program's shapes.
//
// A small program gets one function for each tool. In a larger one rules that differ in their literals alone share a
// function, so that cost depends on how many different shapes it has, not on how many rules. The meaning of every operation is
// the one in vm/ops, compiled to bitcode at build time and inlined here; this room adds only loads, loops and control
// flow. A kernel owns its code and keeps its program alive; both are freed with the last reference. All functions are
// thread-safe and share nothing. What LLVM reports as an error comes back as a Failure. No LLVM header is needed to
// use this one.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "vm/engine/kernel.h"
#include "vm/program/loaded.h"
#include "vm/value/result.h"

namespace remit {

/// How rules become functions; the answers are the same. Auto: by tool if the program is small and the level is not 0, else by
/// shape.
enum class NativeForm : unsigned char { Auto, ByTool, ByShape };

struct NativeOptions {
    /// 0: operations are calls, fast instruction selection: ready soonest, about four times slower code. 1: operations
    /// inlined, fast instruction selection. 2: operations inlined, full instruction selection.
    int opt_level = 2;
    NativeForm form = NativeForm::Auto;
};

/// What making a kernel took.
struct NativeStats {
    double llvm_ms = 0;     // from the plan to callable code
    size_t code_bytes = 0;  // machine code
    size_t functions = 0;   // one for each shape and use of it, one for each tool or none, and the decision function
};

/// Compiles `program` for this machine's processor. `stats` is filled when it is given and the call succeeds.
Result<std::shared_ptr<const Kernel>> make_native(std::shared_ptr<const LoadedProgram> program,
                                                  const NativeOptions& options = {}, NativeStats* stats = nullptr);

enum class NativeText : unsigned char { Llvm, Asm };
/// The module as text: optimised LLVM IR or assembly. Tables are named symbols (`remit_tools`, `remit_params`), not
/// addresses, so the text depends on the program and the processor alone.
Result<std::string> native_text(const LoadedProgram& program, NativeText what, const NativeOptions& options = {});

/// The same as the bytes of one relocatable ELF object. Undefined symbols: the two tables and the library's
/// `remit_op_*`.
Result<std::string> native_object(const LoadedProgram& program, const NativeOptions& options = {});

}  // namespace remit
