// Programs and requests for the engine's tests: a small shop with a tool that reads, one that pays and one that writes letters, made
// without the compiler.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "vm/engine/policy.h"
#include "vm/index/loaded.h"

namespace remit::test {

inline constexpr int64_t kSecond = 1'000'000'000, kHour = 3600 * kSecond, kDay = 24 * kHour;
enum ShopTool : uint32_t { kLookup, kLetter, kRefund };  // crm.lookup, mail.send, pay.refund
inline const std::vector<uint32_t> kAllTools = {kLookup, kLetter, kRefund};

/// A shop's program; rules are added by its tests, in the order of evaluation.
class Shop {
public:
    Shop();
    Program program;
    uint32_t amount, order, notify, notify_trust, notify_class, notify_sources, memo, tags, currency, where, paid,
        lookup_trust;

    RuleInfo rule(RuleKind kind, std::string name = "");  // with an id of its own
    /// A rule that always holds, for `tools`.
    void always(RuleInfo rule, const std::vector<uint32_t>& tools = kAllTools);
    /// A rule that holds when slot `slot` is greater than `number`.
    void above(RuleInfo rule, uint32_t slot, int64_t number, const std::vector<uint32_t>& tools);
    void allow() { always(rule(RuleKind::Allow)); }
    void mark(const std::string& name, const std::vector<uint32_t>& tools);
    /// number: value_slot is kNoSlot; sum or distinct: of that slot.
    void count(const std::string& name, CountKind kind, uint32_t value_slot, const std::vector<uint32_t>& tools,
               Window per = Window::Session);

    std::shared_ptr<const LoadedProgram> load() const;
    std::shared_ptr<const Policy> policy() const;
    uint32_t slot(std::string name, TypeRef type);

private:
    void add(RuleInfo rule, const std::vector<uint32_t>& tools, Segment segment, std::vector<uint32_t> params,
             int64_t payload);
    uint32_t shape(std::vector<Instr> code, std::vector<TypeRef> params, TypeRef result, uint16_t registers);
    uint32_t state_slots(const std::string& name, bool count, TypeRef list);
    std::vector<std::vector<uint32_t>> segments_;  // of each tool
    uint32_t true_shape_ = 0;
    uint8_t next_id_ = 1;
};

std::shared_ptr<const Policy> policy_of(const std::vector<const Shop*>& layers);

/// A request, part by part; parts that are empty are left out.
struct Ask {
    std::string session =
        R"({"id":"s-9","roles":["responder"],"tier":"prod","tenant":"acme","owner":"ops@acme.example",)"
        R"("scope":["*"],"retention":"standard","expires":"2026-11-23T18:00:00Z","revoked":false})";
    std::string tool = "pay.refund";
    std::string args = R"({"order":"A-1","amount":"300.00"})";
    std::string call_more;  // `,"data":"internal"`
    std::string facts, state, signatures;
    std::string context = R"({"time":"2026-11-23T10:00:00Z"})";
    std::string text() const;
};
Decision decide(const std::shared_ptr<const Policy>& policy, const Ask& ask);
bool spoke(const Decision& d, const std::string& rule);  // `builtin:...` or a kind
std::string because(const Decision& d, const std::string& rule);

}  // namespace remit::test
