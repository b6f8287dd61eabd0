// What goes between the brackets: arguments of a call in a test, keys of a fact, of a table, of a function.
#include <fmt/format.h>

#include "host/lsp/features/cursor.h"
#include "host/lsp/index/words.h"

namespace remit::lsp {

namespace {

struct Shape {
    std::string name, text;
    std::vector<std::string> parts;  // as they stand in the label
};

std::vector<std::string> parts_of(const ast::File& file, const std::vector<ast::Field>& fields) {
    std::vector<std::string> out;
    for (const ast::Field& f : fields) out.push_back(text_of(file, f));
    return out;
}

std::optional<Shape> shape_of(const Model& model, const std::string& name, bool in_test) {
    if (const auto t = model.tools.find(name); in_test && t != model.tools.end())
        return Shape{name, t->second->about ? t->second->about->text : "",
                     parts_of(*model.file_of_tool.at(name), t->second->params)};
    if (const auto f = model.facts.find(name); f != model.facts.end())
        return Shape{name, "a fact, by its keys", parts_of(*model.file_of_fact.at(name), f->second->keys)};
    if (const auto t = model.tables.find(name); t != model.tables.end())
        return Shape{name, "a table", parts_of(*model.file_of_table.at(name), t->second->keys)};
    if (const WordRow* row = find_word(name, WordGroup::Function))
        return Shape{name, std::string(row->text), {name == "count" || name == "sum" ? "v in xs: ..." : "args.x"}};
    return std::nullopt;
}

/// How many commas stand between the bracket and the cursor, those in inner brackets left out.
size_t commas(const Cursor& cursor, size_t bracket) {
    size_t out = 0;
    int depth = 0;
    for (size_t back = 0; back < bracket; ++back) {
        const std::string_view w = cursor.word(back);
        if (w == ")" || w == "}" || w == "]") ++depth;
        if (w == "(" || w == "{" || w == "[") --depth;
        if (w == "," && depth == 0) ++out;
    }
    return out;
}

/// Which part is meant: the one that is named before the cursor, else by its number.
size_t active(const Cursor& cursor, size_t bracket, const Shape& shape) {
    for (size_t back = 0; back + 1 < bracket && cursor.word(back) != ","; ++back)
        if (cursor.word(back) == ":")
            for (size_t p = 0; p < shape.parts.size(); ++p)
                if (shape.parts[p].starts_with(std::string(cursor.word(back + 1)) + ":")) return p;
    return commas(cursor, bracket);
}

}  // namespace

Json signature_help(Context& context, const Json& params) {
    const auto spot = spot_of(context, params);
    if (!spot) return nullptr;
    const Cursor cursor(*spot);
    const size_t bracket = cursor.open_bracket();
    if (cursor.in_comment() || bracket == std::string_view::npos || cursor.word(bracket) != "(") return nullptr;
    if (cursor.verb() == "tool" || cursor.verb() == "fact" || cursor.verb() == "table") return nullptr;
    const std::string name = fmt::format("{}", fmt::join(cursor.chain(bracket + 1), "."));
    const auto shape = shape_of(spot->snapshot->model(), name, cursor.verb() == "test");
    if (!shape) return nullptr;
    Json parts = Json::array();
    for (const std::string& part : shape->parts) parts.push_back({{"label", part}});
    Json signature = {{"label", fmt::format("{}({})", shape->name, fmt::join(shape->parts, ", "))},
                      {"parameters", std::move(parts)}};
    if (!shape->text.empty()) signature["documentation"] = markdown(shape->text);
    return {{"signatures", Json::array({std::move(signature)})},
            {"activeSignature", 0},
            {"activeParameter", active(cursor, bracket, *shape)}};
}

}  // namespace remit::lsp
