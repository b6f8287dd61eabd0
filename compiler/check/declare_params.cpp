#include "compiler/check/declare_params.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "compiler/check/declare_types.h"
#include "compiler/check/literal.h"
#include "vm/value/scalar.h"

namespace remit {

namespace {

using From = FoundParam::From;

struct Declared {
    FieldDesc field;
    std::string text;  // canonical, with the default
    Span span;
    bool inherited = false;
    Literal value;  // the default, until a value is given
    const FoundParam* given = nullptr;
};

class Params {
public:
    explicit Params(World& world) : world_(world) {}

    void run(const std::vector<FoundParam>& found) {
        for (const FoundParam& f : found)
            if (f.decl->field && f.from != From::Below) declare(f);
        // From the top of the stack down, so that of two values the one further down is told to go.
        for (size_t i = found.size(); i-- > 0;)
            if (found[i].from == From::Above && !found[i].decl->field) give(found[i]);
        for (const FoundParam& f : found)
            if (f.from != From::Above && !f.decl->field) give(f);
        for (auto& [name, d] : declared_) {
            if (!d.inherited) add_text(fmt::format("param {} {} value {}", name, d.text, d.value.text));
            world_.params[name] = {d.field.type, std::move(d.value.constant), std::move(d.value.text)};
        }
    }

private:
    void declare(const FoundParam& f) {
        const ast::Name& name = f.decl->name;
        Declared d;
        d.span = name.span;
        d.inherited = f.from == From::Above;
        ast::Field field = *f.decl->field;
        field.default_value = ast::kNoExpr;
        d.field = read_fields(world_, *f.file, {field}, d.text)[0];
        const ValueKind kind = d.field.type.kind;
        if (f.decl->field->default_value == ast::kNoExpr)
            return wrong(name, "has no default", "`param NAME: TYPE default VALUE`");
        if (kind == ValueKind::Any || kind == ValueKind::Record || kind == ValueKind::Command || d.field.optional ||
            d.field.nullable)
            return wrong(name, "must have a value that can be written down",
                         "no `record`, `command`, `any`, `optional` or null");
        if (is_taken(name.text)) return wrong(name, "has a name that means something else already", "choose another");
        std::optional<Literal> value = read(f, f.decl->field->default_value, d.field);
        if (!value) return;
        d.value = std::move(*value);
        d.text += " default " + d.value.text;
        if (const auto it = declared_.find(name.text); it != declared_.end()) return said_again(name, it->second, d);
        declared_.emplace(name.text, std::move(d));
    }

    void said_again(const ast::Name& name, const Declared& first, const Declared& again) {
        if (first.inherited != again.inherited) {
            const Span span = first.inherited ? again.span : first.span;
            world_.diagnostics.report<DiagId::RedeclaresParent>(span, name.text);
        } else if (first.text != again.text) {
            Diagnostic& d = world_.diagnostics.report<DiagId::DeclaredTwice>(again.span, name.text);
            d.notes.push_back({first.span, "first declared here"});
        }
    }

    void wrong(const ast::Name& name, const char* what, const char* help) {
        world_.diagnostics.report<DiagId::ParamForm>(name.span, name.text, what).help = help;
        broken_.insert(name.text);
    }

    /// Bare words of an expression that are something else.
    bool is_taken(const std::string& name) const {
        static const char* const kWords[] = {"data", "risk",  "lane",    "args", "session",
                                             "call", "state", "context", "user", "agent"};
        return world_.symbols.count(name) != 0 || world_.roles.count(name) != 0 || world_.tools.count(name) != 0 ||
               std::find(std::begin(kWords), std::end(kWords), name) != std::end(kWords);
    }

    std::optional<Literal> read(const FoundParam& f, ast::ExprId id, const FieldDesc& field) {
        const ast::Expr& e = f.file->expr(id);
        std::optional<Literal> value = read_literal(world_, *f.file, id, field.type);
        if (!value || fits(*value, field)) return value;
        world_.diagnostics.report<DiagId::ParamRange>(e.span, value->text, f.decl->name.text).help = bounds(field);
        return std::nullopt;
    }

    static bool fits(const Literal& value, const FieldDesc& field) {
        if (is_collection(field.type)) return value.constant.items.size() <= field.type.max_items;
        const bool counted = kind_of(field.type) != Kind::Int;
        const auto size = counted ? static_cast<int64_t>(value.constant.text.size()) : value.constant.number;
        if ((field.has_min && size < field.min) || (field.has_max && size > field.max)) return false;
        const std::vector<std::string>& of = field.one_of;
        return of.empty() || std::find(of.begin(), of.end(), value.constant.text) != of.end();
    }

    static std::string bound(int64_t n, const FieldDesc& field) {
        if (field.type.kind == ValueKind::Decimal) return format_decimal(n, field.type.scale);
        if (field.type.kind == ValueKind::Duration) return format_duration(n);
        if (field.type.kind == ValueKind::Timestamp) return format_timestamp(n);
        return std::to_string(n);
    }

    static std::string bounds(const FieldDesc& field) {
        if (is_collection(field.type)) return fmt::format("it has `max {}` items", field.type.max_items);
        std::string out = "it was declared";
        if (field.has_min) out += " min " + bound(field.min, field);
        if (field.has_max) out += " max " + bound(field.max, field);
        if (!field.one_of.empty()) out += fmt::format(" in {{{}}}", fmt::join(field.one_of, ", "));
        return out;
    }

    void give(const FoundParam& f) {
        const ast::Name& name = f.decl->name;
        const auto it = declared_.find(name.text);
        if (it == declared_.end()) {
            if (f.from != From::Own || broken_.count(name.text) != 0) return;  // said where it is one's own
            std::vector<std::string> names;
            for (const auto& [known, d] : declared_) names.push_back(known);
            Diagnostic& d = world_.diagnostics.report<DiagId::UnknownParam>(name.span, name.text);
            if (std::string hint = suggest(name.text, names); !hint.empty()) d.help = hint;
            return;
        }
        Declared& d = it->second;
        std::optional<Literal> value = read(f, f.decl->value, d.field);
        if (!value) return;
        if (f.from == From::Own) add_text(fmt::format("param {} = {}", name.text, value->text));
        if (d.given != nullptr && d.value.text != value->text) {
            Diagnostic& report = world_.diagnostics.report<DiagId::ParamTwice>(name.span, name.text, d.value.text,
                                                                               value->text);
            report.notes.push_back({d.given->decl->name.span, "the other value"});
        }
        d.given = &f;
        d.value = std::move(*value);
    }

    void add_text(std::string text) {
        std::vector<std::string>& all = world_.policy.declarations;
        if (std::find(all.begin(), all.end(), text) == all.end()) all.push_back(std::move(text));
    }

    World& world_;
    std::map<std::string, Declared> declared_;
    std::set<std::string> broken_;  // declared, but not well
};

}  // namespace

void declare_params(World& world, const std::vector<FoundParam>& found) { Params(world).run(found); }

}  // namespace remit
