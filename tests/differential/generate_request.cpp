// Requests: mostly what the policy's tools expect, with every kind of fault mixed in, each seldom enough that the rules are reached.
#include <algorithm>

#include "tests/differential/generate_world.h"
#include "vm/value/scalar.h"

namespace remit::oracle {

namespace {

using Words = std::vector<std::string>;

std::string json_text(const std::string& raw) {
    std::string out = "\"";
    for (char c : raw) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\"";
}

/// `key:value, ...` in the order of adding; keys may repeat.
class Object {
public:
    void add(const std::string& key, const std::string& json) {
        text_ += (text_.empty() ? "" : ",") + json_text(key) + ":" + json;
    }
    std::string text() const { return "{" + text_ + "}"; }

private:
    std::string text_;
};

std::string array(const Words& items) {
    std::string out;
    for (const std::string& i : items) out += (out.empty() ? "" : ",") + i;
    return "[" + out + "]";
}

class Requests {
public:
    explicit Requests(World& w) : w_(w), r_(w.random) {}

    std::string write() {
        tool_ = &r_.pick(w_.tools);
        Object root;
        root.add("id", "\"r-1\"");
        if (!r_.chance(1)) root.add("session", session());
        root.add("call", r_.chance(1) ? "{}" : call());
        if (!w_.facts.empty()) root.add("facts", facts());
        if (!w_.states.empty() || r_.chance(50)) root.add("state", state());
        root.add("context", context());
        std::string text = root.text();
        text.pop_back();
        return text;
    }

    std::string signatures(const Decision& asked) {
        Words all;
        for (const Obligation& o : asked.ask) {
            uint32_t people = o.quorum + static_cast<uint32_t>(r_.below(2));
            for (uint32_t i = 0; i < people && !r_.chance(8); ++i) all.push_back(signature(asked.digest, o));
        }
        if (r_.chance(40)) all.push_back(signature(asked.digest, {"owner", 1, 0, {}, false}));
        for (const std::string& role : w_.roles)
            for (int i = 0; i < 3 && r_.chance(25); ++i)
                all.push_back(signature(asked.digest, {role, 1, 0, {}, false}));
        return array(all);
    }

private:
    // ---- session and context ----

    std::string role_list() {
        Words roles;
        for (const std::string& role : w_.roles)
            if (r_.chance(40)) roles.push_back(json_text(role));
        return array(roles);
    }

    std::string scope() {
        if (r_.chance(85)) return "[\"*\"]";
        if (r_.chance(20)) return "[]";
        std::string area = tool_->name.substr(0, tool_->name.find('.'));
        return r_.chance(60) ? array({json_text(area + ".*"), "\"x.y\""}) : array({json_text("*." + area)});
    }

    std::string session() {
        const int fault = r_.chance(4) ? r_.below(8) : -1;
        Object s;
        auto put = [&](int number, const char* key, const std::string& json) {
            if (fault == number && r_.chance(50)) return;
            s.add(key, fault != number ? json : r_.chance(50) ? "7" : "\"\"");
        };
        if (!r_.chance(2)) s.add("id", r_.chance(50) ? "\"s-9\"" : "\"s-10\"");
        if (!r_.chance(5)) put(7, "roles", role_list());
        put(0, "tier", json_text(r_.chance(1) ? "nowhere" : r_.pick(w_.tiers)));
        put(1, "tenant", r_.chance(60) ? "\"acme\"" : "\"globex\"");
        put(2, "owner", r_.chance(75) ? "\"ops@acme.example\"" : "\"boss@acme.example\"");
        put(3, "scope", scope());
        put(4, "retention", r_.chance(70) ? "\"standard\"" : "\"short\"");
        put(5, "expires", r_.chance(3) ? "\"2026-11-23T10:00:00Z\"" : "\"2026-11-23T18:00:00Z\"");
        put(6, "revoked", r_.chance(2) ? "true" : "false");
        if (r_.chance(60)) s.add("principal", "\"pat@acme.example\"");
        return s.text();
    }

    std::string context() {
        Object c;
        if (!r_.chance(1))
            c.add("time", r_.chance(80) ? "\"2026-11-23T10:00:00Z\"" : "\"2026-11-23T11:00:00.5+01:00\"");
        if (r_.chance(15))
            c.add("isolation", r_.pick(Words{"\"none\"", "\"process\"", "\"sandbox\"", "\"microvm\"", "[]",
                                             "[\"none\",\"sandbox\"]"}));
        return c.text();
    }

    // ---- arguments ----

    inline static const Words kArgvs = {
        "[\"git\",\"push\",\"--force\"]", "[\"/bin/ls\",\"$x; y\"]", "[]", "[\"\"]", "[\"a=1\",\"ls\"]",
        "[\"git\",\"a b\",\"-rf\"]",      "[\"nul\\u0000\"]"};

