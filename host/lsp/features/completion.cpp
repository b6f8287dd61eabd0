// What may stand at the cursor. By the words before it, because the declaration is seldom without errors while it is written.
#include <fmt/format.h>

#include <algorithm>

#include "host/lsp/features/candidates.h"
#include "stdlib/modules.h"

namespace remit::lsp {

namespace {

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_order(std::string_view sign) { return is_one_of(sign, {"==", "!=", "<", "<=", ">", ">="}); }

class Completion {
public:
    Completion(Candidates& out, const Cursor& cursor, const Model& model) : out_(out), at_(cursor), model_(model) {}

    void run() {
        if (at_.begins()) return beginnings();
        const std::string_view verb = at_.verb();
        if (verb == "use") return modules();
        if (at_.word(0) == ".") return member();
        if (verb == "test" || verb == "fixture") return in_test();
        if (is_one_of(verb, {"tool", "fact", "param", "table"})) return in_schema(verb);
        if (verb == "role")
            return at_.word(0) == "includes" || at_.word(0) == "," ? out_.roles(false, false)
                                                                   : out_.words({"includes"});
        if (verb == "policy") return out_.words({"under", "from", "pinned"});
        if (is_one_of(verb, {"tiers", "classes", "trust", "lanes", "enum", "egress", "window"})) return;
        in_rule(verb);
    }

private:
    void beginnings() {
        out_.add_snippet("tool", "tool ${1:name}(${2:argument}: ${3:string}) ${4|read,write|}", "a tool",
                         text_of("tool"));
        out_.add_snippet("allow", "allow ${1:anyone} to ${2:tool}", "a rule", text_of("allow"));
        out_.add_snippet("block", "block ${1:tool} when ${2:guard} because \"${3:why}\"", "a rule", text_of("block"));
        out_.add_snippet("risk", "risk ${1:name} +${2:10} when ${3:guard}", "a rule", text_of("risk"));
        out_.add_snippet("ask", "ask ${1:owner} when ${2:risk >= 50} within ${3:1h}", "a rule", text_of("ask"));
        out_.add_snippet("test", "test \"${1:title}\" {\n  call   ${2:tool}()\n  expect ${3:allow}\n}", "a test",
                         text_of("test"));
        out_.group(WordGroup::Begin);
    }

    static std::string_view text_of(std::string_view word) {
        const WordRow* row = find_word(word, WordGroup::Begin);
        return row ? row->text : "";
    }

    void modules() {
        for (const std::string_view name : module_names()) out_.add(name, ItemKind::Module, "standard library");
    }

    // ---- what follows a dot ------------------------------------------------------------------------------------

    void member() {
        const std::vector<std::string> chain = at_.chain(1);
        const Scope scope = at_.scope();
        const bool guard = in_guard();
        if (chain.size() == 1 && !scope.variables.count(chain[0]) &&
            (guard || at_.verb() == "count" || at_.verb() == "redact")) {
            const auto members = members_of(model_, scope, chain[0]);
            if (!members.empty()) return out_.members(members);
        }
        if (guard) {
            const auto members = members_of(model_, at_.type_of_chain(1));
            if (!members.empty()) return out_.members(members);
        }
        out_.tool_patterns();
    }

    bool in_guard() const {
        const std::string_view clause = at_.latest({"when", "except", "for", "because", "within", "per", "with"});
        return is_one_of(clause, {"when", "except", "per"});
    }

    // ---- rules -------------------------------------------------------------------------------------------------

