#include "vm/interpreter/interpreter.h"

#include <algorithm>
#include <array>

#include "vm/index/classify.h"
#include "vm/index/role_sets.h"
#include "vm/index/speak.h"
#include "vm/interpreter/columns.h"
#include "vm/ops/actions.h"
#include "vm/program/limits.h"

namespace remit {
namespace {

/// Registers of one shape. Left uninitialised: the verifier has seen that each is written before it is read.
union Registers {
    Registers() {}
    std::array<V, limits::kMaxRegisters> v;
};

/// The one loop that may be open.
struct Loop {
    const Instr* head = nullptr;
    uint32_t size = 0;
    V sum;
};

V loop_start(Op head) noexcept { return {head == Op::ForAll ? kTrue : 0, 0}; }
/// The result of a loop over an error.
V loop_error(Op head, V list) noexcept {
    return head == Op::ForAny || head == Op::ForAll ? V{kError, 0} : passed(list);
}
V loop_step(Op head, V sum, V body) noexcept {
    if (head == Op::ForAny) return op_Or(sum, body);
    if (head == Op::ForAll) return op_And(sum, body);
    return head == Op::ForCount ? op_CountStep(sum, body) : op_AddI(sum, body);
}

#define REMIT_RUN_1(f, r, i) f(r[i->a])
#define REMIT_RUN_2(f, r, i) f(r[i->a], r[i->b])

/// Runs one shape from `i` on. `code` is the start of the program's code, which loops refer to.
V run(const Instr* code, const Instr* i, const V* frame, const V* params, V* r) noexcept {
    Loop loop;
    for (;; ++i) {
        switch (i->op) {
#define REMIT_OP(name, mnemonic, result, arity, ...) \
    case Op::name: r[i->dst] = REMIT_RUN_##arity(op_##name, r, i); break;
#include "vm/ops/ops.def"
            case Op::Slot: r[i->dst] = frame[i->imm]; break;
            case Op::Param: r[i->dst] = params[i->imm]; break;
            case Op::Item: r[i->dst] = item_of(r[i->a], r[i->b]); break;
            case Op::Field: r[i->dst] = field_of(r[i->a], i->imm); break;
            case Op::ForAny:
            case Op::ForAll:
            case Op::ForCount:
            case Op::ForSum: {
                const V list = r[i->a];
                const uint32_t size = list.err != 0 ? 0 : as<List>(list).size;
                if (size == 0) {
                    r[i->dst] = list.err != 0 ? loop_error(i->op, list) : loop_start(i->op);
                    i = code + i->imm;
                    break;
                }
                loop = {i, size, loop_start(i->op)};
                r[i->b] = V{};
                break;
            }
            case Op::Next: {
                loop.sum = loop_step(loop.head->op, loop.sum, r[i->a]);
                V& index = r[loop.head->b];
                if (++index.bits < static_cast<int64_t>(loop.size))
                    i = loop.head;
                else
                    r[loop.head->dst] = loop.sum;
                break;
            }
            case Op::ExitFalse:
                if (r[i->a].bits == kFalse) return {kFalse, 0};
                break;
            case Op::Ret: return r[i->a];
        }
    }
}

void act(Action action, V* frame, Outcome& out, const Row& row, int64_t hit, V value) noexcept {
    switch (action) {
        case Action::Note: return act_Note(frame, out, row, hit, value);
        case Action::Allow: return act_Allow(frame, out, row, hit, value);
        case Action::Block: return act_Block(frame, out, row, hit, value);
        case Action::Risk: return act_Risk(frame, out, row, hit, value);
        case Action::Lane: return act_Lane(frame, out, row, hit, value);
        case Action::Mark: return act_Mark(frame, out, row, hit, value);
        case Action::Count: return act_Count(frame, out, row, hit, value);
        case Action::CountDistinct: return act_CountDistinct(frame, out, row, hit, value);
    }
}

class Interpreter final : public Kernel {
public:
    explicit Interpreter(std::shared_ptr<const LoadedProgram> program) : loaded_(std::move(program)) {
        const Hash& hash = loaded_->program().hash;
        for (size_t i = 0; i < hash.size(); ++i) policy_[i / 8] |= uint64_t{hash[i]} << (8 * (i % 8));
    }

