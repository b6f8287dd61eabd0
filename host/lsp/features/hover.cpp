// What a name is: its declaration, the order that it stands in, the tools that it covers.
#include <fmt/format.h>

#include <algorithm>

#include "host/lsp/features/feature.h"
#include "host/lsp/index/cover.h"
#include "host/lsp/index/words.h"
#include "host/lsp/text/tokens.h"

namespace remit::lsp {

namespace {

constexpr size_t kMaxShown = 20;  // names of a list, lines of a declaration

std::string code(std::string_view text) { return fmt::format("```remit\n{}\n```", text); }

std::string names(const std::vector<std::string>& all) {
    std::string out;
    for (size_t i = 0; i < all.size() && i < kMaxShown; ++i) out += (i > 0 ? ", `" : "`") + all[i] + "`";
    if (all.size() > kMaxShown) out += fmt::format(" and {} more", all.size() - kMaxShown);
    return out;
}

class Hover {
public:
    explicit Hover(const Spot& spot) : spot_(spot), snapshot_(*spot.snapshot), model_(spot.snapshot->model()) {}

    std::string of(const std::vector<const Occurrence*>& found) {
        const Named& what = found.front()->what;
        switch (what.kind) {
            case NameKind::Argument:
            case NameKind::Result:
            case NameKind::FactField: return fields(found);
            case NameKind::Pattern: return pattern(what.name);
            case NameKind::Role: return role(what.name);
            case NameKind::Symbol: return symbol(what);
            case NameKind::Builtin: return builtin(what);
            case NameKind::Module: return fmt::format("module `{}`", what.name);
            case NameKind::Variable: return fmt::format("`{}`: an element of the list", what.name);
            case NameKind::Tool: return declared(what) + used_by(what.name);
            case NameKind::Policy:
            case NameKind::Vocabulary:
            case NameKind::Enum:
            case NameKind::Egress:
            case NameKind::Fact:
            case NameKind::State:
            case NameKind::Risk:
            case NameKind::Parameter:
            case NameKind::Table:
            case NameKind::Window:
            case NameKind::Fixture: return declared(what);
        }
        return "";
    }

    /// A word of the language; that of a rule's verb tells of the rule as well.
    std::string of_word(std::string_view word, bool begins) {
        const WordRow* row = begins ? find_word(word, WordGroup::Begin) : nullptr;
        if (!row) row = find_word(word);
        std::string out = row && !row->text.empty() ? std::string(row->text) : "";
        const ast::Decl* decl = begins ? decl_at(snapshot_, spot_.file, spot_.offset) : nullptr;
        const auto* rule = decl ? std::get_if<ast::Rule>(&decl->body) : nullptr;
        return rule ? out + about_rule(*decl, *rule) : out;
    }

private:
    std::string declared(const Named& what) {
        std::string out;
        for (const Occurrence* o : snapshot_.index().of(what))
            if (o->definition)
                if (const ast::Decl* d = decl_at(snapshot_, o->span.file, o->span.begin))
                    out += (out.empty() ? "" : "\n") + code(shortened(text_of(snapshot_, d->span)));
        return out.empty() ? fmt::format("`{}`: not declared in this policy's files", what.name) : out;
    }

    static std::string shortened(std::string_view text) {
        size_t end = 0, lines = 0;
        while (end < text.size() && (text[end] != '\n' || ++lines < kMaxShown)) ++end;
        return std::string(text.substr(0, end)) + (end < text.size() ? "\n    ..." : "");
    }

    std::string used_by(const std::string& tool) {
        const auto it = model_.tools.find(tool);
        if (it == model_.tools.end()) return "";
        const auto rules = std::count_if(model_.rules.begin(), model_.rules.end(),
                                         [&](const RuleAt& r) { return covers(model_, *r.rule, *it->second); });
        return fmt::format("\n\n{} of {} rules cover it", rules, model_.rules.size());
    }

    /// One line for each type that the name has, with the tools that give it.
    std::string fields(const std::vector<const Occurrence*>& found) {
        std::map<std::string, std::vector<std::string>> owners;
        for (const Occurrence* o : found)
            if (const std::string text = field(o->what); !text.empty()) owners[text].push_back(o->what.owner);
        std::string out;
        for (const auto& [text, of] : owners) out += code(text) + "\nof " + names(of) + "\n";
        return out;
    }

