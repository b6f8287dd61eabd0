#include "tests/typed/typed.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/compile.h"
#include "vm/engine/combine.h"
#include "vm/engine/labels.h"
#include "vm/engine/request.h"
#include "vm/interpreter/interpreter.h"
#include "vm/value/scalar.h"
#ifdef REMIT_WITH_JIT
#include "vm/jit/jit.h"
#endif

namespace remit::oracle {

std::shared_ptr<const Policy> policy_of(const Bundle& files, Engine engine) {
    const auto load = [&](const std::string& name, std::string& error) -> std::optional<std::string> {
        for (const PolicyFile& file : files)
            if (file.name == name) return file.text;
        error = "no such file";
        return std::nullopt;
    };
    const Compilation compilation = compile(files[0].name, files[0].text, load);
    if (compilation.diagnostics.has_errors()) return nullptr;
    std::vector<Layer> layers;
    for (const Program& program : compilation.layers) {
        auto loaded = LoadedProgram::load(program);
        if (!loaded.ok()) return nullptr;
        if (engine == Engine::Interpreter) {
            layers.push_back({*loaded, make_interpreter(*loaded)});
            continue;
        }
#ifdef REMIT_WITH_JIT
        auto native = make_native(*loaded, {});
        if (!native.ok()) return nullptr;
        layers.push_back({*loaded, *native});
#else
        return nullptr;
#endif
    }
    auto policy = Policy::make(std::move(layers));
    return policy.ok() ? *policy : nullptr;
}

namespace {

std::string text_of(const Json& json) {
    std::string out;
    append_canonical_json(out, json);
    return out;
}

/// Says `request` to `call`. The texts that it makes live in `texts`.
class Sayer {
public:
    Sayer(const Policy& policy, const Request& request, Random& random, Arena& texts)
        : policy_(policy),
          names_(policy.names()),
          program_(policy.layers()[0].program->program()),
          request_(request),
          random_(random),
          texts_(texts) {}

    const Json* state_of(const StateDesc& desc) const {
        return request_.state.counts == nullptr ? nullptr : request_.state.counts->find(desc.name);
    }
    static bool is_amount(const Json& json, int scale) {
        if (!json.is(JsonKind::Number) && !json.is(JsonKind::String)) return false;
        return (scale == 0 ? parse_int(json.text) : parse_decimal(json.text, scale)).value_or(-1) >= 0;
    }

    bool is_sayable() const {
        // A typed call is told what its own key has: the request must say that, and well.
        for (const Layer& layer : policy_.layers())
            for (const StateDesc& desc : layer.program->program().states) {
                const Json* json = state_of(desc);
                if (desc.key.empty() || json == nullptr) continue;
                if (desc.count == CountKind::Distinct ? !json->is(JsonKind::Array)
                                                      : !is_amount(*json, names_.count_scale(names_.count(desc.name))))
                    return false;
            }
        for (const std::string& problem : request_.session.problems)
            if (problem.find(" is missing") == problem.npos) return false;
        if (!request_.signatures.empty() || missing("scope") || missing("revoked")) return false;
        for (const LabelIn& label : request_.call.labels)
            if (label.key.find('/') != label.key.npos) return false;
        if (request_.state.counts != nullptr)
            for (const Json& m : request_.state.counts->children())
                if (overflows(m)) return false;
        return true;
    }
    SessionSpec spec() const {
        const SessionIn& s = request_.session;
        SessionSpec out{s.id,        s.principal, s.tier,  s.tenant,  s.owner,
                        s.retention, s.roles,     s.scope, s.expires, s.revoked};
        if (missing("expires")) out.expires.reset();
        return out;
    }
    uint32_t tool() const { return names_.tool(request_.call.tool); }
    void say(Call& call);

private:
    bool missing(const std::string& key) const {
        const auto& problems = request_.session.problems;
        return std::any_of(problems.begin(), problems.end(), [&](const std::string& p) {
            return p == "session." + key + " is missing" || p == "session is missing";
        });
    }
    /// Layers may count in different decimals; a number may fit those of one and not the most that any has.
    bool overflows(const Json& count) const {
        const uint32_t id = names_.count(count.key);
        if (id == kUnknownName || !(count.is(JsonKind::Number) || count.is(JsonKind::String))) return false;
        const int most = names_.count_scale(id);
        bool fits_fewer = parse_int(count.text).has_value();
        for (int scale = 1; scale < most; ++scale) fits_fewer |= parse_decimal(count.text, scale).has_value();
        return fits_fewer && !parse_decimal(count.text, most);
    }
    void argument(Call& call, const Json& json);
    void value(Call& call, uint32_t param, const FieldDesc& field, const Json& json);
    void label(Call& call, const LabelIn& label);
    void state(Call& call);

