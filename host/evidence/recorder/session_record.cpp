#include "host/evidence/recorder/session_record.h"

#include "host/evidence/recorder/bounds.h"
#include "vm/value/sha256.h"

namespace remit::evidence {

namespace {

constexpr size_t kMostKey = 1024;
constexpr const Bounds& kOpening = kBounds[0];
constexpr size_t kMostList = 8192;  // bytes of a list of roles or scopes in `session.open`
static_assert(kOpening.bytes <= kMaxSessionName);

void add(std::string& key, std::string_view text) {
    key += std::to_string(text.size());
    key += ':';
    key += text;
}

/// A list, and under `more_NAME` how many of it are not written.
void write_list(BoundedWriter& w, std::string_view name, const std::vector<std::string_view>& values) {
    if (values.empty()) return;
    w.key(name);
    w.open_array();
    size_t bytes = 0;
    for (size_t i = 0; i < values.size() && i < kOpening.items; ++i) {
        bytes += std::min(values[i].size(), kOpening.bytes);
        if (bytes > kMostList) break;
        w.bounded(values[i]);
    }
    w.close_array();
}
int64_t left_out(const std::vector<std::string_view>& values) {
    size_t bytes = 0, written = 0;
    for (; written < values.size() && written < kOpening.items; ++written) {
        bytes += std::min(values[written].size(), kOpening.bytes);
        if (bytes > kMostList) break;
    }
    return static_cast<int64_t>(values.size() - written);
}

}  // namespace

std::string session_text(std::string_view session) { return clip(session, kOpening.bytes); }

Identity identity_of(const Request* request) {
    Identity identity;
    if (request == nullptr || !request->session.has_id) return identity;
    const SessionIn& s = request->session;
    identity.who = &s;
    identity.session = session_text(s.id);
    std::string& key = identity.key;
    key.reserve(256);
    for (const std::string_view part : {s.id, s.principal, s.owner, s.tenant, s.tier, s.retention}) add(key, part);
    for (const std::string_view role : s.roles) add(key, role);
    key += '/';
    for (const std::string_view glob : s.scope) add(key, glob);
    if (key.size() > kMostKey) key = remit::to_text(sha256(key));
    return identity;
}

std::string opening_record(const Identity& identity, uint64_t ordinal, const std::optional<ChainId>& continues) {
    static const SessionIn kNobody;
    const SessionIn& s = identity.who != nullptr ? *identity.who : kNobody;
    std::string out;
    BoundedWriter w(out, kOpening);
    w.open_object();
    if (continues) w.text("continues", to_text(*continues));
    if (const int64_t more = left_out(s.roles); more > 0) w.number("more_roles", more);
    if (const int64_t more = left_out(s.scope); more > 0) w.number("more_scope", more);
    w.number("ordinal", static_cast<int64_t>(ordinal));
    w.bounded_if("owner", s.owner);
    w.bounded_if("principal", s.principal);
    w.bounded_if("retention", s.retention);
    write_list(w, "roles", s.roles);
    write_list(w, "scope", s.scope);
    w.text("session", identity.session);
    w.bounded_if("tenant", s.tenant);
    w.bounded_if("tier", s.tier);
    w.close_object();
    return out;
}

std::string closing_record(const std::string& session, uint64_t count, std::string_view reason) {
    std::string out;
    CanonicalWriter w(out);
    w.open_object();
    w.number("count", static_cast<int64_t>(count));
    w.text("reason", reason);
    w.text("session", session);
    w.close_object();
    return out;
}

}  // namespace remit::evidence
