// Every rule that spoke according to `judge`: those of the leaves, each standing for all of its table that give the same, and the runs.
#pragma once

#include "vm/index/index.h"
#include "vm/ops/outcome.h"
#include "vm/program/program.h"

namespace remit {

template <class Visit>
void for_each_spoken(const Program& program, const Index& index, const Outcome& out, const Visit& visit) noexcept {
    for (uint32_t i = 0; i < out.spoken_count; ++i) {
        const Spoken& s = out.spoken[i];
        for (const Item& item : index.items(s.leaf->items))
            if ((item.roles & s.roles) != 0) visit(program.rules[item.rule]);
    }
    for (uint32_t i = 0; i < out.matched_count; ++i) visit(program.rules[out.matched[i]]);
}

}  // namespace remit
