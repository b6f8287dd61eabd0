#include "vm/jit/lowering.h"

namespace remit::jit {

using llvm::BasicBlock;
using llvm::Value;

namespace {

const char* op_symbol(Op op) {
    switch (op) {
#define REMIT_OP(name, ...) \
    case Op::name: return "remit_bc_" #name;
#include "vm/ops/ops.def"
        case Op::Item: return "remit_bc_Item";
        case Op::Field: return "remit_bc_Field";
        case Op::ForAny: return "remit_bc_Or";
        case Op::ForAll: return "remit_bc_And";
        case Op::ForCount: return "remit_bc_CountStep";
        case Op::ForSum: return "remit_bc_AddI";
        case Op::Slot:
        case Op::Param:
        case Op::Next:
        case Op::ExitFalse:
        case Op::Ret: break;
    }
    return "";
}

/// More operations than this after an exit are worth a branch.
constexpr uint32_t kLittle = 12;

}  // namespace

const char* action_symbol(Action action) {
    switch (action) {
        case Action::Note: return "remit_bc_act_Note";
        case Action::Allow: return "remit_bc_act_Allow";
        case Action::Block: return "remit_bc_act_Block";
        case Action::Risk: return "remit_bc_act_Risk";
        case Action::Lane: return "remit_bc_act_Lane";
        case Action::Mark: return "remit_bc_act_Mark";
        case Action::Count: return "remit_bc_act_Count";
        case Action::CountDistinct: return "remit_bc_act_CountDistinct";
    }
    return "";
}

Lowering::Lowering(OpsModule& ops, const Program& program, std::vector<llvm::CallInst*>& calls)
    : ops_(ops),
      program_(program),
      context_(ops.module().getContext()),
      early_(context_),
      row_(context_),
      i64_(early_.getInt64Ty()),
      ptr_(early_.getPtrTy()),
      calls_(calls) {}

llvm::Function* Lowering::create(llvm::StringRef name, llvm::ArrayRef<const char*> pointers) {
    const std::vector<llvm::Type*> types(pointers.size(), ptr_);
    auto* type = llvm::FunctionType::get(early_.getVoidTy(), types, false);
    auto* f = llvm::Function::Create(type, llvm::GlobalValue::ExternalLinkage, name, ops_.module());
    f->addFnAttr(llvm::Attribute::NoUnwind);
    for (unsigned i = 0; i < pointers.size(); ++i) {
        f->addParamAttr(i, llvm::Attribute::NoAlias);
        f->getArg(i)->setName(pointers[i]);
    }
    return f;
}

BasicBlock* Lowering::block(const char* name) { return BasicBlock::Create(context_, name, function_); }

Reg Lowering::constant(int64_t bits, int64_t err) {
    return {llvm::ConstantInt::getSigned(i64_, bits), llvm::ConstantInt::getSigned(i64_, err), true};
}

Value* Lowering::offset(llvm::IRBuilder<>& at, Value* base, uint64_t bytes) {
    return at.CreateConstInBoundsGEP1_64(at.getInt8Ty(), base, bytes);
}

Reg Lowering::load(llvm::IRBuilder<>& at, Value* base, uint64_t bytes) {
    Value* bits = offset(at, base, bytes);
    Value* err = offset(at, base, bytes + 8);
    return {at.CreateAlignedLoad(i64_, bits, llvm::Align(8)), at.CreateAlignedLoad(i64_, err, llvm::Align(8)), false};
}

Value* Lowering::call(llvm::IRBuilder<>& at, const char* symbol, llvm::ArrayRef<Value*> arguments) {
    llvm::Function* callee = ops_.use(symbol);
    if (!callee) return nullptr;
    llvm::CallInst* made = at.CreateCall(callee, arguments);
    calls_.push_back(made);
    return made;
}

Reg Lowering::apply(Op op, Reg a, Reg b) {
    llvm::Function* callee = ops_.use(op_symbol(op));
    if (!callee) return constant(0);
    // Early work is wasted when a row-dependent exit would have come first, so then only little is done early.
    const bool early = a.fixed && b.fixed && !in_loop_ && (!exited_ || OpsModule::is_light(*callee));
    llvm::IRBuilder<>& at = early ? early_ : row_;
    Value* both = call(at, op_symbol(op), {a.bits, a.err, b.bits, b.err});
    return {at.CreateExtractValue(both, 0), at.CreateExtractValue(both, 1), early};
}

bool Lowering::little_after(uint32_t at) {
    for (uint32_t i = at + 1, done = 0; program_.code[i].op != Op::Ret; ++i) {
        const Op op = program_.code[i].op;
        if (op == Op::Slot || op == Op::Param || op == Op::ExitFalse) continue;
        if (op >= Op::ForAny || ++done > kLittle) return false;
        const llvm::Function* f = ops_.use(op_symbol(op));
        if (!f || !OpsModule::is_light(*f)) return false;
    }
    return true;
}

Reg Lowering::shape(uint32_t index, uint32_t param_base) {
    const Shape& s = program_.shapes[index];
    param_base_ = param_base;
    registers_.assign(s.registers, constant(0));
    return straight(s.begin, s.end);
}

/// Instructions [at, end); the value of Ret, or of Next for a loop's body.
Reg Lowering::straight(uint32_t at, uint32_t end) {
    while (at < end) {
        const Instr& i = program_.code[at];
        switch (i.op) {
            case Op::Slot: registers_[i.dst] = slot(i.imm); break;
            case Op::Param: registers_[i.dst] = param(param_base_ + i.imm); break;
            case Op::Field: registers_[i.dst] = apply(i.op, registers_[i.a], constant(i.imm)); break;
            case Op::ForAny:
            case Op::ForAll:
            case Op::ForCount:
            case Op::ForSum:
                loop(i, at + 1);
                at = i.imm;
                break;
            case Op::ExitFalse: exit_false(registers_[i.a], at); break;
            case Op::Next:
            case Op::Ret: return registers_[i.a];
            case Op::Item:
#define REMIT_OP(name, ...) case Op::name:
#include "vm/ops/ops.def"
                registers_[i.dst] = apply(i.op, operand(i.a), operand(i.b));
                break;
        }
        ++at;
    }
    return constant(0);
}

/// `b` of an operation with one operand may be anything.
Reg Lowering::operand(uint16_t index) { return index < registers_.size() ? registers_[index] : constant(0); }

Reg Lowering::loop_start(const Instr& i, const Reg& list) {
    const bool truth = i.op == Op::ForAny || i.op == Op::ForAll;
    const int64_t empty = i.op == Op::ForAll ? kTrue : 0;
    Value* failed = row_.CreateICmpNE(list.err, llvm::ConstantInt::get(i64_, 0));
    Value* wrong = llvm::ConstantInt::get(i64_, truth ? kError : 0);
    Value* bits = row_.CreateSelect(failed, wrong, llvm::ConstantInt::get(i64_, static_cast<uint64_t>(empty)));
    return {bits, truth ? static_cast<Value*>(llvm::ConstantInt::get(i64_, 0)) : list.err, false};
}

/// The verifier sees to it that a body reads nothing that it wrote in an earlier round and that nothing which it
/// writes is read after the loop, so the result and the position are all that goes round.
void Lowering::loop(const Instr& i, uint32_t body) {
    const Reg list = registers_[i.a];
    Value* size = call(row_, "remit_bc_loop_size", {list.bits, list.err});
    if (!size) return;
    const Reg start = loop_start(i, list);
    BasicBlock* before = row_.GetInsertBlock();
    BasicBlock* head = block("loop");
    BasicBlock* inside = block("body");
    BasicBlock* after = block("after");
    row_.CreateBr(head);
    row_.SetInsertPoint(head);
    llvm::PHINode* position = row_.CreatePHI(i64_, 2, "position");
    llvm::PHINode* bits = row_.CreatePHI(i64_, 2, "bits");
    llvm::PHINode* err = row_.CreatePHI(i64_, 2, "err");
    position->addIncoming(llvm::ConstantInt::get(i64_, 0), before);
    bits->addIncoming(start.bits, before);
    err->addIncoming(start.err, before);
    row_.CreateCondBr(row_.CreateICmpSLT(position, size), inside, after);

    row_.SetInsertPoint(inside);
    const std::vector<Reg> outside = registers_;
    registers_[i.b] = {position, llvm::ConstantInt::get(i64_, 0), false};
    in_loop_ = true;
    const Reg round = straight(body, i.imm + 1);
    const Reg sum = apply(i.op, {bits, err, false}, round);
    in_loop_ = false;
    BasicBlock* latch = row_.GetInsertBlock();
    position->addIncoming(row_.CreateAdd(position, llvm::ConstantInt::get(i64_, 1), "", true, true), latch);
    bits->addIncoming(sum.bits, latch);
    err->addIncoming(sum.err, latch);
    row_.CreateBr(head);

    registers_ = outside;
    registers_[i.dst] = {bits, err, false};
    row_.SetInsertPoint(after);
}

}  // namespace remit::jit
