#include "vm/engine/session.h"

#include <algorithm>

#include "vm/engine/bound_layer.h"
#include "vm/engine/labels.h"
#include "vm/program/limits.h"
#include "vm/value/scalar.h"

namespace remit {

Scope::Scope(const Program& program, std::span<const std::string_view> globs) {
    const auto tools = program.callable();
    bits_.resize((tools.size() + 63) / 64);
    for (const std::string_view glob : globs) {
        if (glob == "*") {
            all_ = true;
        } else if (glob.find('*') == glob.npos) {
            const auto before = [](const ToolDesc& t, std::string_view n) { return t.name < n; };
            const auto it = std::lower_bound(tools.begin(), tools.end(), glob, before);
            const auto t = static_cast<size_t>(it - tools.begin());
            if (it != tools.end() && it->name == glob) bits_[t / 64] |= uint64_t{1} << (t % 64);
        } else {
            for (size_t t = 0; t < tools.size(); ++t)
                if (glob_matches(glob, tools[t].name)) bits_[t / 64] |= uint64_t{1} << (t % 64);
        }
    }
}

namespace {

std::vector<std::string_view*> texts_of(SessionSpec& spec) {
    std::vector<std::string_view*> texts = {&spec.id,     &spec.principal, &spec.tier,
                                            &spec.tenant, &spec.owner,     &spec.retention};
    for (std::string_view& role : spec.roles) texts.push_back(&role);
    for (std::string_view& glob : spec.scope) texts.push_back(&glob);
    return texts;
}

/// Copies all texts of `spec` to `memory`.
std::optional<std::string> own_texts(SessionSpec& spec, std::string& memory) {
    const std::vector<std::string_view*> texts = texts_of(spec);
    size_t size = 0;
    for (const std::string_view* text : texts) {
        size += text->size();
        if (text->size() > limits::kMaxRequestBytes || size > limits::kMaxRequestBytes)
            return "a session of more than " + std::to_string(limits::kMaxRequestBytes) + " bytes";
        if (!is_utf8(*text)) return "a session's text is not UTF-8";
    }
    memory.reserve(size);
    for (std::string_view* text : texts) {
        const size_t begin = memory.size();
        memory.append(*text);
        *text = std::string_view(memory).substr(begin, text->size());
    }
    return std::nullopt;
}

bool is_complete(const SessionSpec& spec) {
    return !spec.tier.empty() && !spec.tenant.empty() && !spec.owner.empty() && !spec.retention.empty() &&
           spec.expires.has_value();
}

}  // namespace

Session::Session() = default;
Session::~Session() = default;

Result<std::shared_ptr<const Session>> Session::bind(std::shared_ptr<const Policy> policy, const SessionSpec& spec) {
    if (!policy) return Failure{"a session needs a policy"};
    const std::string most = ": more than " + std::to_string(limits::kMaxScopeGlobs);
    if (spec.roles.size() > limits::kMaxScopeGlobs) return Failure{"session.roles" + most};
    if (spec.scope.size() > limits::kMaxScopeGlobs) return Failure{"session.scope" + most};
    auto session = std::shared_ptr<Session>(new Session);
    Session& s = *session;
    s.spec_ = spec;
    if (const auto problem = own_texts(s.spec_, s.memory_)) return Failure{*problem};
    s.policy_ = std::move(policy);
    s.serial_ = s.policy_->bindings().next_serial();
    s.complete_ = is_complete(s.spec_);
    const Program& own = s.policy_->layers()[0].program->program();
    s.scope_ = std::make_unique<const Scope>(own, s.spec_.scope);
    s.texts_ = std::make_unique<SessionTexts>(
        SessionTexts{str_of(s.spec_.id), str_of(s.spec_.tenant), str_of(s.spec_.owner), str_of(s.spec_.retention)});
    std::vector<uint32_t> roles;
    for (const std::string_view role : s.spec_.roles) roles.push_back(s.policy_->names().role(role));
    for (size_t i = 0; i < s.policy_->layers().size(); ++i) {
        const LayerPlan& plan = s.policy_->plan(i);
        BoundLayer layer;
        const auto rank = rank_of(plan.program->vocabularies[kVocTiers], s.spec_.tier);
        const uint32_t tier = rank ? static_cast<uint32_t>(*rank) : kUnknownName;
        layer.unknown_tier = !s.spec_.tier.empty() && !rank;
        std::vector<V> frame(kSlotRoles + std::max(1u, plan.program->role_words()), error(Err::Absent));
        write_session(plan, tier, *s.texts_, roles, frame.data());
        layer.cells = s.policy_->bindings().bind(i, frame.data());
        layer.slots.assign(frame.begin() + kSlotTier, frame.end());
        s.layers_.push_back(std::move(layer));
    }
    return std::shared_ptr<const Session>(std::move(session));
}

}  // namespace remit
