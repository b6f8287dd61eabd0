// Decisions as JSON: one line, keys in the order of docs/cli.md.
#include <algorithm>

#include "vm/engine/decision.h"
#include "vm/engine/json.h"
#include "vm/value/scalar.h"

namespace remit {

namespace {

class Writer {
public:
    void raw(std::string_view text) { out_ += text; }
    void key(std::string_view name) {
        comma();
        append_json_string(out_, name);
        out_ += ':';
    }
    void text(std::string_view name, std::string_view value) {
        key(name);
        append_json_string(out_, value);
    }
    void number(std::string_view name, int64_t value) {
        key(name);
        out_ += std::to_string(value);
    }
    void flag(std::string_view name) {
        key(name);
        out_ += "true";
    }
    template <class Texts>
    void texts(std::string_view name, const Texts& values) {
        key(name);
        out_ += '[';
        for (const std::string& v : values) {
            comma();
            append_json_string(out_, v);
        }
        out_ += ']';
    }
    template <class Items, class Each>
    void objects(std::string_view name, const Items& items, Each each) {
        key(name);
        out_ += '[';
        for (const auto& item : items) {
            comma();
            out_ += '{';
            each(item);
            out_ += '}';
        }
        out_ += ']';
    }
    void open(std::string_view name) {
        key(name);
        out_ += '{';
    }
    void close() { out_ += '}'; }
    std::string take() { return std::move(out_); }

private:
    void comma() {
        if (!out_.empty() && out_.back() != '{' && out_.back() != '[' && out_.back() != ':') out_ += ',';
    }
    std::string out_;
};

std::string_view verdict_text(Verdict v) {
    switch (v) {
        case Verdict::Allow: return "allow";
        case Verdict::Ask: return "ask";
        case Verdict::Deny: return "deny";
    }
    return "deny";
}

void write_terms(Writer& w, const Decision& d) {
    std::vector<const SpokenRule*> terms;
    for (const SpokenRule& r : d.rules)
        if (r.kind == "risk") terms.push_back(&r);
    std::sort(terms.begin(), terms.end(), [](auto* a, auto* b) { return a->name < b->name; });
    w.objects("terms", terms, [&](const SpokenRule* r) {
        w.text("name", r->name);
        w.number("weight", r->weight);
    });
}

void write_rules(Writer& w, std::string_view key, const std::vector<SpokenRule>& rules) {
    w.objects(key, rules, [&](const SpokenRule& r) {
        w.text("rule", r.rule);
        w.text("at", r.at);
        w.text("kind", r.kind);
        if (!r.because.empty()) w.text("because", r.because);
        if (!r.name.empty()) w.text("name", r.name);
    });
}

void write_claims(Writer& w, const Decision& d) {
    w.objects("ask", d.ask, [&](const Obligation& o) {
        w.text("by", o.by);
        w.number("quorum", o.quorum);
        w.text("within", format_duration(o.within_ns));
        w.texts("with", o.with);
        if (o.override) w.flag("override");
    });
    if (!d.digest.empty()) w.text("digest", d.digest);
    w.objects("leases", d.leases, [&](const Lease& l) {
        w.text("rule", l.rule);
        w.text("kind", l.kind);
        w.text("per", l.per);
        w.text("key", l.key);
        w.number("max", l.max);
        if (l.kind == "rate") w.text("over", format_duration(l.over_ns));
        if (l.calls != 1) w.number("calls", l.calls);
    });
}

void write_state(Writer& w, const Decision& d) {
    w.open("state");
    if (d.state_version) w.number("version", *d.state_version);
    w.texts("marks", d.marks);
    w.open("counts");
    const std::string* open = nullptr;  // the count whose keys are being written: they are sorted by name, then key
    for (const CountCharge& c : d.counts) {
        const bool goes_on = open != nullptr && c.key && *open == c.name;
        if (open != nullptr && !goes_on) w.close();
        if (c.key && !goes_on) w.open(c.name);
        open = c.key ? &c.name : nullptr;
        w.text(c.key ? *c.key : c.name, c.amount);
    }
    if (open != nullptr) w.close();
    w.close();
    w.close();
}

}  // namespace

std::string to_json(const Decision& d, bool explain) {
    Writer w;
    w.raw("{");
    w.text("id", d.id);
    if (d.after) w.text("stage", "after");
    w.text("verdict", verdict_text(d.verdict));
    w.number("risk", d.risk);
    w.text("lane", d.lane);
    write_rules(w, "rules", d.rules);
    if (!d.watched.empty()) write_rules(w, "watched", d.watched);
    if (explain) write_terms(w, d);
    write_claims(w, d);
    w.open("isolation");
    w.text("level", d.isolation_level);
    w.texts("by", d.isolation_by);
    w.close();
    w.texts("reach", d.reach);
    write_state(w, d);
    w.texts("redact", d.redact);
    w.texts("record", d.record);
    w.open("retain");
    if (d.retain_at_least_ns) w.text("at_least", format_duration(*d.retain_at_least_ns));
    if (d.retain_at_most_ns) w.text("at_most", format_duration(*d.retain_at_most_ns));
    w.close();
    if (!d.elements.empty())
        w.objects("elements", d.elements, [&](const ElementSaid& e) {
            w.text("verdict", verdict_text(e.verdict));
            w.number("risk", e.risk);
            w.texts("rules", e.rules);
        });
    w.text("policy", d.policy);
    w.text("engine", d.engine);
    if (!d.error.empty()) w.text("error", d.error);
    w.raw("}");
    return w.take();
}

}  // namespace remit
