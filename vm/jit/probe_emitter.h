// What `judge` and `judge_columns` have in common, as LLVM IR: from a record and the values of slots to a leaf, and
// what leaves say together.
#pragma once

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Module.h>

#include <map>

#include "vm/jit/judge_code.h"

namespace remit::jit {

struct SlotValue {
    llvm::Value* bits = nullptr;
    llvm::Value* err = nullptr;  // null: never an error
};

class ProbeEmitter {
public:
    ProbeEmitter(const ProbeEmitter&) = delete;
    ProbeEmitter& operator=(const ProbeEmitter&) = delete;

protected:
    using Value = llvm::Value;
    using BasicBlock = llvm::BasicBlock;

    ProbeEmitter(llvm::Module& module, const JudgeCode& code);
    virtual ~ProbeEmitter() = default;

    /// A slot other than risk and lane once these are known here.
    virtual SlotValue read_slot(uint32_t index) = 0;
    /// The session's role mask as it lies in a frame.
    virtual Value* masks() = 0;
    /// One table: its leaf, and what that says.
    virtual void look(const ProbeCode& probe, Value* record, Value* table) = 0;
    /// Risk or lane has changed.
    virtual void changed(uint32_t slot, Value* value) = 0;

    // ---- functions, blocks, memory
    void create(llvm::StringRef name, llvm::ArrayRef<llvm::Type*> types);
    BasicBlock* block(const char* name) { return BasicBlock::Create(module_.getContext(), name, function_); }
    Value* symbol(const char* name) { return module_.getOrInsertGlobal(name, b_.getInt8Ty()); }
    Value* at(Value* base, uint64_t offset) {
        return offset == 0 ? base : b_.CreateConstInBoundsGEP1_64(b_.getInt8Ty(), base, offset);
    }
    Value* beyond(Value* base, Value* bytes) {
        return b_.CreateInBoundsGEP(b_.getInt8Ty(), base, b_.CreateZExt(bytes, i64_));
    }
    Value* load(llvm::Type* type, Value* base, uint64_t offset, unsigned align = 0);
    void store(Value* value, Value* base, uint64_t offset, unsigned align = 8) {
        b_.CreateAlignedStore(value, at(base, offset), llvm::Align(align));
    }
    Value* local(uint64_t bytes);
    Value* call(const char* name, llvm::Type* result, llvm::ArrayRef<Value*> arguments);
    /// Finds `shared_` and `record_`; the straight form.
    void locate(Value* tool);

    // ---- probes
    /// Nothing has been said yet.
    void start();
    void probe(const ProbeCode& probe, Value* record);
    /// Where the leaf is. `base`: the cell that a bound session starts from, or null.
    Value* leaf_of(const ProbeCode& probe, Value* record, Value* table, Value* base);
    Value* role_word(const ProbeCode& probe, Value* record);
    void apply(const ProbeCode& probe, Value* leaf, Value* word);
    SlotValue slot(uint32_t index);

    llvm::Module& module_;
    const JudgeCode& code_;
    llvm::IRBuilder<> b_;
    llvm::Type *i32_ = nullptr, *i64_ = nullptr, *ptr_ = nullptr, *four_ = nullptr;
    llvm::Function* function_ = nullptr;
    Value *shared_ = nullptr, *record_ = nullptr;
    std::map<uint32_t, SlotValue> values_;  // slots that have been read

    // What has been said so far.
    Value* sum_ = nullptr;                     // words of allow, block and ask; the last is scratch
    Value* count_ = nullptr;                   // of outcome.spoken
    Value *risk_ = nullptr, *lane_ = nullptr;  // null: in the frame

private:
    Value* field(const Field& f, Value* record, bool wide);
    /// From the base of the dimension: never negative, at most `most`.
    Value* offset_of(Value* bits, const DimCode& dim, Value* record, Value* most);
    Value* few(Value* bits, const DimCode& dim, Value* record, Value* top);
    Value* class_of(const DimCode& dim, Value* record, Value* table);
    /// Null, which is "in the frame", if it is so on one side: both sides have stored it.
    Value* join(Value* a, BasicBlock* from_a, Value* b, BasicBlock* from_b);
};

}  // namespace remit::jit
