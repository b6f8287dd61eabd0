// Chains: the journal's fold. Which session chains are open, where each has come to, and which intents still wait for an outcome. A
// function of the records alone. Not thread-safe; the Log guards it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "host/evidence/journal/fold.h"

namespace remit::evidence {

struct ChainHead {
    std::string session;   // the session's id as it was given
    uint64_t ordinal = 0;  // this is the log's n-th chain: a missing one shows
    uint64_t count = 0;    // records so far
    Hash head{};           // leaf hash of the last one
    uint64_t last = 0;     // its index
    std::map<uint64_t, uint64_t> open;  // intents without an outcome: number in the chain -> index in the log
};

/// An intent that has no outcome: after a crash nobody knows whether its effect happened.
struct InDoubt {
    ChainId chain;
    std::string session;
    uint64_t number = 0, index = 0;
};

class Chains : public Fold {
public:
    void apply(uint64_t index, const Meta& meta, std::string_view entry, const Hash& leaf) override;
    void save(std::string& out) const override;
    Result<bool> load(std::string_view saved) override;

    const ChainHead* find(const ChainId& chain) const;
    /// The open chain of a session, or nothing.
    std::optional<ChainId> open_chain(std::string_view session) const;
    uint64_t opened() const { return opened_; }  // chains ever
    std::vector<InDoubt> in_doubt() const;       // by index
    const std::unordered_map<std::string, ChainId>& sessions() const { return by_session_; }

private:
    struct HashOfChain {
        size_t operator()(const ChainId& c) const noexcept;
    };
    std::unordered_map<ChainId, ChainHead, HashOfChain> chains_;
    std::unordered_map<std::string, ChainId> by_session_;
    uint64_t opened_ = 0;
};

}  // namespace remit::evidence
