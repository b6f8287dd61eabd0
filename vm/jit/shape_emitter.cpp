#include "vm/jit/shape_emitter.h"

#include <llvm/IR/IRBuilder.h>

#include <cstddef>

namespace remit::jit {
namespace {

using llvm::BasicBlock;
using llvm::Value;

/// A register: two 64-bit values. `fixed`: the same for every row, and available before the loop.
struct Reg {
    Value* bits = nullptr;
    Value* err = nullptr;
    bool fixed = false;
};

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

/// Whether rows that do `action` leave frame slot `slot` as it is.
bool slot_stays(Action action, uint32_t slot) {
    switch (action) {
        case Action::Note:
        case Action::Allow:
        case Action::Block: return true;
        case Action::Risk: return slot != kSlotRisk;
        case Action::Lane: return slot != kSlotLane;
        case Action::Mark:
        case Action::Count:
        case Action::CountDistinct: return false;  // rows name the slots that they write
    }
    return false;
}

class Emitter {
public:
    Emitter(OpsModule& ops, const Program& program, const SegmentCode& code, llvm::StringRef name,
            std::vector<llvm::CallInst*>& calls)
        : ops_(ops),
          program_(program),
          code_(code),
          calls_(calls),
          context_(ops.module().getContext()),
          early_(context_),
          row_(context_) {
        i64_ = early_.getInt64Ty();
        ptr_ = early_.getPtrTy();
        auto* type = llvm::FunctionType::get(early_.getVoidTy(), {ptr_, ptr_, ptr_, ptr_, ptr_}, false);
        function_ = llvm::Function::Create(type, llvm::GlobalValue::ExternalLinkage, name, ops.module());
        function_->addFnAttr(llvm::Attribute::NoUnwind);
        for (unsigned i = 0; i < 5; ++i) function_->addParamAttr(i, llvm::Attribute::NoAlias);
        for (unsigned i : {2u, 4u}) function_->addParamAttr(i, llvm::Attribute::ReadOnly);
        const char* names[] = {"frame", "out", "rows", "end", "params"};
        for (unsigned i = 0; i < 5; ++i) function_->getArg(i)->setName(names[i]);
    }

    llvm::Function* run() {
        BasicBlock* entry = block("entry");
        loop_ = block("row");
        next_ = block("next");
        done_ = block("done");
        early_.SetInsertPoint(entry);
        row_.SetInsertPoint(loop_);
        current_ = row_.CreatePHI(ptr_, 2, "current");

        const Reg guard = shape(code_.shape, 0);
        finish_row(guard);

        row_.SetInsertPoint(next_);
        Value* following = row_.CreateConstInBoundsGEP1_64(row_.getInt8Ty(), current_, sizeof(Row), "following");
        row_.CreateCondBr(row_.CreateICmpEQ(following, function_->getArg(3)), done_, loop_);
        early_.CreateBr(loop_);
        current_->addIncoming(function_->getArg(2), early_.GetInsertBlock());
        current_->addIncoming(following, next_);
        row_.SetInsertPoint(done_);
        row_.CreateRetVoid();
        return function_;
    }

private:
    BasicBlock* block(const char* name) { return BasicBlock::Create(context_, name, function_); }
    Reg constant(int64_t bits, int64_t err = 0) {
        return {llvm::ConstantInt::getSigned(i64_, bits), llvm::ConstantInt::getSigned(i64_, err), true};
    }
    Reg load(llvm::IRBuilder<>& at, Value* base, uint64_t offset) {
        Value* bits = at.CreateConstInBoundsGEP1_64(at.getInt8Ty(), base, offset);
        Value* err = at.CreateConstInBoundsGEP1_64(at.getInt8Ty(), base, offset + 8);
        return {at.CreateAlignedLoad(i64_, bits, llvm::Align(8)), at.CreateAlignedLoad(i64_, err, llvm::Align(8)),
                false};
    }

    /// Calls a function of the bitcode. Null if it is not there; the module is given up then.
    Value* call(llvm::IRBuilder<>& at, const char* symbol, llvm::ArrayRef<Value*> arguments) {
        llvm::Function* callee = ops_.use(symbol);
        if (!callee) return nullptr;
        llvm::CallInst* made = at.CreateCall(callee, arguments);
        calls_.push_back(made);
        return made;
    }
    Reg apply(const char* symbol, Reg a, Reg b) {
        llvm::Function* callee = ops_.use(symbol);
        if (!callee) return constant(0);
        // Early work is wasted when a row-dependent exit would have come first, so then only little is done early.
        const bool early = a.fixed && b.fixed && !in_loop_ && (!exited_ || OpsModule::is_light(*callee));
        llvm::IRBuilder<>& at = early ? early_ : row_;
        Value* both = call(at, symbol, {a.bits, a.err, b.bits, b.err});
        return {at.CreateExtractValue(both, 0), at.CreateExtractValue(both, 1), early};
    }

