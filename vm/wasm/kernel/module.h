// The policy of one module: read from the image that lies in its memory, and what hosts are given to decide from. One
// for each instance; an instance has one thread.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "vm/engine/policy.h"
#include "vm/wasm/kernel/walk.h"

namespace remit::wasm {

/// One layer, and a frame that the host fills.
class Frame {
public:
    explicit Frame(const Layer& layer);

    V* slots() { return slots_.data(); }
    size_t size() const { return slots_.size(); }
    /// As before the first call: every slot absent, but the highest class of data, which is the lowest.
    void clear();
    /// Gives a slot the value that `text` has as what the slot holds: a string, url, email or network. False: it is
    /// none of these, or `text` is not one. It stays until the slot gets another.
    bool text(uint32_t slot, std::string_view text);
    /// What the rules of this layer say. Risk, lane and state are in the frame.
    Verdict judge(uint32_t tool, V* frame) noexcept;
    const LoadedProgram& loaded() const { return *layer_.program; }
    const Kernel& kernel() const { return *layer_.kernel; }

private:
    bool is_broken(const RuleInfo& claim, const Outcome& out, const V* frame) const noexcept;

    struct Text {
        std::string parts[4];
        Str str;
        Url url;
        Email email;
        Net net;
    };
    Layer layer_;
    Walk walk_;
    std::vector<V> slots_;
    std::vector<std::unique_ptr<Text>> texts_;  // by slot
    std::vector<uint32_t> matched_;
    std::vector<Spoken> spoken_;
};

class Module {
public:
    static Result<std::unique_ptr<Module>> load(std::string_view image);

    size_t layers() const { return frames_.size(); }
    /// Null beyond the last.
    Frame* frame(uint32_t layer) { return layer < frames_.size() ? &frames_[layer] : nullptr; }
    const Program& own() const { return policy_->layers().front().program->program(); }
    std::string decide(std::string_view request) { return to_json(decider_.decide(request)); }
    std::string describe() const;

private:
    explicit Module(std::shared_ptr<const Policy> policy);
    std::shared_ptr<const Policy> policy_;
    Decider decider_;
    std::deque<Frame> frames_;
};

}  // namespace remit::wasm
