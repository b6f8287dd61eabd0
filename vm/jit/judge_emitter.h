// `judge` as LLVM IR: from the slots of the frame through the records to the leaves, and what they say together.
// Without a branch on anything that the request holds, except where rows are left to be run.
#pragma once

#include <llvm/IR/Module.h>

#include "vm/jit/plan.h"

namespace remit::jit {

/// `void remit_judge(i32 tool, ptr frame, ptr out)`; remit_judge_bound has ptr bases, ptr role_words as well;
/// `void remit_judge_columns(ptr columns)`; those of walked probes are as ProbeFunction and BoundProbeFunction.
/// `function`: as the plan numbers them, below plan.judge_functions().
llvm::Function* emit_judge(llvm::Module& module, const Plan& plan, size_t function);

/// Symbols of the tables that the code reads.
inline constexpr const char *kRecordsSymbol = "remit_records", *kPolicySymbol = "remit_policy",
                            *kStepsSymbol = "remit_steps", *kNoTextSymbol = "remit_no_text";

}  // namespace remit::jit
