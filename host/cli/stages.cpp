#include "host/cli/stages.h"

#include <fmt/format.h>

#include "compiler/syntax/parse.h"
#include "host/cli/engines.h"
#include "vm/program/disassemble.h"
#include "vm/index/loaded.h"
#include "vm/wasm/emit_wasm.h"

namespace remit::cli {

namespace {

Result<std::string> compiler_stage(const Compilation& compilation, std::string_view stage) {
    if (compilation.files.empty())
        return Failure{fmt::format("an image has no stage `{}`: it was made from later ones", stage)};
    if (stage == "ir") return compilation.ir_text;
    std::string out;
    for (const ast::File& file : compilation.files) out += print(file);
    return out;
}

Result<std::string> index_stage(const Program& program) {
    const auto loaded = LoadedProgram::load(program);
    if (!loaded) return Failure{loaded.error()};
    return (*loaded)->index().text(program);
}

Result<std::string> object_stage(const Compilation& compilation, std::string_view stage) {
    if (compilation.layers.size() > 1)
        return Failure{"a policy under another is no object file: both decide; link libremit_vm instead"};
    return native_stage(compilation.layers.front(), stage == "obj" ? NativeStage::Object : NativeStage::Header);
}

}  // namespace

Result<std::string> emit_stage(const Compilation& compilation, std::string_view stage) {
    if (stage == "ast" || stage == "ir") return compiler_stage(compilation, stage);
    if (compilation.layers.empty()) return Failure{"there is no program to show"};
    const Program& program = compilation.layers.front();
    if (stage == "program") return disassemble(program);
    if (stage == "index") return index_stage(program);
    if (stage == "llvm") return native_stage(program, NativeStage::Llvm);
    if (stage == "asm") return native_stage(program, NativeStage::Asm);
    if (stage == "obj" || stage == "header") return object_stage(compilation, stage);
    if (stage == "wasm") return emit_wasm(compilation.layers);
    return Failure{fmt::format("there is no stage `{}`", stage)};
}

}  // namespace remit::cli
