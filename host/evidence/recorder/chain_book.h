// ChainBook: the sessions' chains as this process continues them: where each has come to, who it belongs to, which intents are open.
// Thread-safe. Locks are taken in this order: the book's, a chain's, the ordinals'; the log's own come last.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "host/evidence/log/log.h"
#include "host/evidence/record/entry.h"
#include "vm/engine/request.h"

namespace remit::evidence {

/// An intent that waits for its outcome.
struct OpenIntent {
    uint64_t key = 0;                  // its payloads' key; 0: unknown
    std::vector<std::string> missing;  // what the decision demanded and is not there yet
    bool finishing = false;            // a thread is recording its outcome
    std::optional<uint64_t> unread;    // index of its record, if only that knows key and `missing`
    std::string session;               // given by take_intent
};

/// Whose chain it is. Another one under the same session id begins another chain.
struct Identity {
    std::string session;             // as it stands in records
    std::string key;                 // all that the request says of the session, or its hash
    const SessionIn* who = nullptr;  // null: nobody said
};

class Chain {
public:
    ChainId id;
    std::string session;
    std::optional<std::string>
        identity;  // Identity::key; none: from before this opening of the log, or opened by a vote
    std::optional<ChainId> continues;
    bool before = false;  // from before this opening of the log

    std::mutex mutex;  // guards what follows
    uint64_t count = 0;
    Hash head{};
    uint64_t epoch = 0;
    bool opened = false;
    std::map<uint64_t, OpenIntent> open;  // by number in the chain
    /// Intents whose outcome was submitted and may yet be lost, in that order.
    struct Finished {
        uint64_t number = 0, outcome = 0;  // in the chain; index in the log
        OpenIntent intent;
    };
    std::deque<Finished> finished;

    std::atomic<bool> closed{false};  // set with `mutex` held; a closed chain takes no more
    std::atomic<size_t> open_intents{0};
    std::list<std::shared_ptr<Chain>>::iterator place;  // among the book's chains; guarded by the book
};

struct Placed {
    Ticket ticket;
    ActionId action;
};

class ChainBook {
public:
    explicit ChainBook(Log& log);

    struct Addition {
        Kind kind = Kind::Note;
        uint64_t answers = 0;
        std::string_view record;
        std::span<const SealedPayload> payloads;
        OpenIntent intent;  // of an Intent
    };
    /// Appends to the session's chain, which is opened if there is none, or if it is somebody else's. The failure says why nothing was
    /// submitted.
    Result<Placed> append(const Identity& identity, Addition addition);
    /// The same for who knows the session by name alone.
    Result<Placed> append_to(std::string_view session, Addition addition);

    /// Takes the intent for finishing: `use` sees it, once at a time. The failure says that there is none such.
    Result<OpenIntent> take_intent(const ActionId& action);
    /// Records the outcome of an intent that was taken; on failure it is open again.
    Result<Placed> finish_intent(const ActionId& action, Addition addition);
    void untake_intent(const ActionId& action);
    /// Runs `then` if the intent waits for an outcome that nobody is recording: none can be recorded meanwhile.
    bool while_open(const ActionId& action, const std::function<void()>& then);

    /// Closes the session's newest chain. Nothing to close is a ticket of no index.
    Result<std::optional<Ticket>> close_session(std::string_view session, std::string_view reason);
    std::optional<Ticket> close_all(std::string_view reason);

    /// Intents without an outcome in chains from before this opening of the log.
    std::vector<InDoubt> in_doubt() const;

private:
    using ChainPtr = std::shared_ptr<Chain>;
    ChainPtr find_or_add(const Identity& identity, bool anybody, bool& is_new, ChainPtr& replaced);
    ChainPtr named(const ChainId& id) const;
    ChainPtr coldest() const;
    void insert(ChainPtr chain);
    void forget(const ChainPtr& chain);
    void make_room(size_t more);
    Result<Placed> append(const Identity& identity, Addition& addition, bool anybody);

    // with the chain's lock
    Result<bool> open(Chain& chain, const Identity& identity);
    Result<Placed> add(Chain& chain, Addition& addition);
    Result<Ticket> submit(Chain& chain, const Addition& addition);
    Result<std::optional<Ticket>> close(Chain& chain, std::string_view reason);
    void settle(Chain& chain);
    void end(Chain& chain);

    Log& log_;
    const size_t most_saved_;  // bytes of the chains' saved state
    std::atomic<size_t> saved_{0};

    mutable std::mutex mutex_;                                            // the book's
    std::list<ChainPtr> chains_;                                          // the one used last in front
    std::unordered_map<std::string, std::shared_ptr<Chain>> by_session_;  // the newest
    std::map<ChainId, std::shared_ptr<Chain>> by_id_;

    std::mutex ordinals_mutex_;
    uint64_t opened_ = 0, opened_epoch_ = UINT64_MAX;
};

}  // namespace remit::evidence
