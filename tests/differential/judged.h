// A kernel whose `decide` is another's `judge`: what the leaves say is written out as rules, so that everything built upon `decide` can be
// held against the index. `rules` are then those that stand for others.
#pragma once

#include <algorithm>
#include <vector>

#include "vm/engine/kernel.h"
#include "vm/index/classify.h"
#include "vm/index/role_sets.h"
#include "vm/index/loaded.h"

namespace remit::oracle {

class Judged final : public Kernel {
public:
    /// `bound`: goes through judge_bound, with the session's part worked out from the frame.
    Judged(std::shared_ptr<const LoadedProgram> program, std::shared_ptr<const Kernel> inner, bool bound)
        : program_(std::move(program)), inner_(std::move(inner)), bound_(bound) {}

    void decide(uint32_t tool, V* frame, Outcome& out) const noexcept override {
        const Index& index = program_->index();
        std::vector<Spoken> spoken(index.most_probes() + 1);
        out.spoken = spoken.data();
        if (bound_)
            judge_as_bound(index, tool, frame, out);
        else
            inner_->judge(tool, frame, out);
        for (uint32_t i = 0; i < out.spoken_count; ++i) {
            for (const Item& item : index.items(spoken[i].leaf->items)) {
                uint32_t* end = out.matched + out.matched_count;
                if ((item.roles & spoken[i].roles) == 0 || std::find(out.matched, end, item.rule) != end) continue;
                *end = item.rule;
                ++out.matched_count;
            }
        }
    }
    void judge(uint32_t tool, V* frame, Outcome& out) const noexcept override { inner_->judge(tool, frame, out); }
    void judge_bound(uint32_t tool, const BoundTables& b, V* frame, Outcome& out) const noexcept override {
        inner_->judge_bound(tool, b, frame, out);
    }
    bool judge_columns(const Columns& columns) const noexcept override { return inner_->judge_columns(columns); }
    const char* name() const noexcept override { return inner_->name(); }

private:
    void judge_as_bound(const Index& index, uint32_t tool, V* frame, Outcome& out) const {
        std::vector<uint32_t> bases(index.tables().size());
        std::vector<uint64_t> words(index.tables().size());
        for (const Probe& p : index.probes(tool)) {
            const Layout& layout = index.layouts()[p.layout];
            for (size_t d = 0; d < layout.dims.size() && layout.dims[d].session; ++d)
                bases[p.table->id] += class_of(layout.dims[d].kind, *p.table, d, frame[layout.dims[d].slot]) *
                                      p.table->dims[d].stride;
            words[p.table->id] = role_word_of(*p.table, frame);
        }
        inner_->judge_bound(tool, {bases.data(), words.data()}, frame, out);
    }

    std::shared_ptr<const LoadedProgram> program_;
    std::shared_ptr<const Kernel> inner_;
    bool bound_;
};

}  // namespace remit::oracle
