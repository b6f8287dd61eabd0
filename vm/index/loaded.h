// A verified program with its constants made ready: what engines run on. Immutable; owns its memory; address-stable.
#pragma once

#include <memory>
#include <span>

#include "vm/index/index.h"
#include "vm/program/program.h"
#include "vm/value/result.h"

namespace remit {

class LoadedProgram {
public:
    /// Verifies (see verify.h) and prepares. Fails on a program that could make an engine misbehave.
    static Result<std::shared_ptr<const LoadedProgram>> load(Program program);
    ~LoadedProgram();
    LoadedProgram(const LoadedProgram&) = delete;
    LoadedProgram& operator=(const LoadedProgram&) = delete;

    const Program& program() const { return program_; }
    /// constants[i] as a value; regular expressions come compiled.
    std::span<const V> constants() const { return constants_; }
    /// params[i] as a value: `row.params + k` is parameter k of a row.
    std::span<const V> params() const { return params_; }
    const Index& index() const { return *index_; }

private:
    explicit LoadedProgram(Program program);
    struct Storage;
    Program program_;
    std::unique_ptr<Storage> storage_;
    std::vector<V> constants_;
    std::vector<V> params_;
    std::unique_ptr<const Index> index_;
};

}  // namespace remit
