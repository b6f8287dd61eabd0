#include "compiler/check/declare_types.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/check/literal.h"
#include "vm/program/limits.h"
#include "vm/value/command.h"
#include "vm/value/scalar.h"

namespace remit {

namespace {

struct TypeWord {
    const char* name;
    ValueKind kind;
};
constexpr TypeWord kScalars[] = {{"bool", ValueKind::Bool},           {"int", ValueKind::Int},
                                 {"string", ValueKind::String},       {"duration", ValueKind::Duration},
                                 {"timestamp", ValueKind::Timestamp}, {"ip", ValueKind::Ip},
                                 {"cidr", ValueKind::Cidr},           {"url", ValueKind::Url},
                                 {"path", ValueKind::Path},           {"email", ValueKind::Email},
                                 {"host", ValueKind::Host},           {"any", ValueKind::Any}};
struct VocabularyWord {
    const char* name;
    uint32_t vocabulary;
};
constexpr VocabularyWord kVocabularies[] = {
    {"tier", kVocTiers}, {"class", kVocClasses}, {"trust_level", kVocTrust}, {"lane", kVocLanes}};

class FieldReader {
public:
    FieldReader(World& world, const ast::File& file) : world_(world), file_(file) {}

    std::vector<FieldDesc> fields(const std::vector<ast::Field>& fields, std::string& text) {
        std::vector<FieldDesc> out;
        std::set<std::string> seen;
        text += "(";
        for (const ast::Field& f : fields) {
            if (!seen.insert(f.name.text).second)
                world_.diagnostics.report<DiagId::UsedTwiceInList>(f.name.span, f.name.text);
            out.push_back(field(f));
            text += (text.back() == '(' ? "" : ", ") + canonical(out.back());
        }
        text += ")";
        return out;
    }

private:
    FieldDesc field(const ast::Field& f) {
        FieldDesc d;
        d.name = f.name.text;
        d.type = type(f.type);
        d.optional = f.optional;
        d.nullable = f.nullable;
        d.has_min = bound(f.min, d.type, d.min);
        d.has_max = bound(f.max, d.type, d.max);
        if (d.type.kind == ValueKind::String && f.one_of != ast::kNoExpr)
            choices(f.one_of, d);
        else if (f.one_of != ast::kNoExpr)
            world_.diagnostics.report<DiagId::NotApplicable>(file_.expr(f.one_of).span, "in", world_.name_of(d.type));
        if (f.default_value != ast::kNoExpr) default_value(f, d);
        return d;
    }

    bool bound(ast::ExprId id, const ValueType& t, int64_t& out) {
        if (id == ast::kNoExpr) return false;
        const bool counted = t.kind == ValueKind::String || t.kind == ValueKind::Path;  // a length
        const bool ranged = is_number(t) || t.kind == ValueKind::Duration || t.kind == ValueKind::Timestamp;
        if (!counted && !ranged) {
            world_.diagnostics.report<DiagId::NotApplicable>(file_.expr(id).span, "min/max", world_.name_of(t));
            return false;
        }
        const std::optional<Literal> literal = read_literal(world_, file_, id,
                                                            counted ? scalar_type(ValueKind::Int) : t);
        if (!literal) return false;
        out = literal->constant.number;
        return true;
    }

    void choices(ast::ExprId id, FieldDesc& d) {
        for (ast::ExprId kid : file_.expr(id).kids)
            if (const auto literal = read_literal(world_, file_, kid, d.type))
                d.one_of.push_back(literal->constant.text);
        std::sort(d.one_of.begin(), d.one_of.end());
        d.one_of.erase(std::unique(d.one_of.begin(), d.one_of.end()), d.one_of.end());
    }

    void default_value(const ast::Field& f, FieldDesc& d) {
        const ast::Expr& e = file_.expr(f.default_value);
        const bool null = e.kind == ast::ExprKind::Word && e.text == "null";
        if (null && !d.nullable) {
            world_.diagnostics.report<DiagId::TypeMismatch>(e.span, world_.name_of(d.type), "`null`");
            return;
        }
        if (d.type.kind == ValueKind::Command && !null) {
            if (e.kind != ast::ExprKind::String || !split_command(e.text)) {
                world_.diagnostics.report<DiagId::BadLiteral>(e.span, e.text, "command that could be read");
                return;
            }
        } else if (!null && !read_literal(world_, file_, f.default_value, d.type)) {
            return;
        }
        d.has_default = true;
        d.default_json = literal_json(file_, f.default_value);
    }

