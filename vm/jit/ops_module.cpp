#include "vm/jit/ops_module.h"

#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/Support/MemoryBufferRef.h>

#include "vm/jit/bitcode_data.h"

namespace remit::jit {

llvm::Expected<OpsModule> OpsModule::load(llvm::LLVMContext& context) {
    const std::string_view bytes = ops_bitcode();
    const llvm::MemoryBufferRef buffer(llvm::StringRef(bytes.data(), bytes.size()), "remit_ops");
    auto module = llvm::getLazyBitcodeModule(buffer, context, /*ShouldLazyLoadMetadata=*/true);
    if (!module) return module.takeError();
    return OpsModule(std::move(*module));
}

bool OpsModule::bring(llvm::Function& function) {
    if (!used_.insert(&function).second) return true;
    if (llvm::Error e = function.materialize()) {
        error_ = llvm::joinErrors(std::move(error_), std::move(e));
        return false;
    }
    if (function.isDeclaration()) return true;
    // The bitcode was made for any x86-64; without its attributes the code is made for the processor we have.
    for (const char* name : {"target-cpu", "target-features", "tune-cpu"}) function.removeFnAttr(name);
    function.setLinkage(llvm::GlobalValue::InternalLinkage);
    function.setVisibility(llvm::GlobalValue::DefaultVisibility);
    function.setComdat(nullptr);
    for (llvm::Instruction& i : llvm::instructions(function)) {
        auto* call = llvm::dyn_cast<llvm::CallBase>(&i);
        llvm::Function* callee = call ? call->getCalledFunction() : nullptr;
        if (callee && !callee->isIntrinsic() && !bring(*callee)) return false;
    }
    return true;
}

llvm::Function* OpsModule::use(llvm::StringRef name) {
    llvm::Function* function = module_->getFunction(name);
    if (!function) {
        error_ = llvm::joinErrors(std::move(error_), llvm::createStringError(llvm::inconvertibleErrorCode(),
                                                                             "the operations' bitcode has no " + name));
        return nullptr;
    }
    return bring(*function) ? function : nullptr;
}

bool OpsModule::is_light(const llvm::Function& function) {
    unsigned count = 0;
    for (const llvm::Instruction& i : llvm::instructions(function)) {
        if (llvm::isa<llvm::CallBase>(i) && !llvm::isa<llvm::IntrinsicInst>(i)) return false;
        if (++count > 24) return false;
    }
    return true;
}

std::unique_ptr<llvm::Module> OpsModule::finish() {
    for (llvm::Function& f : llvm::make_early_inc_range(*module_)) {
        if (f.isMaterializable()) f.deleteBody();  // never read
        const bool ours = f.hasLocalLinkage() || f.isDeclaration();
        if (ours && f.use_empty()) f.eraseFromParent();
    }
    return std::move(module_);
}

}  // namespace remit::jit