    void in_rule(std::string_view verb) {
        const std::string_view last = at_.word(0);
        if (verb == "watch" && at_.size() == 1)
            return out_.words({"allow", "block", "risk", "ask", "limit", "quota", "reach", "never"});
        if (in_guard() && last != "for") return guard();
        if (last == "for" || last == "to" || (verb == "block" && at_.size() == 1) ||
            (verb == "after" && at_.size() == 1))
            return selector();
        if (is_one_of(last, {"never", "always"}))
            return out_.words({"allow", "block", "ask", "isolate", "reach", "record", "risk", "lane"});
        if ((verb == "never" || verb == "always") && is_one_of(last, {"allow", "block"})) return selector();
        if (is_order(last) && is_one_of(at_.word(1), {"trust", "gives"}))
            return out_.symbols(at_.word(1) == "trust" ? "trust" : "classes");
        if (is_one_of(last, {",", "&"}) && in_selector(verb)) return selector();
        if (head(verb, last)) return;
        if (last == "by") return by(verb);
        if (last == "of") return out_.roles(false, false);
        if (last == "per") return per(verb);
        if (is_one_of(last, {"within", "over"})) return out_.words({"1m", "15m", "1h", "24h"});
        clauses(verb);
    }

    /// The word right after the verb, or after a comma that continues it.
    bool head(std::string_view verb, std::string_view last) {
        const bool first = last == verb;
        const bool more = last == "," && at_.latest({"for", "to", "when", "with"}).empty();
        if (!first && !more) return false;
        if (verb == "allow") out_.roles(true, false);
        if (verb == "ask") out_.roles(false, true);
        if (verb == "lane") out_.symbols("lanes");
        if (verb == "reach") out_.egress();
        if (verb == "isolate") out_.words({"none", "process", "sandbox", "microvm", "by"});
        if (verb == "record") out_.words({"prompt", "plan", "rollback", "assets", "checksum"});
        if (verb == "retain") out_.words({"at least", "at most"});
        if (verb == "redact") out_.words({"args"});
        return true;
    }

    bool in_selector(std::string_view verb) const {
        const std::string_view clause = at_.latest(
            {"for", "to", "when", "except", "within", "with", "because", "including"});
        return clause == "for" || clause == "to" ||
               (clause.empty() && is_one_of(verb, {"block", "never", "always", "after"}));
    }

    void by(std::string_view verb) {
        if (verb == "isolate") return out_.words({"tenant", "session", "lane", "trust"});
        out_.roles(false, true);
    }

    void per(std::string_view verb) {
        out_.words({"session", "tenant"});
        if (verb == "count") out_.words({"args"});
    }

    void selector() {
        out_.tool_patterns();
        out_.words({"read", "write", "destructive", "idempotent", "open", "trust", "gives"});
    }

    /// Those that the verb takes and that may still come, in their order.
    void clauses(std::string_view verb) {
        if (in_selector(verb)) out_.words({"&"});
        if (verb == "allow" && at_.latest({"to"}).empty()) return out_.words({"to"});
        if (verb == "allow" && at_.latest({"including", "when"}).empty()) out_.words({"including write"});
        if (verb == "isolate" && at_.latest({"by", "for", "when"}).empty()) out_.words({"by"});
        if (verb == "retain") out_.words({"at least", "at most"});
        if (verb == "limit" && at_.latest({"parallel"}).empty()) return out_.words({"parallel"});
        if (verb == "ask" && at_.kind(0) == TokenKind::Number && at_.size() == 2) return out_.words({"of"});
        const bool selected = is_one_of(verb, {"allow", "block", "never", "always", "after"});
        if (!selected && at_.latest({"for", "when", "except", "because"}).empty()) out_.words({"for"});
        if (at_.latest({"when", "except", "because"}).empty()) out_.words({"when"});
        if (at_.latest({"except", "because"}).empty()) out_.words({"except"});
        options(verb);
        if (at_.latest({"because"}).empty()) out_.words({"because"});
    }

    void options(std::string_view verb) {
        if (verb == "ask" || (verb == "block" && at_.latest({"override"}) == "override"))
            out_.words({"within", "with"});
        if (verb == "block" && at_.latest({"override"}).empty()) out_.words({"override by"});
        if (is_one_of(verb, {"limit", "quota", "count"})) out_.words({"per"});
        if (is_one_of(verb, {"quota", "count"})) out_.words({"over"});
        if (verb == "never" && at_.latest({"unless"}).empty()) out_.words({"unless signed by"});
    }

    // ---- guards ------------------------------------------------------------------------------------------------

