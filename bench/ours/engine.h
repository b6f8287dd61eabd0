// A policy text on its way to a decision: compiled, verified, loaded, on both engines, with the time that each step took.
#pragma once

#include <memory>
#include <string>

#include "vm/engine/policy.h"
#include "vm/jit/jit.h"

namespace bench {

[[noreturn]] void fail(const std::string& why);
std::string read_file(const std::string& path);

struct Engines {
    std::shared_ptr<const remit::LoadedProgram> program;
    std::shared_ptr<const remit::Kernel> interpreter, native;
    double compile_ms = 0, load_ms = 0;
    remit::NativeStats stats;
};
Engines make_engines(const std::string& path, bool native = true);
std::shared_ptr<const remit::Policy> make_policy(const Engines& engines, bool native);

/// What a kernel wrote, as a verdict's letter: 'a', 'q' or 'd'.
inline char letter(const remit::Outcome& out, const remit::Program& program) noexcept {
    unsigned asked = out.asked != 0;
    for (uint32_t i = 0; i < out.matched_count; ++i)
        asked |= program.rules[out.matched[i]].kind == remit::RuleKind::Ask;
    return "aqdd"[(out.blocked != 0 || out.allowed == 0) * 2 + asked];
}

/// Memory that a kernel writes to, for one thread.
class Scratch {
public:
    explicit Scratch(const remit::LoadedProgram& program);
    remit::Outcome& clean() noexcept {
        out_.allowed = out_.blocked = out_.asked = 0;
        out_.matched_count = out_.spoken_count = 0;
        return out_;
    }

private:
    std::vector<uint32_t> matched_;
    std::vector<remit::Spoken> spoken_;
    remit::Outcome out_;
};

}  // namespace bench
