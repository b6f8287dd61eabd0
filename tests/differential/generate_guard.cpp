// Guards: every expression of section 3 of docs/semantics.md, typed by construction, with what is optional or nullable narrowed.
#include <algorithm>
#include <functional>

#include "tests/differential/generate_world.h"

namespace remit::oracle {

namespace {

using Words = std::vector<std::string>;

const Words kOrder = {"==", "!=", "<", "<=", ">", ">="};
const Words kEqual = {"==", "!="};

class Writer {
public:
    Writer(World& w, const Reach& reach) : w_(w), r_(w.random), reach_(reach) {}

    std::string guard(int depth, bool positive) {
        int form = r_.below(10);
        if (depth <= 0 || form < 3) return atom(positive);
        if (form < 5) return "not (" + guard(depth - 1, !positive) + ")";
        const char* word = form < 8 ? " and " : " or ";
        std::string out = operand(depth, positive);
        for (int i = 0, more = r_.between(1, 2); i < more; ++i) out += word + operand(depth, positive);
        return out;
    }

private:
    /// Inside `and` and `or`; brackets are left out where precedence makes them needless.
    std::string operand(int depth, bool positive) {
        return r_.chance(50) ? atom(positive) : "(" + guard(depth - 1, positive) + ")";
    }

    std::string atom(bool positive) {
        for (int attempts = 0; attempts < 8; ++attempts) {
            std::string text = try_atom(positive);
            if (!text.empty()) return text;
        }
        return session_atom();
    }

    std::string try_atom(bool positive) {
        int form = r_.below(100);
        if (form < 45) return argument_atom();
        if (form < 55) return label_atom();
        if (form < 68) return session_atom();
        if (form < 76) return fact_atom();
        if (form < 90) return state_atom(positive);
        if (form < 95) return compare("data", w_.classes, true);
        return two_arguments();
    }

    std::string compare(const std::string& left, const Words& symbols, bool ordered) {
        std::string right = r_.pick(symbols);
        if (r_.chance(15)) return left + " in {" + right + ", " + r_.pick(symbols) + "}";
        if (r_.chance(8)) return right + " " + r_.pick(kEqual) + " " + left;
        return left + " " + r_.pick(ordered ? kOrder : kEqual) + " " + right;
    }

    std::string literal(G kind, int scale = 0) {
        GType t;
        t.kind = kind;
        t.scale = scale;
        return policy_literal(w_, t);
    }

    // ---- parameters and tables ----

    /// Something to compare a value of this kind with: a literal, a parameter, or a table's value.
    std::string bound(G kind, int scale = 0) {
        const bool number = kind == G::Int || kind == G::Decimal;
        const auto fits = [&](const GNamed& n) {
            return n.type.kind == kind || (number && (n.type.kind == G::Int || n.type.kind == G::Decimal));
        };
        std::vector<const GNamed*> found;
        for (const auto* named : {&w_.params, &w_.tables})
            for (const GNamed& n : *named)
                if (fits(n)) found.push_back(&n);
        if (found.empty() || r_.chance(60)) return literal(kind, scale);
        const GNamed& n = *r_.pick(found);
        return n.keys.empty() ? n.name : table_call(n);
    }

    std::string table_call(const GNamed& table) {
        std::string out = table.name + "(";
        for (const std::string& key : table.keys) out += (out.back() == '(' ? "" : ", ") + table_key(key);
        return out + ")";
    }

    std::string table_key(const std::string& key) {
        const GField* arg = find([&](const GField& f) {
            return key == "bool" ? f.type.kind == G::Bool : f.type.kind == G::Symbol && f.type.name == key;
        });
        if (arg && r_.chance(75)) return "args." + arg->name;
        if (key == "tier" && r_.chance(75)) return "session.tier";
        if (key == "class" && r_.chance(75)) return "data";
        if (key == "bool") return r_.chance(50) ? "true" : "false";
        return r_.pick(w_.vocabulary(key).symbols);
    }

    // ---- arguments ----

    /// `inner` about something that may be missing: guarded so that it is only read where it is there.
    std::string narrowed(const std::string& expr, bool optional, bool nullable, const std::string& inner) {
        if (inner.empty() || (!optional && !nullable)) return inner;
        bool as_or = r_.chance(25);
        std::string out;
        if (optional) out = as_or ? "not has " + expr : "has " + expr;
        if (nullable)
            out += (out.empty() ? "" : as_or ? " or " : " and ") + expr + (as_or ? " is null" : " is not null");
        if (r_.chance(12)) return "(" + out + ")";
        return "(" + out + (as_or ? " or " : " and ") + inner + ")";
    }

