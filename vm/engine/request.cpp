#include "vm/engine/request.h"

#include <algorithm>

#include "vm/program/limits.h"
#include "vm/value/scalar.h"

namespace remit {

namespace {

constexpr std::string_view kIsolation[] = {"none", "process", "sandbox", "microvm"};

/// The session's members, as they usually come.
enum class SessionKey : uint8_t { Id, Roles, Tier, Tenant, Owner, Scope, Retention, Expires, Revoked, Principal };
constexpr std::string_view kSessionKeys[] = {"id",    "roles",     "tier",    "tenant",  "owner",
                                             "scope", "retention", "expires", "revoked", "principal"};
constexpr SessionKey kSessionNeeds[] = {SessionKey::Owner,  SessionKey::Scope,     SessionKey::Tier,
                                        SessionKey::Tenant, SessionKey::Retention, SessionKey::Expires,
                                        SessionKey::Revoked};

std::string join_path(std::string_view where, std::string_view key) {
    return where.empty() ? std::string(key) : std::string(where) + "." + std::string(key);
}

/// Reads the parts; the first fault ends it. Functions return false after a fault.
class RequestReader {
public:
    explicit RequestReader(Request& out) : out_(out) {}
    std::optional<Denied> read(const Json& root);

private:
    bool malformed(std::string message) {
        if (!fault_) fault_ = Denied{Denial::Malformed, std::move(message)};
        return false;
    }
    bool limit(std::string message) {
        if (!fault_) fault_ = Denied{Denial::Limit, std::move(message)};
        return false;
    }
    bool unknown(std::string_view where, const Json& member) {
        return malformed(join_path(where, member.key) + ": no such key");
    }
    bool object(const Json& v, std::string_view where) {
        return v.is(JsonKind::Object) || malformed(std::string(where) + ": not an object");
    }
    bool array(const Json& v, std::string_view where) {
        return v.is(JsonKind::Array) || malformed(std::string(where) + ": not an array");
    }
    bool text(const Json& v, std::string_view where, std::string_view& out) {
        if (!v.is(JsonKind::String)) return malformed(join_path(where, v.key) + ": not a string");
        out = v.text;
        return true;
    }
    bool time(const Json& v, std::string_view where, int64_t& out) {
        const auto t = v.is(JsonKind::String) ? parse_timestamp(v.text) : std::nullopt;
        if (!t) return malformed(join_path(where, v.key) + ": not a timestamp");
        out = *t;
        return true;
    }
    template <class T>
    bool texts(const Json& v, std::string_view where, std::vector<T>& out) {
        if (!array(v, join_path(where, v.key))) return false;
        for (const Json& item : v.children()) {
            if (!item.is(JsonKind::String)) return malformed(join_path(where, v.key) + ": not an array of strings");
            out.emplace_back(item.text);
        }
        return true;
    }
    bool session(const Json& v);
    void session_field(SessionKey key, const Json& m);
    bool call(const Json& v);
    bool labels(const Json& v);
    bool evidence(const Json& v);
    bool facts(const Json& v);
    bool state(const Json& v);
    bool context(const Json& v);
    bool signatures(const Json& v);
    bool signature(const Json& v);
    bool shown(const Json& v, Shown& out);
    bool obligation(const Json& v, Obligation& out);