    std::string value(const GType& t) {
        if (r_.chance(1) && r_.chance(40)) return r_.pick(Words{"null", "[]", "{}", "1.5", "\"?\"", "true"});
        switch (t.kind) {
            case G::Bool: return r_.chance(50) ? "true" : "false";
            case G::Int: return raw_value(w_, t);
            case G::Decimal: return decimal(t);
            case G::List:
            case G::Set: return list(t);
            case G::Record: return record(t.fields);
            case G::Any: return r_.pick(Words{"null", "3", "{\"a\":[1,\"x\"]}", "\"text\""});
            case G::String:
            case G::Duration:
            case G::Timestamp:
            case G::Ip:
            case G::Cidr:
            case G::Url:
            case G::Path:
            case G::Email:
            case G::Host:
            case G::Symbol: break;
            case G::Command:
                if (r_.chance(30)) return r_.pick(kArgvs);
                break;
        }
        return json_text(raw_value(w_, t));
    }

    std::string decimal(const GType& t) {
        std::string raw = raw_value(w_, t);
        if (r_.chance(10) && t.scale >= 1 && raw.find('.') == std::string::npos) raw += ".0";
        return r_.chance(50) ? json_text(raw) : raw;
    }

    std::string list(const GType& t) {
        Words items;
        for (int i = r_.below(std::min(t.max, 4) + 1) + (r_.chance(1) ? t.max : 0); i > 0; --i) {
            std::string item = value(t.item[0]);
            bool repeated = std::find(items.begin(), items.end(), item) != items.end();
            if (t.kind == G::List || !repeated) items.push_back(item);
        }
        lengths_.push_back(static_cast<int>(items.size()));
        return array(items);
    }

    std::string field_value(const GField& f) {
        if (f.nullable && r_.chance(35)) return "null";
        if (!f.one_of.empty() && r_.chance(95)) return json_text(r_.pick(f.one_of));
        bool number = f.type.kind == G::Int || f.type.kind == G::Decimal;
        for (int attempt = 0; attempt < 6; ++attempt) {
            lengths_.clear();
            std::string v = value(f.type);
            bool negative = v.find('-') == 0 || v.find("\"-") == 0;
            bool too_much = f.max && (number ? v.size() > 4 : v.size() > static_cast<size_t>(*f.max) + 2);
            if (attempt == 0 && r_.chance(4)) return v;
            if ((number && f.min && negative) || too_much) continue;
            return v;
        }
        return number ? "100" : "\"abc\"";
    }

    std::string record(const std::vector<GField>& fields) {
        Object o;
        for (const GField& f : fields)
            if (!(f.optional && r_.chance(45)) && !(r_.chance(1) && r_.chance(30))) o.add(f.name, field_value(f));
        return o.text();
    }

    std::string arguments() {
        Object o;
        const int fault = r_.chance(3) ? r_.below(3) : -1;
        for (const GField& f : tool_->params) {
            if ((f.optional || !f.default_text.empty()) && r_.chance(45)) continue;
            if (fault == 0 && r_.chance(30)) continue;
            o.add(f.name, field_value(f));
            if (f.type.kind == G::List || f.type.kind == G::Set)
                item_counts_[f.name] = lengths_.empty() ? 0 : lengths_.back();
            given_.push_back(f.name);
            if (fault == 1 && r_.chance(30)) o.add(f.name, field_value(f));
        }
        if (fault == 2) o.add("no_such_parameter", "1");
        return o.text();
    }

    // ---- labels ----

    std::string label() {
        Object o;
        Words sources;
        for (int i = r_.below(3); i > 0; --i) {
            if (r_.chance(1) && r_.chance(50))
                sources.push_back("\"no.such_tool\"");
            else
                sources.push_back(r_.chance(45)   ? "\"user\""
                                  : r_.chance(45) ? "\"agent\""
                                                  : json_text(r_.pick(w_.tools).name));
        }
        if (!sources.empty() || r_.chance(50)) o.add("sources", array(sources));
        if (r_.chance(60)) o.add("class", r_.chance(1) ? "\"no_such_class\"" : json_text(r_.pick(w_.classes)));
        return o.text();
    }

    std::string labels() {
        Object o;
        for (const std::string& name : given_) {
            if (r_.chance(55)) o.add(name, label());
            auto items = item_counts_.find(name);
            for (int i = 0; items != item_counts_.end() && i < items->second; ++i)
                if (r_.chance(35)) o.add(name + "/" + std::to_string(i), label());
        }
        return o.text();
    }

    std::string call() {
        Object c;
        c.add("id", "\"c-7\"");
        if (r_.chance(30)) c.add("parent", "\"c-3\"");
        c.add("tool", json_text(r_.chance(1) ? "no.such_tool" : tool_->name));
        c.add("args", arguments());
        if (r_.chance(70)) c.add("data", json_text(r_.pick(w_.classes)));
        if (r_.chance(75)) c.add("labels", labels());
        Object evidence;
        for (const char* name : {"plan", "rollback", "assets", "prompt", "checksum"})
            if (r_.chance(70)) evidence.add(name, "\"sha256:00\"");
        if (r_.chance(80)) c.add("evidence", evidence.text());
        return c.text();
    }

    // ---- facts and state ----