    std::string argument_atom() {
        if (reach_.args->empty()) return "";
        const GField& f = r_.pick(*reach_.args);
        std::string expr = "args." + f.name;
        if (f.type.kind == G::Command && (f.optional || f.nullable) && r_.chance(10))
            return f.optional ? "has " + expr : expr + " is null";
        if (f.type.kind == G::Any) return f.optional ? "has " + expr : f.nullable ? expr + " is null" : "";
        return narrowed(expr, f.optional, f.nullable, about(expr, f.type, false));
    }

    const GField* find(const std::function<bool(const GField&)>& fits) {
        std::vector<const GField*> found;
        for (const GField& f : *reach_.args)
            if (!f.optional && !f.nullable && fits(f)) found.push_back(&f);
        return found.empty() ? nullptr : r_.pick(found);
    }

    std::string two_arguments() {
        const GField* a = find([](const GField& f) {
            return f.type.kind != G::Any && f.type.kind != G::Record && f.type.kind != G::Command;
        });
        if (!a) return "";
        auto number = [](G k) { return k == G::Int || k == G::Decimal; };
        const GField* b = find([&](const GField& f) {
            return (number(f.type.kind) && number(a->type.kind)) ||
                   (f.type.kind == a->type.kind && f.type.name == a->type.name);
        });
        if (!b) return "";
        bool list = a->type.kind == G::List || a->type.kind == G::Set;
        std::string x = "args." + a->name, y = "args." + b->name;
        if (list) {
            const GType &i = a->type.item[0], &j = b->type.item[0];
            bool plain = i.kind == G::String || i.kind == G::Int || i.kind == G::Host ||
                         (i.kind == G::Symbol && i.name == j.name);
            if (i.kind != j.kind || !plain || i.name != j.name) return "";
            return x + (r_.chance(50) ? " meets " : " only ") + y;
        }
        bool ordered = number(a->type.kind) || a->type.kind == G::Duration || a->type.kind == G::Timestamp ||
                       (a->type.kind == G::Symbol && w_.vocabulary(a->type.name).ordered);
        return x + " " + r_.pick(ordered ? kOrder : kEqual) + " " + y;
    }

    std::string numeric(const std::string& e, const GType& t) {
        int form = r_.below(12);
        if (form == 0) return e + " + " + literal(t.kind, t.scale);
        if (form == 1) return e + " - " + literal(t.kind, t.scale);
        if (form == 2) return e + " * " + std::to_string(r_.between(0, 12));
        if (form == 3) return "3 * " + e + " + 1";
        if (form == 4) return "-" + e;
        if (form == 5 && t.kind == G::Decimal && t.scale <= 6) return e + " * 1.5";
        return e;
    }

    /// Something true or false about `e`, which is there and has type `t`.
    std::string about(const std::string& e, const GType& t, bool quantified) {
        switch (t.kind) {
            case G::Bool:
                return r_.chance(50)   ? e
                       : r_.chance(50) ? "not " + e
                                       : e + " " + r_.pick(kEqual) + " " + literal(G::Bool);
            case G::Int:
            case G::Decimal: return about_number(e, t);
            case G::String: return about_string(e);
            case G::Duration: return duration(e) + " " + r_.pick(kOrder) + " " + bound(G::Duration);
            case G::Timestamp: return about_time(e);
            case G::Ip:
                if (r_.chance(20)) return e + " in " + set_of(t);
                return r_.chance(60) ? e + " in " + literal(G::Cidr) : e + " " + r_.pick(kEqual) + " " + literal(G::Ip);
            case G::Cidr:
                return r_.chance(50) ? e + " in " + literal(G::Cidr)
                                     : e + " " + r_.pick(kEqual) + " " + literal(G::Cidr);
            case G::Url: return about_url(e);
            case G::Path:
                return r_.chance(60) ? e + " inside " + literal(G::Path)
                                     : e + " " + r_.pick(kEqual) + " " + literal(G::Path);
            case G::Email: return about_email(e);
            case G::Host: return about_host(e);
            case G::Symbol: return compare(e, w_.vocabulary(t.name).symbols, w_.vocabulary(t.name).ordered);
            case G::List:
            case G::Set: return quantified ? "" : about_list(e, t);
            case G::Record: return about_record(e, t, quantified);
            case G::Any: return "";
            case G::Command: return about_command(e, quantified);
        }
        return "";
    }

