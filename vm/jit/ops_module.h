// The operations' bitcode: a module in which bodies are read only when asked for. Native functions are built inside
// this very module, so nothing has to be linked; what was not asked for is dropped at the end.
#pragma once

#include <llvm/ADT/SmallPtrSet.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/Error.h>

#include <memory>

namespace remit::jit {

class OpsModule {
public:
    static llvm::Expected<OpsModule> load(llvm::LLVMContext& context);

    llvm::Module& module() { return *module_; }
    /// The function of that name with its body and all that it calls, private to the module. Null, with `error()` set,
    /// if it cannot be had.
    llvm::Function* use(llvm::StringRef name);
    /// Few instructions and no calls: may be computed early, for nothing.
    static bool is_light(const llvm::Function& function);
    /// Drops every function that nothing calls and gives the module away.
    std::unique_ptr<llvm::Module> finish();
    llvm::Error take_error() { return std::move(error_); }

private:
    explicit OpsModule(std::unique_ptr<llvm::Module> module) : module_(std::move(module)) {}
    bool bring(llvm::Function& function);

    std::unique_ptr<llvm::Module> module_;
    llvm::SmallPtrSet<llvm::Function*, 32> used_;
    llvm::Error error_ = llvm::Error::success();
};

}  // namespace remit::jit
