// Chains: the journal's fold. Which session chains are open, where each has come to, and which intents still wait for an outcome. A
// function of the records alone. Not thread-safe; the Log guards it.
//
// The log's own chain (id zero) is made by its first record, has no `session.open` and is not counted; sessions' chains are numbered
// from 1 by their ordinals. A session whose identity changed has a newer chain beside the old one until that is closed. Records that
// fit no open chain are passed over: verification reports them.
#pragma once

#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "host/evidence/journal/fold.h"

namespace remit::evidence {

struct ChainHead {
    std::string session;                // the session's id as it was given
    uint64_t ordinal = 0;               // this is the log's n-th chain: a missing one shows
    uint64_t count = 0;                 // records so far
    Hash head{};                        // leaf hash of the last one
    uint64_t last = 0;                  // its index
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

    /// The size that `save` would have, as good as exactly: writers keep it within a part of a segment.
    size_t saved_bytes() const { return saved_bytes_; }

    const ChainHead* find(const ChainId& chain) const;
    /// The newest open chain of a session, or nothing.
    std::optional<ChainId> open_chain(std::string_view session) const;
    /// Records below this index may be missing: a `pruned` record says so.
    uint64_t pruned_below() const { return pruned_below_; }
    uint64_t opened() const { return opened_; }  // chains ever
    std::vector<InDoubt> in_doubt() const;       // by index in the log

    struct HashOfChain {  // ids are random
        size_t operator()(const ChainId& c) const noexcept {
            size_t hash = 0;
            std::memcpy(&hash, c.bytes.data(), sizeof hash);
            return hash;
        }
    };
    using Open = std::unordered_map<ChainId, ChainHead, HashOfChain>;
    const Open& open() const { return chains_; }

private:
    void open_session(const ChainId& chain, uint64_t index, std::string_view entry, const Hash& leaf);
    void add(const ChainId& chain, ChainHead head);
    void close(Open::iterator at);

    Open chains_;
    std::map<std::pair<std::string, uint64_t>, ChainId> by_session_;  // session, ordinal
    uint64_t pruned_below_ = 0;
    uint64_t opened_ = 0;
    size_t saved_bytes_ = 0;
};

/// What a chain and an intent without an outcome may take of the saved state, at most.
size_t saved_bytes_of_chain(std::string_view session);
inline constexpr size_t kSavedBytesOfIntent = 20;
inline constexpr size_t kMaxSessionName = 640;  // bytes of a session's id as it stands in records

}  // namespace remit::evidence