    ValueType type(const ast::TypeExpr& t) {
        const std::string& name = t.name.text;
        for (const TypeWord& w : kScalars)
            if (name == w.name) return scalar_type(w.kind);
        for (const VocabularyWord& w : kVocabularies)
            if (name == w.name) return symbol_type(w.vocabulary);
        if (name == "decimal") return decimal(t);
        if (name == "command") return command_type(world_.schema.types);
        if (name == "list" || name == "set") return collection(t);
        if (name == "record") return record(t);
        if (const auto it = world_.enums.find(name); it != world_.enums.end()) return symbol_type(it->second);
        world_.diagnostics.report<DiagId::UnknownType>(t.name.span, name);
        return scalar_type(ValueKind::Any);
    }

    ValueType decimal(const ast::TypeExpr& t) {
        const std::optional<int64_t> scale = t.number ? parse_int(*t.number) : std::nullopt;
        if (!scale || *scale < 0 || *scale > 9) {
            world_.diagnostics.report<DiagId::BadTypeArgument>(
                t.name.span, "decimal", "needs its digits after the point, 0 to 9: `decimal(2)`");
            return decimal_type(2);
        }
        ValueType type = decimal_type(static_cast<int>(*scale));
        type.kind = ValueKind::Decimal;
        return type;
    }

    ValueType collection(const ast::TypeExpr& t) {
        ValueType out;
        out.kind = t.name.text == "list" ? ValueKind::List : ValueKind::Set;
        out.item.push_back(t.args.size() == 1 ? type(t.args[0]) : scalar_type(ValueKind::Any));
        if (t.args.size() != 1)
            world_.diagnostics.report<DiagId::BadTypeArgument>(t.name.span, t.name.text,
                                                               "needs the type of its items: `list<string> max 8`");
        if (is_collection(out.item[0])) {
            world_.diagnostics.report<DiagId::BadTypeArgument>(t.name.span, t.name.text,
                                                               "holds another list or set; lists do not nest");
            out.item[0] = scalar_type(ValueKind::Any);
        }
        const std::optional<int64_t> max = t.max_items ? parse_int(*t.max_items) : std::nullopt;
        if (!max || *max < 1 || static_cast<size_t>(*max) > limits::kMaxListItems) {
            world_.diagnostics.report<DiagId::BadTypeArgument>(
                t.name.span, t.name.text,
                fmt::format("needs a maximum, 1 to {}: `{}<...> max 8`", limits::kMaxListItems, t.name.text));
            out.max_items = 1;
        } else {
            out.max_items = static_cast<uint32_t>(*max);
        }
        out.layout = world_.layout(out);
        return out;
    }

    ValueType record(const ast::TypeExpr& t) {
        ValueType out;
        out.kind = ValueKind::Record;
        std::string text;
        out.fields = fields(t.fields, text);
        out.layout = world_.layout(out);
        return out;
    }

    std::string canonical(const FieldDesc& d) const {
        std::string out = d.name + ": " + canonical(d.type);
        if (d.has_min) out += fmt::format(" min {}", d.min);
        if (d.has_max) out += fmt::format(" max {}", d.max);
        for (const std::string& choice : d.one_of) out += " in " + quoted(choice);
        if (d.optional) out += " optional";
        if (d.nullable) out += " or null";
        if (d.has_default) out += " default " + d.default_json;
        return out;
    }

    /// Like describe(), with the bounds of lists and of fields in records.
    std::string canonical(const ValueType& t) const {
        if (is_collection(t))
            return fmt::format("{}<{}> max {}", t.kind == ValueKind::List ? "list" : "set", canonical(t.item[0]),
                               t.max_items);
        if (t.kind != ValueKind::Record) return world_.name_of(t);
        std::string out = "record {";
        for (const FieldDesc& f : t.fields) out += " " + canonical(f);
        return out + " }";
    }

    World& world_;
    const ast::File& file_;
};

}  // namespace

bool is_type_word(const std::string& name) {
    const auto is_scalar = [&](const TypeWord& w) { return name == w.name; };
    const auto is_vocabulary = [&](const VocabularyWord& w) { return name == w.name; };
    return std::any_of(std::begin(kScalars), std::end(kScalars), is_scalar) ||
           std::any_of(std::begin(kVocabularies), std::end(kVocabularies), is_vocabulary) || name == "decimal" ||
           name == "command" || name == "list" || name == "set" || name == "record" || name == "role";
}

std::vector<FieldDesc> read_fields(World& world, const ast::File& file, const std::vector<ast::Field>& fields,
                                   std::string& text) {
    return FieldReader(world, file).fields(fields, text);
}

}  // namespace remit
