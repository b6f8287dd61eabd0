#include "vm/jit/columns_emitter.h"

#include <algorithm>
#include <cstddef>

#include "vm/jit/plan.h"
#include "vm/jit/probe_emitter.h"

namespace remit::jit {
namespace {

class ColumnsEmitter final : ProbeEmitter {
public:
    ColumnsEmitter(llvm::Module& module, const JudgeCode& code) : ProbeEmitter(module, code) {}

    /// All requests of the columns. They wait for memory side by side: where tables do not depend on each other, in
    /// two steps, as the processor then sees further ahead.
    llvm::Function* columns() {
        create(kJudgeColumnsSymbol, {ptr_});
        Value* columns = function_->getArg(0);
        columns->setName("columns");
        Value* size = load(i64_, columns, offsetof(Columns, size));
        BasicBlock* some = block("some");
        BasicBlock* none = block("none");
        b_.CreateCondBr(b_.CreateICmpEQ(size, b_.getInt64(0)), none, some);
        b_.SetInsertPoint(none);
        b_.CreateRetVoid();

        b_.SetInsertPoint(some);
        tools_ = load(ptr_, columns, offsetof(Columns, tool));
        verdicts_ = load(ptr_, columns, offsetof(Columns, verdict));
        risks_ = load(ptr_, columns, offsetof(Columns, risk));
        open_columns(load(ptr_, columns, offsetof(Columns, slot)));
        no_leaf_ = new llvm::GlobalVariable(module_, four_, true, llvm::GlobalValue::PrivateLinkage,
                                            llvm::ConstantAggregateZero::get(four_), "no_leaf");
        if (in_two_steps())
            two_steps(size);
        else
            loop(b_.getInt64(0), size, b_.getInt64(1), [&] {
                open_request();
                for (const ProbeCode& probe : code_.probes) this->probe(probe, probe.shared ? shared_ : record_);
                close_request();
            });
        b_.CreateRetVoid();
        return function_;
    }

private:
    static constexpr uint8_t kAllow = 0, kAsk = 1, kDeny = 2;  // a Verdict

    // ---- what probes ask for

    SlotValue read_slot(uint32_t index) override {
        return {b_.CreateLoad(i64_, b_.CreateInBoundsGEP(i64_, columns_[index], now_)), nullptr};
    }
    Value* masks() override {
        for (uint32_t w = 0; w < code_.role_words; ++w) store(slot(kSlotRoles + w).bits, masks_, w * sizeof(V));
        return masks_;
    }
    void changed(uint32_t, Value*) override {}
    void look(const ProbeCode& probe, Value* record, Value* table) override {
        apply(probe, known_leaf(probe, record, table), role_word(probe, record));
    }
    /// A tool that the policy does not have says nothing.
    Value* known_leaf(const ProbeCode& probe, Value* record, Value* table) {
        return b_.CreateSelect(known_, leaf_of(probe, record, table, nullptr), no_leaf_);
    }

    void open_columns(Value* table) {
        const auto open = [&](uint32_t slot) {
            if (!columns_[slot]) columns_[slot] = load(ptr_, table, uint64_t{slot} * sizeof(void*));
        };
        for (const uint32_t slot : columns_read(code_)) open(slot);
        for (const ProbeCode& probe : code_.probes)
            if (probe.role_sets && !masks_) masks_ = local(code_.role_words * sizeof(V));
    }

    // ---- loops

    template <class Body>
    void loop(Value* from, Value* to, Value* step, Body body) {
        BasicBlock* before = b_.GetInsertBlock();
        BasicBlock* round = block("round");
        BasicBlock* after = block("after");
        b_.CreateBr(round);
        b_.SetInsertPoint(round);
        llvm::PHINode* now = b_.CreatePHI(i64_, 2, "now");
        now->addIncoming(from, before);
        now_ = now;
        body();
        Value* following = b_.CreateAdd(now, step, "following", true, true);
        now->addIncoming(following, b_.GetInsertBlock());
        b_.CreateCondBr(b_.CreateICmpULT(following, to), round, after);
        b_.SetInsertPoint(after);
    }

