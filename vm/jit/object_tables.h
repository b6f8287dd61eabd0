// The tables of an object file as constants of its module: what a kernel has in memory, with relocations where there
// are addresses. All of it is private to the object.
#pragma once

#include <llvm/IR/Module.h>

#include <map>
#include <string>
#include <vector>

#include "vm/jit/object_plan.h"

namespace remit::jit {

/// Bytes of a constant, with addresses in between.
class ObjectBytes {
public:
    void append(const void* data, size_t size) { bytes_.append(static_cast<const char*>(data), size); }
    template <class T>
    void append(const T& value) {
        append(&value, sizeof value);
    }
    /// Over what is there, or at the end.
    void address(size_t at, llvm::Constant* target);
    void append_address(llvm::Constant* target) { address(bytes_.size(), target); }
    void align(size_t to) { bytes_.resize((bytes_.size() + to - 1) / to * to); }
    size_t size() const { return bytes_.size(); }
    std::string& bytes() { return bytes_; }
    llvm::GlobalVariable* define(llvm::Module& module, const char* name, unsigned alignment) const;

private:
    std::string bytes_;
    std::map<size_t, llvm::Constant*> addresses_;
};

class ObjectTables {
public:
    ObjectTables(llvm::Module& module, const LoadedProgram& loaded, const ObjectPlan& plan);

    llvm::Constant* version();
    llvm::Constant* records();
    llvm::Constant* no_text();
    /// ObjectWalk; `probes`: the function of each.
    llvm::Constant* walk(const std::vector<llvm::Function*>& probes);
    /// ObjectSteps; `segments`: as the plan's. Before `effects`.
    llvm::Constant* steps(const std::vector<llvm::Function*>& segments);
    llvm::Constant* effects();

private:
    void settle(const ProbeCode& probe, const Table* table, size_t at, ObjectBytes& out);
    llvm::Constant* table(const Table& table);
    llvm::Constant* empty_table();
    llvm::Constant* search(const Table& table, const TableDim& dim);
    llvm::Constant* text(const Table& table, const TableDim& dim);
    llvm::Constant* roles(const Table* table);
    uint32_t params_of(const Run& run, ObjectBytes& params);
    void literal(TypeRef type, V value, ObjectBytes& out);
    uint32_t effect_of(uint32_t rule);

    llvm::Module& module_;
    const LoadedProgram& loaded_;
    const Program& program_;
    const Index& index_;
    const Plan& plan_;
    Records records_;
    std::vector<uint32_t> layout_of_;  // of each table
    std::map<uint32_t, llvm::Constant*> tables_;
    std::map<const Table*, llvm::Constant*> roles_;
    llvm::Constant* empty_ = nullptr;
    std::map<uint32_t, uint32_t> params_;   // row -> its first parameter
    std::map<uint32_t, uint32_t> effects_;  // rule -> number
    std::vector<uint32_t> rules_;           // of each effect
};

}  // namespace remit::jit
