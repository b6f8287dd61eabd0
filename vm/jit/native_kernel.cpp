// make_native: the kernel that holds a program's machine code and the tables that it reads.
#include <algorithm>
#include <chrono>

#include "vm/jit/judge_emitter.h"
#include "vm/jit/native_code.h"

namespace remit {
namespace {

using JudgeFunction = void (*)(uint32_t tool, V* frame, Outcome* out);
using BoundFunction = void (*)(uint32_t tool, V* frame, Outcome* out, const uint32_t* bases,
                               const uint64_t* role_words);
using ColumnsFunction = void (*)(const Columns* columns);

class NativeKernel final : public Kernel {
public:
    NativeKernel(std::shared_ptr<const LoadedProgram> program, const NativeOptions& options)
        : program_(std::move(program)),
          explainer_(options.explainer),
          tools_(static_cast<uint32_t>(program_->program().tools.size())),
          plan_(jit::make_plan(*program_, options)),
          records_(program_->program(), program_->index(), plan_.judge) {
        const Hash& hash = program_->program().hash;
        for (size_t i = 0; i < hash.size(); ++i) policy_[i / 8] |= uint64_t{hash[i]} << (8 * (i % 8));
    }

    llvm::Error compile(const NativeOptions& options, NativeStats& stats);

    void decide(uint32_t tool, V* frame, Outcome& out) const noexcept override {
        if (explainer_) return explainer_->decide(tool, frame, out);
        store_hash(out);
        if (tool < tools_) steps_.run_tool(tool, frame, out);
    }
    void judge(uint32_t tool, V* frame, Outcome& out) const noexcept override {
        if (judge_) return judge_(tool, frame, &out);
        store_hash(out);
        if (tool >= tools_) return;
        for (const jit::WalkedProbe& probe : records_.walk(tool)) probe.run(probe.record, frame, &out);
    }
    void judge_bound(uint32_t tool, const BoundTables& bound, V* frame, Outcome& out) const noexcept override {
        if (bound_) return bound_(tool, frame, &out, bound.bases, bound.role_words);
        store_hash(out);
        if (tool >= tools_) return;
        for (const jit::WalkedProbe& probe : records_.walk(tool))
            probe.run_bound(probe.record, frame, &out, bound.bases, bound.role_words);
    }
    bool judge_columns(const Columns& columns) const noexcept override;
    const char* name() const noexcept override { return "jit"; }

private:
    void store_hash(Outcome& out) const noexcept {
        for (int i = 0; i < 4; ++i) out.policy[i] = policy_[i];
    }
    std::vector<std::string> names() const;

    std::shared_ptr<const LoadedProgram> program_;
    std::shared_ptr<const Kernel> explainer_;
    uint32_t tools_ = 0;
    uint64_t policy_[4] = {};
    jit::Plan plan_;
    jit::Records records_;
    jit::Steps steps_;
    jit::NativeCode code_;
    JudgeFunction judge_ = nullptr;  // straight form; else probes are walked
    BoundFunction bound_ = nullptr;
    ColumnsFunction columns_ = nullptr;
    std::vector<uint32_t> columns_read_;
    bool sums_risk_ = false;
};

/// Stands in for columns that are not given.
constexpr size_t kZeros = 512, kMostSlots = 256;
constexpr int64_t kNothing[kZeros] = {};

bool NativeKernel::judge_columns(const Columns& columns) const noexcept {
    if (!columns_) return false;
    if (columns.size == 0) return true;
    if (columns.risk && !sums_risk_) std::fill_n(columns.risk, columns.size, 0);
    const auto missing = [&](uint32_t slot) { return columns.slot[slot] == nullptr; };
    if (std::none_of(columns_read_.begin(), columns_read_.end(), missing)) {
        columns_(&columns);
        return true;
    }
    if (columns_read_.back() >= kMostSlots) return false;
    const int64_t* slots[kMostSlots];
    for (size_t done = 0; done < columns.size; done += kZeros) {
        for (const uint32_t s : columns_read_) slots[s] = missing(s) ? kNothing : columns.slot[s] + done;
        const Columns part{std::min(kZeros, columns.size - done), columns.tool + done, slots, columns.verdict + done,
                           columns.risk ? columns.risk + done : nullptr};
        columns_(&part);
    }
    return true;
}

/// As the plan numbers its functions.
std::vector<std::string> NativeKernel::names() const {
    const jit::JudgeCode& judge = plan_.judge.code;
    std::vector<std::string> all;
    if (judge.straight) {
        all = {jit::kJudgeSymbol, jit::kJudgeBoundSymbol};
        if (judge.columns) all.emplace_back(jit::kJudgeColumnsSymbol);
    } else {
        for (const bool bound : {false, true})
            for (size_t p = 0; p < judge.probes.size(); ++p) all.push_back(jit::probe_symbol(p, bound));
    }
    for (size_t i = 0; i < plan_.segments.size(); ++i) all.push_back(jit::segment_symbol(plan_, i));
    return all;
}

llvm::Error NativeKernel::compile(const NativeOptions& options, NativeStats& stats) {
    const jit::External tables[] = {
        {jit::kRecordsSymbol, records_.base()}, {jit::kPolicySymbol, policy_}, {jit::kStepsSymbol, &steps_}};
    if (llvm::Error e = code_.make(program_->program(), plan_, tables, options, stats)) return e;
    auto found = code_.look_up(names());
    if (!found) return found.takeError();
    size_t next = 0;
    const auto address = [&] { return (*found)[next++]; };
    if (plan_.judge.code.straight) {
        judge_ = address().toPtr<JudgeFunction>();
        bound_ = address().toPtr<BoundFunction>();
        if (plan_.judge.code.columns) columns_ = address().toPtr<ColumnsFunction>();
    } else {
        std::vector<jit::ProbeFunction> run;
        std::vector<jit::BoundProbeFunction> run_bound;
        for (size_t p = 0; p < plan_.judge.code.probes.size(); ++p)
            run.push_back(address().toPtr<jit::ProbeFunction>());
        for (size_t p = 0; p < plan_.judge.code.probes.size(); ++p)
            run_bound.push_back(address().toPtr<jit::BoundProbeFunction>());
        records_.link(program_->index(), plan_.judge, run, run_bound);
    }
    std::vector<jit::SegmentFunction> segments;
    for (size_t i = 0; i < plan_.segments.size(); ++i) segments.push_back(address().toPtr<jit::SegmentFunction>());
    steps_.fill(*program_, plan_, segments, explainer_ == nullptr);
    columns_read_ = jit::columns_read(plan_.judge.code);
    sums_risk_ = jit::sums_risk(plan_.judge.code);
    plan_.judge.at.clear();
    return llvm::Error::success();
}

}  // namespace

Result<std::shared_ptr<const Kernel>> make_native(std::shared_ptr<const LoadedProgram> program,
                                                  const NativeOptions& options, NativeStats* stats) {
    using Clock = std::chrono::steady_clock;
    const auto ms = [](Clock::duration d) { return std::chrono::duration<double, std::milli>(d).count(); };
    const auto started = Clock::now();
    NativeStats took;
    auto kernel = std::make_shared<NativeKernel>(std::move(program), options);
    const auto planned = Clock::now();
    if (llvm::Error e = kernel->compile(options, took)) return Failure{"native code: " + llvm::toString(std::move(e))};
    took.tables_ms = ms(planned - started);
    took.llvm_ms = ms(Clock::now() - planned);
    if (stats) *stats = took;
    return std::shared_ptr<const Kernel>(std::move(kernel));
}

}  // namespace remit