    std::string about_command(const std::string& e, bool quantified) {
        static const Words flags = {"\"-rf\"", "\"--force\"", "\"a b\"", "\"push\"", "\"ab c\""};
        switch (r_.below(quantified ? 4 : 6)) {
            case 0: return e + ".program in {\"git\", \"ls\"}";
            case 1: return about_string(e + ".executable");
            case 2: return e + ".argv.size " + r_.pick(kOrder) + " " + std::to_string(r_.below(4));
            case 3: return r_.pick(flags) + " in " + e + ".args";
            case 4: return e + ".argv meets {" + r_.pick(flags) + ", " + r_.pick(flags) + "}";
            default:
                return std::string(r_.chance(50) ? "(any" : "(all") + " v in " + e + ".args: " + about_string("v") +
                       ")";
        }
    }

    std::string duration(const std::string& e) {
        switch (r_.below(9)) {
            case 0: return e + " + " + literal(G::Duration);
            case 1: return e + " - " + literal(G::Duration);
            case 2: return e + " * " + std::to_string(r_.between(0, 9));
            case 3: return "2 * " + e;
            case 4: return "-" + e;
            default: return e;
        }
    }

    std::string about_time(const std::string& e) {
        if (!w_.windows.empty() && r_.chance(20)) return e + " during " + r_.pick(w_.windows);
        switch (r_.below(8)) {
            case 0: return e + " + " + literal(G::Duration) + " " + r_.pick(kOrder) + " " + literal(G::Timestamp);
            case 1: return e + " - " + literal(G::Duration) + " " + r_.pick(kOrder) + " context.time";
            case 2: return "context.time - " + e + " " + r_.pick(kOrder) + " " + literal(G::Duration);
            case 3: return e + " - context.time " + r_.pick(kOrder) + " " + literal(G::Duration);
            case 4: return e + " " + r_.pick(kOrder) + " context.time";
            default: return e + " " + r_.pick(kOrder) + " " + bound(G::Timestamp);
        }
    }

    /// A written set; among hosts patterns, among ips networks.
    std::string set_of(const GType& item) {
        auto member = [&] {
            if (item.kind == G::Host && r_.chance(40))
                return quoted(r_.pick(Words{"*.acme.example", "*.example", "*.github.com"}));
            if ((item.kind == G::Ip || item.kind == G::Cidr) && r_.chance(40)) return literal(G::Cidr);
            return policy_literal(w_, item);
        };
        std::string out = "{" + member();
        for (int i = r_.below(3); i > 0; --i) out += ", " + member();
        return out + "}";
    }

    std::string about_number(const std::string& e, const GType& t) {
        if (r_.chance(10)) return e + " in {" + literal(t.kind, t.scale) + ", " + literal(t.kind, t.scale) + "}";
        std::string other = bound(t.kind, t.scale);
        if (r_.chance(10)) return other + " " + r_.pick(kOrder) + " " + numeric(e, t);
        return numeric(e, t) + " " + r_.pick(kOrder) + " " + other;
    }

    std::string about_string(const std::string& e) {
        static const Words globs = {"a*", "*b", "*", "a?c", "?b*", "*a*b*", "", "A-?", "*ll*o*", "??"};
        static const Words expressions = {"[a-c]+", ".*b", "a.?", "(a|ab)(c|bcd)?", "\\\\w+-[0-9]", "", "(?i)abc"};
        switch (r_.below(9)) {
            case 0: return e + " in {" + literal(G::String) + ", " + literal(G::String) + "}";
            case 1: return e + " like " + quoted(r_.pick(globs));
            case 2: return e + " starts " + literal(G::String);
            case 3: return e + " ends " + literal(G::String);
            case 4: return e + " contains " + literal(G::String);
            case 5: return e + " matches \"" + r_.pick(expressions) + "\"";
            case 6: return e + ".length " + r_.pick(kOrder) + " " + std::to_string(r_.below(6));
            default: return e + " " + r_.pick(kEqual) + " " + bound(G::String);
        }
    }