    void guard() {
        const std::string_view last = at_.word(0);
        const size_t bracket = at_.open_bracket();
        if (is_order(last) || is_one_of(last, {"only", "meets", "in", "on", "during"})) return right_side(1);
        if (bracket != std::string_view::npos && at_.word(bracket) == "{") return right_side(bracket + 2);
        if (is_one_of(last, {"when", "except", "and", "or", "not", "(", ":", ",", "has", "+", "-", "*"}))
            return operand();
        if (is_one_of(last, {"any", "all"})) return;
        const Type left = at_.type_of_chain(0);
        out_.words({"==", "!=", "<", "<=", ">", ">=", "in"});
        if (left.text == "url") out_.words({"on"});
        if (left.text == "path") out_.words({"inside"});
        if (left.text == "timestamp") out_.words({"during"});
        out_.words(
            {"like", "starts", "ends", "contains", "matches", "only", "meets", "is null", "is not null", "and", "or"});
        clauses(at_.verb());
    }

    /// After a comparison whose sign is `back - 1` tokens back.
    void right_side(size_t back) {
        const std::string_view sign = at_.word(back - 1);
        if (sign == "on") return out_.egress();
        if (sign == "during") {
            for (const auto& [name, window] : model_.windows) out_.add(name, ItemKind::Constant, "window");
            return;
        }
        const Type left = at_.type_of_chain(back);
        out_.values(left);
        if (sign == "in" && !left.known()) {
            out_.words({"args", "session.roles"});
            return;
        }
        if (left.vocabulary.empty()) operand();
    }

    void operand() {
        for (const auto& [name, type] : at_.scope().variables) out_.add(name, ItemKind::Variable, type.text);
        out_.words({"args", "session", "state", "data", "risk", "lane", "context", "call", "has", "not", "any", "all"});
        out_.group(WordGroup::Function);
        out_.facts();
        for (const auto& [name, param] : model_.params) out_.add(name, ItemKind::Constant, "param");
        out_.roles(false, false);
    }

    // ---- schemas -----------------------------------------------------------------------------------------------

    void in_schema(std::string_view verb) {
        const std::string_view last = at_.word(0);
        const bool inside = at_.open_bracket() != std::string_view::npos || verb == "param" || verb == "table";
        if (last == ":" || last == "<") return types();
        if (inside) {
            if (at_.kind(0) != TokenKind::Sign || last == ")" || last == ">" || last == "}")
                out_.words({"min", "max", "in", "optional", "or null", "default"});
            return;
        }
        if (verb == "fact") return out_.words({"fresh"});
        if (last == "trust") return out_.symbols("trust");
        if (last == "gives") return out_.symbols("classes");
        if (last == "undo" || last == "as") return out_.tools();
        if (last == "tool") return;
        out_.words({"read", "write", "destructive", "idempotent", "open", "trust", "gives", "undo", "about", "returns",
                    "each"});
    }

    void types() {
        out_.group(WordGroup::Type);
        for (size_t v = 4; v < model_.vocabularies.size(); ++v)
            out_.add(model_.vocabularies[v].name, ItemKind::Enum, "enum");
    }

    // ---- tests -------------------------------------------------------------------------------------------------

    void in_test() {
        const size_t bracket = at_.open_bracket();
        if (bracket == std::string_view::npos) return test_head();
        const std::string_view last = at_.word(0), opener = at_.word(bracket + 1);
        if (at_.word(bracket) == "(") return call_argument(bracket);
        if (opener == "session") return setting(last);
        if (opener == "state")
            return last == "{" || last == "," ? state_setting()
                                              : out_.symbols(last == "high_water" ? "classes" : "trust");
        if (opener == "context") return out_.words({"time", "isolation"});
        if (at_.word(bracket) == "{" && at_.word(bracket + 1) == ")") return fact_fields(bracket);
        if (last == "call") return out_.tools();
        if (last == "fact") return out_.facts();
        if (last == "data" || last == "class") return out_.symbols("classes");
        if (last == "as" || last == "of") return out_.roles(false, false);
        const std::string_view item = at_.latest({"call", "expect", "fact", "signed", "session", "state", "context"});
        if (item == "expect") return expectation(last);
        if (item == "call") out_.words({"data"});
        items();
    }

