// The decision: each layer by itself, then the strictest of them (section 10 of docs/semantics.md), then the signatures.
#include <algorithm>

#include "tests/differential/oracle_judge.h"

namespace remit::oracle {

namespace {

class Joiner {
public:
    Joiner(const std::vector<Model>& models, const std::vector<Request>& requests, const std::string& digest,
           std::vector<LayerSays>& layers)
        : models_(models), request_(requests.front()), digest_(digest), layers_(layers) {}

    OracleDecision run() {
        out_ = layers_[0].decision;
        for (size_t i = 1; i < layers_.size(); ++i) join(layers_[i].decision, models_[i].name);
        if (out_.reach_closed) out_.reach.clear();
        for (const LayerSays& layer : layers_) out_.stopped = out_.stopped || layer.stopped;
        check_outcome();
        settle();
        return out_;
    }

private:
    // ---- joins ----

    static Obligation stricter(Obligation a, const Obligation& b) {
        a.quorum = std::max(a.quorum, b.quorum);
        a.within_ns = std::min(a.within_ns, b.within_ns);
        a.override = a.override || b.override;
        a.with.insert(a.with.end(), b.with.begin(), b.with.end());
        std::sort(a.with.begin(), a.with.end());
        a.with.erase(std::unique(a.with.begin(), a.with.end()), a.with.end());
        return a;
    }

    static bool is_less(const Val& a, const Val& b) {
        return !a.is_error() && (b.is_error() || compare_numbers(a, b) < 0);
    }

    void join(const OracleDecision& p, const std::string& parent) {
        out_.denials.insert(p.denials.begin(), p.denials.end());
        out_.risk = std::max(out_.risk, p.risk);
        if (lane_rank(p.lane) > lane_rank(out_.lane)) out_.lane = p.lane;
        join_rules(out_.rules, p.rules, parent);
        join_rules(out_.watched, p.watched, parent);
        for (const auto& [who, o] : p.ask) out_.ask[who] = out_.ask.count(who) ? stricter(out_.ask[who], o) : o;
        out_.leases.insert(p.leases.begin(), p.leases.end());
        if (isolation_rank_of(p.isolation_level) > isolation_rank_of(out_.isolation_level))
            out_.isolation_level = p.isolation_level;
        out_.isolation_by.insert(p.isolation_by.begin(), p.isolation_by.end());
        out_.reach_closed = out_.reach_closed || p.reach_closed;
        out_.reach.insert(p.reach.begin(), p.reach.end());
        out_.marks.insert(p.marks.begin(), p.marks.end());
        out_.redact.insert(p.redact.begin(), p.redact.end());
        out_.record.insert(p.record.begin(), p.record.end());
        for (const auto& [name, amount] : p.counts)
            if (!out_.counts.count(name) || is_less(out_.counts[name], amount)) out_.counts[name] = amount;
        if (p.retain_at_least_ns)
            out_.retain_at_least_ns = std::max(out_.retain_at_least_ns.value_or(0), *p.retain_at_least_ns);
        if (p.retain_at_most_ns)
            out_.retain_at_most_ns = std::min(out_.retain_at_most_ns.value_or(INT64_MAX), *p.retain_at_most_ns);
    }

    int64_t lane_rank(const std::string& lane) const {
        return static_cast<int64_t>(symbol_value(models_[0], "lane", lane).number);
    }

    /// A rule that both layers have, word for word, is one.
    static void join_rules(std::vector<Spoke>& all, const std::vector<Spoke>& more, const std::string& parent) {
        const std::vector<Spoke> own = all;
        for (Spoke s : more) {
            if (std::any_of(own.begin(), own.end(), [&](const Spoke& o) { return o.text == s.text; })) continue;
            if (s.kind == "risk") s.name = parent + "/" + s.name;
            all.push_back(s);
        }
    }

    void check_outcome() {
        if (out_.retain_at_least_ns && out_.retain_at_most_ns && *out_.retain_at_least_ns > *out_.retain_at_most_ns)
            deny("retention-conflict");
        const Json* given = request_.context ? request_.context->find("isolation") : nullptr;
        if (!given) return;
        size_t best = given->kind == Json::Kind::String ? isolation_rank_of(given->text) : 0;
        for (const Json& level : given->items) best = std::max(best, isolation_rank_of(level.text));
        if (isolation_rank_of(out_.isolation_level) > best) deny("isolation-unavailable");
    }

