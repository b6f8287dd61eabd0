// native_text: the whole program as one module, with symbols in place of addresses.
#include <llvm/Support/raw_ostream.h>

#include "vm/jit/jit.h"
#include "vm/jit/module_builder.h"
#include "vm/jit/target.h"

namespace remit {
namespace {

llvm::Expected<std::string> write(const LoadedProgram& loaded, bool ir, const NativeOptions& options) {
    auto machine = jit::make_machine(options.opt_level);
    if (!machine) return machine.takeError();
    llvm::LLVMContext context;
    const jit::Plan plan = jit::make_plan(loaded, options);
    auto module = jit::build_module(context, **machine, loaded.program(), plan, {0, plan.size()}, options.opt_level);
    if (!module) return module.takeError();
    if (ir) {
        std::string text;
        llvm::raw_string_ostream stream(text);
        (*module)->print(stream, nullptr);
        return text;
    }
    auto bytes = jit::emit(**machine, **module, llvm::CodeGenFileType::AssemblyFile);
    if (!bytes) return bytes.takeError();
    return std::string(bytes->data(), bytes->size());
}

}  // namespace

Result<std::string> native_text(const LoadedProgram& program, NativeText what, const NativeOptions& options) {
    auto text = write(program, what == NativeText::Llvm, options);
    if (!text) return Failure{"native code: " + llvm::toString(text.takeError())};
    return std::move(*text);
}

}  // namespace remit
