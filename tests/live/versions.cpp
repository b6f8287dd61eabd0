#include "tests/live/versions.h"

#include <array>

#include "tests/catch.h"
#include "tests/engine/builder.h"
#include "vm/interpreter/interpreter.h"

namespace remit::test {

namespace {

Hash numbered(uint64_t n, uint8_t layer) {
    Hash hash{};
    for (size_t i = 0; i < 8; ++i) hash[i] = static_cast<uint8_t>(n >> (8 * i));
    hash[31] = layer;
    return hash;
}

class Renamed final : public Kernel {
public:
    Renamed(std::shared_ptr<const Kernel> kernel, const char* name) : kernel_(std::move(kernel)), name_(name) {}
    void decide(uint32_t tool, V* frame, Outcome& out) const noexcept override { kernel_->decide(tool, frame, out); }
    void judge(uint32_t tool, V* frame, Outcome& out) const noexcept override { kernel_->judge(tool, frame, out); }
    void judge_bound(uint32_t tool, const BoundTables& bound, V* frame, Outcome& out) const noexcept override {
        kernel_->judge_bound(tool, bound, frame, out);
    }
    bool judge_columns(const Columns& columns) const noexcept override { return kernel_->judge_columns(columns); }
    const char* name() const noexcept override { return name_; }

private:
    std::shared_ptr<const Kernel> kernel_;
    const char* name_;
};

/// What one layer says: its frame and outcome.
struct Asked {
    explicit Asked(const Layer& layer) {
        out.matched = matched.data();
        layer.kernel->decide(kRefund, frame.data(), out);
    }
    std::array<V, 64> frame{};
    std::array<uint32_t, 8> matched{};
    Outcome out;
};

}  // namespace

std::shared_ptr<const Policy> version_policy(uint64_t n) {
    Shop child, parent;
    child.program.hash = numbered(n, 1);
    parent.program.hash = child.program.parent = numbered(n, 2);
    parent.program.name = "platform";
    parent.allow();
    RuleInfo risk = parent.rule(RuleKind::Risk, "version");
    risk.number = static_cast<int64_t>(n);
    parent.always(risk);
    child.allow();
    return policy_of({&child, &parent});
}

std::shared_ptr<LivePolicy> live_from(uint64_t n, bool asymmetric) {
    auto live = LivePolicy::make(version_policy(n), {asymmetric});
    if (!live) FAIL(live.error());
    return *live;
}

LivePolicy::Reader reader_of(LivePolicy& live) {
    auto reader = live.reader();
    if (!reader) FAIL(reader.error());
    return std::move(*reader);
}

std::shared_ptr<const Kernel> renamed(std::shared_ptr<const LoadedProgram> program, const char* name) {
    return std::make_shared<Renamed>(make_interpreter(std::move(program)), name);
}

uint64_t number_of(const Program& program) {
    uint64_t n = 0;
    for (size_t i = 0; i < 8; ++i) n |= uint64_t{program.hash[i]} << (8 * i);
    return n;
}

Told ask_kernels(const Policy& policy) {
    const Asked child(policy.layers()[0]), parent(policy.layers()[1]);
    return {child.out.policy[0], static_cast<uint64_t>(parent.frame[kSlotRisk].bits)};
}

Told told(const Decision& decision) {
    Program program;
    program.hash = parse_hash(decision.policy).value_or(Hash{});
    return {number_of(program), static_cast<uint64_t>(decision.risk)};
}

std::string request() { return Ask{}.text(); }

}  // namespace remit::test
