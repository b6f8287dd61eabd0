#include "tests/differential/generate_world.h"

#include <algorithm>

namespace remit::oracle {

uint64_t Random::next() {
    state_ += 0x9E3779B97F4A7C15ull;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
}

const GVocabulary World::vocabulary(const std::string& type_word) const {
    for (const GVocabulary& v : enums)
        if (v.name == type_word) return v;
    if (type_word == "tier") return {"tier", true, tiers};
    if (type_word == "class") return {"class", true, classes};
    return {"trust_level", true, trusts};
}

std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\"";
}

namespace {

using Words = std::vector<std::string>;

Words words_for(G kind) {
    switch (kind) {
        case G::Bool: return {"true", "false"};
        case G::Int:
            return {
                "0", "1", "2", "7", "100", "-1", "9223372036854775807", "4611686018427387904", "-9223372036854775808"};
        case G::Decimal: return {"0", "1", "2.5", "100", "250", "-1", "0.1", "1000", "99999999999"};
        case G::String:
            return {"",
                    "a",
                    "ab",
                    "abc",
                    "A-1",
                    "a.b",
                    "hello world",
                    "\xC3\xBC"
                    "b",
                    "abab",
                    "axxb",
                    "Abc",
                    "say \"hi\""};
        case G::Duration: return {"15m", "1h", "90s", "1d", "1h30m", "0s", "1ns"};
        case G::Timestamp:
            return {"2026-11-23T10:00:00Z", "2026-11-23T09:59:59Z", "2026-11-20T09:00:00Z", "2027-01-01T00:00:00Z",
                    "1970-01-01T00:00:00Z"};
        case G::Ip: return {"10.1.2.3", "10.0.0.0", "192.168.0.1", "::1", "::ffff:10.0.0.1", "fd00::1", "8.8.8.8"};
        case G::Cidr:
            return {"10.0.0.0/8", "10.1.0.0/16", "0.0.0.0/0", "fd00::/8", "192.168.0.1/32", "::/0", "10.1.2.3/9"};
        case G::Url:
            return {"https://api.stripe.com/v1/x", "http://evil.test:8080/a/../b",    "https://sub.github.com/p?q=1",
                    "https://github.com/",         "HTTPS://API.Stripe.com:443/v1/x", "ftp://files.acme.example/x",
                    "http://evil.test/a#b",        "https://a.b.github.com:8443/"};
        case G::Path: return {"/a/b", "/a", "a/b/../c", "/a/bc", "/", "/a/./b/c", "a", "a/c/d", "/etc/passwd"};
        case G::Email:
            return {"a@acme.example", "Bob@ACME.example", "x@evil.test", "a.b@sub.acme.example", "bob@acme.example"};
        case G::Host:
            return {"acme.example",   "sub.acme.example", "a.sub.acme.example", "EVIL.test",
                    "api.stripe.com", "10.1.2.3",         "evil.test."};
        case G::Symbol:
        case G::List:
        case G::Set:
        case G::Record:
        case G::Any: break;
        case G::Command:
            return {"ls",
                    "/usr/bin/git push --force",
                    "git  commit -m 'a b'",
                    "rm -rf /",
                    "echo \"$HOME\"",
                    "a=1 ls",
                    "ls; rm x",
                    "\"git\" 'a'\"b\"\\ c ''",
                    "time ls",
                    "ls 'open",
                    "./",
                    "",
                    "git \"a\\\"b\\c\" -fr"};
    }
    return {};
}

Words some(Random& random, Words from, int count) {
    Words out;
    while (count-- > 0 && !from.empty()) {
        size_t i = static_cast<size_t>(random.below(static_cast<int>(from.size())));
        out.push_back(from[i]);
        from.erase(from.begin() + static_cast<long>(i));
    }
    return out;
}

std::string joined(const Words& words, const char* between) {
    std::string out;
    for (const std::string& w : words) out += (out.empty() ? "" : between) + w;
    return out;
}

void declare_vocabularies(World& w) {
    w.tiers = {"dev", "stage", "prod"};
    w.classes = {"public", "internal", "confidential", "restricted"};
    w.trusts = {"untrusted", "vetted", "first_party"};
    w.lanes = {"low", "medium", "high"};
    auto renew = [&](const char* word, Words& symbols, Words from, int percent) {
        if (!w.random.chance(percent)) return;
        symbols = some(w.random, std::move(from), w.random.between(2, 4));
        w.decls.push_back(std::string(word) + " " + joined(symbols, " < "));
    };
    renew("tiers", w.tiers, {"sandboxed", "dev", "qa", "live", "prod"}, 30);
    renew("classes", w.classes, {"open_data", "internal", "secret", "top_secret", "pii"}, 30);
    renew("trust", w.trusts, {"stranger", "partner", "house", "self"}, 30);
    renew("lanes", w.lanes, {"green", "yellow", "red", "black"}, 30);
    const Words colours = {"red_c", "green_c", "blue_c", "grey_c"}, sizes = {"small", "mid", "large", "huge"};
    if (w.random.chance(70)) w.enums.push_back({"colour", false, some(w.random, colours, w.random.between(2, 4))});
    if (w.random.chance(70)) w.enums.push_back({"size_of", true, some(w.random, sizes, w.random.between(2, 4))});
    for (const GVocabulary& v : w.enums)
        w.decls.push_back("enum " + v.name + " { " + joined(v.symbols, v.ordered ? " < " : ", ") + " }");
}

void declare_roles(World& w) {
    const Words names = {"analyst", "responder", "manager", "auditor", "root_role"};
    int count = w.random.between(1, 5);
    for (int i = 0; i < count; ++i) {
        Words below = some(w.random, w.roles, w.random.below(3));
        w.roles.push_back(names[static_cast<size_t>(i)]);
        w.decls.push_back("role " + w.roles.back() + (below.empty() ? "" : " includes " + joined(below, ", ")));
    }
    if (!w.random.chance(3)) return;
    for (int i = 0; i < 70; ++i) {  // so many that their bits take two words
        w.roles.push_back("extra_" + std::to_string(i));
        w.decls.push_back("role " + w.roles.back());
    }
}

void declare_egress(World& w) {
    const Words endpoints = {"api.stripe.com:443", "*.github.com:443", "evil.test:*",
                             "*.acme.example:*",   "github.com:443",   "evil.test:8080"};
    for (const char* name : {"saas", "code", "anywhere"}) {
        if (!w.random.chance(60)) continue;
        Words quoted_endpoints;
        for (const std::string& e : some(w.random, endpoints, w.random.between(1, 4)))
            quoted_endpoints.push_back(quoted(e));
        w.egress.push_back(name);
        w.decls.push_back(std::string("egress ") + name + " { " + joined(quoted_endpoints, ", ") + " }");
    }
}

GType scalar(World& w, bool symbols) {
    static const G kinds[] = {G::Bool,   G::Int,  G::Decimal, G::String, G::Duration, G::Timestamp,
                              G::Ip,     G::Cidr, G::Url,     G::Path,   G::Email,    G::Host,
                              G::Symbol, G::Int,  G::Decimal, G::String, G::Command};
    GType t;
    t.kind = kinds[w.random.below(17)];
    if (t.kind == G::Decimal) t.scale = w.random.chance(70) ? 2 : w.random.below(10);
    if (t.kind != G::Symbol) return t;
    Words names = {"tier", "class", "trust_level"};
    for (const GVocabulary& v : w.enums) names.push_back(v.name);
    t.name = w.random.pick(names);
    if (!symbols) t.kind = G::String;
    return t;
}

std::string type_text(const GType& t, const World& w);

std::string field_text(World& w, const GField& f) {
    std::string out = f.name + ": " + type_text(f.type, w);
    if (f.min) out += " min " + std::to_string(*f.min);
    if (f.max) out += " max " + std::to_string(*f.max);
    if (!f.one_of.empty()) {
        Words all;
        for (const std::string& s : f.one_of) all.push_back(quoted(s));
        out += " in {" + joined(all, ", ") + "}";
    }
    if (f.optional) out += " optional";
    if (f.nullable) out += " or null";
    if (!f.default_text.empty()) out += " default " + f.default_text;
    return out;
}

std::string type_text(const GType& t, const World& w) {
    static const std::map<G, const char*> names = {
        {G::Bool, "bool"},           {G::Int, "int"},     {G::String, "string"}, {G::Duration, "duration"},
        {G::Timestamp, "timestamp"}, {G::Ip, "ip"},       {G::Cidr, "cidr"},     {G::Url, "url"},
        {G::Path, "path"},           {G::Email, "email"}, {G::Host, "host"},     {G::Any, "any"},
        {G::Command, "command"}};
    if (t.kind == G::Decimal) return "decimal(" + std::to_string(t.scale) + ")";
    if (t.kind == G::Symbol) return t.name;
    if (t.kind == G::List || t.kind == G::Set)
        return std::string(t.kind == G::List ? "list<" : "set<") + type_text(t.item[0], w) + "> max " +
               std::to_string(t.max);
    if (t.kind != G::Record) return names.at(t.kind);
    Words fields;
    for (const GField& f : t.fields)
        fields.push_back(f.name + ": " + type_text(f.type, w) + (f.optional ? " optional" : ""));
    return "record { " + joined(fields, ", ") + " }";
}

void bound(World& w, GField& f) {
    bool number = f.type.kind == G::Int || f.type.kind == G::Decimal;
    if (number && w.random.chance(40)) f.min = w.random.chance(70) ? 0 : 1;
    if (number && w.random.chance(20)) f.max = w.random.between(100, 1000);
    if (f.type.kind == G::String && w.random.chance(15))
        f.max = w.random.between(3, 12);
    else if (f.type.kind == G::String && w.random.chance(10))
        f.one_of = {"a", "abc", "A-1"};
}

std::string default_for(const GField& f) {
    if (f.type.kind == G::Bool) return "true";
    if (f.type.kind == G::Int || f.type.kind == G::Decimal) return f.min ? std::to_string(*f.min) : "5";
    if (f.type.kind == G::String && f.one_of.empty()) return "\"abc\"";
    if (f.type.kind == G::Duration) return "15m";
    if (f.type.kind == G::Email) return "\"Bob@ACME.example\"";
    return f.nullable ? "null" : "";
}

GField random_field(World& w, const std::string& name, bool nested) {
    GField f;
    f.name = name;
    f.type = scalar(w, true);
    int form = nested ? 100 : w.random.below(100);
    if (form < 22) {
        GType list;
        list.kind = form < 15 ? G::List : G::Set;
        list.max = w.random.between(1, 6);
        list.item = {scalar(w, true)};
        if (list.item[0].kind == G::Command) list.kind = G::List;  // which are equal, depends on how they are written
        f.type = list;
    } else if (form < 32) {
        GType record;
        record.kind = G::Record;
        for (const char* inner : {"one", "two", "three"}) {
            if (!record.fields.empty() && w.random.chance(30)) continue;
            record.fields.push_back(random_field(w, inner, true));
            record.fields.back().optional = w.random.chance(30);
        }
        f.type = record;
    } else if (form < 35) {
        f.type.kind = G::Any;
    }
    if (nested) return f;
    bound(w, f);
    f.optional = w.random.chance(25);
    f.nullable = w.random.chance(15);
    if (!f.optional && w.random.chance(15)) f.default_text = default_for(f);
    return f;
}

void make_pool(World& w) {
    GField id{"id", {G::String, 0, "", 4, {}, {}}, false, false, {}, {}, {}, ""};
    GField amount{"amount", {G::Decimal, 2, "", 4, {}, {}}, false, false, 0, {}, {}, ""};
    GField number{"n", {G::Int, 0, "", 4, {}, {}}, false, false, 0, {}, {}, ""};
    w.pool = {id, amount, number};
    for (int i = 0, count = w.random.between(4, 10); i < count; ++i)
        w.pool.push_back(random_field(w, "p" + std::to_string(i), false));
}

void declare_tool(World& w, const std::string& name) {
    GTool t;
    t.name = name;
    t.write = w.random.chance(50);
    t.destructive = t.write && w.random.chance(30);
    t.idempotent = w.random.chance(30);
    t.open = w.random.chance(30);
    t.says_trust = w.random.chance(80);
    t.says_gives = w.random.chance(70);
    t.trust = t.says_trust ? w.random.below(static_cast<int>(w.trusts.size())) : 0;
    t.gives = t.says_gives ? w.random.below(static_cast<int>(w.classes.size()))
                           : static_cast<int>(w.classes.size()) - 1;
    Words fields;
    for (const GField& f : w.pool) {
        if (!w.random.chance(55)) continue;
        t.params.push_back(f);
        GField& own = t.params.back();
        if (own.default_text.empty() && w.random.chance(15)) own.optional = !own.optional;  // tools disagree
        if (own.type.kind == G::Decimal && own.default_text.empty() && w.random.chance(20))
            own.type.scale = (own.type.scale + 1) % 10;
        fields.push_back(field_text(w, own));
    }
    std::string text = "tool " + t.name + "(" + joined(fields, ", ") + ")\n    " + (t.write ? "write" : "read");
    if (t.destructive) text += ", destructive";
    if (t.idempotent) text += ", idempotent";
    if (t.open) text += ", open";
    if (t.says_trust) text += ", trust " + w.trusts[static_cast<size_t>(t.trust)];
    if (t.says_gives) text += ", gives " + w.classes[static_cast<size_t>(t.gives)];
    w.tools.push_back(t);
    w.decls.push_back(text);
}

void declare_fact(World& w, const std::string& name) {
    GFact f;
    f.name = name;
    f.keys.push_back({"id", {G::String, 0, "", 4, {}, {}}, false, false, {}, {}, {}, ""});
    if (w.random.chance(20)) f.keys.push_back({"n", {G::Int, 0, "", 4, {}, {}}, false, false, {}, {}, {}, ""});
    Words fields, keys;
    for (const char* field : {"x", "y", "z"}) {
        if (!f.fields.empty() && w.random.chance(30)) continue;
        f.fields.push_back(random_field(w, field, true));
        if (w.random.chance(15)) {
            GType list;
            list.kind = w.random.chance(70) ? G::List : G::Set;
            list.item = {scalar(w, true)};
            if (list.item[0].kind == G::Command) list.kind = G::List;
            f.fields.back().type = list;
        }
        fields.push_back(field_text(w, f.fields.back()));
    }
    for (const GField& k : f.keys) keys.push_back(field_text(w, k));
    f.fresh = w.random.pick(Words{"60s", "5m", "1h"});
    w.facts.push_back(f);
    w.decls.push_back("fact " + name + "(" + joined(keys, ", ") + ") { " + joined(fields, ", ") + " } fresh " +
                      f.fresh);
}

/// The same number a little higher or lower, in the last digit.
std::string nudged(Random& random, const std::string& text) {
    if (text.size() > 15 || text.empty() || text[0] == '-') return text;
    std::string digits;
    size_t scale = 0;
    bool after = false;
    for (char c : text) {
        if (c == '.')
            after = true;
        else
            digits += c, scale += after;
    }
    std::string n = std::to_string(std::stoll(digits) + random.between(-1, 1));
    if (n[0] == '-') return text;
    while (n.size() <= scale) n = "0" + n;
    if (scale > 0) n.insert(n.size() - scale, ".");
    return n;
}

std::string fit_scale(std::string text, int scale) {
    size_t dot = text.find('.');
    if (dot == std::string::npos) return text;
    if (scale == 0) return text.substr(0, dot);
    return text.substr(0, std::min(text.size(), dot + 1 + static_cast<size_t>(scale)));
}

}  // namespace

