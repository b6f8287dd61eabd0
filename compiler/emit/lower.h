// Ir -> tables: guards become shapes and literals. Done for each rule by itself, so that a rule that has not changed is not done again.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/ir/ir.h"
#include "compiler/source/diagnostic.h"

namespace remit {

/// A variant of a rule, in the numbers of the tables that it was lowered into.
struct LoweredVariant {
    uint32_t segment = 0;
    uint64_t guard_cost = 0, value_cost = 0;  // a shape costs what its dearest guard costs
};
struct LoweredRule {
    std::vector<LoweredVariant> variants;  // those that can ever hold
    std::vector<uint32_t> params;  // constants of all variants, one after another, each guard's before its summand's
    bool speaks = true;            // false: no variant can ever hold
};

/// Each shape, constant and segment once, numbered in the order of first use, by rules of any version. `link` picks those in use.
class LoweringTables {
public:
    struct Code {
        std::vector<Instr> instrs;  // loops count from 0
        std::vector<TypeRef> params;
        uint16_t registers = 0;
        TypeRef result = 0;
    };
    /// What rows must share to stand in one segment.
    struct SegmentKey {
        ir::Phase phase = ir::Phase::Rest;
        Action action = Action::Note;
        bool must = false;
        uint32_t shape = 0, value_shape = kNoShape, tools = 0;
        friend bool operator==(const SegmentKey&, const SegmentKey&) = default;
    };

    /// `policy` is folded; `rule` is one of its. Reports guards that are larger than limits.h allows.
    LoweredRule lower(const ir::Policy& policy, const ir::Rule& rule, Diagnostics& diagnostics);

    const std::vector<Code>& shapes() const { return shapes_; }
    const std::vector<Constant>& constants() const { return constants_; }
    const std::vector<std::vector<uint32_t>>& tool_sets() const { return tool_sets_; }
    const std::vector<SegmentKey>& segments() const { return segments_; }
    size_t size() const { return by_bytes_.size(); }
    /// The number of a constant, or UINT32_MAX.
    uint32_t find(const Constant& constant) const;

private:
    void variant(const ir::Policy& policy, const ir::Rule& rule, const ir::Variant& v, LoweredRule& out,
                 Diagnostics& diagnostics);
    uint32_t constant(Constant c);
    uint32_t shape(struct BuiltShape built, Span span, Diagnostics& diagnostics);
    uint32_t tool_set(const std::vector<uint32_t>& tools);
    uint32_t segment(const SegmentKey& key);

    std::vector<Code> shapes_;
    std::vector<Constant> constants_;
    std::vector<std::vector<uint32_t>> tool_sets_;
    std::vector<SegmentKey> segments_;
    std::unordered_map<std::string, uint32_t> by_bytes_;  // of all four, told apart by their first byte
};

}  // namespace remit
