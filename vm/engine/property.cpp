#include "vm/engine/property.h"

#include <algorithm>

#include "vm/program/limits.h"

namespace remit {

using limits::kMaxClaimWords;

namespace {

bool compare(Order order, int64_t a, int64_t b) noexcept {
    switch (order) {
        case Order::Eq: return a == b;
        case Order::Ne: return a != b;
        case Order::Lt: return a < b;
        case Order::Le: return a <= b;
        case Order::Gt: return a > b;
        case Order::Ge: return a >= b;
    }
    return false;
}

}  // namespace

PropertyCheck::PropertyCheck(const RuleInfo& claim, const Program& program) noexcept
    : claim_(claim), program_(program) {}

/// Who has `role` has the role of the claim too.
bool PropertyCheck::includes(uint32_t role) const noexcept {
    if (role == claim_.signer) return true;
    if (role == kSignerOwner || claim_.signer == kSignerOwner) return false;
    return (program_.role_closure[role][claim_.signer / 64] >> (claim_.signer % 64) & 1) != 0;
}

void PropertyCheck::words(const RuleInfo& spoke) noexcept {
    for (size_t i = 0; i < claim_.words.size() && i < kMaxClaimWords; ++i)
        if (std::find(spoke.words.begin(), spoke.words.end(), claim_.words[i]) != spoke.words.end())
            words_ |= uint64_t{1} << i;
}

void PropertyCheck::see(const RuleInfo& spoke) noexcept {
    if (spoke.watch) return;
    switch (claim_.property) {
        case Property::Ask:
            if (spoke.kind == RuleKind::Ask || (spoke.kind == RuleKind::Block && spoke.overridable))
                found_ = found_ || (includes(spoke.signer) && spoke.quorum >= claim_.quorum);
            return;
        case Property::Limit:
            found_ = found_ ||
                     (spoke.kind == RuleKind::Limit && spoke.per == claim_.per && spoke.number <= claim_.number);
            return;
        case Property::Quota:
            found_ = found_ || (spoke.kind == RuleKind::Quota && spoke.per == claim_.per &&
                                spoke.number <= claim_.number && spoke.window_ns >= claim_.window_ns);
            return;
        case Property::Isolate:
            if (spoke.kind != RuleKind::Isolate) return;
            level_ = std::max(level_, spoke.level);
            return words(spoke);
        case Property::Reach:
            if (spoke.kind != RuleKind::Reach) return;
            found_ = found_ || spoke.egress == claim_.egress;
            opened_ = opened_ || !spoke.narrows;
            return;
        case Property::Record:
            if (spoke.kind == RuleKind::Record) words(spoke);
            return;
        case Property::Redact:
            found_ = found_ || (spoke.kind == RuleKind::Redact && !spoke.after && spoke.path == claim_.path);
            return;
        case Property::Allow:
        case Property::Block:
        case Property::Risk:
        case Property::Lane: return;
    }
}

/// Whether the decision, which allows, has the property.
bool PropertyCheck::has(int64_t risk, int64_t lane) const noexcept {
    const size_t n = std::min(claim_.words.size(), kMaxClaimWords);
    const uint64_t all = n == kMaxClaimWords ? ~uint64_t{0} : (uint64_t{1} << n) - 1;
    switch (claim_.property) {
        case Property::Allow: return true;
        case Property::Block: return false;
        case Property::Ask:
        case Property::Limit:
        case Property::Quota:
        case Property::Redact: return found_;
        case Property::Isolate: return level_ >= claim_.level && words_ == all;
        case Property::Reach: return found_ && opened_;
        case Property::Record: return words_ == all;
        case Property::Risk: return compare(claim_.order, risk, claim_.number);
        case Property::Lane: return compare(claim_.order, lane, claim_.number);
    }
    return false;
}

bool PropertyCheck::broken(int64_t risk, int64_t lane) const noexcept { return has(risk, lane) != claim_.always; }

}  // namespace remit