    void decide(uint32_t tool, V* frame, Outcome& out) const noexcept override {
        const Program& p = loaded_->program();
        if (!begin(tool, out)) return;
        Registers registers;
        const ToolDesc& desc = p.tools[tool];
        for (uint32_t i = desc.segments_begin; i < desc.segments_end; ++i) {
            const Segment& s = p.segments[p.tool_segments[i]];
            for (uint32_t r = s.row_begin; r < s.row_end; ++r) row(p, s, p.rows[r], frame, out, registers.v.data());
        }
    }

    void judge(uint32_t tool, V* frame, Outcome& out) const noexcept override {
        if (!begin(tool, out)) return;
        for (const Probe& probe : loaded_->index().probes(tool)) {
            const Layout& layout = loaded_->index().layouts()[probe.layout];
            const Leaf& leaf = leaf_at(layout, *probe.table, cell_of(layout, *probe.table, frame));
            speak(layout, leaf, role_word_of(*probe.table, frame), frame, out);
        }
    }
    void judge_bound(uint32_t tool, const BoundTables& bound, V* frame, Outcome& out) const noexcept override {
        if (!begin(tool, out)) return;
        for (const Probe& probe : loaded_->index().probes(tool)) {
            const Layout& layout = loaded_->index().layouts()[probe.layout];
            const auto varies = [](const Layout::Dim& d) { return !d.session; };
            const auto first = std::find_if(layout.dims.begin(), layout.dims.end(), varies) - layout.dims.begin();
            const uint32_t cell = bound.bases[probe.table->id] +
                                  cell_of(layout, *probe.table, frame, static_cast<size_t>(first));
            speak(layout, leaf_at(layout, *probe.table, cell), bound.role_words[probe.table->id], frame, out);
        }
    }
    bool judge_columns(const Columns& columns) const noexcept override {
        return remit::judge_columns(*loaded_, columns);
    }

    const char* name() const noexcept override { return "interp"; }

private:
    /// False: the policy has no such tool, and so allows nothing.
    bool begin(uint32_t tool, Outcome& out) const noexcept {
        std::copy_n(policy_, 4, out.policy);
        return tool < loaded_->program().tools.size();
    }

    void row(const Program& p, const Segment& s, const Row& row, V* frame, Outcome& out, V* registers) const noexcept {
        const Instr* code = p.code.data();
        const Shape& guard = p.shapes[s.shape];
        const V* params = loaded_->params().data() + row.params;
        const int64_t hit = hit_of(run(code, code + guard.begin, frame, params, registers), s.must);
        V value{1, 0};
        if (hit != 0 && s.value_shape != kNoShape) {
            const V* rest = params + guard.params.size();
            value = run(code, code + p.shapes[s.value_shape].begin, frame, rest, registers);
        }
        act(s.action, frame, out, row, hit, value);
    }

    void speak(const Layout& layout, const Leaf& leaf, uint64_t roles, V* frame, Outcome& out) const noexcept {
        act_Leaf(layout.phase, leaf, roles, frame, out);
        if (leaf.runs == 0) return;
        Registers registers;
        const Program& p = loaded_->program();
        for (const Run& r : loaded_->index().runs(leaf.runs))
            row(p, p.segments[r.segment], p.rows[r.row], frame, out, registers.v.data());
    }

    std::shared_ptr<const LoadedProgram> loaded_;
    uint64_t policy_[4] = {};
};

}  // namespace

std::shared_ptr<const Kernel> make_interpreter(std::shared_ptr<const LoadedProgram> program) {
    return std::make_shared<Interpreter>(std::move(program));
}

}  // namespace remit
