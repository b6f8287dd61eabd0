#include "vm/jit/target.h"

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

const Host& host() {
    static const Host known = [] {
        Host h;
        if (llvm::InitializeNativeTarget() || llvm::InitializeNativeTargetAsmPrinter()) {
            h.error = "llvm has no back end for this processor";
            return h;
        }
        h.triple = llvm::sys::getProcessTriple();
        h.cpu = llvm::sys::getHostCPUName().str();
        for (const auto& feature : llvm::sys::getHostCPUFeatures()) {
            if (!h.features.empty()) h.features += ',';
            h.features += (feature.second ? "+" : "-") + feature.first().str();
        }
        h.target = llvm::TargetRegistry::lookupTarget(h.triple, h.error);
        return h;
    }();
    return known;
}

}  // namespace

llvm::Expected<std::unique_ptr<llvm::TargetMachine>> make_machine(int opt_level) {
    const Host& h = host();
    if (!h.target) return llvm::createStringError(llvm::inconvertibleErrorCode(), h.error.c_str());
    const auto level = opt_level == 0 ? llvm::CodeGenOptLevel::None : llvm::CodeGenOptLevel::Default;
    llvm::TargetOptions options;
    options.EnableFastISel = opt_level == 0;
    std::unique_ptr<llvm::TargetMachine> machine(h.target->createTargetMachine(
        h.triple, h.cpu, h.features, options, llvm::Reloc::PIC_, llvm::CodeModel::Small, level, /*JIT=*/true));
    if (!machine) return llvm::createStringError(llvm::inconvertibleErrorCode(), "llvm cannot target this processor");
    return machine;
}

llvm::Expected<llvm::SmallVector<char, 0>> emit(llvm::TargetMachine& machine, llvm::Module& module, llvm::CodeGenFileType type) {
    llvm::SmallVector<char, 0> bytes;
    llvm::raw_svector_ostream stream(bytes);
    llvm::legacy::PassManager passes;
    if (machine.addPassesToEmitFile(passes, stream, nullptr, type, /*DisableVerify=*/true))
        return llvm::createStringError(llvm::inconvertibleErrorCode(), "llvm cannot write code for this processor");
    passes.run(module);
    return bytes;
}

}  // namespace remit::jit
