#include "compiler/check/declare.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/check/declare_params.h"
#include "compiler/check/declare_batch.h"
#include "compiler/check/declare_types.h"
#include "compiler/check/literal.h"
#include "compiler/check/role_closure.h"
#include "compiler/check/table.h"
#include "compiler/check/window.h"
#include "vm/program/limits.h"
#include "vm/value/scalar.h"

namespace remit {

namespace {

template <class T>
struct Found {
    const ast::File* file;
    const T* decl;
    bool inherited;
};

class Declarer {
public:
    explicit Declarer(World& world) : world_(world), schema_(world.schema) {}

    void run(const std::vector<const ast::File*>& own, const std::vector<const ast::File*>& inherited,
             const std::vector<const ast::File*>& below) {
        for (const ast::File* f : own) gather(*f, false);
        for (const ast::File* f : inherited) gather(*f, true);
        for (const ast::File* f : below) gather_params(*f, FoundParam::From::Below);
        vocabularies();
        enums();
        roles();
        egress();
        fixed_slots();
        tools();
        result_tools();
        for (const auto& found : tools_)
            if (found.decl->each) declare_batch(world_, *found.decl);
        for (const auto& found : tools_)
            if (found.decl->each) check_batches(world_, *found.decl);
        facts();
        declare_params(world_, params_);
        tables();
        windows();
        world_.index_tools();
    }

private:
    void gather_params(const ast::File& file, FoundParam::From from) {
        for (const ast::Decl& d : file.decls)
            if (auto* p = std::get_if<ast::ParamDecl>(&d.body)) params_.push_back({&file, p, from});
    }

    void gather(const ast::File& file, bool inherited) {
        gather_params(file, inherited ? FoundParam::From::Above : FoundParam::From::Own);
        for (const ast::Decl& d : file.decls) {
            if (auto* v = std::get_if<ast::VocabularyDecl>(&d.body)) vocabularies_.push_back({&file, v, inherited});
            if (auto* v = std::get_if<ast::EnumDecl>(&d.body)) enums_.push_back({&file, v, inherited});
            if (auto* v = std::get_if<ast::RoleDecl>(&d.body)) roles_.push_back({&file, v, inherited});
            if (auto* v = std::get_if<ast::EgressDecl>(&d.body)) egress_.push_back({&file, v, inherited});
            if (auto* v = std::get_if<ast::ToolDecl>(&d.body)) tools_.push_back({&file, v, inherited});
            if (auto* v = std::get_if<ast::FactDecl>(&d.body)) facts_.push_back({&file, v, inherited});
            if (auto* v = std::get_if<ast::TableDecl>(&d.body)) tables_.push_back({&file, v, inherited});
            if (auto* v = std::get_if<ast::WindowDecl>(&d.body)) windows_.push_back({&file, v, inherited});
            if (auto* v = std::get_if<ast::Rule>(&d.body)) after_ = after_ || (v->after && !inherited);
        }
    }

    /// Notes a declaration's canonical text. True the first time a name is seen; a different text for a name is reported.
    bool admit(const std::string& what, const ast::Name& name, const std::string& text, bool inherited) {
        const std::string key = what + " " + name.text;
        const auto [it, is_new] = seen_.emplace(key, Seen{text, name.span, inherited});
        if (is_new) {
            if (!inherited) world_.policy.declarations.push_back(key + " " + text);
            return true;
        }
        if (it->second.inherited != inherited) {
            const Span span = inherited ? it->second.span : name.span;  // the child's declaration is the one to remove
            world_.diagnostics.report<DiagId::RedeclaresParent>(span, name.text);
        } else if (it->second.text != text) {
            Diagnostic& d = world_.diagnostics.report<DiagId::DeclaredTwice>(name.span, name.text);
            d.notes.push_back({it->second.span, "first declared here"});
        }
        return false;
    }

    // ---- vocabularies ------------------------------------------------------------------------------------------

    void vocabularies() {
        static const std::vector<Vocabulary> kDefaults = {
            {"tiers", true, {"dev", "stage", "prod"}},
            {"classes", true, {"public", "internal", "confidential", "restricted"}},
            {"trust", true, {"untrusted", "vetted", "first_party"}},
            {"lanes", true, {"low", "medium", "high"}}};
        schema_.vocabularies = kDefaults;
        std::vector<bool> written(kDefaults.size(), false);
        for (const auto& [file, decl, inherited] : vocabularies_) {
            const size_t which = static_cast<size_t>(decl->kind);
            const ast::Name name{kDefaults[which].name, decl->symbols.empty() ? Span{} : decl->symbols[0].span};
            if (!admit("vocabulary", name, joined(decl->symbols, " < "), inherited)) continue;
            written[which] = true;
            schema_.vocabularies[which].symbols = texts(decl->symbols);
            no_repeats(decl->symbols);
        }
        for (size_t v = 0; v < kDefaults.size(); ++v)
            if (!written[v]) world_.policy.declarations.push_back("vocabulary " + kDefaults[v].name + " default");
        for (uint32_t v = 0; v < kVocUser; ++v) add_symbols(v);
    }

