#include "host/evidence/replay/answers.h"

#include <algorithm>
#include <charconv>

#include "host/evidence/record/canonical.h"
#include "host/evidence/record/decision_text.h"

namespace remit::evidence {

namespace {

constexpr size_t kMostPatterns = 4096;

// What stands in the places while a pattern is made. Should a policy's own words hold one, there are more of them than there are places,
// and the pattern is not used.
constexpr std::string_view kSession = "<<remit:session>>", kTenant = "<<remit:tenant>>", kDigest = "<<remit:digest>>",
                           kAmount = "<<remit:amount>>", kVersion = "-7203685477580731";
constexpr int64_t kVersionNumber = -7'203'685'477'580'731;

template <class T>
void append_bytes(std::string& out, const T& value) {
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

/// As it stands between the quotes of a JSON text.
void append_inside(std::string& out, std::string_view text) {
    std::string quoted;
    append_text(quoted, text);
    out.append(quoted, 1, quoted.size() - 2);
}

}  // namespace

Answers::Answers(std::shared_ptr<const Policy> policy) : policy_(std::move(policy)), decider_(policy_) {}

/// Whether this is the plain case; then key_ says what the text depends on, and charges_ has the amounts.
bool Answers::read_plain(const Decider::Heard& heard) {
    const Request& request = heard.request;
    const Bound& bound = heard.bounds.front();
    if (heard.bounds.size() != 1 || !request.signatures.empty()) return false;
    const int64_t version = request.state.version.value_or(0);
    if (version > kMaxJsonInteger || version < -kMaxJsonInteger) return false;
    key_.clear();
    charges_.clear();
    key_ += bound.after ? 'r' : 'c';
    key_ += request.state.version ? 'v' : '-';
    key_ += request.isolation ? static_cast<char>('0' + *request.isolation) : '-';
    for (const Denied& denied : bound.denials) {
        key_ += static_cast<char>('A' + static_cast<int>(denied.denial));
        append_bytes(key_, denied.detail.size());
        key_ += denied.detail;
    }
    if (bound.stopped) return true;
    if (!bound.after && bound.program->tools[bound.tool].each_tool != kNoTool) return false;  // elements say more
    key_ += '.';
    return read_rules(bound, heard.outcomes.front());
}

bool Answers::read_rules(const Bound& bound, const remit::Outcome& outcome) {
    key_ += outcome.allowed != 0 ? 'a' : '-';
    key_ += outcome.blocked != 0 ? 'b' : '-';
    append_bytes(key_, bound.frame[kSlotRisk].bits);
    append_bytes(key_, bound.frame[kSlotLane].bits);
    for (uint32_t i = 0; i < outcome.matched_count; ++i) {
        append_bytes(key_, outcome.matched[i]);
        const RuleInfo& rule = bound.program->rules[outcome.matched[i]];
        if (rule.kind != RuleKind::Count || rule.watch) continue;
        auto charge = charged(rule, bound);
        if (charge && charge->key) return false;  // a text that is not among the places
        key_ += charge ? '+' : '0';
        if (charge) charges_.push_back(std::move(*charge));
    }
    const auto by_name = [](const CountCharge& a, const CountCharge& b) { return a.name < b.name; };
    const auto same = [](const CountCharge& a, const CountCharge& b) { return a.name == b.name; };
    std::sort(charges_.begin(), charges_.end(), by_name);
    return std::adjacent_find(charges_.begin(), charges_.end(), same) == charges_.end();
}

void Answers::fill(const Pattern& pattern, const Decider::Heard& heard, std::string& out) const {
    size_t from = 0, amount = 0;
    for (const auto& [at, place] : pattern.places) {
        out.append(pattern.text, from, at - from);
        from = at;
        switch (place) {
            case Place::Session: append_inside(out, heard.request.session.id); break;
            case Place::Tenant: append_inside(out, heard.request.session.tenant); break;
            case Place::Digest:
                out += approval_digest(call_digest(heard.request, heard.bounds[0], policy_->layers()), pattern.shown);
                break;
            case Place::Amount:
                if (amount < charges_.size()) append_inside(out, charges_[amount++].amount);
                break;
            case Place::Version: {
                char digits[24];
                out.append(digits, std::to_chars(digits, digits + sizeof digits, *heard.request.state.version).ptr);
                break;
            }
        }
    }
    out.append(pattern.text, from);
}

/// The pattern that `decision` is an instance of.
Answers::Pattern Answers::pattern_of(const Decision& decision, const Decider::Heard& heard) const {
    Pattern pattern;
    pattern.shown = shown_by(decision);
    Decision marked = decision;
    if (!marked.digest.empty()) marked.digest = kDigest;
    for (Lease& lease : marked.leases) lease.key = lease.per == "session" ? kSession : kTenant;
    for (CountCharge& charge : marked.counts) charge.amount = kAmount;
    if (marked.state_version) marked.state_version = kVersionNumber;
    append_decision(pattern.text, marked);
    static constexpr std::pair<std::string_view, Place> kMarks[] = {{kSession, Place::Session},
                                                                    {kTenant, Place::Tenant},
                                                                    {kDigest, Place::Digest},
                                                                    {kAmount, Place::Amount},
                                                                    {kVersion, Place::Version}};
    for (size_t at = 0; at < pattern.text.size(); ++at) {
        for (const auto& [mark, place] : kMarks) {
            if (pattern.text.compare(at, mark.size(), mark) != 0) continue;
            pattern.text.erase(at, mark.size());
            pattern.places.emplace_back(at--, place);
            break;
        }
    }
    const auto in = [&](Place wanted) {
        return std::count_if(pattern.places.begin(), pattern.places.end(),
                             [&](const auto& p) { return p.second == wanted; });
    };
    const auto per_session = [](const Lease& lease) { return lease.per == "session"; };
    const auto sessions = std::count_if(decision.leases.begin(), decision.leases.end(), per_session);
    const bool as_many = in(Place::Session) == sessions &&
                         in(Place::Tenant) == std::ssize(decision.leases) - sessions &&
                         in(Place::Digest) == (decision.digest.empty() ? 0 : 1) &&
                         in(Place::Amount) == std::ssize(decision.counts) &&
                         in(Place::Version) == (decision.state_version ? 1 : 0);
    if (!as_many) return pattern;
    std::string again, text;
    fill(pattern, heard, again);
    append_decision(text, decision);
    pattern.usable = again == text;  // always, or something above is wrong: then it is not relied upon
    return pattern;
}

const std::string& Answers::write(const Decision& decision) {
    ++written_;
    text_.clear();
    append_decision(text_, decision);
    return text_;
}

const std::string& Answers::decide(std::string_view request_json) {
    const auto heard = decider_.hear(request_json);
    if (!heard || !read_plain(*heard)) return write(decider_.answer());
    const auto found = patterns_.find(key_);
    if (found == patterns_.end()) {
        if (patterns_.size() >= kMostPatterns) patterns_.clear();
        const Decision decision = decider_.answer();
        patterns_.emplace(key_, pattern_of(decision, *heard));
        return write(decision);
    }
    if (!found->second.usable) return write(decider_.answer());
    ++filled_;
    text_.clear();
    fill(found->second, *heard, text_);
    return text_;
}

}  // namespace remit::evidence
