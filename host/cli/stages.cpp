#include "host/cli/stages.h"

#include <fmt/format.h>

#include "compiler/syntax/parse.h"
#include "host/cli/engines.h"
#include "vm/program/disassemble.h"

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

}  // namespace

Result<std::string> emit_stage(const Compilation& compilation, std::string_view stage) {
    if (stage == "ast" || stage == "ir") return compiler_stage(compilation, stage);
    if (compilation.layers.empty()) return Failure{"there is no program to show"};
    const Program& program = compilation.layers.front();
    if (stage == "program") return disassemble(program);
    if (stage == "llvm") return native_stage(program, NativeStage::Llvm);
    if (stage == "asm") return native_stage(program, NativeStage::Asm);
    if (stage == "obj") return native_stage(program, NativeStage::Object);
    return Failure{fmt::format("there is no stage `{}`", stage)};
}

}  // namespace remit::cli
