#include "host/testing/literal.h"

#include <fmt/format.h>

namespace remit {

namespace {

/// JSON has no numbers like `007` and no `-` without digits; the parser gives none, but a hand-made tree might.
std::string number_text(std::string_view digits) {
    while (digits.size() > 1 && digits[0] == '0' && digits[1] != '.') digits.remove_prefix(1);
    return std::string(digits);
}

}  // namespace

std::string json_string(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20) {
            out += fmt::format("\\u{:04x}", byte);
        } else {
            out += c;
        }
    }
    return out + "\"";
}

std::string array_of(const std::vector<std::string>& items) {
    std::string out = "[";
    for (const std::string& item : items) out += fmt::format("{}{}", out.size() > 1 ? "," : "", item);
    return out + "]";
}

void append_member(std::string& object, std::string_view key, std::string_view json) {
    object += fmt::format("{}{}:{}", object.size() > 1 ? "," : "", json_string(key), json);
}

std::string object_of(const JsonFields& fields) {
    std::string out = "{";
    for (const auto& [key, json] : fields) append_member(out, key, json);
    return out + "}";
}

std::string literal_text(const ast::File& file, ast::ExprId id) {
    const ast::Expr& expr = file.expr(id);
    if (expr.kind == ast::ExprKind::Member) return literal_text(file, expr.kids[0]) + "." + expr.text;
    return expr.text;
}

std::string json_of(const ast::File& file, ast::ExprId id) {
    const ast::Expr& expr = file.expr(id);
    if (expr.kind == ast::ExprKind::Int || expr.kind == ast::ExprKind::Decimal) return number_text(expr.text);
    if (expr.kind == ast::ExprKind::Bool) return expr.text;
    if (expr.kind == ast::ExprKind::Negate) {
        const ast::Expr& kid = file.expr(expr.kids[0]);
        const std::string inner = json_of(file, expr.kids[0]);
        const bool is_number = kid.kind == ast::ExprKind::Int || kid.kind == ast::ExprKind::Decimal;
        return is_number ? "-" + inner : json_string("-" + kid.text);
    }
    if (expr.kind == ast::ExprKind::Set) {
        std::vector<std::string> items;
        for (const ast::ExprId kid : expr.kids) items.push_back(json_of(file, kid));
        return array_of(items);
    }
    const std::string text = literal_text(file, id);
    if (expr.kind == ast::ExprKind::Word && (text == "true" || text == "false" || text == "null")) return text;
    return json_string(text);
}

std::string json_of(const ast::File& file, const ast::Value& value) {
    switch (value.kind) {
        case ast::Value::Kind::Null: return "null";
        case ast::Value::Kind::Scalar: return json_of(file, value.scalar);
        case ast::Value::Kind::List: {
            std::vector<std::string> items;
            for (const ast::Value& item : value.items) items.push_back(json_of(file, item));
            return array_of(items);
        }
        case ast::Value::Kind::Record: {
            std::string out = "{";
            for (size_t i = 0; i < value.items.size(); ++i)
                append_member(out, value.keys[i].text, json_of(file, value.items[i]));
            return out + "}";
        }
    }
    return "null";
}

}  // namespace remit