    bool in_two_steps() const {
        return std::none_of(code_.probes.begin(), code_.probes.end(), [](const ProbeCode& p) {
            return p.optional || p.role_sets || std::any_of(p.dims.begin(), p.dims.end(), [](const DimCode& d) {
                       return d.slot == kSlotRisk || d.slot == kSlotLane;
                   });
        });
    }
    /// Block by block: first where all leaves are, then what they say.
    void two_steps(Value* size) {
        constexpr uint64_t kBlock = 64;
        Value* leaves = local(code_.probes.size() * kBlock * sizeof(void*));
        loop(b_.getInt64(0), size, b_.getInt64(kBlock), [&] {
            Value* begin = now_;
            Value* end = b_.CreateBinaryIntrinsic(llvm::Intrinsic::umin, size,
                                                  b_.CreateAdd(begin, b_.getInt64(kBlock)));
            const auto place = [&](size_t probe) {
                return b_.CreateInBoundsGEP(ptr_, at(leaves, probe * kBlock * sizeof(void*)),
                                            b_.CreateSub(now_, begin));
            };
            loop(begin, end, b_.getInt64(1), [&] {
                open_request();
                for (size_t p = 0; p < code_.probes.size(); ++p) {
                    Value* record = code_.probes[p].shared ? shared_ : record_;
                    Value* table = load(ptr_, record, code_.probes[p].table_offset);
                    b_.CreateStore(known_leaf(code_.probes[p], record, table), place(p));
                }
            });
            loop(begin, end, b_.getInt64(1), [&] {
                values_.clear();
                start();
                risk_ = lane_ = b_.getInt64(0);
                for (size_t p = 0; p < code_.probes.size(); ++p)
                    apply(code_.probes[p], b_.CreateLoad(ptr_, place(p)), role_word(code_.probes[p], nullptr));
                close_request();
            });
        });
    }
    void open_request() {
        Value* tool = b_.CreateLoad(i32_, b_.CreateInBoundsGEP(i32_, tools_, now_));
        known_ = b_.CreateICmpULT(tool, b_.getInt32(code_.tools));
        locate(b_.CreateBinaryIntrinsic(llvm::Intrinsic::umin, tool, b_.getInt32(code_.tools - 1)));
        values_.clear();
        start();
        risk_ = lane_ = b_.getInt64(0);
    }
    void close_request() {
        b_.CreateStore(verdict_of_sum(), b_.CreateInBoundsGEP(b_.getInt8Ty(), verdicts_, now_));
        if (sums_risk(code_)) store_risk(risks_, risk_);
    }

    // ---- answers

    /// From the words of allow, block and ask.
    Value* verdict_of_sum() {
        Value* none = b_.CreateICmpEQ(sum_, llvm::ConstantAggregateZero::get(four_));
        Value* bits = b_.CreateZExt(b_.CreateBitCast(none, b_.getIntNTy(4)), i32_);
        uint32_t table =
            0;  // two bits for each combination: bit 0 nothing allows, bit 1 nothing blocks, bit 2 nothing asks
        for (uint32_t i = 0; i < 8; ++i) {
            const bool allowed = !(i & 1), blocked = !(i & 2), asked = !(i & 4);
            table |= uint32_t{blocked || !allowed ? kDeny : asked ? kAsk : kAllow} << (2 * i);
        }
        Value* shift = b_.CreateShl(b_.CreateAnd(bits, b_.getInt32(7)), 1);
        return b_.CreateTrunc(b_.CreateAnd(b_.CreateLShr(b_.getInt32(table), shift), b_.getInt32(3)), b_.getInt8Ty());
    }
    void store_risk(Value* risks, Value* risk) {
        BasicBlock* wanted = block("risk");
        BasicBlock* on = block("on");
        b_.CreateCondBr(b_.CreateICmpEQ(risks, llvm::ConstantPointerNull::get(b_.getPtrTy())), on, wanted);
        b_.SetInsertPoint(wanted);
        b_.CreateStore(risk, b_.CreateInBoundsGEP(i64_, risks, now_));
        b_.CreateBr(on);
        b_.SetInsertPoint(on);
    }

    Value *tools_ = nullptr, *verdicts_ = nullptr, *risks_ = nullptr;
    std::map<uint32_t, Value*> columns_;
    Value* masks_ = nullptr;
    Value* now_ = nullptr;      // the request's number
    Value* known_ = nullptr;    // whether the policy has its tool
    Value* no_leaf_ = nullptr;  // all zeros
};

}  // namespace

llvm::Function* emit_columns(llvm::Module& module, const JudgeCode& code) {
    return ColumnsEmitter(module, code).columns();
}

}  // namespace remit::jit
