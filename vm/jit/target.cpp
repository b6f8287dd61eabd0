#include "vm/jit/target.h"

#include <llvm/CodeGen/MachineModuleInfo.h>
#include <llvm/CodeGen/Passes.h>
#include <llvm/CodeGen/TargetPassConfig.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/TargetParser/Host.h>

#include <mutex>
#include <string>

namespace remit::jit {

namespace {

/// Constant once made, so sharing it between threads is safe.
struct Host {
    const llvm::Target* target = nullptr;
    std::string triple, cpu, features, error;
};

/// On x86 what our code can use, and no more: LLVM reads the list for every function. AVX-512 is left out, because a
/// pass looks for work with its registers in every function where it is there.
void set_processor(Host& h) {
    const auto known = llvm::sys::getHostCPUFeatures();
    const auto add = [&](llvm::StringRef name, bool there) {
        h.features += (h.features.empty() ? "" : ",") + std::string(there ? "+" : "-") + name.str();
    };
    if (llvm::Triple(h.triple).isX86()) {
        h.cpu = "x86-64";
        for (const char* name : {"sse4.2", "popcnt", "avx2", "bmi", "bmi2", "lzcnt", "movbe"})
            if (known.lookup(name)) add(name, true);
        return;
    }
    h.cpu = llvm::sys::getHostCPUName().str();
    for (const auto& feature : known) add(feature.first(), feature.second);
}

const Host& host() {
    static const Host known = [] {
        Host h;
        if (llvm::InitializeNativeTarget() || llvm::InitializeNativeTargetAsmPrinter()) {
            h.error = "llvm has no back end for this processor";
            return h;
        }
        h.triple = llvm::sys::getProcessTriple();
        set_processor(h);
        h.target = llvm::TargetRegistry::lookupTarget(h.triple, h.error);
        return h;
    }();
    return known;
}

}  // namespace

llvm::Expected<std::unique_ptr<llvm::TargetMachine>> make_machine(int opt_level, bool portable) {
    const Host& h = host();
    if (!h.target) return llvm::createStringError(llvm::inconvertibleErrorCode(), h.error.c_str());
    const auto level = opt_level <= 0   ? llvm::CodeGenOptLevel::None
                       : opt_level == 1 ? llvm::CodeGenOptLevel::Less
                                        : llvm::CodeGenOptLevel::Default;
    const std::string any = llvm::Triple(h.triple).isX86() ? "x86-64-v2" : "generic";
    std::unique_ptr<llvm::TargetMachine> machine(h.target->createTargetMachine(
        h.triple, portable ? any : h.cpu, portable ? "" : h.features, llvm::TargetOptions{}, llvm::Reloc::PIC_,
        llvm::CodeModel::Small, level, /*JIT=*/true));
    if (!machine) return llvm::createStringError(llvm::inconvertibleErrorCode(), "llvm cannot target this processor");
    return machine;
}

std::string machine_name() {
    const Host& h = host();
    return h.triple + " " + h.cpu + " " + h.features;
}

namespace {

/// Passes that our functions give nothing to do, or that cost more time than they save, each found by leaving it out.
void leave_out(llvm::TargetPassConfig& config, bool quick) {
    for (const llvm::AnalysisID id :
         {&llvm::PostRASchedulerID, &llvm::MachineSchedulerID, &llvm::EarlyIfConverterID, &llvm::MachineCombinerID,
          &llvm::EarlyTailDuplicateID, &llvm::StackColoringID, &llvm::StackSlotColoringID, &llvm::LiveDebugValuesID,
          &llvm::RemoveRedundantDebugValuesID, &llvm::StackMapLivenessID, &llvm::FuncletLayoutID,
          &llvm::FEntryInserterID, &llvm::XRayInstrumentationID, &llvm::PatchableFunctionID,
          &llvm::MachineLateInstrsCleanupID})
        config.disablePass(id);
    if (!quick) return;
    for (const llvm::AnalysisID id :
         {&llvm::EarlyMachineLICMID, &llvm::MachineLICMID, &llvm::MachineSinkingID, &llvm::MachineCSEID,
          &llvm::TailDuplicateID, &llvm::MachineCopyPropagationID, &llvm::BranchFolderPassID})
        config.disablePass(id);
}

/// LLVM's own sequence without its passes over the IR, which is clean when it gets here and holds nothing that must be
/// expanded.
bool add_passes(llvm::LLVMTargetMachine& machine, llvm::legacy::PassManager& passes, llvm::raw_pwrite_stream& stream,
                llvm::CodeGenFileType type) {
    const bool quick = machine.getOptLevel() == llvm::CodeGenOptLevel::Less;
    llvm::TargetPassConfig* config = machine.createPassConfig(passes);
    auto* info = new llvm::MachineModuleInfoWrapperPass(&machine);
    config->setDisableVerify(true);
    leave_out(*config, quick);
    passes.add(config);  // the pass manager owns what it is given
    passes.add(info);
    machine.setFastISel(quick);
    config->addISelPrepare();
    if (config->addInstSelector()) return false;
    passes.add(llvm::Pass::createPass(&llvm::FinalizeISelID));
    config->addMachinePasses();
    config->setInitialized();
    if (machine.addAsmPrinter(passes, stream, nullptr, type, info->getMMI().getContext())) return false;
    passes.add(llvm::createFreeMachineFunctionPass());
    return true;
}

}  // namespace

llvm::Expected<llvm::SmallVector<char, 0>> emit(llvm::TargetMachine& machine, llvm::Module& module,
                                                llvm::CodeGenFileType type) {
    llvm::SmallVector<char, 0> bytes;
    llvm::raw_svector_ostream stream(bytes);
    llvm::legacy::PassManager passes;
    const bool added = machine.getOptLevel() == llvm::CodeGenOptLevel::None
                           ? !machine.addPassesToEmitFile(passes, stream, nullptr, type, /*DisableVerify=*/true)
                           : add_passes(static_cast<llvm::LLVMTargetMachine&>(machine), passes, stream, type);
    if (!added)
        return llvm::createStringError(llvm::inconvertibleErrorCode(), "llvm cannot write code for this processor");
    passes.run(module);
    return bytes;
}

}  // namespace remit::jit
