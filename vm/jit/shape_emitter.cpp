#include "vm/jit/shape_emitter.h"

#include <cstddef>

#include "vm/jit/lowering.h"

namespace remit::jit {
namespace {

using llvm::BasicBlock;
using llvm::Value;

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

class SegmentEmitter final : Lowering {
public:
    SegmentEmitter(OpsModule& ops, const Program& program, const SegmentCode& code, llvm::StringRef name,
                   std::vector<llvm::CallInst*>& calls)
        : Lowering(ops, program, calls), code_(code) {
        function_ = create(name, {"frame", "out", "rows", "end", "params"});
        for (unsigned i : {2u, 4u}) function_->addParamAttr(i, llvm::Attribute::ReadOnly);
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
    Reg slot(uint32_t index) override {
        const bool early = slot_stays(code_.action, index);
        Reg r = load(early ? early_ : row_, function_->getArg(0), uint64_t{index} * sizeof(V));
        r.fixed = early;
        return r;
    }
    Reg param(uint32_t index) override {
        if (!row_params_) {
            llvm::IRBuilder<> top(loop_, loop_->getFirstInsertionPt());
            Value* field = top.CreateConstInBoundsGEP1_64(top.getInt8Ty(), current_, offsetof(Row, params));
            Value* first = top.CreateAlignedLoad(top.getInt32Ty(), field, llvm::Align(4));
            Value* offset = top.CreateShl(top.CreateZExt(first, i64_), 4, "", true, true);
            row_params_ = top.CreateInBoundsGEP(top.getInt8Ty(), function_->getArg(4), offset, "row_params");
        }
        return load(row_, row_params_, uint64_t{index} * sizeof(V));
    }

    void exit_false(const Reg& guard, uint32_t) override {
        llvm::IRBuilder<>& at = guard.fixed ? early_ : row_;
        Value* no = at.CreateICmpEQ(guard.bits, llvm::ConstantInt::get(i64_, kFalse));
        BasicBlock* on = block("on");
        at.CreateCondBr(no, guard.fixed ? done_ : next_, on);
        at.SetInsertPoint(on);
        if (!guard.fixed) exited_ = true;
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

    const SegmentCode& code_;
    BasicBlock *loop_ = nullptr, *next_ = nullptr, *done_ = nullptr;
    llvm::PHINode* current_ = nullptr;
    Value* row_params_ = nullptr;
};

}  // namespace

llvm::Function* emit_segment(OpsModule& ops, const Program& program, const SegmentCode& code, llvm::StringRef name,
                             std::vector<llvm::CallInst*>& calls) {
    return SegmentEmitter(ops, program, code, name, calls).run();
}

}  // namespace remit::jit
