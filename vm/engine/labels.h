// Labels: where each argument came from and how secret it is (docs/semantics.md section 9). From the request's labels to trust,
// class and sources of every argument, down to list elements.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vm/engine/arena.h"
#include "vm/engine/request.h"
#include "vm/program/program.h"

namespace remit {

/// One argument as it was read: what labels are attached to.
struct Argument {
    V value;
    bool given = false;                   // it stands in the request; a default does not
    uint32_t json_items = 0;              // length of the JSON array
    const uint32_t* set_order = nullptr;  // sets: JSON index -> index in the set
};
/// What the session has read so far, as ranks.
struct Water {
    int64_t high_class = 0;  // of an argument without a class
    int64_t low_trust = 0;   // of the source `agent`
};
struct Labelled {
    std::vector<Label> arguments;  // as the tool's parameters
    int64_t data = 0;              // class of what is sent
    std::string error;             // what is not known, for the denial `label`; empty: all is well
};

/// Sources as List::items of Label::sources hold them; a tool is its index plus kFirstToolSource.
inline constexpr int64_t kUnknownSource = -1, kUserSource = 0, kAgentSource = 1, kFirstToolSource = 2;
/// The trust of any of them but the unknown.
int64_t trust_of(const Program& program, const Water& water, int64_t source) noexcept;
/// `found`, sorted and each once. All from nowhere is from nowhere.
void normalise_sources(std::vector<V>& found);

std::optional<int64_t> rank_of(const Vocabulary& vocabulary, std::string_view name);

/// Labels `arguments` (the first of `tool.params`; all, but for a tool that decides results) by `call`. Where ParamSlots::item_labels says so, the argument's List is replaced by one
/// with labels. Memory comes from `arena`.
void label_arguments(const Program& program, const ToolDesc& tool, const CallIn& call, const Water& water,
                     std::vector<Argument>& arguments, Arena& arena, Labelled& out);

}  // namespace remit
