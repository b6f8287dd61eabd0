// Request: one request as it was asked, its shape checked and its names not yet: what does not depend on a policy. Views point
// into the request's arena. Vectors are reused from request to request.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vm/engine/decision.h"
#include "vm/engine/denials.h"
#include "vm/engine/json.h"

namespace remit {

struct LabelIn {
    std::string_view key;  // `order`, `notify/1`
    std::optional<std::string_view> data_class;
    std::vector<std::string_view> sources;
};
struct FactIn {
    std::string_view fact;
    const Json* key = nullptr;  // array
    int64_t as_of = 0;
    const Json* value = nullptr;  // object
};
/// What a signer was shown, when that is more than what the decision asks now.
struct Shown {
    std::vector<Obligation> ask;    // sorted by signer, each once; evidence sorted
    std::vector<std::string> risk;  // names of terms, sorted
};
struct SignatureIn {
    std::string_view by, kind, digest;
    std::vector<std::string_view> roles;
    int64_t asked = 0, signed_at = 0;
    std::optional<Shown> shown;
};
struct SessionIn {
    std::vector<std::string> problems;  // what is missing or ill-typed, for `session-incomplete`
    std::string_view id, tier, tenant, owner, retention, principal;
    bool has_id = false, has_principal = false;
    std::vector<std::string_view> roles, scope;
    int64_t expires = 0;
    bool revoked = false;
};
struct CallIn {
    std::string_view id, parent, tool, nonce;
    const Json* args = nullptr;  // null: none
    std::optional<std::string_view> data;
    std::vector<LabelIn> labels;
    std::vector<std::pair<std::string_view, std::string_view>> evidence;  // name, digest; sorted
};
struct StateIn {
    bool given = false;
    std::optional<int64_t> version;
    const Json* marks = nullptr;  // object or null
    const Json* counts = nullptr;
    std::optional<std::string_view> high_water, low_water;
};
struct Request {
    std::string_view id;
    SessionIn session;
    CallIn call;
    std::vector<FactIn> facts;
    StateIn state;
    const Json* result = nullptr;  // what the call returned: it is to be decided, not the call
    std::optional<int64_t> time;
    std::optional<uint32_t> isolation;  // the best level that the host has
    std::vector<SignatureIn> signatures;
};

/// Isolation levels are fixed: the rank of `name`, or nullopt.
std::optional<uint32_t> isolation_rank(std::string_view name);
std::string_view isolation_name(uint32_t rank);

/// Fills `out`. A value other than nullopt is `malformed` or `limit`, and then only `out.id` may be used.
std::optional<Denied> read_request(const Json& root, Request& out);

}  // namespace remit