std::string raw_value(World& w, const GType& t) {
    if (t.kind == G::Symbol) return w.random.pick(w.vocabulary(t.name).symbols);
    const auto& near = w.literals[t.kind];
    Words words = words_for(t.kind);
    std::string text = !near.empty() && w.random.chance(65) ? w.random.pick(near) : w.random.pick(words);
    bool number = t.kind == G::Int || t.kind == G::Decimal;
    if (number && w.random.chance(40)) text = nudged(w.random, text);
    if (t.kind == G::String && w.random.chance(20)) text += w.random.pick(words);
    if (t.kind == G::Decimal && t.scale > 6 && text.size() > 9) text = "99";
    return t.kind == G::Decimal ? fit_scale(text, t.scale) : text;
}

std::string policy_literal(World& w, const GType& t) {
    if (t.kind == G::Symbol) return w.random.pick(w.vocabulary(t.name).symbols);
    std::string text = w.random.pick(words_for(t.kind));
    if (t.kind == G::Int && w.random.chance(60)) text = std::to_string(w.random.between(0, 300));
    if (t.kind == G::Decimal) {
        text = std::to_string(w.random.between(0, 300));
        for (int i = 0, digits = w.random.below(t.scale + 1); i < digits; ++i)
            text += (i ? "" : ".") + std::to_string(w.random.below(10));
    }
    if (t.kind == G::Int && text == "-9223372036854775808") text = "-7";  // a literal is positive and then negated
    w.literals[t.kind].push_back(text);
    bool plain = t.kind == G::Bool || t.kind == G::Int || t.kind == G::Decimal || t.kind == G::Duration ||
                 t.kind == G::Timestamp;
    return plain ? text : quoted(text);
}

