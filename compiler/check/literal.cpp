#include "compiler/check/literal.h"

#include <algorithm>

#include "vm/value/scalar.h"

namespace remit {

using ast::ExprKind;

std::string dotted_text(const ast::File& file, ast::ExprId id) {
    const ast::Expr& e = file.expr(id);
    if (e.kind == ExprKind::Word || e.kind == ExprKind::Bool) return e.text;
    if (e.kind != ExprKind::Member) return "";
    const std::string base = dotted_text(file, e.kids[0]);
    return base.empty() ? "" : base + "." + e.text;
}

std::string access_path(const ast::File& file, ast::ExprId id) {
    const ast::Expr& e = file.expr(id);
    if (e.kind == ExprKind::Member) return access_path(file, e.kids[0]) + "." + e.text;
    if (e.kind == ExprKind::String) return quoted(e.text);
    if (e.kind != ExprKind::Call) return e.kids.empty() ? e.text : "?" + std::to_string(id);
    std::string out = e.text + "(";
    for (size_t k = 0; k < e.kids.size(); ++k) out += (k > 0 ? ", " : "") + access_path(file, e.kids[k]);
    return out + ")";
}

std::optional<std::string> number_text(const ast::File& file, ast::ExprId id) {
    const ast::Expr& e = file.expr(id);
    if (e.kind == ExprKind::Int || e.kind == ExprKind::Decimal) return e.text;
    if (e.kind != ExprKind::Negate) return std::nullopt;
    const std::optional<std::string> inner = number_text(file, e.kids[0]);
    if (!inner || inner->front() == '-') return std::nullopt;
    return "-" + *inner;
}

int written_scale(const std::string& number) {
    const size_t point = number.find('.');
    return point == std::string::npos ? 0 : static_cast<int>(number.size() - point - 1);
}

bool is_literal(const ast::File& file, ast::ExprId id) {
    const ast::Expr& e = file.expr(id);
    switch (e.kind) {
        case ExprKind::Int:
        case ExprKind::Decimal:
        case ExprKind::String:
        case ExprKind::Duration:
        case ExprKind::Timestamp:
        case ExprKind::Bool:
        case ExprKind::Set: return true;
        case ExprKind::Negate: return number_text(file, id).has_value();
        default: return false;
    }
}

namespace {

class Reader {
public:
    Reader(World& world, const ast::File& file) : world_(world), file_(file) {}

    std::optional<Literal> read(ast::ExprId id, const ValueType& type) {
        const ast::Expr& e = file_.expr(id);
        switch (type.kind) {
            case ValueKind::Int:
            case ValueKind::Decimal: return number(id, type);
            case ValueKind::Bool:
                if (e.kind == ExprKind::Bool) return made(type, e.text == "true" ? 1 : 0, e.text);
                return mismatch(e, type);
            case ValueKind::Duration:
                if (e.kind == ExprKind::Duration) return timed(e, type, parse_duration(e.text));
                return mismatch(e, type);
            case ValueKind::Timestamp:
                if (e.kind == ExprKind::Timestamp) return timed(e, type, parse_timestamp(e.text));
                return mismatch(e, type);
            case ValueKind::Symbol: return symbol(id, type);
            case ValueKind::List:
            case ValueKind::Set: return set(e, type);
            case ValueKind::String:
            case ValueKind::Ip:
            case ValueKind::Cidr:
            case ValueKind::Url:
            case ValueKind::Path:
            case ValueKind::Email:
            case ValueKind::Host:
                if (e.kind == ExprKind::String) return text(e, type);
                return mismatch(e, type);
            case ValueKind::Record:
            case ValueKind::Any:
            case ValueKind::Command: return mismatch(e, type);
        }
        return std::nullopt;
    }

private:
    std::optional<Literal> made(const ValueType& type, int64_t value, std::string canonical) {
        Literal l;
        l.constant.type = world_.layout(type);
        l.constant.number = value;
        l.text = std::move(canonical);
        return l;
    }

    std::optional<Literal> mismatch(const ast::Expr& e, const ValueType& type) {
        world_.diagnostics.report<DiagId::TypeMismatch>(e.span, world_.name_of(type), describe_literal(e));
        return std::nullopt;
    }

    static std::string describe_literal(const ast::Expr& e) {
        switch (e.kind) {
            case ExprKind::Int: return "an int";
            case ExprKind::Decimal: return "a decimal";
            case ExprKind::String: return "a string";
            case ExprKind::Duration: return "a duration";
            case ExprKind::Timestamp: return "a timestamp";
            case ExprKind::Bool: return "a bool";
            case ExprKind::Set: return "a set";
            case ExprKind::Word: return "`" + e.text + "`";
            default: return "an expression";
        }
    }

    std::optional<Literal> number(ast::ExprId id, const ValueType& type) {
        const ast::Expr& e = file_.expr(id);
        const std::optional<std::string> digits = number_text(file_, id);
        if (!digits) return mismatch(e, type);
        const int scale = scale_of(type);
        if (written_scale(*digits) > scale && !parse_decimal(*digits, scale)) {
            world_.diagnostics.report<DiagId::TypeMismatch>(e.span, world_.name_of(type), "`" + *digits + "`");
            return std::nullopt;
        }
        const std::optional<int64_t> value = parse_decimal(*digits, scale);
        if (!value) {
            world_.diagnostics.report<DiagId::LiteralRange>(e.span, *digits, world_.name_of(type));
            return std::nullopt;
        }
        return made(type, *value, format_decimal(*value, scale));
    }