    std::string fact(const GFact& f, const std::string& id, int n) {
        Object o;
        o.add("fact", json_text(f.name));
        Words keys = {json_text(id)};
        if (f.keys.size() == 2) keys.push_back(std::to_string(n));
        o.add("key", array(keys));
        std::string as_of = "2026-11-23T09:59:30Z";
        if (r_.chance(4))
            as_of = r_.pick(Words{"2026-11-23T08:00:00Z", "2026-11-23T10:00:01Z", "2026-11-23T09:55:00Z",
                                  "2026-11-23T09:58:59.999Z"});
        o.add("as_of", json_text(as_of));
        o.add("value", record(f.fields));
        return o.text();
    }

    std::string facts() {
        Words all;
        Words ids = words_of_ids();
        for (const GFact& f : w_.facts)
            for (const std::string& id : ids)
                for (int n : {1, 7, 100})
                    for (int copies = f.keys.size() == 1 && n > 1 ? 0
                                      : r_.chance(3)              ? 0
                                      : r_.chance(1)              ? 2
                                                                  : 1;
                         copies > 0; --copies)
                        all.push_back(fact(f, id, n));
        return array(all);
    }

    /// The keys that calls are likely to name.
    Words words_of_ids() const {
        Words ids = {"A-1", "a", "abc", "ab", ""};
        for (const std::string& text : w_.literals[G::String])
            if (std::find(ids.begin(), ids.end(), text) == ids.end() && ids.size() < 8) ids.push_back(text);
        return ids;
    }

    /// What a few keys have, at times as many as there may be, or more.
    std::string keyed(const GState& s) {
        Object all;
        for (const std::string& id : words_of_ids())
            if (r_.chance(35)) all.add(id, count(s));
        return all.text();
    }

    std::string count(const GState& s) {
        if (s.kind == 2) return seen();
        if (r_.chance(2)) return s.kind == 0 ? "9223372036854775807" : format_decimal(INT64_MAX, s.scale);
        if (r_.chance(1)) return "-1";
        if (s.kind == 0) return std::to_string(r_.below(6));
        std::string whole = std::to_string(r_.below(300));
        int digits = s.scale + (r_.chance(1) ? 1 : 0);  // one too many: as good as missing
        for (int i = 0; i < digits; ++i) whole += (i ? "" : ".") + std::to_string(r_.below(10));
        return r_.chance(50) ? json_text(whole) : whole;
    }

    /// Values of a distinct count so far; at times as many as it lists, or more.
    std::string seen() {
        Words all;
        for (const char* id : {"A-1", "abc", "a", "x-1", "x-2"})
            if (r_.chance(35)) all.push_back(json_text(id));
        return array(all);
    }

    std::string state() {
        Object s, marks, counts;
        for (const GState& g : w_.states) {
            if (r_.chance(1)) continue;
            if (g.is_count)
                counts.add(g.name, g.max_keys == 0 || r_.chance(10) ? count(g) : keyed(g));
            else
                marks.add(g.name, r_.chance(30) ? "true" : "false");
        }
        s.add("version", "12");
        s.add("marks", marks.text());
        s.add("counts", counts.text());
        if (r_.chance(70))
            s.add("high_water", r_.chance(1) && r_.chance(30) ? "\"no_such_class\"" : json_text(r_.pick(w_.classes)));
        if (r_.chance(50)) s.add("low_water", json_text(r_.pick(w_.trusts)));
        return s.text();
    }

    // ---- signatures ----

    std::string signature(const std::string& digest, const Obligation& o) {
        static const Words people = {"ann@acme.example", "bob@acme.example", "cy@acme.example", "pat@acme.example",
                                     "dee@acme.example"};
        Object s;
        std::string owner = r_.chance(75) ? "ops@acme.example" : "boss@acme.example";
        s.add("by", json_text(o.by == "owner" && r_.chance(90) ? owner : r_.pick(people)));
        s.add("kind", r_.chance(4) ? "\"agent\"" : "\"human\"");
        Words roles;
        if (o.by != "owner" && !r_.chance(4)) roles.push_back(json_text(o.by));
        if (r_.chance(25)) roles.push_back(json_text(r_.pick(w_.roles)));
        s.add("roles", array(roles));
        s.add("digest", r_.chance(3) ? "\"sha256:0000000000000000000000000000000000000000000000000000000000000000\""
                                     : json_text(digest));
        s.add("asked", r_.chance(3) ? "\"2026-11-23T09:59:00Z\"" : "\"2026-11-23T08:00:00Z\"");
        s.add("signed", r_.chance(90) ? "\"2026-11-23T09:58:00Z\""
                                      : r_.pick(Words{"\"2026-11-23T10:00:01Z\"", "\"2026-11-23T09:45:00Z\"",
                                                      "\"2026-11-23T08:59:59Z\""}));
        return s.text();
    }

    World& w_;
    Random& r_;
    const GTool* tool_ = nullptr;
    std::vector<int> lengths_;
    std::map<std::string, int> item_counts_;
    Words given_;
};

}  // namespace

std::string write_request(World& world) { return Requests(world).write(); }
std::string write_signatures(World& world, const Decision& asked) { return Requests(world).signatures(asked); }

}  // namespace remit::oracle
