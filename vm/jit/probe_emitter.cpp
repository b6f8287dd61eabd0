#include "vm/jit/probe_emitter.h"

#include <llvm/IR/Intrinsics.h>

#include <cstddef>

#include "vm/jit/judge_emitter.h"

namespace remit::jit {

using llvm::BasicBlock;
using llvm::Value;

ProbeEmitter::ProbeEmitter(llvm::Module& module, const JudgeCode& code)
    : module_(module), code_(code), b_(module.getContext()) {
    i32_ = b_.getInt32Ty();
    i64_ = b_.getInt64Ty();
    ptr_ = b_.getPtrTy();
    four_ = llvm::FixedVectorType::get(i64_, 4);
}

void ProbeEmitter::create(llvm::StringRef name, llvm::ArrayRef<llvm::Type*> types) {
    auto* type = llvm::FunctionType::get(b_.getVoidTy(), types, false);
    function_ = llvm::Function::Create(type, llvm::GlobalValue::ExternalLinkage, name, module_);
    function_->addFnAttr(llvm::Attribute::NoUnwind);
    for (unsigned i = 0; i < types.size(); ++i)
        if (types[i] == ptr_) function_->addParamAttr(i, llvm::Attribute::NoAlias);
    b_.SetInsertPoint(block("entry"));
}

Value* ProbeEmitter::load(llvm::Type* type, Value* base, uint64_t offset, unsigned align) {
    const unsigned natural = type == i32_ ? 4 : 8;
    return b_.CreateAlignedLoad(type, at(base, offset), llvm::Align(align ? align : natural));
}

void ProbeEmitter::locate(Value* tool) {
    shared_ = symbol(kRecordsSymbol);
    Value* offset = b_.CreateMul(b_.CreateZExt(tool, i64_), b_.getInt64(code_.record_bytes), "", true, true);
    record_ = b_.CreateInBoundsGEP(b_.getInt8Ty(), at(shared_, code_.shared_bytes), offset, "record");
}

void ProbeEmitter::start() {
    sum_ = llvm::ConstantAggregateZero::get(four_);
    count_ = b_.getInt32(0);
    risk_ = lane_ = nullptr;
}

Value* ProbeEmitter::local(uint64_t bytes) {
    llvm::IRBuilder<> entry(&function_->getEntryBlock(), function_->getEntryBlock().begin());
    llvm::AllocaInst* made = entry.CreateAlloca(llvm::ArrayType::get(entry.getInt8Ty(), bytes));
    made->setAlignment(llvm::Align(alignof(V)));
    return made;
}

Value* ProbeEmitter::field(const Field& f, Value* record, bool wide) {
    if (f.constant)
        return wide ? b_.getInt64(static_cast<uint64_t>(f.value)) : b_.getInt32(static_cast<uint32_t>(f.value));
    return load(wide ? i64_ : i32_, record, f.offset);
}

Value* ProbeEmitter::offset_of(Value* bits, const DimCode& dim, Value* record, Value* most) {
    Value* base = field(dim.base, record, true);
    Value* above = b_.CreateBinaryIntrinsic(llvm::Intrinsic::smax, bits, base);
    return b_.CreateBinaryIntrinsic(llvm::Intrinsic::umin, b_.CreateSub(above, base), b_.CreateZExt(most, i64_));
}

Value* ProbeEmitter::few(Value* bits, const DimCode& dim, Value* record, Value* top) {
    auto* eight = llvm::FixedVectorType::get(i64_, kFewThresholds);
    Value* thresholds = load(eight, record, dim.data_offset, 8);
    Value* above = b_.CreateICmpSGT(thresholds, b_.CreateVectorSplat(kFewThresholds, bits));
    Value* count = b_.CreateUnaryIntrinsic(llvm::Intrinsic::ctpop, b_.CreateBitCast(above, b_.getInt8Ty()));
    Value* below = b_.CreateSub(b_.getInt32(kFewThresholds), b_.CreateZExt(count, i32_));
    return b_.CreateBinaryIntrinsic(llvm::Intrinsic::umin, below, top);
}

Value* ProbeEmitter::call(const char* name, llvm::Type* result, llvm::ArrayRef<Value*> arguments) {
    std::vector<llvm::Type*> types;
    for (Value* a : arguments) types.push_back(a->getType());
    auto callee = module_.getOrInsertFunction(name, llvm::FunctionType::get(result, types, false));
    llvm::CallInst* made = b_.CreateCall(callee, arguments);
    made->addFnAttr(llvm::Attribute::NoUnwind);
    return made;
}

Value* ProbeEmitter::class_of(const DimCode& dim, Value* record, Value* table) {
    const SlotValue value = slot(dim.slot);
    Value* failed = value.err ? b_.CreateICmpNE(value.err, b_.getInt64(0)) : nullptr;
    Value* top = field(dim.top, record, false);
    Value* index = nullptr;
    switch (dim.kind) {
        case ClassKind::Direct: index = b_.CreateTrunc(offset_of(value.bits, dim, record, top), i32_); break;
        case ClassKind::Few: index = few(value.bits, dim, record, top); break;
        case ClassKind::Span: {
            Value* offset = offset_of(value.bits, dim, record, field(dim.span, record, false));
            Value* classes = beyond(table, field(dim.data, record, false));
            index = b_.CreateLoad(b_.getInt8Ty(), b_.CreateInBoundsGEP(b_.getInt8Ty(), classes, offset));
            index = b_.CreateZExt(index, i32_);
            break;
        }
        case ClassKind::Search:
            index = call("remit_search_class", i32_, {load(ptr_, record, dim.data_offset), value.bits});
            break;
        case ClassKind::Text: {
            Value* text = b_.CreateIntToPtr(value.bits, ptr_);
            if (failed) text = b_.CreateSelect(failed, symbol(kNoTextSymbol), text);
            index = call("remit_text_class", i32_, {load(ptr_, record, dim.data_offset), text});
            break;
        }
    }
    return failed ? b_.CreateSelect(failed, b_.CreateAdd(top, b_.getInt32(1)), index) : index;
}

void ProbeEmitter::probe(const ProbeCode& probe, Value* record) {
    if (!probe.optional) return look(probe, record, load(ptr_, record, probe.table_offset));
    // Known from here to the join only.
    const auto values = values_;
    Value* table = load(ptr_, record, probe.table_offset);
    BasicBlock* without = b_.GetInsertBlock();
    BasicBlock* present = block("present");
    BasicBlock* joined = block("joined");
    b_.CreateCondBr(b_.CreateICmpNE(table, llvm::ConstantPointerNull::get(b_.getPtrTy())), present, joined);
    b_.SetInsertPoint(present);
    Value *const sum = sum_, *const count = count_, *const risk = risk_, *const lane = lane_;
    look(probe, record, table);
    BasicBlock* with = b_.GetInsertBlock();
    b_.CreateBr(joined);
    b_.SetInsertPoint(joined);
    values_ = values;
    sum_ = join(sum, without, sum_, with);
    count_ = join(count, without, count_, with);
    risk_ = join(risk, without, risk_, with);
    lane_ = join(lane, without, lane_, with);
    if (probe.runs) values_.clear();
}

Value* ProbeEmitter::join(Value* a, BasicBlock* from_a, Value* b, BasicBlock* from_b) {
    if (!a || !b) return nullptr;
    if (a == b) return a;
    llvm::PHINode* phi = b_.CreatePHI(a->getType(), 2);
    phi->addIncoming(a, from_a);
    phi->addIncoming(b, from_b);
    return phi;
}

SlotValue ProbeEmitter::slot(uint32_t index) {
    if (index == kSlotRisk && risk_) return {risk_, nullptr};
    if (index == kSlotLane && lane_) return {lane_, nullptr};
    if (index == kSlotRisk || index == kSlotLane) return read_slot(index);
    SlotValue& value = values_[index];
    if (!value.bits) value = read_slot(index);
    return value;
}

Value* ProbeEmitter::leaf_of(const ProbeCode& probe, Value* record, Value* table, Value* base) {
    Value* cell = base ? base : b_.getInt32(0);
    for (const DimCode& dim : probe.dims) {
        if (base && dim.session) continue;
        cell = b_.CreateAdd(cell, b_.CreateMul(class_of(dim, record, table), field(dim.stride, record, false)));
    }
    llvm::Type* width = b_.getIntNTy(probe.cell_bytes * 8u);
    Value* cells = beyond(table, field(probe.cells, record, false));
    Value* number = b_.CreateLoad(width, b_.CreateInBoundsGEP(width, cells, b_.CreateZExt(cell, i64_)));
    Value* offset = b_.CreateMul(b_.CreateZExt(number, i64_), b_.getInt64(sizeof(Leaf)), "", true, true);
    Value* leaves = beyond(table, field(probe.leaves, record, false));
    return b_.CreateInBoundsGEP(b_.getInt8Ty(), leaves, offset, "leaf");
}

Value* ProbeEmitter::role_word(const ProbeCode& probe, Value* record) {
    if (probe.role_sets) return call("remit_role_word", i64_, {load(ptr_, record, probe.roles_offset), masks()});
    if (code_.role_words == 0) return b_.getInt64(kEveryone);
    return b_.CreateOr(slot(kSlotRoles).bits, b_.getInt64(kEveryone));
}

void ProbeEmitter::apply(const ProbeCode& probe, Value* leaf, Value* word) {
    switch (probe.phase) {
        case Layout::Phase::Risk: {
            Value* more = load(i64_, leaf, offsetof(Leaf, value));
            Value* risk = risk_ ? risk_ : slot(kSlotRisk).bits;
            Value* sum = b_.CreateAdd(risk, more);
            // Neither is negative, so that a sum that does not fit is.
            risk_ = b_.CreateSelect(b_.CreateICmpSLT(sum, b_.getInt64(0)), b_.getInt64(INT64_MAX), sum);
            changed(kSlotRisk, risk_);
            break;
        }
        case Layout::Phase::Lane: {
            Value* rank = load(i64_, leaf, offsetof(Leaf, value));
            Value* lane = lane_ ? lane_ : slot(kSlotLane).bits;
            lane_ = b_.CreateBinaryIntrinsic(llvm::Intrinsic::smax, lane, rank);
            changed(kSlotLane, lane_);
            break;
        }
        case Layout::Phase::Facts:
        case Layout::Phase::LateState:
        case Layout::Phase::Rest:
            sum_ = b_.CreateOr(sum_, b_.CreateAnd(load(four_, leaf, 0, 8), b_.CreateVectorSplat(4, word)));
            break;
    }
}

}  // namespace remit::jit
