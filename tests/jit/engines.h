// The same decision by every engine, and everything that it says.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/catch.h"
#include "tests/jit/assembler.h"
#include "vm/interpreter/interpreter.h"
#include "vm/jit/jit.h"

namespace remit::test {

struct Said {
    int64_t allowed = 0, blocked = 0;
    std::vector<uint32_t> matched;
    std::vector<std::pair<int64_t, int64_t>> frame;
    std::vector<uint64_t> policy;
    friend bool operator==(const Said&, const Said&) = default;
};

inline Said decide(const Kernel& kernel, const Program& program, uint32_t tool, std::vector<V> frame) {
    std::vector<uint32_t> matched(program.rules.size() + 1, UINT32_MAX);
    Outcome out;
    out.matched = matched.data();
    kernel.decide(tool, frame.data(), out);
    Said said;
    said.allowed = out.allowed;
    said.blocked = out.blocked;
    said.matched.assign(matched.begin(), matched.begin() + out.matched_count);
    for (const V v : frame) said.frame.emplace_back(v.bits, v.err);
    said.policy.assign(out.policy, out.policy + 4);
    return said;
}

/// The interpreter, and native code in each form at each level.
class Engines {
public:
    explicit Engines(Program p) {
        auto loaded = LoadedProgram::load(std::move(p));
        if (!loaded) FAIL(loaded.error());
        loaded_ = *loaded;
        kernels_.push_back(make_interpreter(loaded_));
        for (const NativeForm form : {NativeForm::ByShape, NativeForm::ByTool}) {
            for (const int level : {0, 1, 2}) {
                auto native = make_native(loaded_, {level, form});
                if (!native) FAIL(native.error());
                kernels_.push_back(*native);
            }
        }
    }
    const Program& program() const { return loaded_->program(); }
    const Kernel& native() const { return *kernels_.back(); }

    /// What all of them say; fails the test if they differ.
    Said agree(const std::vector<V>& frame, uint32_t tool = 0) const {
        const Said first = decide(*kernels_.front(), program(), tool, frame);
        for (size_t k = 1; k < kernels_.size(); ++k) {
            if (decide(*kernels_[k], program(), tool, frame) == first) continue;
            const Said other = decide(*kernels_[k], program(), tool, frame);
            INFO("native " << (k > 3 ? "by tool" : "by shape") << ", level " << (k - 1) % 3 << ", tool " << tool);
            CHECK(other.allowed == first.allowed);
            CHECK(other.blocked == first.blocked);
            CHECK(other.matched == first.matched);
            CHECK(other.frame == first.frame);
            CHECK(other.policy == first.policy);
            FAIL("engines disagree");
        }
        return first;
    }

private:
    std::shared_ptr<const LoadedProgram> loaded_;
    std::vector<std::shared_ptr<const Kernel>> kernels_;
};

inline std::vector<V> frame_of(const Program& p) {
    static const Str kNothing{};
    static const List kEmpty{};
    static const Record kNoFields{};
    std::vector<V> frame(p.slots.size());
    for (size_t i = 0; i < frame.size(); ++i) {
        switch (p.types[p.slots[i].type].kind) {
            case Kind::Str:
            case Kind::Any: frame[i] = ref(&kNothing); break;
            case Kind::List: frame[i] = ref(&kEmpty); break;
            case Kind::Record: frame[i] = ref(&kNoFields); break;
            case Kind::Url:
            case Kind::Email:
            case Kind::Net: frame[i] = error(Err::Absent); break;
            case Kind::Truth:
            case Kind::Int: break;
        }
    }
    return frame;
}

}  // namespace remit::test