void declare_world(World& w) {
    w.decls.push_back("policy fuzz.generated");
    declare_vocabularies(w);
    declare_roles(w);
    declare_egress(w);
    make_pool(w);
    const Words names = {"crm.lookup", "crm.update", "payments.refund", "payments.void",
                         "shell.exec", "net.post",   "web.fetch",       "files.read"};
    for (const std::string& name : some(w.random, names, w.random.between(1, 6))) declare_tool(w, name);
    for (const char* name : {"order", "customer.record"})
        if (w.random.chance(50)) declare_fact(w, name);
    declare_constants(w);
}

void declare_more(World& w) {
    give_params(w);
    if (w.random.chance(30)) declare_tool(w, "desk.note");
    if (w.random.chance(40)) declare_fact(w, "ticket");
    if (w.random.chance(40)) {
        w.egress.push_back("near");
        w.decls.push_back("egress near { \"api.stripe.com:443\", \"*.acme.example:*\" }");
    }
    if (w.random.chance(40)) {
        std::string below = w.random.pick(w.roles);
        w.roles.push_back("desk_lead");
        w.decls.push_back("role desk_lead" + (w.random.chance(60) ? " includes " + below : ""));
    }
}

std::string text_of(const Bundle& bundle) {
    std::string out;
    for (const PolicyFile& file : bundle) out += "// " + file.name + "\n" + file.text;
    return out;
}

