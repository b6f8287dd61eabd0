#include "host/evidence/record/decision_text.h"

#include "host/evidence/record/canonical.h"
#include "vm/value/scalar.h"

namespace remit::evidence {

namespace {

template <class Texts>
void texts(CanonicalWriter& w, std::string_view name, const Texts& values) {
    if (values.empty()) return;
    w.key(name);
    w.open_array();
    for (const auto& v : values) w.text(v);
    w.close_array();
}

void write_ask(CanonicalWriter& w, const Decision& d) {
    if (d.ask.empty()) return;
    w.key("ask");
    w.open_array();
    for (const Obligation& o : d.ask) {
        w.open_object();
        w.text("by", o.by);
        w.truth("met", o.met);
        if (o.override) w.truth("override", true);
        w.number("quorum", o.quorum);
        texts(w, "with", o.with);
        w.text("within", format_duration(o.within_ns));
        w.close_object();
    }
    w.close_array();
}

void write_leases(CanonicalWriter& w, const Decision& d) {
    if (d.leases.empty()) return;
    w.key("leases");
    w.open_array();
    for (const Lease& l : d.leases) {
        w.open_object();
        if (l.calls != 1) w.wide_number("calls", l.calls);
        w.text("key", l.key);
        w.text("kind", l.kind);
        w.wide_number("max", l.max);
        if (l.kind == "rate") w.text("over", format_duration(l.over_ns));
        w.text("per", l.per);
        w.text("rule", l.rule);
        w.close_object();
    }
    w.close_array();
}

void write_retain(CanonicalWriter& w, const Decision& d) {
    if (!d.retain_at_least_ns && !d.retain_at_most_ns) return;
    w.key("retain");
    w.open_object();
    if (d.retain_at_least_ns) w.text("at_least", format_duration(*d.retain_at_least_ns));
    if (d.retain_at_most_ns) w.text("at_most", format_duration(*d.retain_at_most_ns));
    w.close_object();
}

void write_rules(CanonicalWriter& w, std::string_view key, const std::vector<SpokenRule>& rules) {
    if (rules.empty()) return;
    w.key(key);
    w.open_array();
    for (const SpokenRule& r : rules) {
        w.open_object();
        w.text_if("at", r.at);
        w.text_if("because", r.because);
        w.text("kind", r.kind);
        w.text_if("name", r.name);
        w.text("rule", r.rule);
        if (r.weight != 0) w.wide_number("weight", r.weight);
        w.close_object();
    }
    w.close_array();
}

void write_elements(CanonicalWriter& w, const Decision& d) {
    if (d.elements.empty()) return;
    w.key("elements");
    w.open_array();
    for (const ElementSaid& e : d.elements) {
        w.open_object();
        w.wide_number("risk", e.risk);
        w.key("rules");
        w.open_array();
        for (const std::string& rule : e.rules) w.text(rule);
        w.close_array();
        w.text("verdict", verdict_text(e.verdict));
        w.close_object();
    }
    w.close_array();
}

void write_state(CanonicalWriter& w, const Decision& d) {
    if (d.counts.empty() && d.marks.empty() && !d.state_version) return;
    w.key("state");
    w.open_object();
    if (!d.counts.empty()) {
        w.key("counts");
        w.open_array();
        for (const CountCharge& c : d.counts) {
            w.open_object();
            w.text("amount", c.amount);
            if (c.key) w.text("key", *c.key);
            w.text("name", c.name);
            w.close_object();
        }
        w.close_array();
    }
    texts(w, "marks", d.marks);
    if (d.state_version) w.wide_number("version", *d.state_version);
    w.close_object();
}

}  // namespace

std::string_view verdict_text(Verdict verdict) {
    switch (verdict) {
        case Verdict::Allow: return "allow";
        case Verdict::Ask: return "ask";
        case Verdict::Deny: return "deny";
    }
    return "deny";
}

void append_decision(std::string& out, const Decision& d) {
    CanonicalWriter w(out);
    w.open_object();
    write_ask(w, d);
    w.text_if("digest", d.digest);
    write_elements(w, d);
    w.text_if("error", d.error);
    if (!d.isolation_by.empty() || d.isolation_level != "none") {
        w.key("isolation");
        w.open_object();
        texts(w, "by", d.isolation_by);
        w.text("level", d.isolation_level);
        w.close_object();
    }
    w.text("lane", d.lane);
    write_leases(w, d);
    if (d.reach_closed)
        w.text("reach", "closed");
    else {
        w.key("reach");
        w.open_array();
        for (const std::string& profile : d.reach) w.text(profile);
        w.close_array();
    }
    texts(w, "record", d.record);
    texts(w, "redact", d.redact);
    write_retain(w, d);
    w.wide_number("risk", d.risk);
    write_rules(w, "rules", d.rules);
    if (d.after) w.text("stage", "after");
    write_state(w, d);
    w.text("verdict", verdict_text(d.verdict));
    write_rules(w, "watched", d.watched);
    w.close_object();
}

}  // namespace remit::evidence
