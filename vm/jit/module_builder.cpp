#include "vm/jit/module_builder.h"

#include <llvm/IR/Verifier.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Transforms/Scalar/EarlyCSE.h>
#include <llvm/Transforms/Scalar/SimplifyCFG.h>
#include <llvm/Transforms/Utils/Cloning.h>

#include "vm/jit/judge_emitter.h"
#include "vm/jit/shape_emitter.h"

namespace remit::jit {

void inline_calls(const std::vector<llvm::CallInst*>& calls) {
    for (llvm::CallInst* call : calls) {
        llvm::InlineFunctionInfo info;
        // What cannot be inlined stays a call, which means the same.
        (void)llvm::InlineFunction(*call, info, /*MergeAttributes=*/false, /*CalleeAAR=*/nullptr,
                                   /*InsertLifetime=*/false);
    }
}

void prepare(llvm::Module& module, llvm::TargetMachine& machine) {
    module.setTargetTriple(machine.getTargetTriple().str());
    module.setDataLayout(machine.createDataLayout());
    module.setModuleIdentifier("remit");
    module.setSourceFileName("remit");
}

void simplify(llvm::TargetMachine& machine, const std::vector<llvm::Function*>& functions) {
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
    llvm::FunctionPassManager seams;
    seams.addPass(llvm::EarlyCSEPass());
    seams.addPass(llvm::SimplifyCFGPass());
    for (llvm::Function* f : functions) seams.run(*f, analyses);
}

void drop_unused(llvm::Module& module) {
    for (llvm::GlobalVariable& g : llvm::make_early_inc_range(module.globals())) {
        g.removeDeadConstantUsers();
        if (g.hasLocalLinkage() && g.use_empty()) g.eraseFromParent();
    }
}

namespace {

llvm::Error broken(const std::string& why) {
    return llvm::createStringError(llvm::inconvertibleErrorCode(), "native code for this program is malformed: " + why);
}

/// The functions of segments [part.begin, part.end), inside the operations' module.
llvm::Expected<std::unique_ptr<llvm::Module>> segments_module(llvm::LLVMContext& context, llvm::TargetMachine& machine,
                                                              const Program& program, const Plan& plan,
                                                              const ModulePart& part, int opt_level) {
    auto ops = OpsModule::load(context);
    if (!ops) return ops.takeError();
    prepare(ops->module(), machine);
    std::vector<llvm::CallInst*> calls;
    std::vector<llvm::Function*> segments;
    for (size_t i = part.begin; i < part.end; ++i)
        segments.push_back(emit_segment(*ops, program, plan.segments[i], segment_symbol(plan, i), calls));
    if (llvm::Error e = ops->take_error()) return e;
    if (opt_level > 0) inline_calls(calls);
    std::unique_ptr<llvm::Module> done = ops->finish();
    if (opt_level > 0) {
        simplify(machine, segments);
        drop_unused(*done);
    }
    return done;
}

}  // namespace

llvm::Expected<std::unique_ptr<llvm::Module>> build_module(llvm::LLVMContext& context, llvm::TargetMachine& machine,
                                                           const Program& program, const Plan& plan,
                                                           const ModulePart& part, int opt_level) {
    std::unique_ptr<llvm::Module> module;
    const size_t judges = plan.judge_functions();
    if (part.end > judges) {
        const ModulePart segments{std::max(part.begin, judges) - judges, part.end - judges};
        auto made = segments_module(context, machine, program, plan, segments, opt_level);
        if (!made) return made.takeError();
        module = std::move(*made);
    } else {
        module = std::make_unique<llvm::Module>("remit", context);
        prepare(*module, machine);
    }
    for (size_t i = part.begin; i < std::min(part.end, judges); ++i) emit_judge(*module, plan, i);
    std::string why;
    llvm::raw_string_ostream stream(why);
    if (llvm::verifyModule(*module, &stream)) return broken(why);
    return module;
}

}  // namespace remit::jit