    void deny(const char* what) {
        out_.denials.insert(what);
        denied_ = true;
    }

    // ---- signatures ----

    bool has_evidence(const std::string& name) const {
        const Json* evidence = request_.call->find("evidence");
        const std::string* digest = evidence ? evidence->string_at(name) : nullptr;
        return digest && !digest->empty();
    }

    bool is_valid(const Json& signature) const {
        const std::string *by = signature.string_at("by"), *covered = signature.string_at("digest"),
                          *kind = signature.string_at("kind");
        const std::string *asked_text = signature.string_at("asked"), *signed_text = signature.string_at("signed");
        if (!by || !kind || !covered || !asked_text || !signed_text || *covered != digest_ || *kind == "agent")
            return false;
        const std::string* principal = request_.session->string_at("principal");
        if (principal && *principal == *by) return false;
        auto asked = parse_timestamp(*asked_text), signed_at = parse_timestamp(*signed_text);
        return asked && signed_at && *asked <= *signed_at && *signed_at <= request_.time;
    }

    bool is_in_time(const Json& signature, int64_t within_ns) const {
        return static_cast<Wide>(*parse_timestamp(*signature.string_at("signed"))) + within_ns >= request_.time;
    }

    /// The role by every one of the layers that knows it, and by one at least.
    static bool holds_role(const std::vector<const Model*>& models, const std::vector<std::string>& roles,
                           const std::string& role) {
        bool known = false;
        for (const Model* model : models) {
            if (!model->roles.count(role)) continue;
            if (!closed_roles(*model, roles).count(role)) return false;
            known = true;
        }
        return known;
    }

    bool holds(const Json& signature, const std::string& signer, const std::vector<const Model*>& models) const {
        if (signer == "owner") return *signature.string_at("by") == *request_.session->string_at("owner");
        std::vector<std::string> roles;
        if (const Json* given = signature.find("roles"))
            for (const Json& role : given->items) roles.push_back(role.text);
        return holds_role(models, roles, signer);
    }

    /// `windowed`: within the obligation's time and with its evidence; an answer to a `never` needs neither.
    bool is_met(const Obligation& o, const std::vector<const Model*>& models, bool windowed) const {
        const Json* signatures = request_.root.find("signatures");
        if (out_.stopped || !signatures) return false;
        if (windowed &&
            !std::all_of(o.with.begin(), o.with.end(), [&](const std::string& w) { return has_evidence(w); }))
            return false;
        std::set<std::string> people;
        for (const Json& s : signatures->items)
            if (is_valid(s) && (!windowed || is_in_time(s, o.within_ns)) && holds(s, o.by, models))
                people.insert(*s.string_at("by"));
        return people.size() >= o.quorum;
    }

    // ---- the verdict ----

    bool is_answered(const RuleRef& never, const Model& model) const {
        if (!never.rule->signer) return false;
        Obligation o;
        o.by = never.rule->signer->who.text;
        if (never.rule->signer->quorum)
            o.quorum = static_cast<uint32_t>(parse_int(never.rule->signer->quorum->text).value_or(0));
        return is_met(o, {&model}, false);
    }

