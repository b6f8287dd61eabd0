// Native code for a loaded program: the same answers as the interpreter, from machine code made by LLVM for this
// program's index and shapes.
//
// `judge` is one straight function for the layouts of the index: which slots, classed how, combined how. What differs
// from rule to rule is in tables, so neither the code nor LLVM's time depends on how many rules there are. `decide`,
// and the rows that tables cannot hold, have one function for each shape of guard and way it is used. The meaning of
// every operation is the one in vm/ops, compiled to bitcode at build time and inlined here; this room adds only
// loads, loops and control flow. A kernel owns its code and keeps its program alive; both are freed with the last
// reference. All functions are thread-safe and share nothing. What LLVM reports as an error comes back as a Failure.
// No LLVM header is needed to use this one.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "vm/engine/kernel.h"
#include "vm/index/loaded.h"
#include "vm/value/result.h"

namespace remit {

/// Where machine code is kept between runs. The host decides where; nothing here touches files. Keys are 64
/// hexadecimal digits and cover all that the code depends on. What comes back is checked against its key and its own
/// hash before it is used: a cache may lose, mix up or damage what it is given, but whoever can write to it can
/// choose the code that runs. Called from several threads at once.
class ObjectCache {
public:
    virtual ~ObjectCache() = default;
    virtual std::optional<std::string> load(const std::string& key) noexcept = 0;
    virtual void store(const std::string& key, std::string_view bytes) noexcept = 0;
};

struct NativeOptions {
    /// 0: operations are calls, fast instruction selection: ready soonest, about four times slower code. 1: operations
    /// inlined, fast instruction selection. 2: operations inlined, full instruction selection.
    int opt_level = 2;
    /// Whether `judge_columns` is wanted; without it that is false always, and a third of the work is saved.
    bool columns = true;
    /// Not owned; used during the call alone. May be null.
    ObjectCache* cache = nullptr;
    /// Answers `decide` in place of native code, which then is made only for what `judge` runs: ready sooner. May be
    /// null.
    std::shared_ptr<const Kernel> explainer;
};

/// What making a kernel took.
struct NativeStats {
    double tables_ms = 0;   // what the code reads, laid out for it; grows with the number of tools
    double llvm_ms = 0;     // from the plan to callable code
    size_t code_bytes = 0;  // machine code
    size_t functions = 0;   // one for each shape and use of it; those of `judge`
    size_t cached = 0;      // objects that came from the cache
    size_t compiled = 0;    // objects that LLVM made
};

/// Compiles `program` for this machine's processor. `stats` is filled when it is given and the call succeeds.
Result<std::shared_ptr<const Kernel>> make_native(std::shared_ptr<const LoadedProgram> program,
                                                  const NativeOptions& options = {}, NativeStats* stats = nullptr);

enum class NativeText : unsigned char { Llvm, Asm };
/// The module as text: LLVM IR as it goes to code generation, or assembly. Tables are named symbols, so the text
/// depends on the program's shapes, its index and the processor alone.
Result<std::string> native_text(const LoadedProgram& program, NativeText what, const NativeOptions& options = {});

/// The program as one relocatable ELF object with one function, POLICY_decide, and all that it reads: no library of
/// ours is needed to link it, and any processor of this family since about 2009 runs it. Fails, naming the rule, on a
/// program that needs more than tables and plain code.
Result<std::string> native_object(const LoadedProgram& program, const NativeOptions& options = {});
/// The C header of that object: its function, and names for tools, slots, roles and symbols.
Result<std::string> object_header(const LoadedProgram& program);

}  // namespace remit
