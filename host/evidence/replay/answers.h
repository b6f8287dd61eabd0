// Answers: the canonical text of a decision, for those who decide very many requests. What the rules said (which of them, risk, lane, what
// they count, what was denied before them) settles the text but for a few places: the session, its tenant, amounts, the state's version, the digest. So a text is put
// together once for each thing that rules said, and afterwards its places are filled in.
//
// Only the plain case goes this way: a policy of one layer, no signatures. All else is written down by the engine, as Decider::decide
// does. Not thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "vm/engine/combine.h"
#include "vm/engine/digest.h"
#include "vm/engine/policy.h"

namespace remit::evidence {

class Answers {
public:
    explicit Answers(std::shared_ptr<const Policy> policy);

    /// What append_decision writes of Decider::decide. Valid until the next call.
    const std::string& decide(std::string_view request_json);

    uint64_t filled() const { return filled_; }    // texts that came from a pattern
    uint64_t written() const { return written_; }  // and from the engine

private:
    enum class Place : uint8_t { Session, Tenant, Digest, Amount, Version };
    struct Pattern {
        bool usable = false;
        std::string text;                              // without what stands in its places
        std::vector<std::pair<size_t, Place>> places;  // offsets in `text`; amounts in the order of their names
        Shown shown;                                   // what a signer is shown, for the digest
    };
    bool read_plain(const Decider::Heard& heard);
    bool read_rules(const Bound& bound, const remit::Outcome& outcome);
    void fill(const Pattern& pattern, const Decider::Heard& heard, std::string& out) const;
    Pattern pattern_of(const Decision& decision, const Decider::Heard& heard) const;
    const std::string& write(const Decision& decision);

    std::shared_ptr<const Policy> policy_;
    Decider decider_;
    std::unordered_map<std::string, Pattern> patterns_;
    std::string key_;                   // of the pattern for what was heard last
    std::vector<CountCharge> charges_;  // sorted by name
    std::string text_;
    uint64_t filled_ = 0, written_ = 0;
};

}  // namespace remit::evidence
