#include "vm/jit/tool_emitter.h"

#include <llvm/IR/MDBuilder.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>

#include "vm/jit/decide_emitter.h"
#include "vm/jit/lowering.h"

namespace remit::jit {
namespace {

using llvm::BasicBlock;
using llvm::Value;

/// What the rows of a tool do to the frame, and what its guards ask.
struct Uses {
    bool allow = false, block = false, risk = false, lane = false;
    std::set<uint32_t> written;  // slots of marks and counts
    std::set<uint32_t> asked;    // slots whose errors some guard asks about, so that errors are nothing unusual

    Uses(const Program& program, const ToolCode& code) {
        for (const uint32_t index : code.segments) {
            const Segment& s = program.segments[index];
            look(program, s.shape);
            if (s.value_shape != kNoShape) look(program, s.value_shape);
            for (uint32_t r = s.row_begin; r < s.row_end; ++r) act(s.action, program.rows[r]);
        }
    }

private:
    void act(Action action, const Row& row) {
        const auto slot = static_cast<uint32_t>(row.payload);
        switch (action) {
            case Action::Note: break;
            case Action::Allow: allow = true; break;
            case Action::Block: block = true; break;
            case Action::Risk: risk = true; break;
            case Action::Lane: lane = true; break;
            case Action::Mark: written.insert(slot); break;
            case Action::Count:
            case Action::CountDistinct: written.insert({slot, slot + 1}); break;
        }
    }
    void look(const Program& program, uint32_t shape) {
        const Shape& s = program.shapes[shape];
        std::vector<uint32_t> slot_of(s.registers, kNoSlot);
        for (uint32_t at = s.begin; at < s.end; ++at) {
            const Instr& i = program.code[at];
            const bool asks = i.op == Op::Has || i.op == Op::IsNull;
            if (asks && slot_of[i.a] != kNoSlot) asked.insert(slot_of[i.a]);
            if (i.dst < slot_of.size()) slot_of[i.dst] = i.op == Op::Slot ? i.imm : kNoSlot;
        }
    }
};

/// What rows may do without a branch whether they hit or not.
bool is_branch_free(const Segment& s) {
    return s.value_shape == kNoShape && s.action != Action::Mark && s.action != Action::Count &&
           s.action != Action::CountDistinct;
}

class ToolEmitter final : Lowering {
public:
    ToolEmitter(OpsModule& ops, const Program& program, const ToolCode& code, llvm::StringRef name,
                const Addresses& addresses, std::vector<llvm::CallInst*>& calls)
        : Lowering(ops, program, calls), code_(code), addresses_(addresses), uses_(program, code) {
        function_ = create(name, {"frame", "out", "tool"});
        frame_ = function_->getArg(0);
        out_ = function_->getArg(1);
    }

    llvm::Function* run() {
        early_.SetInsertPoint(block("entry"));
        BasicBlock* body = block("rows");
        row_.SetInsertPoint(body);
        open_locals();
        for (const uint32_t index : code_.segments) {
            const Segment& s = program_.segments[index];
            for (uint32_t r = s.row_begin; r < s.row_end; ++r) row(s, program_.rows[r]);
        }
        close_locals();
        row_.CreateRetVoid();
        finish_entry(body);
        return function_;
    }

private:
    // ---- locals

    void open_locals() {
        const auto local = [&](uint64_t bytes, const char* name) {
            llvm::AllocaInst* a = early_.CreateAlloca(llvm::ArrayType::get(early_.getInt8Ty(), bytes), nullptr, name);
            a->setAlignment(llvm::Align(8));
            return a;
        };
        local_out_ = local(sizeof(Outcome), "outcome");
        local_frame_ = local((kSlotLane + 1) * sizeof(V), "risk_and_lane");
        move(out_, local_out_, offsetof(Outcome, matched), ptr_);
        each_changed([&](Value* far, Value* near, uint64_t at, llvm::Type* type) { move(far, near, at, type); });
    }
    void close_locals() {
        each_changed([&](Value* far, Value* near, uint64_t at, llvm::Type* type) { move(near, far, at, type); });
    }
    template <class Visit>
    void each_changed(Visit visit) {
        visit(out_, local_out_, offsetof(Outcome, matched_count), row_.getInt32Ty());
        if (uses_.allow) visit(out_, local_out_, offsetof(Outcome, allowed), i64_);
        if (uses_.block) visit(out_, local_out_, offsetof(Outcome, blocked), i64_);
        if (uses_.risk) visit(frame_, local_frame_, kSlotRisk * sizeof(V), i64_);
        if (uses_.lane) visit(frame_, local_frame_, kSlotLane * sizeof(V), i64_);
    }
    void move(Value* from, Value* to, uint64_t at, llvm::Type* type) {
        const llvm::Align align(type->isIntegerTy(32) ? 4 : 8);
        row_.CreateAlignedStore(row_.CreateAlignedLoad(type, offset(row_, from, at), align), offset(row_, to, at),
                                align);
    }

    // ---- where values come from

