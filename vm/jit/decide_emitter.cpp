#include "vm/jit/decide_emitter.h"

#include <algorithm>
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
    for (unsigned half = 0; half < 2; ++half) {
        uint64_t words[2] = {};
        for (unsigned i = 0; i < 16; ++i) words[i / 8] |= uint64_t{hash[half * 16 + i]} << (8 * (i % 8));
        b.CreateAlignedStore(llvm::ConstantDataVector::get(b.getContext(), words),
                             at(b, out, offsetof(Outcome, policy) + uint64_t{16} * half), llvm::Align(8));
    }
}

llvm::FunctionType* tool_function(llvm::IRBuilder<>& b) {
    return llvm::FunctionType::get(b.getVoidTy(), {b.getPtrTy(), b.getPtrTy(), b.getPtrTy()}, false);
}

}  // namespace

llvm::FunctionCallee walk_of(llvm::Module& module) {
    llvm::IRBuilder<> b(module.getContext());
    return module.getOrInsertFunction(kWalkSymbol, tool_function(b));
}

void call_tool(llvm::IRBuilder<>& b, llvm::FunctionCallee tool, llvm::ArrayRef<Value*> arguments) {
    llvm::CallInst* call = b.CreateCall(tool, arguments);
    call->addFnAttr(llvm::Attribute::NoUnwind);
    call->setTailCall();
    b.CreateRetVoid();
}

Value* params_table(llvm::IRBuilder<>& b, llvm::Module& module, const Addresses& addresses) {
    return table(b, module, addresses.known, addresses.params, "remit_params");
}

/// Comparisons that find each of a few tools' functions: their outcomes are predicted better than an indirect jump's target.
/// Leaves `b` where none was found.
void emit_tests(llvm::IRBuilder<>& b, llvm::Module& module, const Plan& plan, Value* tool,
                llvm::ArrayRef<Value*> arguments) {
    const auto own = std::count_if(plan.tool_of.begin(), plan.tool_of.end(), [](uint32_t t) { return t != kWalked; });
    if (own == 0 || static_cast<size_t>(own) > kMostTested) return;
    llvm::Function* f = b.GetInsertBlock()->getParent();
    BasicBlock* other = BasicBlock::Create(module.getContext(), "other", f);
    f->addFnAttr("no-jump-tables", "true");
    llvm::SwitchInst* choice = b.CreateSwitch(tool, other, static_cast<unsigned>(own));
    for (uint32_t t = 0; t < plan.tool_of.size(); ++t) {
        if (plan.tool_of[t] == kWalked) continue;
        BasicBlock* found = BasicBlock::Create(module.getContext(), "tool", f);
        choice->addCase(b.getInt32(t), found);
        b.SetInsertPoint(found);
        const std::string name = symbol(plan, plan.functions.size() + plan.tool_of[t]);
        call_tool(b, module.getOrInsertFunction(name, tool_function(b)), arguments);
    }
    b.SetInsertPoint(other);
}

void emit_decide(llvm::Module& module, const Program& program, const Plan& plan, const Addresses& addresses) {
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
    BasicBlock* done = BasicBlock::Create(context, "done", f);

    b.SetInsertPoint(entry);
    store_hash(b, out, program.hash);
    // A tool that the policy does not have runs no rule, and so is not allowed.
    b.CreateCondBr(b.CreateICmpULT(tool, b.getInt32(static_cast<uint32_t>(program.tools.size()))), known, done);

    b.SetInsertPoint(known);
    Value* tools = table(b, module, addresses.known, addresses.tools, "remit_tools");
    Value* code = b.CreateInBoundsGEP(b.getInt8Ty(), tools,
                                      b.CreateMul(b.CreateZExt(tool, b.getInt64Ty()), b.getInt64(sizeof(ToolEntry))));
    emit_tests(b, module, plan, tool, {frame, out, code});
    Value* run = b.CreateLoad(ptr, at(b, code, offsetof(ToolEntry, run)), "run");
    call_tool(b, {tool_function(b), run}, {frame, out, code});
    b.SetInsertPoint(done);
    b.CreateRetVoid();
}

llvm::Function* emit_walk(llvm::Module& module, const Addresses& addresses) {
    llvm::LLVMContext& context = module.getContext();
    llvm::IRBuilder<> b(context);
    llvm::Type* ptr = b.getPtrTy();
    auto* f = llvm::cast<llvm::Function>(walk_of(module).getCallee());
    f->addFnAttr(llvm::Attribute::NoUnwind);
    Value *frame = f->getArg(0), *out = f->getArg(1), *tool = f->getArg(2);
    frame->setName("frame");
    out->setName("out");
    tool->setName("tool");
    BasicBlock* entry = BasicBlock::Create(context, "entry", f);
    BasicBlock* step = BasicBlock::Create(context, "step", f);
    BasicBlock* done = BasicBlock::Create(context, "done", f);

    b.SetInsertPoint(entry);
    Value* params = params_table(b, module, addresses);
    Value* first = b.CreateLoad(ptr, at(b, tool, offsetof(ToolEntry, begin)), "first");
    Value* last = b.CreateLoad(ptr, at(b, tool, offsetof(ToolEntry, end)), "last");
    b.CreateCondBr(b.CreateICmpEQ(first, last), done, step);

    b.SetInsertPoint(step);
    llvm::PHINode* now = b.CreatePHI(ptr, 2, "now");
    Value* run = b.CreateLoad(ptr, at(b, now, offsetof(Step, run)), "run");
    Value* rows = b.CreateLoad(ptr, at(b, now, offsetof(Step, rows)), "rows");
    Value* end = b.CreateLoad(ptr, at(b, now, offsetof(Step, end)), "end");
    auto* segment = llvm::FunctionType::get(b.getVoidTy(), {ptr, ptr, ptr, ptr, ptr}, false);
    b.CreateCall(segment, run, {frame, out, rows, end, params})->addFnAttr(llvm::Attribute::NoUnwind);
    Value* following = at(b, now, sizeof(Step));
    now->addIncoming(first, entry);
    now->addIncoming(following, step);
    b.CreateCondBr(b.CreateICmpEQ(following, last), done, step);

    b.SetInsertPoint(done);
    b.CreateRetVoid();
    return f;
}

}  // namespace remit::jit
