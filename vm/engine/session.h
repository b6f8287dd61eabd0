// Session: who calls, bound once to one policy, so that each call reads only what varies. All that the session alone settles is
// settled here: its roles closed under inclusion, the classes of its slots in every table of the index, the tools in its scope, and what
// denies it. Immutable and thread-safe; keeps its policy alive. Sessions that look alike to the rules share one set of bound tables.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vm/engine/policy.h"
#include "vm/value/result.h"

namespace remit {

/// A session as a host knows it. What is empty is not given; without tier, tenant, owner, retention or expires every call is
/// denied as `session-incomplete`. Roles that no layer knows are ignored; an empty scope covers no tool.
struct SessionSpec {
    std::string_view id, principal, tier, tenant, owner, retention;
    std::vector<std::string_view> roles, scope;  // scope: globs of tool names
    std::optional<int64_t> expires;              // ns since 1970
    bool revoked = false;
};

/// The tools that a session's globs cover: a bit for each.
class Scope {
public:
    Scope(const Program& program, std::span<const std::string_view> globs);
    bool covers(uint32_t tool) const noexcept {
        return all_ || (tool / 64 < bits_.size() && (bits_[tool / 64] >> (tool % 64) & 1) != 0);
    }

private:
    bool all_ = false;
    std::vector<uint64_t> bits_;
};

/// Where binding does not pay: a session as numbers (vm/engine/names.h), for one call. Must live, with all that it refers to, until the
/// last `decide` of that call.
struct SessionFields {
    std::span<const uint32_t> roles;  // Names::role
    uint32_t tier = kUnknownName;     // Names::symbol(kVocTiers, ..)
    bool revoked = false;
    int64_t expires = 0;
    std::string_view id, tenant, owner, retention;
    const Scope* scope = nullptr;  // null: covers nothing
};

struct BoundLayer;
struct SessionTexts;

class Session {
public:
    /// Fails on what no session may hold: too many roles or globs, texts beyond a limit or not UTF-8. What a policy
    /// denies a session for is no failure: its calls are denied.
    static Result<std::shared_ptr<const Session>> bind(std::shared_ptr<const Policy> policy, const SessionSpec& spec);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    const std::shared_ptr<const Policy>& policy() const { return policy_; }
    /// As it was bound; views into this session.
    const SessionSpec& spec() const { return spec_; }

private:
    friend class Call;
    Session();
    std::shared_ptr<const Policy> policy_;
    std::string memory_;  // what spec_ refers to
    SessionSpec spec_;
    std::unique_ptr<SessionTexts> texts_;
    uint64_t serial_ = 0;    // of this policy's sessions
    bool complete_ = false;  // it says all that it must; an unknown tier is its layer's affair
    std::unique_ptr<const Scope> scope_;
    std::vector<BoundLayer> layers_;
};

}  // namespace remit