    std::string about_host(const std::string& e) {
        static const Words patterns = {"*.acme.example", "acme.example", "*.example", "*.github.com", "evil.test"};
        switch (r_.below(3)) {
            case 0: return e + " like " + quoted(r_.pick(patterns));
            case 1: {
                GType host;
                host.kind = G::Host;
                return e + " in " + set_of(host);
            }
            default: return e + " " + r_.pick(kEqual) + " " + literal(G::Host);
        }
    }

    std::string about_url(const std::string& e) {
        switch (r_.below(6)) {
            case 0: return e + ".scheme " + r_.pick(kEqual) + " " + r_.pick(Words{"\"https\"", "\"http\"", "\"ftp\""});
            case 1: return about_host(e + ".host");
            case 2: return e + ".port " + r_.pick(kOrder) + " " + r_.pick(Words{"443", "80", "8080", "1024"});
            case 3: return e + ".path inside " + r_.pick(Words{"\"/v1\"", "\"/b\"", "\"/\""});
            case 4: return w_.egress.empty() ? "" : e + " on " + r_.pick(w_.egress);
            default: return e + " " + r_.pick(kEqual) + " " + literal(G::Url);
        }
    }

    std::string about_email(const std::string& e) {
        switch (r_.below(4)) {
            case 0: return about_host(e + ".domain");
            case 1: return about_string(e + ".local");
            case 2: return e + " in {" + literal(G::Email) + ", " + literal(G::Email) + "}";
            default: return e + " " + r_.pick(kEqual) + " " + literal(G::Email);
        }
    }

    std::string about_record(const std::string& e, const GType& t, bool quantified) {
        const GField& f = r_.pick(t.fields);
        std::string field = e + "." + f.name;
        return narrowed(field, f.optional, f.nullable, about(field, f.type, quantified));
    }

    // ---- lists ----

    std::string about_list(const std::string& e, const GType& t) {
        const GType& item = t.item[0];
        int form = r_.below(9);
        bool set_like = item.kind != G::Bool && item.kind != G::Duration && item.kind != G::Timestamp &&
                        item.kind != G::Decimal && item.kind != G::Command;
        bool number = item.kind == G::Int || item.kind == G::Decimal;
        if (form == 0) return e + ".size " + r_.pick(kOrder) + " " + std::to_string(r_.below(4));
        if (form == 1 && set_like) return policy_literal(w_, item) + " in " + e;
        if (form == 2 && set_like) return e + " only " + set_of(item);
        if (form == 3 && set_like) return e + " meets " + set_of(item);
        if (form == 4 && item.kind == G::Duration)
            return "sum(v in " + e + ": v) " + r_.pick(kOrder) + " " + literal(G::Duration);
        if (form == 4 && number)
            return "sum(v in " + e + ": v) " + r_.pick(kOrder) + " " + literal(item.kind, item.scale);
        if (form == 5)
            return "count(v in " + e + ": " + body(e, item) + ") " + r_.pick(kOrder) + " " +
                   std::to_string(r_.below(3));
        return std::string(r_.chance(50) ? "(any" : "(all") + " v in " + e + ": " + body(e, item) + ")";
    }

    std::string body(const std::string& list, const GType& item) {
        bool labelled = list.find('.', 5) == std::string::npos && list.starts_with("args.");
        auto part = [&] {
            std::string about_v = about("v", item, true);
            if ((labelled && r_.chance(35)) || about_v.empty())
                return labelled ? about_label("v") : std::string("session.tier == ") + w_.tiers[0];
            return about_v;
        };
        std::string out = part();
        if (r_.chance(30)) out += (r_.chance(50) ? " and " : " or ") + part();
        return out;
    }

    // ---- labels ----

    std::string whole_label() {
        switch (r_.below(5)) {
            case 0:
            case 1: return "class(args) " + r_.pick(kOrder) + " " + r_.pick(w_.classes);
            case 2: return "trust(args) " + r_.pick(kOrder) + " " + r_.pick(w_.trusts);
            case 3: return source() + " in sources(args)";
            default:
                return std::string("sources(args)") + (r_.chance(50) ? " only {" : " meets {") + source() + ", " +
                       source() + "}";
        }
    }

    std::string source() {
        if (r_.chance(35)) return "user";
        return r_.chance(45) ? "agent" : r_.pick(w_.tools).name;
    }