    void enums() {
        sort_by_name(enums_);
        for (const auto& [file, decl, inherited] : enums_) {
            if (is_type_word(decl->name.text))
                world_.diagnostics.report<DiagId::ReservedName>(decl->name.span, decl->name.text);
            if (!admit("enum", decl->name, joined(decl->symbols, decl->ordered ? " < " : " , "), inherited)) continue;
            no_repeats(decl->symbols);
            const uint32_t index = static_cast<uint32_t>(schema_.vocabularies.size());
            schema_.vocabularies.push_back({decl->name.text, decl->ordered, texts(decl->symbols)});
            world_.enums[decl->name.text] = index;
            add_symbols(index);
        }
    }

    void add_symbols(uint32_t vocabulary) {
        const std::vector<std::string>& symbols = schema_.vocabularies[vocabulary].symbols;
        for (uint32_t r = 0; r < symbols.size(); ++r) world_.symbols[symbols[r]].push_back({vocabulary, r});
    }

    void no_repeats(const std::vector<ast::Name>& names) {
        std::set<std::string> seen;
        for (const ast::Name& n : names)
            if (!seen.insert(n.text).second) world_.diagnostics.report<DiagId::UsedTwiceInList>(n.span, n.text);
        if (names.size() > limits::kMaxSymbols)
            world_.diagnostics.report<DiagId::TooMany>(names[0].span, limits::kMaxSymbols, "symbols");
    }

    // ---- roles and egress --------------------------------------------------------------------------------------

    void roles() {
        sort_by_name(roles_);
        std::vector<const ast::RoleDecl*> kept;
        for (const auto& [file, decl, inherited] : roles_) {
            std::vector<std::string> includes = texts(decl->includes);
            std::sort(includes.begin(), includes.end());
            if (!admit("role", decl->name, fmt::format("includes {}", fmt::join(includes, " ")), inherited)) continue;
            if (decl->name.text == "owner" || decl->name.text == "anyone")
                world_.diagnostics.report<DiagId::ReservedName>(decl->name.span, decl->name.text);
            world_.roles[decl->name.text] = static_cast<uint32_t>(schema_.roles.size());
            schema_.roles.push_back(decl->name.text);
            kept.push_back(decl);
        }
        if (schema_.roles.size() > limits::kMaxRoles)
            world_.diagnostics.report<DiagId::TooMany>(kept[limits::kMaxRoles]->name.span, limits::kMaxRoles, "roles");
        close_roles(kept);
    }

    /// role -> itself and all that it includes; a role that reaches itself through others is a cycle.
    void close_roles(const std::vector<const ast::RoleDecl*>& decls) {
        const size_t words = schema_.role_words();
        std::vector<std::vector<uint32_t>> includes(decls.size());
        for (size_t r = 0; r < decls.size(); ++r)
            for (const ast::Name& n : decls[r]->includes)
                if (const auto it = world_.roles.find(n.text); it != world_.roles.end()) {
                    includes[r].push_back(it->second);
                } else {
                    world_.diagnostics.report<DiagId::UnknownRole>(n.span, n.text).help = suggest(n.text,
                                                                                                  schema_.roles);
                }
        RoleClosure closure = close(includes, words);
        for (size_t r = 0; r < decls.size(); ++r)
            if (closure.cyclic[r])
                world_.diagnostics.report<DiagId::RoleCycle>(decls[r]->name.span, decls[r]->name.text);
        schema_.role_closure = std::move(closure.masks);
    }

    void egress() {
        sort_by_name(egress_);
        for (const auto& [file, decl, inherited] : egress_) {
            std::vector<std::string> endpoints;
            for (const ast::Name& e : decl->endpoints) endpoints.push_back(endpoint(e));
            std::sort(endpoints.begin(), endpoints.end());
            endpoints.erase(std::unique(endpoints.begin(), endpoints.end()), endpoints.end());
            if (!admit("egress", decl->name, fmt::format("{}", fmt::join(endpoints, " ")), inherited)) continue;
            world_.egress[decl->name.text] = static_cast<uint32_t>(schema_.egress.size());
            schema_.egress.push_back({decl->name.text, std::move(endpoints)});
        }
    }

