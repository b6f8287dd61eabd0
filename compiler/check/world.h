// World: everything that a policy's names can refer to, gathered from all its files before any rule is checked. It owns the Ir under
// construction; slots of the frame are handed out here, so that rules that read the same thing read the same slot.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/ir/ir.h"
#include "compiler/source/diagnostic.h"
#include "compiler/syntax/ast.h"
#include "compiler/types/type.h"

namespace remit {

struct SymbolPlace {
    uint32_t vocabulary = 0, rank = 0;
};

/// A parameter with the value that it has in this policy.
struct ParamValue {
    ValueType type;
    Constant value;
    std::string text;  // canonical
};
/// A table, written out: one value for each combination of keys, the last key counting fastest.
struct TableFunction {
    std::vector<ValueType> keys;
    ValueType result;
    Constant values;          // a list of Int
    std::string result_text;  // canonical text of keys and result
    std::string text;         // of the values
    bool natural = true;      // none is negative
};
/// A window as `during` reads it.
struct WindowConstant {
    Constant list;
    std::string text;  // canonical
};

class World {
public:
    explicit World(Diagnostics& diagnostics_in);

    const Sources* sources = nullptr;  // of the version that is checked
    Diagnostics& diagnostics;
    ir::Policy policy;
    Program& schema;  // policy.schema

    // ---- names -------------------------------------------------------------------------------------------------
    std::unordered_map<std::string, std::vector<SymbolPlace>> symbols;
    std::unordered_map<std::string, uint32_t> enums, roles, tools, facts, egress, states;
    std::unordered_map<std::string, ParamValue> params;
    std::unordered_map<std::string, TableFunction> tables;
    std::unordered_map<std::string, WindowConstant> windows;
    std::map<std::string, ValueType> count_keys;  // of counts that are kept for each value of an argument: its type
    std::set<std::string> late_states;            // marks and counts whose guards read risk or lane

    // ---- demands -----------------------------------------------------------------------------------------------
    /// What a rule asked for that all rules share (slots, layouts, facts), as numbers: equal numbers, equal demands. Whatever is
    /// handed out depends on the order of first demands alone; so a rule can be checked again by itself as long as that order stays.
    std::vector<uint64_t> demands;

    // ---- nodes -------------------------------------------------------------------------------------------------
    ir::NodeId add(ir::Node node);
    ir::NodeId op(Op op, std::vector<ir::NodeId> kids);
    ir::NodeId slot(uint32_t index, std::string text);
    ir::NodeId number(int64_t value, std::string text);
    ir::NodeId text(const std::string& value);
    ir::NodeId truth(bool value);
    ir::NodeId constant(Constant constant, std::string text);

    // ---- slots -------------------------------------------------------------------------------------------------
    /// The slot of an argument (or of a part of its label) for all tools that declare `param` with the same type as `tool` does.
    enum class Part : uint8_t { Value, Trust, Class, Sources };
    uint32_t argument_slot(uint32_t tool, const std::string& param, Part part);
    void want_item_labels(uint32_t tool, const std::string& param);
    /// A fact with given keys; one entry for each distinct text.
    uint32_t fact_use(const std::string& text, uint32_t fact, std::vector<FactKey> keys);
    uint32_t fact_slot(uint32_t use, uint32_t field, const std::string& text);
    /// A fact's constant key, as an index into the program's constants.
    uint32_t fact_constant(Constant constant, const std::string& text);
    /// These tools need this fact.
    void need_fact(const std::vector<uint32_t>& of, uint32_t use);
    uint32_t new_slot(std::string name, TypeRef type);

    TypeRef layout(const ValueType& t);
    std::string name_of(const ValueType& t) const { return describe(t, schema.vocabularies); }
    const FieldDesc* find_param(uint32_t tool, const std::string& name) const;
    /// The parameters of a tool that are arguments of the call: all but the fields of its result.
    std::span<const FieldDesc> arguments(uint32_t tool) const;
    /// Which tools declare a parameter of this name and type: they share its slots.
    std::string param_key(const FieldDesc& param) const;
    /// A number for param_key: equal numbers, equal keys. 0 where the tool has no such parameter.
    uint32_t param_key_id(uint32_t tool, const std::string& name) const;
    /// Tools whose names match, sorted; remembered, as policies repeat their globs.
    const std::vector<uint32_t>& tools_matching(const std::string& glob);
    /// After tools are declared: builds the indices that slots are handed out by.
    void index_tools();

private:
    enum class Demand : uint8_t { Argument, ItemLabels, Fact, FactField, FactConstant, FactOfTools, Layout };
    void demand(Demand kind, uint64_t what) { demands.push_back(static_cast<uint64_t>(kind) << 56 | what); }
    void set_part(uint32_t tool, size_t param, Part part, uint32_t slot);

    std::unordered_map<std::string, std::vector<std::pair<uint32_t, size_t>>> params_by_key_;  // -> (tool, position)
    std::unordered_map<std::string, uint32_t> key_ids_;
    std::vector<std::vector<uint32_t>> param_key_ids_;
    std::unordered_map<std::string, std::vector<uint32_t>> glob_cache_;
    std::vector<std::set<uint32_t>> slots_of_tool_;
    std::map<TypeRef, std::vector<uint32_t>> argument_slots_;
    std::map<std::string, uint32_t> fact_uses_;
    std::map<std::pair<TypeRef, std::string>, uint32_t> fact_constants_;
    std::map<std::vector<uint32_t>, uint32_t> tool_sets_;
};

/// "did you mean `x`?" for the nearest of `candidates`, or empty.
std::string suggest(const std::string& name, const std::vector<std::string>& candidates);

/// Escaped and in quotes: how text stands in canonical forms.
std::string quoted(const std::string& text);

}  // namespace remit
