// Inputs: everything that a request for one tool can say, as variables, with what the engine guarantees of it (docs/semantics.md
// sections 2, 8 and 9) and no more. Variables go by name, so two policies that declare an argument alike read the same one.
// A request that breaks a guarantee is denied before any rule is heard, so proofs need not look at it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "host/prove/context.h"
#include "host/prove/machine.h"
#include "vm/engine/policy.h"
#include "vm/index/loaded.h"

namespace remit::prove {

/// One layer of a policy.
struct View {
    const LoadedProgram* loaded = nullptr;
    const Defaults* defaults = nullptr;
    const Program& program() const { return loaded->program(); }
};
std::vector<View> views_of(const Policy& policy);
/// The tool's index in `program`, or kNoTool.
uint32_t tool_named(const Program& program, const std::string& name);
/// Whether some layer has a tool that requests can name so; what decides results is none. Inputs are only made for such.
bool is_callable(const std::vector<View>& views, const std::string& tool);

/// One value of the request, with its parts.
struct Input {
    std::string name;  // `args.amount`
    ValueType type;
    const FieldDesc* field = nullptr;  // null: an item of a list
    Term given, null;                  // conditions; of items: true, false
    Sym value;                         // what it is if it is given and not null
    Sym seen;                          // what a rule reads: absent, null or a default otherwise
    std::vector<Input> parts;          // items, as far as they are written out; fields
};

/// The label that the request gives to an argument or an item. No source and no class: none.
struct LabelInput {
    std::string name;
    Term count;
    std::vector<Term> sources;  // indices into Inputs::sources
    Term has_class, data_class;
    Term joined;  // list arguments: labels of items had a part in it
    Term joined_trust, joined_class;
};

struct FactInput {
    const FactDesc* desc = nullptr;
    std::string name;
    std::vector<const Input*> keys;          // null: a constant
    std::vector<const Constant*> constants;  // as keys
    std::vector<Sym> key_values;
    std::vector<Input> fields;
};

class Inputs {
public:
    /// Layers must outlive this, and those that know the tool declare it alike.
    Inputs(Context& context, const std::vector<View>& views, const std::string& tool);

    /// What rules of one of the layers read: its slots, as vm/engine/bind fills them.
    std::vector<Sym> frame(const View& view, uint32_t tool);

    Term role(const std::string& name) { return c_.terms.boolean("role." + name); }

    // What a request is written from.
    const std::string& tool() const { return tool_; }
    const ToolDesc& desc() const { return *desc_; }
    const Program& program() const { return *program_; }
    const std::vector<Input>& arguments() const { return arguments_; }
    const std::vector<LabelInput>& labels() const { return labels_; }
    const std::vector<std::vector<LabelInput>>& item_labels() const { return item_labels_; }
    const std::vector<std::string>& sources() const { return sources_; }
    const std::map<std::string, FactInput>& facts() const { return facts_; }
    const std::map<std::string, std::pair<const StateDesc*, Input>>& counts() const { return counts_; }
    const std::vector<std::string>& roles() const { return roles_; }
    const std::vector<std::string>& marks() const { return marks_; }
    const std::map<std::string, Input>& texts() const { return texts_; }
    Term tier() const { return tier_; }
    Term time() const { return time_; }
    Term high() const { return high_; }
    Term low() const { return low_; }
    Term has_data() const { return has_data_; }
    Term data() const { return data_; }

private:
    Input make(const std::string& name, const ValueType& type, const View& view);
    Input make_field(const std::string& name, const FieldDesc& field, const View& view);
    Sym list_of(Input& input, const View& view);
    void command(Input& input);
    void bound(const FieldDesc& field, const Input& input);
    Term one_of(const FieldDesc& field, const Input& input);
    Input& text(const std::string& name, bool may_be_empty);
    LabelInput make_label(const std::string& name, bool list);
    Sym default_of(const FieldDesc& field, const View& view);

    void choose_sources(const std::vector<View>& views);
    Term source_number(const Program& program, Term source);
    Term source_trust(const Program& program, Term source);
    SymLabel label_of(const Program& program, const LabelInput& label);
    SymLabel item_label_of(const Program& program, const LabelInput& own, const LabelInput& item);
    void label_frame(const View& view, const ToolDesc& tool, std::vector<Sym>& frame);
    void session_frame(const View& view, std::vector<Sym>& frame);
    void state_frame(const View& view, std::vector<Sym>& frame);
    void fact_frame(const View& view, const FactUse& use, std::vector<Sym>& frame);

    Context& c_;
    smt::Terms& t_;
    std::string tool_;
    const ToolDesc* desc_ = nullptr;
    const Program* program_ = nullptr;
    std::vector<Input> arguments_;
    std::vector<LabelInput> labels_;
    std::vector<std::vector<LabelInput>> item_labels_;
    std::vector<std::string> sources_, roles_, marks_;
    std::map<std::string, FactInput> facts_;
    std::map<std::string, std::pair<const StateDesc*, Input>> counts_;
    std::map<std::string, Input> texts_;
    std::map<std::pair<const Program*, uint32_t>, const Input*> by_slot_;
    Term tier_, time_, high_, low_, has_data_, data_;
};

}  // namespace remit::prove