    std::string endpoint(const ast::Name& name) {
        const size_t colon = name.text.rfind(':');
        if (colon != std::string::npos) {
            const std::string pattern = name.text.substr(0, colon), port = name.text.substr(colon + 1);
            const bool wild = pattern.rfind("*.", 0) == 0;
            const std::optional<std::string> host = parse_host(wild ? pattern.substr(2) : pattern);
            const std::optional<int64_t> number = parse_int(port);
            if (host && (port == "*" || (number && *number > 0 && *number < 65536)))
                return (wild ? "*." : "") + *host + ":" + port;
        }
        world_.diagnostics.report<DiagId::BadEndpoint>(name.span, name.text);
        return name.text;
    }

    // ---- slots that every frame has ----------------------------------------------------------------------------

    void fixed_slots() {
        const TypeRef number = static_cast<TypeRef>(Kind::Int), text = static_cast<TypeRef>(Kind::Str);
        for (const char* name : {"risk", "lane", "data", "session.tier", "context.time"}) world_.new_slot(name, number);
        for (const char* name :
             {"session.id", "session.tenant", "session.owner", "session.retention", "call.id", "call.parent"})
            world_.new_slot(name, text);
        for (uint32_t w = 0; w < schema_.role_words(); ++w) world_.new_slot(fmt::format("session.roles.{}", w), number);
    }

    // ---- tools and facts ---------------------------------------------------------------------------------------

    void tools() {
        sort_by_name(tools_);
        for (const auto& [file, decl, inherited] : tools_) {
            auto [tool, text] = tool_desc(*file, *decl);
            std::vector<FieldDesc> fields;
            if (decl->returns) fields = result_fields(*file, *decl, text);
            if (decl->each) text += fmt::format(" each {} as {}", decl->each->text, decl->each_as->text);
            if (!admit("tool", decl->name, text, inherited)) continue;
            const auto index = static_cast<uint32_t>(schema_.tools.size());
            world_.tools[decl->name.text] = index;
            if (decl->returns) returns_[index] = std::move(fields);
            schema_.tools.push_back(std::move(tool));
            schema_.tools.back().schema_digest = sha256("tool " + decl->name.text + " " + text);
        }
        for (const auto& [file, decl, inherited] : tools_)
            if (decl->undo && !world_.tools.count(decl->undo->text))
                world_.diagnostics.report<DiagId::UnknownTool>(decl->undo->span, decl->undo->text);
    }

    std::pair<ToolDesc, std::string> tool_desc(const ast::File& file, const ast::ToolDecl& decl) {
        ToolDesc tool;
        tool.name = decl.name.text;
        int effects = 0;
        for (const ast::Name& flag : decl.flags) {
            if (flag.text == "read" || flag.text == "write") ++effects;
            tool.write = tool.write || flag.text == "write";
            tool.destructive = tool.destructive || flag.text == "destructive";
            tool.idempotent = tool.idempotent || flag.text == "idempotent";
            tool.open = tool.open || flag.text == "open";
        }
        if (effects != 1) world_.diagnostics.report<DiagId::EffectMissing>(decl.name.span, decl.name.text);
        tool.trust = decl.trust ? rank(*decl.trust, kVocTrust) : 0;
        tool.gives = decl.gives ? rank(*decl.gives, kVocClasses)
                                : static_cast<uint32_t>(schema_.vocabularies[kVocClasses].symbols.size() - 1);
        tool.undo = decl.undo ? decl.undo->text : "";
        std::string text;
        tool.params = read_fields(world_, file, decl.params, text);
        text += fmt::format(" {}{}{}{} trust {} gives {} undo {}", tool.write ? "write" : "read",
                            tool.destructive ? " destructive" : "", tool.idempotent ? " idempotent" : "",
                            tool.open ? " open" : "", tool.trust, tool.gives, tool.undo);
        return {std::move(tool), std::move(text)};
    }

    std::vector<FieldDesc> result_fields(const ast::File& file, const ast::ToolDecl& decl, std::string& text) {
        for (const ast::Field& f : decl.params)
            if (f.name.text.starts_with(kResultPrefix))
                world_.diagnostics.report<DiagId::ReservedName>(f.name.span, f.name.text);
        text += " returns ";
        std::vector<FieldDesc> fields = read_fields(world_, file, *decl.returns, text);
        for (FieldDesc& field : fields) field.name.insert(0, kResultPrefix);
        return fields;
    }

    /// What decides results: a tool beside each that declares some, and beside all if there are rules about them.
    void result_tools() {
        const auto named = static_cast<uint32_t>(schema_.tools.size());
        for (uint32_t t = 0; t < named; ++t) {
            const auto fields = returns_.find(t);
            if (fields == returns_.end() && !after_) continue;
            ToolDesc result = schema_.tools[t];
            result.name += " result";
            result.after_of = t;
            schema_.tools[t].after = static_cast<uint32_t>(schema_.tools.size());
            if (fields != returns_.end()) {
                schema_.tools[t].returns = true;
                result.params.insert(result.params.end(), fields->second.begin(), fields->second.end());
            }
            schema_.tools.push_back(std::move(result));
        }
    }