    void test_head() {
        if (at_.latest({"with"}).empty()) return out_.words({"with"});
        for (const std::string& name : model_.fixtures) out_.add(name, ItemKind::Struct, "fixture");
    }

    void items() {
        out_.words({"session", "state", "context", "fact", "call", "signed by", "expect", "cases", "case"});
    }

    void setting(std::string_view last) {
        if (last == "{" || (last == "," && !is_one_of(at_.latest_setting(), {"role", "scope"})))
            return out_.words({"role", "tier", "tenant", "owner", "scope", "retention", "expires", "id"});
        const std::string_view name = last == "," ? at_.latest_setting() : last;
        if (name == "role" || name == "roles") out_.roles(false, false);
        if (name == "tier") out_.symbols("tiers");
        if (name == "scope") out_.tool_patterns();
        if (last == ",") out_.words({"role", "tier", "tenant", "owner", "scope", "retention", "expires", "id"});
    }

    void state_setting() {
        out_.states();
        out_.words({"high_water", "low_water"});
    }

    /// Arguments of a call, keys of a fact; after the colon, a value.
    void call_argument(size_t bracket) {
        const std::vector<std::string> chain = at_.chain(bracket + 1);
        const std::string tool = fmt::format("{}", fmt::join(chain, "."));
        const auto it = model_.tools.find(tool);
        const std::string_view last = at_.word(0);
        if (last == "from") return out_.symbols("sources");
        if (last == "class") return out_.symbols("classes");
        if (it == model_.tools.end()) return;
        if (last == ":") {
            if (const ast::Field* f = model_.param(tool, at_.word(1)))
                out_.values(remit::lsp::type_of(model_, f->type));
            return;
        }
        if (last != "(" && last != ",") return out_.words({"from", "class"});
        for (const ast::Field& f : it->second->params)
            out_.add_snippet(f.name.text, f.name.text + ": $0", remit::lsp::text_of(f.type),
                             f.optional ? "optional" : "");
    }

    void fact_fields(size_t bracket) {
        const std::vector<std::string> chain = at_.chain(bracket + 1);
        const auto it = chain.empty() ? model_.facts.end() : model_.facts.find(chain[0].substr(0, chain[0].find('(')));
        if (it == model_.facts.end() || at_.word(0) == ":") return;
        for (const ast::Field& f : it->second->fields)
            out_.add(f.name.text, ItemKind::Field, remit::lsp::text_of(f.type));
    }

    void expectation(std::string_view last) {
        if (last == "lane") return out_.symbols("lanes");
        if (last == "reach") return out_.egress();
        if (last == "mark" || last == "count") return out_.states();
        if (last == "isolate") return out_.words({"none", "process", "sandbox", "microvm", "by"});
        if (last == "ask") return out_.roles(false, true);
        if (last == "and") return out_.roles(false, true);
        if (last == "expect" || last == "," || last == "not")
            return out_.words({"allow", "ask", "deny", "risk", "lane", "reach", "isolate", "record", "redact", "retain",
                               "mark", "count", "because", "not"});
        items();
    }

    Candidates& out_;
    const Cursor& at_;
    const Model& model_;
};

}  // namespace

Json completion(Context& context, const Json& params) {
    const auto spot = spot_of(context, params);
    if (!spot) return nullptr;
    const Cursor cursor(*spot);
    if (cursor.in_comment() || cursor.in_string()) return nullptr;
    const bool snippets = flag_at(at(context.client, "textDocument", "completion", "completionItem"), "snippetSupport");
    Candidates candidates(spot->snapshot->model(), cursor.prefix(), snippets);
    Completion(candidates, cursor, spot->snapshot->model()).run();
    return candidates.done(context, *spot, cursor);
}

}  // namespace remit::lsp