    const Policy& policy_;
    const Names& names_;
    const Program& program_;
    const Request& request_;
    Random& random_;
    Arena& texts_;
};

void Sayer::value(Call& call, uint32_t param, const FieldDesc& field, const Json& json) {
    if (json.is(JsonKind::Null) && random_.chance(50)) return call.set_null(param);
    if (json.is(JsonKind::Bool) && field.type.kind == ValueKind::Bool && random_.chance(70))
        return call.set_int(param, json.truth);
    if (json.is(JsonKind::Number) && random_.chance(70)) {
        if (field.type.kind == ValueKind::Int)
            if (const auto n = parse_int(json.text)) return call.set_int(param, *n);
        if (field.type.kind == ValueKind::Decimal)
            if (const auto n = parse_decimal(json.text, field.type.scale)) return call.set_int(param, *n);
    }
    if (json.is(JsonKind::String) && random_.chance(70)) {
        const bool time = field.type.kind == ValueKind::Duration || field.type.kind == ValueKind::Timestamp;
        if (time && random_.chance(50))
            if (const auto n = parse_number(field.type, json.text)) return call.set_int(param, *n);
        if (field.type.kind == ValueKind::Symbol && random_.chance(50))
            if (const uint32_t rank = names_.symbol(field.type.vocabulary, json.text); rank != kUnknownName)
                return call.set_int(param, rank);
        return call.set_text(param, json.text);
    }
    call.set_json(param, texts_.copy(text_of(json)));
}

void Sayer::argument(Call& call, const Json& json) {
    const uint32_t param = names_.param(tool(), json.key);
    if (param == kUnknownName) return call.set_int(param, 0);
    const FieldDesc& field = program_.tools[tool()].params[param];
    if (random_.chance(20)) {  // something else first
        if (random_.chance(50))
            call.set_text(param, "something else");
        else
            call.set_int(param, 1);
        if (random_.chance(30)) call.decide();
        if (random_.chance(30)) call.unset(param);
    }
    value(call, param, field, json);
}

void Sayer::label(Call& call, const LabelIn& in) {
    const auto name = [](std::string_view key) {  // escapes of JSON pointers: only `~0` without a slash
        std::string out(key);
        for (size_t at = 0; (at = out.find("~0", at)) != out.npos; ++at) out.replace(at, 2, "~");
        return out;
    };
    std::vector<uint32_t> sources;
    for (const std::string_view s : in.sources)
        sources.push_back(s == "user" ? Call::kUser : s == "agent" ? Call::kAgent : names_.tool(s));
    const uint32_t data_class = in.data_class ? names_.symbol(kVocClasses, *in.data_class) : Call::kNoClass;
    call.set_label(names_.param(tool(), name(in.key)), data_class, sources);
}

void Sayer::state(Call& call) {
    const StateIn& state = request_.state;
    if (state.high_water) call.set_high_water(names_.symbol(kVocClasses, *state.high_water));
    if (state.low_water) call.set_low_water(names_.symbol(kVocTrust, *state.low_water));
    if (state.marks != nullptr)
        for (const Json& m : state.marks->children())
            if (m.is(JsonKind::Bool)) call.set_mark(names_.mark(m.key), m.truth);
    if (state.counts == nullptr) return;
    for (const Json& m : state.counts->children()) {
        const uint32_t id = names_.count(m.key);
        if (m.is(JsonKind::Array)) {
            call.set_distinct(id, texts_.copy(text_of(m)));
        } else if (id != kUnknownName && (m.is(JsonKind::Number) || m.is(JsonKind::String))) {
            const int scale = names_.count_scale(id);
            const auto n = scale == 0 ? parse_int(m.text) : parse_decimal(m.text, scale);
            if (n) call.set_count(id, *n);
        }
    }
}

void Sayer::say(Call& call) {
    const CallIn& in = request_.call;
    if (request_.time) call.set_time(*request_.time);
    if (request_.isolation) call.set_isolation(*request_.isolation);
    call.set_id(in.id);
    call.set_parent(in.parent);
    if (in.data) call.set_data(names_.symbol(kVocClasses, *in.data));
    state(call);
    for (const FactIn& fact : request_.facts)
        call.add_fact(fact.fact, texts_.copy(text_of(*fact.key)), fact.as_of, texts_.copy(text_of(*fact.value)));
    if (in.args != nullptr && in.args->is(JsonKind::Object))
        for (const Json& m : in.args->children()) argument(call, m);
    for (const LabelIn& l : in.labels) label(call, l);
}

std::set<std::string> denials_of(const Decision& d) {
    std::set<std::string> out;
    for (const SpokenRule& r : d.rules)
        if (r.rule.starts_with("builtin:")) out.insert(r.rule.substr(8));
    return out;
}

std::string joined(const std::set<std::string>& words) { return fmt::format("[{}]", fmt::join(words, " ")); }
std::string shown(const std::vector<Obligation>& all) {
    std::string out;
    for (const Obligation& o : all)
        out += fmt::format("{} of {} within {} with [{}]; ", o.quorum, o.by, o.within_ns, fmt::join(o.with, " "));
    return out;
}

/// The effects of a ruling, joined as a Decision's parts.
Decision joined_effects(const Policy& policy, const Call& call) {
    Decision d;
    EffectCursor cursor;
    Effect effect;
    std::map<std::string, int64_t> counts;
    while (call.next_effect(cursor, effect)) {
        const RuleInfo& rule = *effect.rule;
        const Program& program = policy.layers()[effect.layer].program->program();
        switch (rule.kind) {
            case RuleKind::Allow:
            case RuleKind::Risk:
            case RuleKind::Lane: d.error += "an effect that gives nothing"; break;
            case RuleKind::Never: break;
            case RuleKind::Ask:
            case RuleKind::Block:  // one that signatures override
                join_obligation(d.ask,
                                {rule.signer == kSignerOwner ? "owner" : program.roles[rule.signer],
                                 std::max(1u, rule.quorum), rule.window_ns, rule.words, rule.overridable, false});
                break;
            case RuleKind::Limit:
            case RuleKind::Quota: d.leases.push_back({to_text(rule.id), "", "", "", rule.number, 0}); break;
            case RuleKind::Isolate: d.isolation_by.insert(rule.words.begin(), rule.words.end()); break;
            case RuleKind::Reach: d.reach.insert(program.egress[rule.egress].name); break;
            case RuleKind::Record: d.record.insert(rule.words.begin(), rule.words.end()); break;
            case RuleKind::Redact: d.redact.insert(rule.path); break;
            case RuleKind::Retain: break;
            case RuleKind::Mark: d.marks.insert(rule.name); break;
            case RuleKind::Count:
                if (effect.charge != 0) counts[rule.name] = std::max(counts[rule.name], effect.charge);
                break;
        }
    }
    for (const auto& [name, raw] : counts) d.counts.push_back({name, {}, "", raw});
    return d;
}

class Difference {
public:
    template <class T>
    void expect(const char* what, const T& json, const T& typed) {
        if (!(json == typed)) out_ += fmt::format("{}: JSON {}, typed {}\n", what, json, typed);
    }
    const std::string& text() const { return out_; }

private:
    std::string out_;
};

std::string leases_of(const Decision& d) {
    std::set<std::string> out;
    for (const Lease& l : d.leases) out.insert(fmt::format("{} {}", l.rule, l.max));
    return joined(out);
}

std::string names_of(const std::vector<CountCharge>& counts) {
    std::string out;
    for (const CountCharge& c : counts) out += c.name + " ";
    return out;
}

std::string compare_ruling(const Policy& policy, const Decision& json, const Ruling& r, const Call& call) {
    Difference out;
    out.expect("verdict", static_cast<int>(json.verdict), static_cast<int>(r.verdict));
    out.expect("risk", json.risk, r.risk);
    out.expect("lane", json.lane, policy.layers()[0].program->program().vocabularies[kVocLanes].symbols[r.lane]);
    out.expect("isolation", json.isolation_level, std::string(isolation_name(r.isolation)));
    std::set<std::string> denials;
    for (uint32_t i = 0; i < std::size(kDenials); ++i)
        if (r.denied_by(static_cast<Denial>(i))) denials.insert(std::string(kDenials[i].id));
    out.expect("denials", joined(denials_of(json)), joined(denials));
    const Decision typed = joined_effects(policy, call);
    out.expect("ask", shown(json.ask), shown(typed.ask));
    out.expect("leases", leases_of(json), leases_of(typed));
    out.expect("isolation keys", joined(json.isolation_by), joined(typed.isolation_by));
    if (!json.reach_closed) out.expect("reach", joined(json.reach), joined(typed.reach));
    out.expect("record", joined(json.record), joined(typed.record));
    out.expect("redact", joined(json.redact), joined(typed.redact));
    out.expect("marks", joined(json.marks), joined(typed.marks));
    out.expect("counts", names_of(json.counts), names_of(typed.counts));
    for (size_t i = 0; policy.layers().size() == 1 && i < json.counts.size() && i < typed.counts.size(); ++i)
        out.expect("charge", json.counts[i].raw, typed.counts[i].raw);
    out.expect("error", std::string(), typed.error);
    std::string hash;
    for (int i = 0; i < 32; ++i) hash += fmt::format("{:02x}", r.policy[i / 8] >> (8 * (i % 8)) & 0xFF);
    out.expect("policy", json.policy, "sha256:" + hash);
    return out.text();
}

/// What a call cannot say left out; words of denials may differ.
std::string comparable(Decision d) {
    d.id.clear();
    d.state_version.reset();
    d.error.clear();
    for (SpokenRule& r : d.rules)
        if (r.rule.starts_with("builtin:")) r.because.clear();
    return to_json(d, true);
}

}  // namespace

TypedSubject::TypedSubject(std::shared_ptr<const Policy> policy) : policy_(policy), decider_(policy), call_(policy) {}

TypedSubject::Result TypedSubject::compare(const std::string& request_json, Random& random, std::string& difference) {
    arena_.reset();
    const Json* root = reader_.read(request_json, arena_);
    Request request;
    if (root == nullptr || read_request(*root, request)) return Result::Unsayable;
    Sayer sayer(*policy_, request, random, arena_);
    if (!sayer.is_sayable()) return Result::Unsayable;
    if (request.call.args != nullptr && !request.call.args->is(JsonKind::Object)) return Result::Unsayable;
    Decision json = decider_.decide(request_json);

    const auto session = Session::bind(policy_, sayer.spec());
    if (!session.ok()) return Result::Unsayable;
    call_.begin(**session, sayer.tool());
    sayer.say(call_);
    for (int i = 0; i < 2; ++i) {  // the second from a frame that rules have written to
        difference = compare_ruling(*policy_, json, call_.decide(), call_);
        if (!difference.empty()) return Result::Different;
    }
    Decision explained = call_.explain();
    if (!request.call.nonce.empty() || !request.call.evidence.empty()) json.digest.clear(), explained.digest.clear();
    if (comparable(json) != comparable(explained)) {
        difference = "explain:\n" + comparable(json) + "\n" + comparable(explained);
        return Result::Different;
    }

    const Names& names = policy_->names();
    std::vector<uint32_t> roles;
    for (const std::string_view role : request.session.roles) roles.push_back(names.role(role));
    const Scope scope(policy_->layers()[0].program->program(), request.session.scope);
    const SessionSpec spec = sayer.spec();
    if (spec.tier.empty() || !spec.expires || names.symbol(kVocTiers, spec.tier) == kUnknownName) return Result::Same;
    const SessionFields fields{roles,        names.symbol(kVocTiers, spec.tier),
                               spec.revoked, *spec.expires,
                               spec.id,      spec.tenant,
                               spec.owner,   spec.retention,
                               &scope};
    call_.begin(fields, sayer.tool());
    sayer.say(call_);
    difference = compare_ruling(*policy_, json, call_.decide(), call_);
    if (!difference.empty()) difference += "(not bound)\n";
    return difference.empty() ? Result::Same : Result::Different;
}

}  // namespace remit::oracle