    uint32_t rank(const ast::Name& name, uint32_t vocabulary) {
        const std::vector<std::string>& symbols = schema_.vocabularies[vocabulary].symbols;
        const auto it = std::find(symbols.begin(), symbols.end(), name.text);
        if (it != symbols.end()) return static_cast<uint32_t>(it - symbols.begin());
        world_.diagnostics.report<DiagId::UnknownSymbol>(name.span, name.text, world_.name_of(symbol_type(vocabulary)))
            .help = suggest(name.text, symbols);
        return 0;
    }

    void facts() {
        sort_by_name(facts_);
        for (const auto& [file, decl, inherited] : facts_) {
            FactDesc fact;
            fact.name = decl->name.text;
            std::string text;
            fact.keys = read_fields(world_, *file, decl->keys, text);
            fact.fields = read_fields(world_, *file, decl->fields, text);
            if (const auto fresh = parse_duration(decl->fresh.text)) {
                fact.fresh_ns = *fresh;
            } else {
                world_.diagnostics.report<DiagId::LiteralRange>(decl->fresh.span, decl->fresh.text, "duration");
            }
            text += fmt::format(" fresh {}", fact.fresh_ns);
            if (is_function_word(fact.name))
                world_.diagnostics.report<DiagId::ReservedName>(decl->name.span, fact.name);
            if (!admit("fact", decl->name, text, inherited)) continue;
            world_.facts[fact.name] = static_cast<uint32_t>(schema_.facts.size());
            schema_.facts.push_back(std::move(fact));
        }
    }

    // ---- tables and windows ------------------------------------------------------------------------------------

    void tables() {
        sort_by_name(tables_);
        for (const auto& [file, decl, inherited] : tables_) {
            const std::string& name = decl->name.text;
            if (is_function_word(name) || world_.facts.count(name) != 0)
                world_.diagnostics.report<DiagId::ReservedName>(decl->name.span, name);
            TableFunction table = compile_table(world_, *file, *decl);
            if (admit("table", decl->name, table.result_text + " " + table.text, inherited))
                world_.tables.emplace(name, std::move(table));
        }
    }

    void windows() {
        sort_by_name(windows_);
        for (const auto& [file, decl, inherited] : windows_) {
            WindowConstant compiled = compile_window(world_, *decl);
            if (admit("window", decl->name, compiled.text, inherited))
                world_.windows.emplace(decl->name.text, std::move(compiled));
        }
    }

    // ---- small things ------------------------------------------------------------------------------------------

    static bool is_function_word(const std::string& name) {
        return name == "class" || name == "trust" || name == "sources" || name == "count" || name == "sum";
    }

    static std::vector<std::string> texts(const std::vector<ast::Name>& names) {
        std::vector<std::string> out;
        for (const ast::Name& n : names) out.push_back(n.text);
        return out;
    }

    static std::string joined(const std::vector<ast::Name>& names, const char* between) {
        return fmt::format("{}", fmt::join(texts(names), between));
    }

    template <class T>
    static void sort_by_name(std::vector<Found<T>>& found) {
        std::stable_sort(found.begin(), found.end(),
                         [](const Found<T>& a, const Found<T>& b) { return a.decl->name.text < b.decl->name.text; });
    }

    struct Seen {
        std::string text;
        Span span;
        bool inherited;
    };

    World& world_;
    Program& schema_;
    std::map<std::string, Seen> seen_;
    std::vector<Found<ast::VocabularyDecl>> vocabularies_;
    std::vector<Found<ast::EnumDecl>> enums_;
    std::vector<Found<ast::RoleDecl>> roles_;
    std::vector<Found<ast::EgressDecl>> egress_;
    std::vector<Found<ast::ToolDecl>> tools_;
    std::vector<Found<ast::FactDecl>> facts_;
    std::vector<Found<ast::TableDecl>> tables_;
    std::vector<Found<ast::WindowDecl>> windows_;
    std::vector<FoundParam> params_;
    bool after_ = false;                                  // some rule is about results
    std::map<uint32_t, std::vector<FieldDesc>> returns_;  // of the tools that declare them
};

}  // namespace

void declare(World& world, const std::vector<const ast::File*>& own, const std::vector<const ast::File*>& inherited,
             const std::vector<const ast::File*>& below) {
    Declarer(world).run(own, inherited, below);
}

}  // namespace remit
