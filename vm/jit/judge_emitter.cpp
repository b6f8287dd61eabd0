#include "vm/jit/judge_emitter.h"

#include <cstddef>

#include "vm/jit/columns_emitter.h"
#include "vm/jit/probe_emitter.h"

namespace remit::jit {
namespace {

/// One request in a frame; `bound`: for a session that was bound.
class FrameEmitter final : ProbeEmitter {
public:
    FrameEmitter(llvm::Module& module, const JudgeCode& code, bool bound) : ProbeEmitter(module, code), bound_(bound) {}

    llvm::Function* straight() {
        std::vector<llvm::Type*> types{i32_, ptr_, ptr_};
        if (bound_) types.insert(types.end(), 2, ptr_);
        create(bound_ ? kJudgeBoundSymbol : kJudgeSymbol, types);
        arguments(1);
        BasicBlock* known = block("known");
        BasicBlock* done = block("done");
        store_hash();
        Value* tool = function_->getArg(0);
        tool->setName("tool");
        // A tool that the policy does not have runs no rule, and so is not allowed.
        b_.CreateCondBr(b_.CreateICmpULT(tool, b_.getInt32(code_.tools)), known, done);
        b_.SetInsertPoint(known);
        locate(tool);
        start();
        for (const ProbeCode& probe : code_.probes) this->probe(probe, probe.shared ? shared_ : record_);
        finish();
        b_.CreateBr(done);
        b_.SetInsertPoint(done);
        b_.CreateRetVoid();
        return function_;
    }

    llvm::Function* walked(size_t index) {
        std::vector<llvm::Type*> types{ptr_, ptr_, ptr_};
        if (bound_) types.insert(types.end(), 2, ptr_);
        create(probe_symbol(index, bound_), types);
        arguments(1);
        record_ = function_->getArg(0);
        record_->setName("record");
        start();
        count_ = load(i32_, out_, offsetof(Outcome, spoken_count));
        may_have_run_ = true;  // other probes have written to the outcome
        probe(code_.probes[index], record_);
        finish();
        b_.CreateRetVoid();
        return function_;
    }

private:
    void arguments(unsigned first) {
        frame_ = function_->getArg(first);
        frame_->setName("frame");
        out_ = function_->getArg(first + 1);
        out_->setName("out");
        if (!bound_) return;
        bases_ = function_->getArg(first + 2);
        bases_->setName("bases");
        role_words_ = function_->getArg(first + 3);
        role_words_->setName("role_words");
    }
    void store_hash() { store(load(four_, symbol(kPolicySymbol), 0, 8), out_, offsetof(Outcome, policy)); }

    void finish() {
        for (const auto& [lane, offset] : {std::pair{0u, offsetof(Outcome, allowed)},
                                           {1u, offsetof(Outcome, blocked)},
                                           {2u, offsetof(Outcome, asked)}}) {
            Value* word = b_.CreateExtractElement(sum_, lane);
            if (may_have_run_) word = b_.CreateOr(word, load(i64_, out_, offset));
            store(word, out_, offset);
        }
        store(count_, out_, offsetof(Outcome, spoken_count), 4);
    }

    // ---- what probes ask for

    SlotValue read_slot(uint32_t index) override {
        const uint64_t offset = uint64_t{index} * sizeof(V);
        return {load(i64_, frame_, offset), load(i64_, frame_, offset + offsetof(V, err))};
    }
    Value* masks() override { return at(frame_, kSlotRoles * sizeof(V)); }
    void changed(uint32_t slot, Value* value) override { store(value, frame_, uint64_t{slot} * sizeof(V)); }

    void look(const ProbeCode& probe, Value* record, Value* table) override {
        Value *base = nullptr, *word = nullptr;
        if (bound_) {
            Value* id = b_.CreateZExt(load(i32_, record, probe.id_offset), i64_);
            base = b_.CreateAlignedLoad(i32_, b_.CreateInBoundsGEP(i32_, bases_, id), llvm::Align(4));
            word = b_.CreateAlignedLoad(i64_, b_.CreateInBoundsGEP(i64_, role_words_, id), llvm::Align(8));
        } else {
            word = role_word(probe, record);
        }
        Value* leaf = leaf_of(probe, record, table, base);
        apply(probe, leaf, word);
        if (probe.items) speak(leaf, word);
        if (probe.runs) run(leaf);
    }

    void speak(Value* leaf, Value* word) {
        Value* spoken = load(ptr_, out_, offsetof(Outcome, spoken));
        Value* place = b_.CreateInBoundsGEP(
            b_.getInt8Ty(), spoken,
            b_.CreateMul(b_.CreateZExt(count_, i64_), b_.getInt64(sizeof(Spoken)), "", true, true));
        store(leaf, place, offsetof(Spoken, leaf));
        store(word, place, offsetof(Spoken, roles));
        Value* some = b_.CreateICmpNE(load(i32_, leaf, offsetof(Leaf, items)), b_.getInt32(0));
        count_ = b_.CreateAdd(count_, b_.CreateZExt(some, i32_));
    }

    /// Rows that are left to be run, which may write to the frame and to the outcome.
    void run(Value* leaf) {
        Value* list = load(i32_, leaf, offsetof(Leaf, runs));
        BasicBlock* some = block("runs");
        BasicBlock* on = block("on");
        b_.CreateCondBr(b_.CreateICmpNE(list, b_.getInt32(0)), some, on);
        b_.SetInsertPoint(some);
        call("remit_run_list", b_.getVoidTy(), {symbol(kStepsSymbol), list, frame_, out_});
        b_.CreateBr(on);
        b_.SetInsertPoint(on);
        may_have_run_ = true;
        risk_ = lane_ = nullptr;
        values_.clear();
    }

    const bool bound_;
    Value *frame_ = nullptr, *out_ = nullptr, *bases_ = nullptr, *role_words_ = nullptr;
    bool may_have_run_ = false;  // rows, which write to the outcome
};

}  // namespace

llvm::Function* emit_judge(llvm::Module& module, const Plan& plan, size_t function) {
    const JudgeCode& code = plan.judge.code;
    if (!code.straight) {
        const size_t probes = code.probes.size();
        return FrameEmitter(module, code, function >= probes).walked(function % probes);
    }
    if (function == 2) return emit_columns(module, code);
    return FrameEmitter(module, code, function == 1).straight();
}

}  // namespace remit::jit
