#include "vm/jit/decide_emitter.h"

#include <llvm/IR/IRBuilder.h>

#include <cstddef>

namespace remit::jit {
namespace {

using llvm::BasicBlock;
using llvm::Value;

Value* at(llvm::IRBuilder<>& b, Value* base, uint64_t offset) {
    return b.CreateConstInBoundsGEP1_64(b.getInt8Ty(), base, offset);
}

/// An address of this process as an immediate, or a symbol for whoever links the object.
Value* table(llvm::IRBuilder<>& b, llvm::Module& module, bool known, const void* address, const char* symbol) {
    if (!known) return module.getOrInsertGlobal(symbol, b.getInt8Ty());
    return b.CreateIntToPtr(b.getInt64(reinterpret_cast<uint64_t>(address)), b.getPtrTy());
}

void store_hash(llvm::IRBuilder<>& b, Value* out, const Hash& hash) {
    for (unsigned w = 0; w < 4; ++w) {
        uint64_t word = 0;
        for (unsigned i = 0; i < 8; ++i) word |= uint64_t{hash[w * 8 + i]} << (8 * i);
        b.CreateAlignedStore(b.getInt64(word), at(b, out, offsetof(Outcome, policy) + 8 * w), llvm::Align(8));
    }
}

}  // namespace

llvm::Function* emit_decide(llvm::Module& module, const Program& program, const Addresses& addresses) {
    llvm::LLVMContext& context = module.getContext();
    llvm::IRBuilder<> b(context);
    llvm::Type* ptr = b.getPtrTy();
    auto* type = llvm::FunctionType::get(b.getVoidTy(), {b.getInt32Ty(), ptr, ptr}, false);
    auto* f = llvm::Function::Create(type, llvm::GlobalValue::ExternalLinkage, decide_symbol(program), module);
    f->addFnAttr(llvm::Attribute::NoUnwind);
    Value *tool = f->getArg(0), *frame = f->getArg(1), *out = f->getArg(2);
    tool->setName("tool");
    frame->setName("frame");
    out->setName("out");
    BasicBlock* entry = BasicBlock::Create(context, "entry", f);
    BasicBlock* known = BasicBlock::Create(context, "known", f);
    BasicBlock* step = BasicBlock::Create(context, "step", f);
    BasicBlock* done = BasicBlock::Create(context, "done", f);

    b.SetInsertPoint(entry);
    store_hash(b, out, program.hash);
    // A tool that the policy does not have runs no rule, and so is not allowed.
    b.CreateCondBr(b.CreateICmpULT(tool, b.getInt32(static_cast<uint32_t>(program.tools.size()))), known, done);

    b.SetInsertPoint(known);
    Value* tools = table(b, module, addresses.known, addresses.tools, "remit_tools");
    Value* params = table(b, module, addresses.known, addresses.params, "remit_params");
    Value* range = b.CreateInBoundsGEP(b.getInt8Ty(), tools,
                                       b.CreateMul(b.CreateZExt(tool, b.getInt64Ty()), b.getInt64(sizeof(ToolSteps))));
    Value* first = b.CreateLoad(ptr, at(b, range, offsetof(ToolSteps, begin)), "first");
    Value* last = b.CreateLoad(ptr, at(b, range, offsetof(ToolSteps, end)), "last");
    b.CreateCondBr(b.CreateICmpEQ(first, last), done, step);

    b.SetInsertPoint(step);
    llvm::PHINode* now = b.CreatePHI(ptr, 2, "now");
    Value* run = b.CreateLoad(ptr, at(b, now, offsetof(Step, run)), "run");
    Value* rows = b.CreateLoad(ptr, at(b, now, offsetof(Step, rows)), "rows");
    Value* end = b.CreateLoad(ptr, at(b, now, offsetof(Step, end)), "end");
    auto* segment = llvm::FunctionType::get(b.getVoidTy(), {ptr, ptr, ptr, ptr, ptr}, false);
    b.CreateCall(segment, run, {frame, out, rows, end, params})->addFnAttr(llvm::Attribute::NoUnwind);
    Value* following = at(b, now, sizeof(Step));
    now->addIncoming(first, known);
    now->addIncoming(following, step);
    b.CreateCondBr(b.CreateICmpEQ(following, last), done, step);

    b.SetInsertPoint(done);
    b.CreateRetVoid();
    return f;
}

}  // namespace remit::jit
