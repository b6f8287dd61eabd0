#include "vm/engine/signatures.h"

#include <algorithm>

#include "vm/engine/digest.h"

namespace remit {

namespace {

/// `roles`, closed under inclusion by `program`, have `role`. nullopt: `program` has no such role.
std::optional<bool> has_role(const Program& program, const std::vector<std::string_view>& roles,
                             std::string_view role) {
    const auto find = [&](std::string_view name) {
        return std::find(program.roles.begin(), program.roles.end(), name);
    };
    const auto wanted = find(role);
    if (wanted == program.roles.end()) return std::nullopt;
    const auto index = static_cast<size_t>(wanted - program.roles.begin());
    return std::any_of(roles.begin(), roles.end(), [&](std::string_view name) {
        const auto it = find(name);
        if (it == program.roles.end()) return false;
        const auto& closure = program.role_closure[static_cast<size_t>(it - program.roles.begin())];
        return index / 64 < closure.size() && (closure[index / 64] >> (index % 64) & 1) != 0;
    });
}

/// Every program that knows the role says so, and one does: a child's roles may not stand in for its parent's.
bool has_role_in_all(std::span<const Program* const> programs, const SignatureIn& s, std::string_view role) {
    bool known = false;
    for (const Program* program : programs) {
        const auto has = has_role(*program, s.roles, role);
        if (has && !*has) return false;
        known = known || has.has_value();
    }
    return known;
}

}  // namespace

Signatures::Signatures(const Request& request, const Hash& call, const std::string& digest, const Shown& now)
    : request_(request) {
    for (const SignatureIn& s : request.signatures) {
        if (s.kind.empty() || s.kind == "agent") continue;
        if (request.session.has_principal && s.by == request.session.principal) continue;
        if (!request.time || s.asked > s.signed_at || s.signed_at > *request.time) continue;
        const bool covers = s.shown ? is_within(now, *s.shown) && s.digest == approval_digest(call, *s.shown)
                                    : s.digest == digest;
        if (covers) valid_.push_back(&s);
    }
}

bool Signatures::has_evidence(const std::vector<std::string>& names) const {
    const auto& evidence = request_.call.evidence;
    return std::all_of(names.begin(), names.end(), [&](const std::string& name) {
        return std::any_of(evidence.begin(), evidence.end(),
                           [&](const auto& e) { return e.first == name && !e.second.empty(); });
    });
}

bool Signatures::enough(std::string_view by, uint32_t quorum, int64_t within_ns,
                        std::span<const Program* const> programs) const {
    std::vector<std::string_view> people;
    for (const SignatureIn* s : valid_) {
        int64_t until = 0;
        if (__builtin_add_overflow(s->signed_at, within_ns, &until)) until = INT64_MAX;
        if (*request_.time > until) continue;
        const bool may = by == "owner" ? s->by == request_.session.owner : has_role_in_all(programs, *s, by);
        if (may) people.push_back(s->by);
    }
    std::sort(people.begin(), people.end());
    const auto last = std::unique(people.begin(), people.end());
    return last - people.begin() >= static_cast<std::ptrdiff_t>(quorum);
}

bool Signatures::meet(const Obligation& o, std::span<const Program* const> programs) const {
    return has_evidence(o.with) && enough(o.by, o.quorum, o.within_ns, programs);
}

bool Signatures::answer(const RuleInfo& never, const Program& program) const {
    if (never.quorum == 0) return false;
    const Program* const programs[] = {&program};
    const std::string_view by = never.signer == kSignerOwner ? std::string_view("owner") : program.roles[never.signer];
    return enough(by, never.quorum, INT64_MAX, programs);
}

}  // namespace remit