    /// Whether the layer's decision has what the claim is about.
    static bool has(const RuleRef& never, const LayerSays& layer, const Model& model) {
        const ast::Rule& claim = *never.rule;
        const OracleDecision& d = layer.decision;
        const auto number = [](const std::optional<ast::Name>& n) { return n ? parse_int(n->text).value_or(0) : 1; };
        const auto words_in = [&](const std::set<std::string>& all) {
            return std::all_of(claim.names.begin(), claim.names.end(),
                               [&](const ast::Name& n) { return all.count(n.text) != 0; });
        };
        const auto leased = [&](const char* kind) {
            const int64_t window = claim.over ? parse_duration(claim.over->text).value_or(0) : 0;
            return std::any_of(d.leases.begin(), d.leases.end(), [&](const OracleLease& l) {
                return l.kind == kind && l.per == claim.per->text && l.max <= number(claim.number) &&
                       l.over_ns >= window;
            });
        };
        switch (claim.property) {
            case ast::Property::Allow: return true;
            case ast::Property::Block: return false;
            case ast::Property::Ask:
                return std::any_of(d.ask.begin(), d.ask.end(), [&](const auto& asked) {
                    const std::string& wanted = claim.signer->who.text;
                    const bool same = asked.first == wanted, owner = asked.first == "owner" || wanted == "owner";
                    return (same || (!owner && closed_roles(model, {asked.first}).count(wanted) != 0)) &&
                           asked.second.quorum >= number(claim.signer->quorum);
                });
            case ast::Property::Limit: return leased("parallel");
            case ast::Property::Quota: return leased("rate");
            case ast::Property::Isolate:
                return isolation_rank_of(d.isolation_level) >=
                           isolation_rank_of(claim.level ? claim.level->text : "none") &&
                       words_in(d.isolation_by);
            case ast::Property::Reach: return !d.reach_closed && words_in(d.reach);
            case ast::Property::Record: return words_in(d.record);
            case ast::Property::Redact: return d.redact.count(pointer(*never.file, claim.path)) != 0;
            case ast::Property::Risk: return compare(claim.cmp, d.risk, number(claim.number));
            case ast::Property::Lane:
                return compare(claim.cmp, symbol_value(model, "lane", d.lane).number,
                               symbol_value(model, "lane", claim.names[0].text).number);
        }
        return false;
    }

    static bool compare(ast::Cmp cmp, Wide a, Wide b) {
        switch (cmp) {
            case ast::Cmp::Eq: return a == b;
            case ast::Cmp::Ne: return a != b;
            case ast::Cmp::Lt: return a < b;
            case ast::Cmp::Le: return a <= b;
            case ast::Cmp::Gt: return a > b;
            default: return a >= b;
        }
    }

    /// What a layer that does not deny says by itself: whether it asks; its nevers, if it allows.
    bool layer_asks(const LayerSays& layer, const Model& model) {
        for (const auto& [who, o] : layer.decision.ask)
            if (!is_met(o, {&model}, true)) return true;
        for (const RuleRef* never : layer.nevers) {
            if (has(*never, layer, model) == never->rule->always) continue;
            if (never->rule->property == ast::Property::Allow && is_answered(*never, model)) continue;
            out_.rules.push_back(spoke(*never));
            denied_ = true;
        }
        return false;
    }

    void settle() {
        std::vector<const Model*> all;
        for (const Model& model : models_) all.push_back(&model);
        bool asks = false, answerable = !out_.ask.empty();
        for (const LayerSays& layer : layers_)
            for (const RuleRef* never : layer.nevers)
                answerable = answerable || (never->rule->signer && never->rule->property == ast::Property::Allow);
        out_.has_digest = answerable && !out_.stopped;
        for (auto& [who, o] : out_.ask) {
            o.met = is_met(o, all, true);
            asks = asks || !o.met;
        }
        for (size_t i = 0; i < layers_.size(); ++i) {
            if (layers_[i].denied)
                denied_ = true;
            else
                asks = layer_asks(layers_[i], models_[i]) || asks;
        }
        out_.verdict = denied_ ? Verdict::Deny : asks ? Verdict::Ask : Verdict::Allow;
    }

    const std::vector<Model>& models_;
    const Request& request_;
    const std::string& digest_;
    std::vector<LayerSays>& layers_;
    OracleDecision out_;
    bool denied_ = false;
};

/// What a layer says that asked no rule.
LayerSays stopped_layer(const Model& model, std::set<std::string> denials) {
    LayerSays says;
    says.stopped = says.denied = true;
    says.decision.denials = std::move(denials);
    says.decision.lane = model.vocabularies.at("lane").front();
    return says;
}

}  // namespace

OracleDecision decide(const std::vector<Model>& models, std::string_view request_json, const std::string& digest) {
    std::vector<Request> requests(models.size());
    std::vector<LayerSays> layers;
    for (size_t i = 0; i < models.size(); ++i) {
        std::set<std::string> stops, denials;
        read_request(models[i], request_json, requests[i], stops, denials);
        if (!stops.empty()) {
            denials.insert(stops.begin(), stops.end());
            layers.push_back(stopped_layer(models[i], denials));
            continue;
        }
        layers.push_back(judge(models[i], requests[i]));
        layers.back().decision.denials.insert(denials.begin(), denials.end());
        layers.back().denied = layers.back().denied || !denials.empty();
    }
    return Joiner(models, requests, digest, layers).run();
}

}  // namespace remit::oracle