    std::string field(const Named& what) {
        const auto search = [&](const ast::File* file, const std::vector<ast::Field>& fields) {
            for (const ast::Field& f : fields)
                if (f.name.text == what.name) return remit::lsp::text_of(*file, f);
            return std::string();
        };
        if (what.kind == NameKind::FactField) {
            const auto it = model_.facts.find(what.owner);
            if (it == model_.facts.end()) return "";
            const ast::File* file = model_.file_of_fact.at(what.owner);
            const std::string key = search(file, it->second->keys);
            return key.empty() ? search(file, it->second->fields) : key;
        }
        const auto it = model_.tools.find(what.owner);
        if (it == model_.tools.end()) return "";
        const ast::File* file = model_.file_of_tool.at(what.owner);
        if (what.kind == NameKind::Argument) return search(file, it->second->params);
        return it->second->returns ? search(file, *it->second->returns) : "";
    }

    std::string pattern(const std::string& text) {
        std::vector<std::string> tools;
        for (const auto& [name, tool] : model_.tools)
            if (matches_pattern(text, name)) tools.push_back(name);
        if (tools.empty()) return fmt::format("`{}` matches no tool", text);
        return fmt::format("`{}` matches {}: {}", text,
                           tools.size() == 1 ? "one tool" : fmt::format("{} tools", tools.size()), names(tools));
    }

    std::string role(const std::string& name) {
        std::vector<std::string> has = model_.closure(name), held_by;
        has.erase(has.begin());
        for (const auto& [other, decl] : model_.roles) {
            const auto closure = model_.closure(other);
            if (other != name && std::find(closure.begin(), closure.end(), name) != closure.end())
                held_by.push_back(other);
        }
        std::string out = declared({NameKind::Role, "", name});
        if (!has.empty()) out += "\n\nhas also " + names(has);
        if (!held_by.empty()) out += "\n\nincluded in " + names(held_by);
        return out;
    }

    std::string symbol(const Named& what) {
        const SymbolList* list = model_.vocabulary(what.owner);
        if (!list) return "";
        std::string out;
        for (const std::string& s : list->symbols)
            out += (out.empty() ? "" : list->ordered ? " < " : ", ") + (s == what.name ? "**" + s + "**" : s);
        return fmt::format("a symbol of `{}`\n\n{}", what.owner, out);
    }

    std::string builtin(const Named& what) {
        if (what.owner == "function" || what.owner == "word") {
            const WordRow* row = find_word(what.name, what.owner == "function" ? WordGroup::Function : WordGroup::Word);
            if (!row) row = find_word(what.name);
            return row ? fmt::format("`{}`: {}", what.name, row->text) : "";
        }
        for (const Member& m : members_of(model_, {}, what.owner))
            if (m.name == what.name) return code(what.owner + "." + m.name + ": " + m.type.text) + "\n" + m.detail;
        return "";
    }

    std::string about_rule(const ast::Decl& decl, const ast::Rule& rule) {
        const auto tools = covered(model_, rule);
        std::string out = fmt::format("\n\ncovers {}", tools.empty() ? "no tool" : names(tools));
        if (snapshot_.compilation.layers.empty()) return out;
        const SourceFile& source = snapshot_.compilation.sources.file(decl.span.file);
        const std::string at = fmt::format("{}:{}:", source.name(), source.locate(decl.span.begin).line);
        for (const Program& layer : snapshot_.compilation.layers)
            for (const RuleInfo& info : layer.rules)
                if (info.at.starts_with(at)) return out + fmt::format("\n\n`sha256:{}`", hex(info.id));
        return out;
    }

    const Spot& spot_;
    const Snapshot& snapshot_;
    const Model& model_;
};

}  // namespace

Json hover(Context& context, const Json& params) {
    const auto spot = spot_of(context, params);
    if (!spot) return nullptr;
    const auto found = spot->snapshot->index().at(spot->file, spot->offset);
    std::string text;
    Span span{spot->file, spot->offset, spot->offset};
    if (!found.empty()) {
        text = Hover(*spot).of(found);
        span = found.front()->span;
    } else {
        const size_t begin = declaration_begin(spot->text(), spot->offset + 1);
        for (const Token& t : tokens_of(spot->text(), begin, spot->offset + 64)) {
            if (t.begin > spot->offset) break;
            if (t.kind != TokenKind::Word || spot->offset > t.end) continue;
            text = Hover(*spot).of_word(spot->text().substr(t.begin, t.end - t.begin), t.begin == begin);
            span = {spot->file, t.begin, t.end};
        }
    }
    if (text.empty()) return nullptr;
    return {{"contents", markdown(text)}, {"range", json_of(range_of(context, *spot->snapshot, span))}};
}

}  // namespace remit::lsp