namespace {

/// The first declaration and some of the others stay; the rest goes into a second file.
void add_files(World& w, Bundle& bundle, const std::string& main, const std::string& second) {
    bool split = w.random.chance(25) && w.decls.size() > 4;
    PolicyFile first{main, ""}, other{second, ""};
    for (size_t i = 0; i < w.decls.size(); ++i) {
        bool moves = split && i > 0 && w.random.chance(40);
        (moves ? other : first).text += w.decls[i] + "\n";
        if (i == 0 && split) first.text += "use \"" + second + "\"\n";
        if (moves && w.random.chance(5)) first.text += w.decls[i] + "\n";  // said in both files
    }
    bundle.push_back(first);
    if (split) bundle.push_back(other);
}

}  // namespace

Generator::Generator(uint64_t seed) : world_(std::make_unique<World>(seed)) {
    World& w = *world_;
    declare_world(w);
    write_rules(w);
    if (!w.random.chance(25)) {
        add_files(w, policy_, "generated.remit", "more.remit");
        return;
    }
    Bundle above;
    w.decls[0] = "policy fuzz.parent";
    add_files(w, above, "parent.remit", "house.remit");
    std::vector<GState> states = std::move(w.states);
    w.states.clear();
    for (const GState& s : states)
        if (w.random.chance(30)) w.states.push_back(s);
    w.decls = {"policy fuzz.generated under fuzz.parent from \"parent.remit\""};
    declare_more(w);
    write_rules(w);
    for (const GState& s : states)
        if (std::none_of(w.states.begin(), w.states.end(), [&](const GState& own) { return own.name == s.name; }))
            w.states.push_back(s);
    add_files(w, policy_, "generated.remit", "more.remit");
    policy_.insert(policy_.end(), above.begin(), above.end());
}

Generator::~Generator() = default;

std::string Generator::request() {
    head_ = write_request(*world_);
    return head_ + "}";
}

std::string Generator::signed_request(const Decision& asked) {
    return head_ + ",\"signatures\":" + write_signatures(*world_, asked) + "}";
}

}  // namespace remit::oracle
