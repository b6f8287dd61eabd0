// What the index can read of a guard. A shape's bytecode is turned back into the conjunction that it is: tests of one slot against
// literals, one test of the session's roles, and a rest that only running the guard can answer.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "vm/program/program.h"

namespace remit::indexing {

/// An expression over one slot and the row's parameters.
struct Node {
    enum class Kind : uint8_t { Slot, Param, Op } kind = Kind::Param;
    Op op = Op::And;
    uint32_t a = 0, b = 0;  // nodes
    uint32_t index = 0;     // slot or parameter
};

/// A comparison of the slot with a parameter: the commonest test, answered without looking at every class.
struct Comparison {
    Op op = Op::EqI;         // EqI, LtI, LeI
    bool slot_first = true;  // slot < parameter, not parameter < slot
    uint32_t param = 0;
};

/// All conjuncts of a guard that read one slot and nothing else of the frame.
struct SlotTest {
    uint32_t slot = 0;
    bool text = false;                    // the slot is a Str, else an Int
    std::vector<uint32_t> roots;          // nodes
    std::vector<Comparison> comparisons;  // as many as roots, if every root is one
    std::vector<uint32_t> params;         // that the slot is compared with
    bool only_comparisons() const { return comparisons.size() == roots.size(); }
};

struct RoleTest {
    uint32_t word = 0, param = 0;  // some bit of the mask `param` in word `word` of the session's mask
};

struct Guard {
    std::vector<Node> nodes;
    std::vector<SlotTest> slots;      // by slot, each once
    std::vector<RoleTest> roles;      // any of them; empty: no test
    std::vector<uint32_t> constants;  // roots without a slot
    bool opaque = false;              // something else must hold too

    /// The truth of `root` where the slot has `value`.
    V evaluate(uint32_t root, V value, const V* params) const;
};

/// `program` has been verified.
Guard read_guard(const Program& program, const Shape& shape);

}  // namespace remit::indexing