    Reg slot(uint32_t index) {
        const bool early = slot_stays(code_.action, index);
        Reg r = load(early ? early_ : row_, function_->getArg(0), uint64_t{index} * sizeof(V));
        r.fixed = early;
        return r;
    }
    Reg param(uint32_t index) {
        if (!row_params_) {
            llvm::IRBuilder<> top(loop_, loop_->getFirstInsertionPt());
            Value* field = top.CreateConstInBoundsGEP1_64(top.getInt8Ty(), current_, offsetof(Row, params));
            Value* first = top.CreateAlignedLoad(top.getInt32Ty(), field, llvm::Align(4));
            Value* offset = top.CreateShl(top.CreateZExt(first, i64_), 4, "", true, true);
            row_params_ = top.CreateInBoundsGEP(top.getInt8Ty(), function_->getArg(4), offset, "row_params");
        }
        return load(row_, row_params_, (uint64_t{param_base_} + index) * sizeof(V));
    }

    Reg shape(uint32_t index, uint32_t param_base) {
        const Shape& s = program_.shapes[index];
        param_base_ = param_base;
        registers_.assign(s.registers, constant(0));
        return straight(s.begin, s.end);
    }

    /// Instructions [at, end); the value of Ret, or of Next for a loop's body.
    Reg straight(uint32_t at, uint32_t end) {
        while (at < end) {
            const Instr& i = program_.code[at];
            switch (i.op) {
                case Op::Slot: registers_[i.dst] = slot(i.imm); break;
                case Op::Param: registers_[i.dst] = param(i.imm); break;
                case Op::Field: registers_[i.dst] = apply(op_symbol(i.op), registers_[i.a], constant(i.imm)); break;
                case Op::ForAny:
                case Op::ForAll:
                case Op::ForCount:
                case Op::ForSum:
                    loop(i, at + 1);
                    at = i.imm;
                    break;
                case Op::ExitFalse: exit_false(registers_[i.a]); break;
                case Op::Next:
                case Op::Ret: return registers_[i.a];
                case Op::Item:
#define REMIT_OP(name, ...) case Op::name:
#include "vm/ops/ops.def"
                    registers_[i.dst] = apply(op_symbol(i.op), operand(i.a), operand(i.b));
                    break;
            }
            ++at;
        }
        return constant(0);
    }
    /// `b` of an operation with one operand may be anything.
    Reg operand(uint16_t index) { return index < registers_.size() ? registers_[index] : constant(0); }

    void exit_false(const Reg& guard) {
        llvm::IRBuilder<>& at = guard.fixed ? early_ : row_;
        Value* no = at.CreateICmpEQ(guard.bits, llvm::ConstantInt::get(i64_, kFalse));
        BasicBlock* on = block("on");
        at.CreateCondBr(no, guard.fixed ? done_ : next_, on);
        at.SetInsertPoint(on);
        if (!guard.fixed) exited_ = true;
    }

    Reg loop_start(const Instr& i, const Reg& list) {
        const bool truth = i.op == Op::ForAny || i.op == Op::ForAll;
        const int64_t empty = i.op == Op::ForAll ? kTrue : 0;
        Value* failed = row_.CreateICmpNE(list.err, llvm::ConstantInt::get(i64_, 0));
        Value* wrong = llvm::ConstantInt::get(i64_, truth ? kError : 0);
        Value* bits = row_.CreateSelect(failed, wrong, llvm::ConstantInt::get(i64_, static_cast<uint64_t>(empty)));
        return {bits, truth ? static_cast<Value*>(llvm::ConstantInt::get(i64_, 0)) : list.err, false};
    }

    /// The verifier sees to it that a body reads nothing that it wrote in an earlier round and that nothing which it
    /// writes is read after the loop, so the result and the position are all that goes round.
    void loop(const Instr& i, uint32_t body) {
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
        const Reg sum = apply(op_symbol(i.op), {bits, err, false}, round);
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

    /// Hit, value and action of one row; then on to the next.
    void finish_row(const Reg& guard) {
        Value* hit = call(row_, code_.must ? "remit_bc_hit_must" : "remit_bc_hit_may", {guard.bits, guard.err});
        if (!hit) return;
        Reg value = constant(1);
        if (code_.value_shape != kNoShape) {
            BasicBlock* wanted = block("value");
            row_.CreateCondBr(row_.CreateICmpNE(hit, llvm::ConstantInt::get(i64_, 0)), wanted, next_);
            row_.SetInsertPoint(wanted);
            exited_ = true;
            const auto guard_params = static_cast<uint32_t>(program_.shapes[code_.shape].params.size());
            value = shape(code_.value_shape, guard_params);
        }
        call(row_, action_symbol(code_.action),
             {function_->getArg(0), function_->getArg(1), current_, hit, value.bits, value.err});
        row_.CreateBr(next_);
    }

    OpsModule& ops_;
    const Program& program_;
    const SegmentCode& code_;
    std::vector<llvm::CallInst*>& calls_;
    llvm::LLVMContext& context_;
    llvm::IRBuilder<> early_, row_;  // before the rows, and for each row
    llvm::Type *i64_ = nullptr, *ptr_ = nullptr;
    llvm::Function* function_ = nullptr;
    BasicBlock *loop_ = nullptr, *next_ = nullptr, *done_ = nullptr;
    llvm::PHINode* current_ = nullptr;
    Value* row_params_ = nullptr;
    uint32_t param_base_ = 0;
    std::vector<Reg> registers_;
    bool exited_ = false, in_loop_ = false;
};

}  // namespace

llvm::Function* emit_segment(OpsModule& ops, const Program& program, const SegmentCode& code, llvm::StringRef name,
                             std::vector<llvm::CallInst*>& calls) {
    return Emitter(ops, program, code, name, calls).run();
}

}  // namespace remit::jit
