// The description of a module's policy: what a host needs to turn names into numbers and to fill frames. docs/wasm.md
// has its keys.
#include "vm/engine/json.h"
#include "vm/ops/op_table.h"
#include "vm/program/value_kind.h"
#include "vm/wasm/kernel/module.h"

namespace remit::wasm {
namespace {

/// Objects and lists, one value after another.
class Writer {
public:
    void key(std::string_view name) {
        comma();
        append_json_string(out, name);
        out += ':';
        first_ = true;
    }
    void open(char bracket) {
        comma();
        out += bracket;
        first_ = true;
    }
    void close(char bracket) {
        out += bracket;
        first_ = false;
    }
    void text(std::string_view value) {
        comma();
        append_json_string(out, value);
    }
    void number(uint64_t value) {
        comma();
        out += std::to_string(value);
    }
    void text(std::string_view name, std::string_view value) { key(name), text(value); }
    void number(std::string_view name, uint64_t value) { key(name), number(value); }
    void flag(std::string_view name, bool value) {
        key(name);
        out += value ? "true" : "false";
        first_ = false;
    }
    template <class List, class Each>
    void list(std::string_view name, const List& values, Each each) {
        key(name);
        open('[');
        for (const auto& value : values) each(value);
        close(']');
    }
    void texts(std::string_view name, const std::vector<std::string>& values) {
        list(name, values, [&](const std::string& value) { text(value); });
    }
    std::string out;

private:
    void comma() {
        if (!first_) out += ',';
        first_ = false;
    }
    bool first_ = true;
};

void write_slot(Writer& w, std::string_view name, uint32_t slot) {
    if (slot != kNoSlot) w.number(name, slot);
}

void write_tool(Writer& w, const ToolDesc& tool) {
    w.open('{');
    w.text("name", tool.name);
    w.key("params");
    w.open('[');
    for (size_t i = 0; i < tool.params.size(); ++i) {
        const FieldDesc& field = tool.params[i];
        w.open('{');
        w.text("name", field.name);
        w.text("type", value_kind_name(field.type.kind));
        w.flag("optional", field.optional || field.has_default);
        if (field.type.kind == ValueKind::Decimal) w.number("scale", field.type.scale);
        if (field.type.kind == ValueKind::Symbol) w.number("vocabulary", field.type.vocabulary);
        const ParamSlots slots = i < tool.slots.size() ? tool.slots[i] : ParamSlots{};
        write_slot(w, "slot", slots.value);
        write_slot(w, "trust", slots.trust);
        write_slot(w, "class", slots.data_class);
        write_slot(w, "sources", slots.sources);
        w.close('}');
    }
    w.close(']');
    w.close('}');
}

void write_layer(Writer& w, const Program& p) {
    w.open('{');
    w.text("policy", to_text(p.hash));
    w.text("name", p.name);
    w.list("tools", p.callable(), [&](const ToolDesc& tool) { write_tool(w, tool); });
    w.list("slots", p.slots, [&](const SlotDesc& slot) {
        w.open('{');
        w.text("name", slot.name);
        w.text("kind", kind_name(p.types[slot.type].kind));
        w.close('}');
    });
    w.list("vocabularies", p.vocabularies, [&](const Vocabulary& vocabulary) {
        w.open('{');
        w.text("name", vocabulary.name);
        w.texts("symbols", vocabulary.symbols);
        w.close('}');
    });
    w.key("roles");
    w.open('[');
    for (size_t i = 0; i < p.roles.size(); ++i) {
        w.open('{');
        w.text("name", p.roles[i]);
        // Words have 64 bits, which numbers of JSON do not hold everywhere.
        w.list("mask", p.role_closure[i], [&](uint64_t word) { w.text(std::to_string(word)); });
        w.close('}');
    }
    w.close(']');
    w.list("states", p.states, [&](const StateDesc& state) {
        w.open('{');
        w.text("name", state.name);
        w.flag("count", state.is_count);
        w.number("slot", state.slot);
        w.number("scale", state.scale);
        w.close('}');
    });
    w.close('}');
}

}  // namespace

std::string Module::describe() const {
    Writer w;
    w.open('{');
    w.text("policy", to_text(own().hash));
    w.list("layers", policy_->layers(), [&](const Layer& layer) { write_layer(w, layer.program->program()); });
    w.close('}');
    return std::move(w.out);
}

}  // namespace remit::wasm
