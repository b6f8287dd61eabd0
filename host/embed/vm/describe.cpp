#include "host/embed/vm/describe.h"

#include <string_view>

#include "vm/engine/json.h"
#include "vm/program/value_kind.h"
#include "vm/value/sha256.h"

namespace remit::embed {

namespace {

/// Writes JSON; commas come by themselves.
class Writer {
public:
    explicit Writer(const Program& program) : program_(program) {}
    std::string take() { return std::move(out_); }

    void open(char bracket) { item(), out_ += bracket; }
    void close(char bracket) { out_ += bracket; }
    void key(std::string_view name) {
        item();
        append_json_string(out_, name);
        out_ += ':';
    }
    void text(std::string_view value) { item(), append_json_string(out_, value); }
    void number(uint64_t value) { item(), out_ += std::to_string(value); }
    void truth(bool value) { item(), out_ += value ? "true" : "false"; }
    void texts(const std::vector<std::string>& values) {
        open('[');
        for (const std::string& value : values) text(value);
        close(']');
    }

    void type(const ValueType& type) {
        key("type"), text(value_kind_name(type.kind));
        if (type.kind == ValueKind::Decimal) key("scale"), number(type.scale);
        if (type.kind == ValueKind::Symbol) key("vocabulary"), number(type.vocabulary);
        if (!type.item.empty()) {
            key("max_items"), number(type.max_items);
            key("item"), open('{');
            this->type(type.item[0]);
            close('}');
        }
        if (type.kind == ValueKind::Record) key("fields"), fields(type.fields);
    }
    void fields(const std::vector<FieldDesc>& fields) {
        open('[');
        for (const FieldDesc& field : fields) {
            open('{');
            key("name"), text(field.name);
            type(field.type);
            key("optional"), truth(field.optional || field.has_default);
            key("nullable"), truth(field.nullable);
            if (!field.one_of.empty()) key("one_of"), texts(field.one_of);
            close('}');
        }
        close(']');
    }
    void symbol(std::string_view name, uint32_t vocabulary, uint32_t rank) {
        key(name), text(program_.vocabularies[vocabulary].symbols[rank]);
    }
    void tool(const ToolDesc& tool) {
        open('{');
        key("name"), text(tool.name);
        key("write"), truth(tool.write);
        key("destructive"), truth(tool.destructive);
        key("idempotent"), truth(tool.idempotent);
        key("open"), truth(tool.open);
        symbol("trust", kVocTrust, tool.trust);
        symbol("gives", kVocClasses, tool.gives);
        key("parameters"), fields(tool.params);
        close('}');
    }
    void state(const StateDesc& state) {
        open('{');
        key("name"), text(state.name);
        const bool distinct = state.is_count && state.count == CountKind::Distinct;
        key("kind"), text(!state.is_count ? "mark" : distinct ? "distinct" : "count");
        if (state.is_count) key("scale"), number(state.scale);
        close('}');
    }

private:
    void item() {
        const char last = out_.empty() ? '{' : out_.back();
        if (last != '{' && last != '[' && last != ':') out_ += ',';
    }
    const Program& program_;
    std::string out_;
};

}  // namespace

std::string describe(const Policy& policy, uint32_t version) {
    const Program& program = policy.layers()[0].program->program();
    Writer json(program);
    json.open('{');
    json.key("name"), json.text(program.name);
    json.key("hash"), json.text(to_text(program.hash));
    json.key("version"), json.number(version);
    json.key("layers"), json.open('[');
    for (const Layer& layer : policy.layers()) json.text(layer.program->program().name);
    json.close(']');
    json.key("roles"), json.texts(program.roles);
    json.key("vocabularies"), json.open('[');
    for (const Vocabulary& vocabulary : program.vocabularies) {
        json.open('{');
        json.key("name"), json.text(vocabulary.name);
        json.key("symbols"), json.texts(vocabulary.symbols);
        json.close('}');
    }
    json.close(']');
    json.key("tools"), json.open('[');
    for (const ToolDesc& tool : program.callable()) json.tool(tool);
    json.close(']');
    json.key("states"), json.open('[');
    for (const Layer& layer : policy.layers())
        for (const StateDesc& state : layer.program->program().states) json.state(state);
    json.close(']');
    json.close('}');
    return json.take();
}

}  // namespace remit::embed