    std::string about_label(const std::string& e) {
        switch (r_.below(5)) {
            case 0:
            case 1: return compare("class(" + e + ")", w_.classes, true);
            case 2: return compare("trust(" + e + ")", w_.trusts, true);
            case 3: return source() + " in sources(" + e + ")";
            default:
                return "sources(" + e + ")" + (r_.chance(50) ? " only {" : " meets {") + source() + ", " + source() +
                       "}";
        }
    }

    std::string label_atom() {
        if (r_.chance(25)) return whole_label();
        if (reach_.args->empty()) return "";
        const GField& f = r_.pick(*reach_.args);
        std::string expr = "args." + f.name;
        return narrowed(expr, f.optional, false, about_label(expr));
    }

    // ---- session, facts, state ----

    std::string session_atom() {
        static const Words tenants = {"\"acme\"", "\"globex\""};
        if (!w_.windows.empty() && r_.chance(20)) return "context.time during " + r_.pick(w_.windows);
        switch (r_.below(8)) {
            case 0: return "session.tenant " + r_.pick(kEqual) + " " + r_.pick(tenants);
            case 1: return r_.pick(w_.roles) + " in session.roles";
            case 2: return "(has call.parent and call.parent == \"c-3\")";
            case 3: return "context.time " + r_.pick(kOrder) + " 2026-11-23T10:00:00Z";
            case 4: return "session.owner " + r_.pick(kEqual) + " \"ops@acme.example\"";
            case 5: return "session.retention == \"standard\"";
            default: return compare("session.tier", w_.tiers, true);
        }
    }

    std::string fact_atom() {
        if (w_.facts.empty()) return "";
        const GFact& f = r_.pick(w_.facts);
        const GField* id = find([](const GField& x) { return x.type.kind == G::String; });
        const GField* n = find([](const GField& x) { return x.type.kind == G::Int; });
        std::string keys = id && r_.chance(75) ? "args." + id->name : "\"A-1\"";
        if (f.keys.size() == 2) keys += n && r_.chance(60) ? ", args." + n->name : ", 7";
        const GField& field = r_.pick(f.fields);
        std::string e = f.name + "(" + keys + ")." + field.name;
        const GField* amount = find([](const GField& x) { return x.type.kind == G::Decimal; });
        if (field.type.kind == G::Decimal && amount && r_.chance(50))
            return "args." + amount->name + " " + r_.pick(kOrder) + " " + e;
        return about(e, field.type, false);
    }

    /// Every tool of the rule has the argument that counts are kept by, always.
    bool has_id() const {
        return reach_.args != nullptr && std::any_of(reach_.args->begin(), reach_.args->end(), [](const GField& f) {
                   return f.name == "id" && f.type.kind == G::String && !f.optional && !f.nullable;
               });
    }

    std::string state_atom(bool positive) {
        bool levels = reach_.risk || reach_.lane;
        if (levels && (r_.chance(40) || !reach_.state)) return level_atom(positive);
        std::vector<const GState*> readable;
        for (const GState& s : w_.states)
            if (reach_.state && (!s.late || reach_.late_state) && (s.max_keys == 0 || has_id())) readable.push_back(&s);
        if (readable.empty()) return "";
        const GState& s = *r_.pick(readable);
        std::string name = "state." + s.name;
        if (!s.is_count) return positive ? name : std::string();
        std::string bound = s.kind == 1 ? literal(s.scale ? G::Decimal : G::Int, s.scale) : std::to_string(r_.below(5));
        return name + (positive ? (r_.chance(50) ? " > " : " >= ") : (r_.chance(50) ? " < " : " <= ")) + bound;
    }

    std::string level_atom(bool positive) {
        if (reach_.risk && (r_.chance(50) || !reach_.lane))
            return std::string("risk ") + (positive ? (r_.chance(50) ? "> " : ">= ") : (r_.chance(50) ? "< " : "<= ")) +
                   std::to_string(r_.below(100));
        if (r_.chance(25)) return std::string("lane ") + (positive ? "== " : "!= ") + w_.lanes.back();
        return std::string("lane ") + (positive ? (r_.chance(50) ? "> " : ">= ") : (r_.chance(50) ? "< " : "<= ")) +
               r_.pick(w_.lanes);
    }

    World& w_;
    Random& r_;
    const Reach& reach_;
};

}  // namespace

std::string write_guard(World& world, const Reach& reach, int depth, bool positive) {
    return Writer(world, reach).guard(depth, positive);
}

}  // namespace remit::oracle