    Request& out_;
    std::optional<Denied> fault_;
};

bool RequestReader::session(const Json& v) {
    if (!v.is(JsonKind::Object)) {
        out_.session.problems.emplace_back("session: not an object");
        return true;
    }
    uint32_t seen = 0;  // bits of SessionKey
    for (const Json& m : v.children()) {
        const auto key = std::find(std::begin(kSessionKeys), std::end(kSessionKeys), m.key) - std::begin(kSessionKeys);
        if (key == std::ssize(kSessionKeys)) return unknown("session", m);
        seen |= 1u << key;
        if ((m.key == "scope" || m.key == "roles") && m.size > limits::kMaxScopeGlobs)
            return limit("session." + std::string(m.key) + ": more than " + std::to_string(limits::kMaxScopeGlobs));
        session_field(static_cast<SessionKey>(key), m);
    }
    for (const SessionKey key : kSessionNeeds)
        if ((seen & 1u << static_cast<uint32_t>(key)) == 0)
            out_.session.problems.push_back("session." + std::string(kSessionKeys[static_cast<size_t>(key)]) +
                                            " is missing");
    return true;
}

void RequestReader::session_field(SessionKey key, const Json& m) {
    SessionIn& s = out_.session;
    const auto problem = [&](const char* what) {
        s.problems.push_back("session." + std::string(m.key) + " is not " + what);
    };
    const auto words = [&](std::vector<std::string_view>& out) {
        if (!m.is(JsonKind::Array)) return problem("an array of strings");
        for (const Json& item : m.children()) {
            if (!item.is(JsonKind::String)) return problem("an array of strings");
            out.push_back(item.text);
        }
    };
    const auto word = [&](std::string_view& out) {
        if (!m.is(JsonKind::String) || m.text.empty()) return problem("a string with something in it");
        out = m.text;
    };
    switch (key) {
        case SessionKey::Id:
            word(s.id);
            s.has_id = !s.id.empty();
            break;
        case SessionKey::Roles: words(s.roles); break;
        case SessionKey::Tier: word(s.tier); break;
        case SessionKey::Tenant: word(s.tenant); break;
        case SessionKey::Owner: word(s.owner); break;
        case SessionKey::Scope: words(s.scope); break;
        case SessionKey::Retention: word(s.retention); break;
        case SessionKey::Expires: {
            const auto t = m.is(JsonKind::String) ? parse_timestamp(m.text) : std::nullopt;
            if (t)
                s.expires = *t;
            else
                problem("a timestamp");
            break;
        }
        case SessionKey::Revoked:
            if (m.is(JsonKind::Bool))
                s.revoked = m.truth;
            else
                problem("true or false");
            break;
        case SessionKey::Principal:
            word(s.principal);
            s.has_principal = true;
            break;
    }
}

bool RequestReader::call(const Json& v) {
    if (!object(v, "call")) return false;
    CallIn& c = out_.call;
    for (const Json& m : v.children()) {
        bool good = true;
        if (m.key == "id")
            good = text(m, "call", c.id);
        else if (m.key == "parent")
            good = text(m, "call", c.parent);
        else if (m.key == "tool")
            good = text(m, "call", c.tool);
        else if (m.key == "nonce")
            good = text(m, "call", c.nonce);
        else if (m.key == "args")
            c.args = &m;
        else if (m.key == "data")
            good = text(m, "call", c.data.emplace());
        else if (m.key == "labels")
            good = labels(m);
        else if (m.key == "evidence")
            good = evidence(m);
        else
            good = unknown("call", m);
        if (!good) return false;
    }
    return v.find("tool") != nullptr || malformed("call.tool is missing");
}

bool RequestReader::labels(const Json& v) {
    if (!object(v, "call.labels")) return false;
    for (const Json& m : v.children()) {
        const std::string where = "call.labels." + std::string(m.key);
        if (!object(m, where)) return false;
        LabelIn& label = out_.call.labels.emplace_back();
        label.key = m.key;
        for (const Json& part : m.children()) {
            bool good = true;
            if (part.key == "class")
                good = text(part, where, label.data_class.emplace());
            else if (part.key == "sources")
                good = texts(part, where, label.sources);
            else
                good = unknown(where, part);
            if (!good) return false;
        }
    }
    return true;
}

bool RequestReader::evidence(const Json& v) {
    if (!object(v, "call.evidence")) return false;
    for (const Json& m : v.children()) {
        std::string_view digest;
        if (!text(m, "call.evidence", digest)) return false;
        out_.call.evidence.emplace_back(m.key, digest);
    }
    std::sort(out_.call.evidence.begin(), out_.call.evidence.end());
    return true;
}

bool RequestReader::facts(const Json& v) {
    if (!array(v, "facts")) return false;
    for (const Json& item : v.children()) {
        if (!object(item, "facts")) return false;
        FactIn fact;
        bool dated = false;
        for (const Json& m : item.children()) {
            bool good = true;
            if (m.key == "fact")
                good = text(m, "facts", fact.fact);
            else if (m.key == "key")
                good = array(m, "facts.key"), fact.key = &m;
            else if (m.key == "as_of")
                good = dated = time(m, "facts", fact.as_of);
            else if (m.key == "value")
                good = object(m, "facts.value"), fact.value = &m;
            else
                good = unknown("facts", m);
            if (!good) return false;
        }
        if (fact.fact.empty() || fact.key == nullptr || !dated || fact.value == nullptr)
            return malformed("facts: an entry needs fact, key, as_of and value");
        out_.facts.push_back(fact);
    }
    return true;
}

bool RequestReader::state(const Json& v) {
    if (!object(v, "state")) return false;
    StateIn& s = out_.state;
    s.given = true;
    for (const Json& m : v.children()) {
        bool good = true;
        if (m.key == "version") {
            s.version = m.is(JsonKind::Number) ? parse_int(m.text) : std::nullopt;
            good = s.version.has_value() || malformed("state.version: not an integer");
        } else if (m.key == "marks") {
            good = object(m, "state.marks");
            s.marks = &m;
        } else if (m.key == "counts") {
            good = object(m, "state.counts");
            s.counts = &m;
        } else if (m.key == "high_water") {
            good = text(m, "state", s.high_water.emplace());
        } else if (m.key == "low_water") {
            good = text(m, "state", s.low_water.emplace());
        } else {
            good = unknown("state", m);
        }
        if (!good) return false;
    }
    return true;
}

bool RequestReader::context(const Json& v) {
    if (!object(v, "context")) return false;
    if (const Json* t = v.find("time"); t != nullptr && t->is(JsonKind::String)) out_.time = parse_timestamp(t->text);
    const Json* level = v.find("isolation");
    if (level == nullptr) return true;
    const auto note = [&](const Json& name) {
        const auto rank = name.is(JsonKind::String) ? isolation_rank(name.text) : std::nullopt;
        if (!rank) return malformed("context.isolation: not an isolation level");
        out_.isolation = std::max(out_.isolation.value_or(0), *rank);
        return true;
    };
    if (!level->is(JsonKind::Array)) return note(*level);
    out_.isolation = 0;
    for (const Json& name : level->children())
        if (!note(name)) return false;
    return true;
}

bool RequestReader::signatures(const Json& v) {
    if (!array(v, "signatures")) return false;
    if (v.size > limits::kMaxSignatures)
        return limit("signatures: more than " + std::to_string(limits::kMaxSignatures));
    for (const Json& item : v.children())
        if (!signature(item)) return false;
    return true;
}

bool RequestReader::signature(const Json& v) {
    if (!object(v, "signatures")) return false;
    SignatureIn& s = out_.signatures.emplace_back();
    for (const Json& m : v.children()) {
        bool good = true;
        if (m.key == "by")
            good = text(m, "signatures", s.by);
        else if (m.key == "kind")
            good = text(m, "signatures", s.kind);
        else if (m.key == "roles")
            good = texts(m, "signatures", s.roles);
        else if (m.key == "digest")
            good = text(m, "signatures", s.digest);
        else if (m.key == "asked")
            good = time(m, "signatures", s.asked);
        else if (m.key == "signed")
            good = time(m, "signatures", s.signed_at);
        else if (m.key == "shown")
            good = shown(m, s.shown.emplace());
        else
            good = unknown("signatures", m);
        if (!good) return false;
    }
    for (const char* key : {"by", "kind", "digest", "asked", "signed"})
        if (v.find(key) == nullptr) return malformed(std::string("signatures: an entry lacks ") + key);
    return !s.by.empty() || malformed("signatures.by: empty");
}

bool RequestReader::shown(const Json& v, Shown& out) {
    if (!object(v, "signatures.shown")) return false;
    for (const Json& m : v.children()) {
        if (m.key == "risk") {
            if (!texts(m, "signatures.shown", out.risk)) return false;
            std::sort(out.risk.begin(), out.risk.end());
        } else if (m.key == "ask") {
            if (!array(m, "signatures.shown.ask")) return false;
            for (const Json& item : m.children())
                if (!obligation(item, out.ask.emplace_back())) return false;
            const auto by = [](const Obligation& a, const Obligation& b) { return a.by < b.by; };
            const auto same = [](const Obligation& a, const Obligation& b) { return a.by == b.by; };
            std::sort(out.ask.begin(), out.ask.end(), by);
            if (std::adjacent_find(out.ask.begin(), out.ask.end(), same) != out.ask.end())
                return malformed("signatures.shown.ask: a signer twice");
        } else {
            return unknown("signatures.shown", m);
        }
    }
    return true;
}

bool RequestReader::obligation(const Json& v, Obligation& out) {
    constexpr std::string_view kWhere = "signatures.shown.ask";
    if (!object(v, kWhere)) return false;
    std::string_view by;
    bool timed = false;
    for (const Json& m : v.children()) {
        bool good = true;
        if (m.key == "by") {
            good = text(m, kWhere, by);
        } else if (m.key == "quorum") {
            const auto n = m.is(JsonKind::Number) ? parse_int(m.text) : std::nullopt;
            good = (n && *n >= 1 && *n <= INT32_MAX) ||
                   malformed("signatures.shown.ask.quorum: not a number of people");
            if (good) out.quorum = static_cast<uint32_t>(*n);
        } else if (m.key == "within") {
            const auto d = m.is(JsonKind::String) ? parse_duration(m.text) : std::nullopt;
            good = timed = d.has_value() || malformed("signatures.shown.ask.within: not a duration");
            if (good) out.within_ns = *d;
        } else if (m.key == "with") {
            good = texts(m, kWhere, out.with);
        } else if (m.key == "override") {
            good = m.is(JsonKind::Bool) || malformed("signatures.shown.ask.override: not true or false");
            if (good) out.override = m.truth;
        } else {
            good = unknown(kWhere, m);
        }
        if (!good) return false;
    }
    if (by.empty() || !timed) return malformed("signatures.shown.ask: an entry needs by and within");
    out.by = by;
    std::sort(out.with.begin(), out.with.end());
    return true;
}

std::optional<Denied> RequestReader::read(const Json& root) {
    if (!root.is(JsonKind::Object)) return Denied{Denial::Malformed, "not a JSON object"};
    if (const Json* id = root.find("id"); id != nullptr && !text(*id, "", out_.id)) return fault_;
    bool has_session = false, has_call = false;
    for (const Json& m : root.children()) {
        bool good = true;
        if (m.key == "id") continue;
        if (m.key == "session")
            good = has_session = session(m);
        else if (m.key == "call")
            good = has_call = call(m);
        else if (m.key == "facts")
            good = facts(m);
        else if (m.key == "state")
            good = state(m);
        else if (m.key == "context")
            good = context(m);
        else if (m.key == "signatures")
            good = signatures(m);
        else if (m.key == "result")
            out_.result = &m;
        else
            good = unknown("", m);
        if (!good) return fault_;
    }
    if (!has_call) malformed("call is missing");
    if (!has_session) out_.session.problems.emplace_back("session is missing");
    return fault_;
}

/// Empty again, with the memory of its vectors kept.
void clear(Request& r) {
    Request fresh;
    const auto keep = [](auto& from, auto& to) {
        from.clear();
        to = std::move(from);
    };
    keep(r.session.problems, fresh.session.problems);
    keep(r.session.roles, fresh.session.roles);
    keep(r.session.scope, fresh.session.scope);
    keep(r.call.labels, fresh.call.labels);
    keep(r.call.evidence, fresh.call.evidence);
    keep(r.facts, fresh.facts);
    keep(r.signatures, fresh.signatures);
    r = std::move(fresh);
}

}  // namespace

std::optional<uint32_t> isolation_rank(std::string_view name) {
    const auto it = std::find(std::begin(kIsolation), std::end(kIsolation), name);
    if (it == std::end(kIsolation)) return std::nullopt;
    return static_cast<uint32_t>(it - std::begin(kIsolation));
}

std::string_view isolation_name(uint32_t rank) { return kIsolation[std::min<size_t>(rank, std::size(kIsolation) - 1)]; }

std::optional<Denied> read_request(const Json& root, Request& out) {
    clear(out);
    return RequestReader(out).read(root);
}

}  // namespace remit
