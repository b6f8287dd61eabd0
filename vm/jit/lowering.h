// The instructions of a shape as LLVM IR: what every emitter of native code shares. Registers become SSA values; no
// memory is used for them. Operations are calls that `build_module` inlines.
//
// An emitter derives from `Lowering` and says where slots and parameters come from and what an early exit does. It has
// two places to write to: `early_` for what is the same for every row, `row_` for the rest.
#pragma once

#include <llvm/IR/Function.h>
#include <llvm/IR/IRBuilder.h>

#include <vector>

#include "vm/jit/ops_module.h"
#include "vm/program/program.h"

namespace remit::jit {

/// A register: two 64-bit values. `fixed`: the same for every row, and available before all of them.
struct Reg {
    llvm::Value* bits = nullptr;
    llvm::Value* err = nullptr;
    bool fixed = false;
};

const char* action_symbol(Action action);

class Lowering {
public:
    Lowering(const Lowering&) = delete;
    Lowering& operator=(const Lowering&) = delete;

protected:
    /// Calls to operations are appended to `calls`.
    Lowering(OpsModule& ops, const Program& program, std::vector<llvm::CallInst*>& calls);
    virtual ~Lowering() = default;

    virtual Reg slot(uint32_t index) = 0;
    virtual Reg param(uint32_t index) = 0;
    /// The ExitFalse at code index `at`; never inside a loop.
    virtual void exit_false(const Reg& guard, uint32_t at) = 0;

    /// The value of shape `index`, whose parameter k is `param(param_base + k)`.
    Reg shape(uint32_t index, uint32_t param_base);

    /// The shape's ExitFalse `at` is followed by so little work that doing it for nothing costs less than a branch.
    bool little_after(uint32_t at);
    llvm::Function* create(llvm::StringRef name, llvm::ArrayRef<const char*> pointers);
    llvm::BasicBlock* block(const char* name);
    Reg constant(int64_t bits, int64_t err = 0);
    Reg load(llvm::IRBuilder<>& at, llvm::Value* base, uint64_t offset);
    llvm::Value* offset(llvm::IRBuilder<>& at, llvm::Value* base, uint64_t bytes);
    /// Calls a function of the bitcode. Null if it is not there; the module is given up then.
    llvm::Value* call(llvm::IRBuilder<>& at, const char* symbol, llvm::ArrayRef<llvm::Value*> arguments);

    OpsModule& ops_;
    const Program& program_;
    llvm::LLVMContext& context_;
    llvm::IRBuilder<> early_, row_;
    llvm::Type *i64_ = nullptr, *ptr_ = nullptr;
    llvm::Function* function_ = nullptr;
    bool exited_ = false;  // some rows do not get here

private:
    Reg apply(Op op, Reg a, Reg b);
    Reg straight(uint32_t at, uint32_t end);
    Reg operand(uint16_t index);
    Reg loop_start(const Instr& i, const Reg& list);
    void loop(const Instr& i, uint32_t body);

    std::vector<llvm::CallInst*>& calls_;
    std::vector<Reg> registers_;
    uint32_t param_base_ = 0;
    bool in_loop_ = false;
};

}  // namespace remit::jit
