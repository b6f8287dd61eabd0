// Policies, requests for them, and logs of their decisions: written by the recorder, or by hand where a test wants them wrong.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "host/evidence/replay/replay.h"
#include "tests/evidence_review/made_log.h"
#include "vm/engine/policy.h"

namespace remit::evidence::testing {

enum class On : uint8_t { Interpreter, Native };
/// The engines of this build.
std::vector<On> engines();

std::string image_of(const std::string& policy_text);
Result<std::shared_ptr<const Policy>> load_image(std::string_view image, On engine);
std::shared_ptr<const Policy> policy_of(const std::string& policy_text, On engine = On::Interpreter);
std::string version_of(const std::string& policy_text);

/// A desk that looks customers up and pays money back; and one that asks above 200.00 and blocks above 400.00.
extern const char* const kDesk;
extern const char* const kStrictDesk;
/// Request `i`: amounts, sessions, tenants, tools and times go round; some ask, some are denied, some are no requests.
std::string request(uint64_t i);

/// What the recorder made of requests [0, count) under each of the policies in turn.
MadeLog record_all(const std::vector<std::string>& policies, uint64_t count, On engine = On::Interpreter);

/// One decision as a record by hand: `decision` as it is to be read, `request` sealed beside it.
struct Forged {
    std::string decision, request, policy;
    std::string more;  // members after `policy`
};
MadeLog forge(const std::vector<std::string>& policies, const std::vector<Forged>& records);
/// What is right for `policy`.
Forged rightly(const std::string& policy_text, const std::string& request);

ReplayReport replay_files(const Files& files, ReplayOptions options = {}, On engine = On::Interpreter);

}  // namespace remit::evidence::testing
