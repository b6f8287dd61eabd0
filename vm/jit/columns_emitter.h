// `judge_columns` as LLVM IR: the same probes over many requests, whose slots are columns.
#pragma once

#include <llvm/IR/Module.h>

#include "vm/jit/judge_code.h"

namespace remit::jit {

/// `void remit_judge_columns(ptr columns)`; all columns of `columns_read` are there. Only if `code.columns`.
llvm::Function* emit_columns(llvm::Module& module, const JudgeCode& code);

}  // namespace remit::jit
