// Any bytes as a request, through the whole engine with real policies: one with every kind of argument and every verb in two
// layers, and two of the examples. What must hold besides not crashing: a decision is JSON, and does not depend on what the
// same Decider decided before.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tests/fuzz/policies.h"
#include "tests/fuzz/trap.h"
#include "vm/engine/json.h"

namespace {

using namespace remit;
using fuzz::must;

constexpr std::string_view kOther =
    R"({"id":"other","session":{"id":"o","roles":["boss"],"tier":"dev","tenant":"acme","owner":"o","scope":["*"],)"
    R"("retention":"r","expires":"2030-01-01T00:00:00Z","revoked":false},"call":{"id":"c","tool":"all.kinds","args":)"
    R"({"n":"text","xs":[5,6,7],"es":["a@b.example"],"names":["b","a"]},"labels":{"es/0":{"sources":["user"]}}},)"
    R"("state":{"version":1,"marks":{},"counts":{}},"context":{"time":"2026-01-01T00:00:00Z"},"signatures":[]})";

void decide_by(const std::shared_ptr<const Policy>& policy, std::string_view text) {
    Decider decider(policy);
    const std::string json = to_json(decider.decide(text), true);
    Arena arena;
    JsonReader reader;
    must(reader.read(json, arena) != nullptr, "a decision is JSON");
    (void)decider.decide(kOther);
    must(to_json(decider.decide(text), true) == json, "a request is decided the same way again");
    (void)decider.decide_stateful(text);
    (void)decider.decide_stateful(kOther);
    (void)decider.decide_stateful(text);
    if (Decider::Prepared* prepared = decider.prepare(text)) {
        const uint32_t first = decider.run(*prepared).matched_count;
        must(decider.run(*prepared).matched_count == first, "a prepared request runs the same way again");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    static const std::shared_ptr<const Policy> kPolicies[] = {
        fuzz::load_policy("tests/fuzz/child.remit"),
        fuzz::load_policy("examples/support/support.remit"),
        fuzz::load_policy("examples/coding-agent/coding_agent.remit"),
    };
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const auto& policy : kPolicies) decide_by(policy, text);
    return 0;
}