    std::optional<Literal> timed(const ast::Expr& e, const ValueType& type, std::optional<int64_t> ns) {
        if (ns) return made(type, *ns, type.kind == ValueKind::Duration ? format_duration(*ns) : format_timestamp(*ns));
        world_.diagnostics.report<DiagId::LiteralRange>(e.span, e.text, world_.name_of(type));
        return std::nullopt;
    }

    std::optional<Literal> symbol(ast::ExprId id, const ValueType& type) {
        const ast::Expr& e = file_.expr(id);
        const std::string name = e.kind == ExprKind::String ? e.text : dotted_text(file_, id);
        if (name.empty()) return mismatch(e, type);
        if (type.vocabulary == kVocSources) return source(e, name, type);
        const std::vector<std::string>& symbols = world_.schema.vocabularies[type.vocabulary].symbols;
        const auto it = std::find(symbols.begin(), symbols.end(), name);
        if (it != symbols.end()) return made(type, it - symbols.begin(), name);
        world_.diagnostics.report<DiagId::UnknownSymbol>(e.span, name, world_.name_of(type)).help = suggest(name,
                                                                                                            symbols);
        return std::nullopt;
    }

    std::optional<Literal> source(const ast::Expr& e, const std::string& name, const ValueType& type) {
        if (name == "user") return made(type, 0, "user");
        if (name == "agent") return made(type, 1, "agent");
        const auto it = world_.tools.find(name);
        if (it != world_.tools.end()) return made(type, 2 + static_cast<int64_t>(it->second), name);
        world_.diagnostics.report<DiagId::UnknownSymbol>(e.span, name, "source (user, agent or a tool)");
        return std::nullopt;
    }

    std::optional<Literal> set(const ast::Expr& e, const ValueType& type) {
        if (e.kind != ExprKind::Set) return mismatch(e, type);
        std::vector<Literal> items;
        for (ast::ExprId kid : e.kids) {
            std::optional<Literal> item = read(kid, type.item[0]);
            if (!item) return std::nullopt;
            items.push_back(std::move(*item));
        }
        const auto before = [](const Literal& a, const Literal& b) { return a.text < b.text; };
        const auto same = [](const Literal& a, const Literal& b) { return a.text == b.text; };
        std::sort(items.begin(), items.end(), before);
        items.erase(std::unique(items.begin(), items.end(), same), items.end());
        Literal l;
        l.constant.type = world_.layout(type);
        l.text = "{";
        for (Literal& item : items) {
            l.text += (l.text.size() > 1 ? " " : "") + item.text;
            l.constant.items.push_back(std::move(item.constant));
        }
        l.text += "}";
        return l;
    }

    std::optional<Literal> text(const ast::Expr& e, const ValueType& type) {
        const std::optional<std::string> normal = normal_form(e.text, type.kind);
        if (!normal) {
            world_.diagnostics.report<DiagId::BadLiteral>(e.span, e.text, world_.name_of(type));
            return std::nullopt;
        }
        Literal l;
        l.constant.type = world_.layout(type);
        l.constant.text = *normal;
        l.text = quoted(*normal);
        return l;
    }

    static std::optional<std::string> normal_form(const std::string& text, ValueKind kind) {
        switch (kind) {
            case ValueKind::Ip:
                if (const auto net = parse_ip(text)) return format_net(*net);
                return std::nullopt;
            case ValueKind::Cidr:
                if (const auto net = parse_cidr(text)) return format_net(*net);
                return std::nullopt;
            case ValueKind::Url:
                if (const auto url = parse_url(text)) return url->text;
                return std::nullopt;
            case ValueKind::Path: return parse_path(text);
            case ValueKind::Email:
                if (const auto email = parse_email(text)) return email->text;
                return std::nullopt;
            case ValueKind::Host: return parse_host(text);
            default: return text;
        }
    }

    World& world_;
    const ast::File& file_;
};

std::string json_quoted(const std::string& text) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string out = "\"";
    for (char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (static_cast<unsigned char>(c) < 0x20) {
            out += "\\u00";
            out += kDigits[(c >> 4) & 15];
            out += kDigits[c & 15];
            continue;
        }
        out += c;
    }
    return out + '"';
}

}  // namespace

std::optional<Literal> read_literal(World& world, const ast::File& file, ast::ExprId id, const ValueType& type) {
    return Reader(world, file).read(id, type);
}

std::string literal_json(const ast::File& file, ast::ExprId id) {
    const ast::Expr& e = file.expr(id);
    if (const auto digits = number_text(file, id)) return *digits;
    if (e.kind == ExprKind::Bool || (e.kind == ExprKind::Word && e.text == "null")) return e.text;
    if (e.kind != ExprKind::Set) return json_quoted(e.kind == ExprKind::Member ? dotted_text(file, id) : e.text);
    std::string out = "[";
    for (ast::ExprId kid : e.kids) out += (out.size() > 1 ? "," : "") + literal_json(file, kid);
    return out + "]";
}

}  // namespace remit