    Reg slot(uint32_t index) override {
        if (uses_.written.contains(index)) return load(row_, frame_, uint64_t{index} * sizeof(V));
        Reg& known = slots_[index];
        if (!known.bits) {
            known = load(early_, frame_, uint64_t{index} * sizeof(V));
            if (!uses_.asked.contains(index)) {
                expected_.push_back(known.err);
                known.err = constant(0).err;
            }
        }
        if (!(index == kSlotRisk && uses_.risk) && !(index == kSlotLane && uses_.lane)) return known;
        Value* now = row_.CreateAlignedLoad(i64_, offset(row_, local_frame_, uint64_t{index} * sizeof(V)),
                                            llvm::Align(8));
        return {now, known.err, false};
    }
    Reg param(uint32_t index) override {
        const uint64_t at = uint64_t{params_} + index;
        if (addresses_.known) return constant(addresses_.params[at].bits, addresses_.params[at].err);
        const Constant& c = program_.constants[program_.params[at]];
        if (program_.types[c.type].kind == Kind::Int) return constant(c.number);
        Value* all = params_table(early_, ops_.module(), addresses_);
        return load(early_, all, at * sizeof(V));
    }

    // ---- rows

    void exit_false(const Reg& guard, uint32_t at) override {
        Value* no = row_.CreateICmpEQ(guard.bits, llvm::ConstantInt::get(i64_, kFalse));
        if (little_after(at)) {
            refused_.push_back(no);
            return;
        }
        if (!join_) join_ = block("join");
        BasicBlock* on = block("on");
        exits_.push_back(row_.GetInsertBlock());
        row_.CreateCondBr(no, join_, on);
        row_.SetInsertPoint(on);
    }

    /// The guard with its exits: false where one of them was taken.
    Reg with_exits(Reg guard) {
        Value* no = llvm::ConstantInt::get(i64_, kFalse);
        for (Value* refused : refused_) guard.bits = row_.CreateSelect(refused, no, guard.bits);
        if (join_) {
            BasicBlock* last = row_.GetInsertBlock();
            row_.CreateBr(join_);
            row_.SetInsertPoint(join_);
            llvm::PHINode* either = row_.CreatePHI(i64_, 2, "guard");
            for (BasicBlock* from : exits_) either->addIncoming(no, from);
            either->addIncoming(guard.bits, last);
            guard = {either, constant(0).err, false};
        }
        refused_.clear();
        exits_.clear();
        join_ = nullptr;
        return guard;
    }

    void row(const Segment& s, const Row& r) {
        params_ = r.params;
        const Reg guard = with_exits(shape(s.shape, 0));
        Value* hit = call(row_, s.must ? "remit_bc_hit_must" : "remit_bc_hit_may", {guard.bits, guard.err});
        if (!hit) return;
        if (is_branch_free(s)) return act(s, r, local_frame_, hit, constant(1));
        BasicBlock* wanted = block("hit");
        BasicBlock* next = block("next");
        row_.CreateCondBr(row_.CreateICmpNE(hit, llvm::ConstantInt::get(i64_, 0)), wanted, next);
        row_.SetInsertPoint(wanted);
        const auto guard_params = static_cast<uint32_t>(program_.shapes[s.shape].params.size());
        const Reg value = s.value_shape == kNoShape ? constant(1) : shape(s.value_shape, guard_params);
        act(s, r, frame_, llvm::ConstantInt::get(i64_, 1), value);
        row_.CreateBr(next);
        row_.SetInsertPoint(next);
    }
    void act(const Segment& s, const Row& r, Value* frame, Value* hit, const Reg& value) {
        call(row_, action_symbol(s.action), {frame, local_out_, constant_row(r), hit, value.bits, value.err});
    }
    /// The row as a constant of the module, which inlined actions read at compile time.
    Value* constant_row(const Row& r) {
        static_assert(offsetof(Row, rule) == 0 && offsetof(Row, params) == 4 && offsetof(Row, payload) == 8);
        llvm::Constant* row = llvm::ConstantStruct::getAnon(
            {row_.getInt32(r.rule), row_.getInt32(0), row_.getInt64(static_cast<uint64_t>(r.payload))});
        return new llvm::GlobalVariable(ops_.module(), row->getType(), /*isConstant=*/true,
                                        llvm::GlobalValue::PrivateLinkage, row, "row");
    }

    // ---- entry

    void finish_entry(BasicBlock* body) {
        if (expected_.empty()) {
            early_.CreateBr(body);
            return;
        }
        Value* any = expected_.front();
        for (size_t i = 1; i < expected_.size(); ++i) any = early_.CreateOr(any, expected_[i]);
        BasicBlock* other = block("error");
        llvm::MDNode* rarely = llvm::MDBuilder(context_).createUnlikelyBranchWeights();
        early_.CreateCondBr(early_.CreateICmpNE(any, llvm::ConstantInt::get(i64_, 0)), other, body, rarely);
        early_.SetInsertPoint(other);
        Value* arguments[] = {frame_, out_, function_->getArg(2)};
        call_tool(early_, walk_of(ops_.module()), arguments);
    }

    const ToolCode& code_;
    const Addresses& addresses_;
    const Uses uses_;
    Value *frame_ = nullptr, *out_ = nullptr, *local_frame_ = nullptr, *local_out_ = nullptr;
    std::map<uint32_t, Reg> slots_;
    std::vector<Value*> expected_;  // errors that must not be there
    uint32_t params_ = 0;           // of the row at hand
    std::vector<Value*> refused_;
    std::vector<BasicBlock*> exits_;
    BasicBlock* join_ = nullptr;
};

}  // namespace

llvm::Function* emit_tool(OpsModule& ops, const Program& program, const ToolCode& code, llvm::StringRef name,
                          const Addresses& addresses, std::vector<llvm::CallInst*>& calls) {
    return ToolEmitter(ops, program, code, name, addresses, calls).run();
}

}  // namespace remit::jit
