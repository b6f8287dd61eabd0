// `judge` for tools whose tables leave no rows to be run: the probes of the index laid out side by side, each with the
// numbers that its classes need, so that a decision is one short loop without calls. Means what vm/index/classify.h and
// speak.h mean; the tests hold it to the interpreter.
#pragma once

#include <vector>

#include "vm/engine/decision.h"
#include "vm/index/index.h"

namespace remit::wasm {

class Walk {
public:
    /// The index must outlive this.
    Walk(const Program& program, const Index& index);

    /// False: rows would have to be run, and the kernel is to be asked.
    bool serves(uint32_t tool) const noexcept { return !tools_[tool].runs; }
    Verdict judge(uint32_t tool, V* frame) const noexcept;

private:
    struct Dim {
        const void* data = nullptr;  // Few, Span, Search, Text
        int64_t base = 0;
        uint32_t slot = 0, span = 0, top = 0, stride = 0;
        ClassKind kind = ClassKind::Direct;
    };
    struct Step {
        const void* cells = nullptr;
        const Leaf* leaves = nullptr;
        const Table* role_sets = nullptr;  // null: the role word is the session's mask
        uint32_t dims_begin = 0, dims_end = 0;
        Layout::Phase phase = Layout::Phase::Rest;
        uint8_t cell_bytes = 1;
    };
    struct Tool {
        uint32_t begin = 0, end = 0;
        bool runs = false;
    };
    static uint32_t class_of(const Dim& dim, V value) noexcept;

    std::vector<Tool> tools_;
    std::vector<Step> steps_;
    std::vector<Dim> dims_;
};

}  // namespace remit::wasm
