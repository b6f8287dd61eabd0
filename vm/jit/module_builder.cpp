#include "vm/jit/module_builder.h"

#include <llvm/IR/Verifier.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Transforms/InstCombine/InstCombine.h>
#include <llvm/Transforms/Scalar/EarlyCSE.h>
#include <llvm/Transforms/Scalar/SROA.h>
#include <llvm/Transforms/Scalar/SimplifyCFG.h>
#include <llvm/Transforms/Utils/Cloning.h>

#include "vm/jit/decide_emitter.h"
#include "vm/jit/shape_emitter.h"
#include "vm/jit/tool_emitter.h"

namespace remit::jit {
namespace {

llvm::Error broken(const std::string& why) {
    return llvm::createStringError(llvm::inconvertibleErrorCode(), "native code for this program is malformed: " + why);
}

void inline_calls(const std::vector<llvm::CallInst*>& calls) {
    for (llvm::CallInst* call : calls) {
        llvm::InlineFunctionInfo info;
        // What cannot be inlined stays a call, which means the same.
        (void)llvm::InlineFunction(*call, info, /*MergeAttributes=*/false, /*CalleeAAR=*/nullptr,
                                   /*InsertLifetime=*/false);
    }
}

/// Short pipelines, chosen by measuring: the emitters' IR is clean, so only the seams of the inlined operations need it,
/// and in a tool's function its locals.
void simplify(llvm::TargetMachine& machine, const std::vector<llvm::Function*>& segments,
              const std::vector<llvm::Function*>& tools) {
    llvm::LoopAnalysisManager loops;
    llvm::FunctionAnalysisManager analyses;
    llvm::CGSCCAnalysisManager graphs;
    llvm::ModuleAnalysisManager modules;
    llvm::PassBuilder builder(&machine);
    builder.registerModuleAnalyses(modules);
    builder.registerCGSCCAnalyses(graphs);
    builder.registerFunctionAnalyses(analyses);
    builder.registerLoopAnalyses(loops);
    builder.crossRegisterProxies(loops, analyses, graphs, modules);
    llvm::FunctionPassManager seams, locals;
    seams.addPass(llvm::EarlyCSEPass());
    seams.addPass(llvm::SimplifyCFGPass());
    locals.addPass(llvm::SROAPass(llvm::SROAOptions::ModifyCFG));
    locals.addPass(llvm::EarlyCSEPass());
    locals.addPass(llvm::InstCombinePass());
    locals.addPass(llvm::SimplifyCFGPass());
    for (llvm::Function* f : segments) seams.run(*f, analyses);
    for (llvm::Function* f : tools) locals.run(*f, analyses);
}

/// Constants that inlined code has read by now.
void drop_unused(llvm::Module& module) {
    for (llvm::GlobalVariable& g : llvm::make_early_inc_range(module.globals())) {
        g.removeDeadConstantUsers();
        if (g.hasLocalLinkage() && g.use_empty()) g.eraseFromParent();
    }
}

}  // namespace

llvm::Expected<std::unique_ptr<llvm::Module>> build_module(llvm::LLVMContext& context, llvm::TargetMachine& machine,
                                                           const Program& program, const Plan& plan,
                                                           const ModulePart& part, const Addresses& addresses,
                                                           int opt_level) {
    auto ops = OpsModule::load(context);
    if (!ops) return ops.takeError();
    llvm::Module& module = ops->module();
    module.setTargetTriple(machine.getTargetTriple().str());
    module.setDataLayout(machine.createDataLayout());
    module.setModuleIdentifier(decide_symbol(program));
    module.setSourceFileName(program.name);

    std::vector<llvm::CallInst*> calls;
    std::vector<llvm::Function*> segments, tools;
    for (size_t i = part.begin; i < part.end; ++i) {
        const std::string name = symbol(plan, i);
        if (i < plan.functions.size()) {
            segments.push_back(emit_segment(*ops, program, plan.functions[i], name, calls));
        } else {
            const ToolCode& code = plan.tools[i - plan.functions.size()];
            tools.push_back(emit_tool(*ops, program, code, name, addresses, calls));
        }
    }
    if (llvm::Error e = ops->take_error()) return e;
    if (part.decide) {
        emit_decide(module, program, plan, addresses);
        emit_walk(module, addresses);
    }
    if (opt_level > 0) inline_calls(calls);

    std::unique_ptr<llvm::Module> done = ops->finish();
    std::string why;
    llvm::raw_string_ostream stream(why);
    if (llvm::verifyModule(*done, &stream)) return broken(why);
    if (opt_level > 0) {
        simplify(machine, segments, tools);
        drop_unused(*done);
    }
    return done;
}

}  // namespace remit::jit
