// The same decision by every engine, and everything that it says.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "tests/catch.h"
#include "tests/jit/assembler.h"
#include "vm/index/classify.h"
#include "vm/index/role_sets.h"
#include "vm/interpreter/interpreter.h"
#include "vm/jit/jit.h"

namespace remit::test {

/// What a kernel says through `decide`, or through `judge`.
struct Said {
    int64_t allowed = 0, blocked = 0, asked = 0;
    std::vector<uint32_t> matched;
    std::vector<std::pair<const Leaf*, uint64_t>> spoken;
    std::vector<std::pair<int64_t, int64_t>> frame;
    std::vector<uint64_t> policy;
    friend bool operator==(const Said&, const Said&) = default;
};

template <class Run>
Said said_by(const LoadedProgram& loaded, std::vector<V> frame, Run run) {
    std::vector<uint32_t> matched(loaded.program().rules.size() + 1, UINT32_MAX);
    std::vector<Spoken> spoken(loaded.index().most_probes() + 1);
    Outcome out;
    out.matched = matched.data();
    out.spoken = spoken.data();
    run(frame.data(), out);
    Said said;
    said.allowed = out.allowed != 0;
    said.blocked = out.blocked != 0;
    said.asked = out.asked != 0;
    said.matched.assign(matched.begin(), matched.begin() + out.matched_count);
    for (uint32_t i = 0; i < out.spoken_count; ++i) said.spoken.emplace_back(spoken[i].leaf, spoken[i].roles);
    std::sort(said.spoken.begin(), said.spoken.end());  // tables join in any order
    for (const V v : frame) said.frame.emplace_back(v.bits, v.err);
    said.policy.assign(out.policy, out.policy + 4);
    return said;
}
inline Said decide(const Kernel& kernel, const LoadedProgram& loaded, uint32_t tool, const std::vector<V>& frame) {
    return said_by(loaded, frame, [&](V* f, Outcome& out) { kernel.decide(tool, f, out); });
}
inline Said judge(const Kernel& kernel, const LoadedProgram& loaded, uint32_t tool, const std::vector<V>& frame) {
    return said_by(loaded, frame, [&](V* f, Outcome& out) { kernel.judge(tool, f, out); });
}

/// What binding the session of a frame settles.
struct Bound {
    std::vector<uint32_t> bases;
    std::vector<uint64_t> role_words;
    BoundTables tables() const { return {bases.data(), role_words.data()}; }

    Bound(const LoadedProgram& loaded, const std::vector<V>& frame)
        : bases(loaded.index().tables().size()), role_words(bases.size()) {
        const Index& index = loaded.index();
        std::vector<uint32_t> layout_of(bases.size());
        for (const auto& [layout, table] : all_probes(loaded)) layout_of[table->id] = layout;
        for (const Table* table : index.tables()) {
            const Layout& layout = index.layouts()[layout_of[table->id]];
            for (size_t d = 0; d < layout.dims.size() && layout.dims[d].session; ++d)
                bases[table->id] += class_of(layout.dims[d].kind, *table, d, frame[layout.dims[d].slot]) *
                                    table->dims[d].stride;
            role_words[table->id] = role_word_of(*table, frame.data());
        }
    }

private:
    static std::vector<std::pair<uint32_t, const Table*>> all_probes(const LoadedProgram& loaded) {
        const Index& index = loaded.index();
        std::vector<std::pair<uint32_t, const Table*>> all;
        for (uint32_t t = 0; t < loaded.program().tools.size(); ++t)
            for (const Probe& p : index.probes(t)) all.emplace_back(p.layout, p.table);
        return all;
    }
};
inline Said judge_bound(const Kernel& kernel, const LoadedProgram& loaded, uint32_t tool, const std::vector<V>& frame) {
    const Bound bound(loaded, frame);
    return said_by(loaded, frame, [&](V* f, Outcome& out) { kernel.judge_bound(tool, bound.tables(), f, out); });
}

/// The interpreter, and native code at each level.
class Engines {
public:
    explicit Engines(Program p) {
        auto loaded = LoadedProgram::load(std::move(p));
        if (!loaded) FAIL(loaded.error());
        loaded_ = *loaded;
        kernels_.push_back(make_interpreter(loaded_));
        for (const int level : {0, 1, 2}) {
            NativeOptions options;
            options.opt_level = level;
            auto native = make_native(loaded_, options);
            if (!native) FAIL(native.error());
            kernels_.push_back(*native);
        }
    }
    const Program& program() const { return loaded_->program(); }
    const LoadedProgram& loaded() const { return *loaded_; }
    const Kernel& interpreter() const { return *kernels_.front(); }
    const Kernel& native() const { return *kernels_.back(); }

    /// What all of them say of all rules; fails the test if they differ, or if any judges otherwise.
    Said agree(const std::vector<V>& frame, uint32_t tool = 0) const {
        const Said all = same("decide", decide, frame, tool);
        const Said judged = same("judge", judge, frame, tool), bound = same("judge_bound", judge_bound, frame, tool);
        for (const Said& said : {judged, bound}) {
            CHECK(said.allowed == all.allowed);
            CHECK(said.blocked == all.blocked);
            CHECK(said.frame == all.frame);
            CHECK(said.policy == all.policy);
        }
        CHECK(judged.matched == bound.matched);
        CHECK(judged.asked == bound.asked);
        return all;
    }

private:
    template <class Way>
    Said same(const char* how, Way way, const std::vector<V>& frame, uint32_t tool) const {
        const Said first = way(*kernels_.front(), *loaded_, tool, frame);
        for (size_t k = 1; k < kernels_.size(); ++k) {
            const Said other = way(*kernels_[k], *loaded_, tool, frame);
            if (other == first) continue;
            INFO(how << ", level " << k - 1 << ", tool " << tool);
            CHECK(other.allowed == first.allowed);
            CHECK(other.blocked == first.blocked);
            CHECK(other.asked == first.asked);
            CHECK(other.matched == first.matched);
            CHECK(other.spoken == first.spoken);
            CHECK(other.frame == first.frame);
            CHECK(other.policy == first.policy);
            FAIL("engines disagree");
        }
        return first;
    }

    std::shared_ptr<const LoadedProgram> loaded_;
    std::vector<std::shared_ptr<const Kernel>> kernels_;
};

inline std::vector<V> frame_of(const Program& p) {
    static const Str kNothing{};
    static const List kEmpty{};
    static const Record kNoFields{};
    std::vector<V> frame(p.slots.size() + 1);
    for (size_t i = 0; i < p.slots.size(); ++i) {
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
