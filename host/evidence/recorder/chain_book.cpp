#include "host/evidence/recorder/chain_book.h"

#include <fmt/format.h>

#include <algorithm>
#include <new>

#include "host/evidence/crypto/bytes.h"
#include "host/evidence/record/canonical.h"
#include "host/evidence/recorder/recorder.h"
#include "host/evidence/recorder/session_record.h"

namespace remit::evidence {

namespace {

constexpr int kTries = 4;            // after losses: each has new heads of chains
constexpr size_t kSnapshotPart = 4;  // of a segment: what the chains' saved state may take

OpenIntent unread_intent(uint64_t index) {
    OpenIntent intent;
    intent.unread = index;
    return intent;
}

/// What is known of an intent that has no durable outcome.
OpenIntent known_intent(Chain& chain, uint64_t number, uint64_t index) {
    if (const auto open = chain.open.find(number); open != chain.open.end()) return std::move(open->second);
    for (Chain::Finished& finished : chain.finished)
        if (finished.number == number) return std::move(finished.intent);
    return unread_intent(index);
}

}  // namespace

ChainBook::ChainBook(Log& log) : log_(log), most_saved_(log.config().segment_bytes / kSnapshotPart) {
    log_.with_chains([&](const Chains& chains) {
        saved_ = chains.saved_bytes();
        for (const auto& [id, head] : chains.open()) {
            if (id == ChainId{}) continue;
            const auto chain = std::make_shared<Chain>();
            chain->id = id;
            chain->session = head.session;
            chain->before = chain->opened = true;
            chain->count = head.count;
            chain->head = head.head;
            for (const auto& [number, index] : head.open) chain->open.emplace(number, unread_intent(index));
            chain->open_intents = chain->open.size();
            insert(chain);
        }
        for (auto& [session, chain] : by_session_) chain = by_id_[*chains.open_chain(session)];
    });
    const uint64_t epoch = log_.epoch();
    for (const ChainPtr& chain : chains_) chain->epoch = epoch;
}

// ---- the book ------------------------------------------------------------------------------------------------------

void ChainBook::insert(ChainPtr chain) {
    by_id_[chain->id] = chain;
    chains_.push_front(chain);
    chain->place = chains_.begin();
    by_session_[chain->session] = std::move(chain);
}

void ChainBook::forget(const ChainPtr& chain) {
    const std::lock_guard lock(mutex_);
    if (by_id_.erase(chain->id) == 0) return;
    chains_.erase(chain->place);
    const auto named = by_session_.find(chain->session);
    if (named != by_session_.end() && named->second == chain) by_session_.erase(named);
}

ChainBook::ChainPtr ChainBook::named(const ChainId& id) const {
    const std::lock_guard lock(mutex_);
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : found->second;
}

/// The session's chain, new if there is none. `replaced` is its old one, if that was somebody else's.
ChainBook::ChainPtr ChainBook::find_or_add(const Identity& identity, bool anybody, bool& is_new, ChainPtr& replaced) {
    const std::lock_guard lock(mutex_);
    const auto found = by_session_.find(identity.session);
    if (found != by_session_.end() && !found->second->closed) {
        const ChainPtr& chain = found->second;
        if (anybody || (chain->identity && *chain->identity == identity.key)) {
            chains_.splice(chains_.begin(), chains_, chain->place);
            return chain;
        }
        replaced = chain;
    }
    is_new = true;
    const auto chain = std::make_shared<Chain>();
    random_bytes(chain->id.bytes);
    chain->session = identity.session;
    if (identity.who != nullptr) chain->identity = identity.key;
    if (replaced) chain->continues = replaced->id;
    insert(chain);
    return chain;
}

/// The chain longest without a record of those that can be closed.
ChainBook::ChainPtr ChainBook::coldest() const {
    const std::lock_guard lock(mutex_);
    for (auto it = chains_.rbegin(); it != chains_.rend(); ++it)
        if ((*it)->open_intents == 0 && !(*it)->closed) return *it;
    return nullptr;
}

/// Closes chains until there is room for another, if that can be.
void ChainBook::make_room(size_t more) {
    const auto full = [&] {
        const std::lock_guard lock(mutex_);
        return chains_.size() > kMaxOpenChains || saved_ + more > most_saved_;
    };
    while (full()) {
        const ChainPtr cold = coldest();
        if (!cold) return;
        {
            const std::lock_guard lock(cold->mutex);
            if (!cold->closed && cold->open.empty() && !close(*cold, "idle")) return;
        }
        if (cold->closed) forget(cold);
    }
}

// ---- one chain, with its lock --------------------------------------------------------------------------------------

void ChainBook::end(Chain& chain) {
    if (chain.opened) saved_ -= saved_bytes_of_chain(chain.session) + chain.open.size() * kSavedBytesOfIntent;
    chain.open.clear();
    chain.finished.clear();
    chain.open_intents = 0;
    chain.closed = true;
}

/// After a loss of submissions: what the chain knows of itself may be of records that do not exist.
void ChainBook::settle(Chain& chain) {
    const uint64_t durable = log_.durable();  // read first: if the epoch is the chain's, so is this
    const uint64_t epoch = log_.epoch();
    if (!chain.opened) return;
    if (chain.epoch == epoch) {
        while (!chain.finished.empty() && chain.finished.front().outcome < durable) chain.finished.pop_front();
        return;
    }
    bool there = false;
    log_.with_chains([&](const Chains& chains) {
        const ChainHead* head = chains.find(chain.id);
        if (head == nullptr) return;
        there = true;
        chain.count = head->count;
        chain.head = head->head;
        saved_ -= chain.open.size() * kSavedBytesOfIntent;
        std::map<uint64_t, OpenIntent> open;
        for (const auto& [number, index] : head->open) open[number] = known_intent(chain, number, index);
        chain.open = std::move(open);
        chain.finished.clear();
        chain.open_intents = chain.open.size();
        saved_ += chain.open.size() * kSavedBytesOfIntent;
    });
    chain.epoch = epoch;
    if (!there) end(chain);  // its beginning was lost
}

Result<Ticket> ChainBook::submit(Chain& chain, const Addition& addition) {
    EntryHead head;
    head.kind = addition.kind;
    head.chain = chain.id;
    head.number = chain.count;
    if (chain.count > 0) head.prev = chain.head;
    head.wall_ns = log_.clock().wall_ns();
    head.mono_us = log_.clock().monotonic_ns() / 1000;
    head.boot = log_.boot();
    const std::string entry = make_entry(head, addition.record);
    Submission submission;
    submission.meta = {addition.kind, chain.id, chain.count, addition.answers};
    submission.entry = entry;
    submission.leaf = leaf_hash(entry);
    submission.payloads = addition.payloads;
    auto ticket = log_.submit(submission, chain.epoch);
    if (!ticket) return ticket;
    ++chain.count;
    chain.head = submission.leaf;
    return ticket;
}

/// The chain's first record. Ordinals are in the log's order, so they are given under a lock.
Result<bool> ChainBook::open(Chain& chain, const Identity& identity) {
    const size_t bytes = saved_bytes_of_chain(chain.session);
    if (saved_ + bytes > most_saved_) return Failure{"too many sessions with intents that have no outcome"};
    const std::lock_guard lock(ordinals_mutex_);
    const uint64_t epoch = log_.epoch();
    if (opened_epoch_ != epoch) {
        log_.with_chains([&](const Chains& chains) { opened_ = chains.opened(); });
        opened_epoch_ = epoch;
    }
    chain.epoch = epoch;
    const std::string record = opening_record(identity, opened_ + 1, chain.continues);
    Addition addition;
    addition.kind = Kind::SessionOpen;
    addition.record = record;
    if (auto ticket = submit(chain, addition); !ticket) return Failure{ticket.error()};
    ++opened_;
    chain.opened = true;
    saved_ += bytes;
    return true;
}

Result<Placed> ChainBook::add(Chain& chain, Addition& addition) {
    const uint64_t number = chain.count;
    const bool intent = addition.kind == Kind::Intent;
    if (intent) {
        if (saved_ + kSavedBytesOfIntent > most_saved_) return Failure{"too many intents without an outcome"};
        chain.open[number] = addition.intent;
    }
    Result<Ticket> ticket = Failure{"out of memory"};
    try {
        ticket = submit(chain, addition);
    } catch (const std::bad_alloc&) {  // nothing was submitted
    }
    if (!ticket) {
        if (intent) chain.open.erase(number);
        return Failure{ticket.error()};
    }
    if (intent) saved_ += kSavedBytesOfIntent;
    chain.open_intents = chain.open.size();
    return Placed{*ticket, {chain.id, number}};
}

Result<std::optional<Ticket>> ChainBook::close(Chain& chain, std::string_view reason) {
    settle(chain);
    if (chain.closed) return std::optional<Ticket>();
    if (!chain.open.empty())
        return Failure{fmt::format("session {}: {} intents have no outcome", chain.session, chain.open.size())};
    std::optional<Ticket> ticket;
    if (chain.opened) {
        const std::string record = closing_record(chain.session, chain.count + 1, reason);
        Addition addition;
        addition.kind = Kind::SessionClose;
        addition.record = record;
        auto submitted = submit(chain, addition);
        if (!submitted) return Failure{submitted.error()};
        ticket = *submitted;
    }
    end(chain);
    return ticket;
}

// ---- the public face -----------------------------------------------------------------------------------------------

Result<Placed> ChainBook::append(const Identity& identity, Addition& addition, bool anybody) {
    std::string why = "records were lost again and again";
    for (int i = 0; i < kTries; ++i) {
        bool is_new = false;
        ChainPtr replaced;
        const ChainPtr chain = find_or_add(identity, anybody, is_new, replaced);
        if (replaced) {
            const std::lock_guard lock(replaced->mutex);
            if (close(*replaced, "replaced")) forget(replaced);  // else it waits for outcomes
        }
        if (is_new) make_room(saved_bytes_of_chain(identity.session));
        const std::lock_guard lock(chain->mutex);
        settle(*chain);
        if (!chain->closed && !chain->opened) {
            if (auto opened = open(*chain, identity); !opened) {
                why = opened.error();
                end(*chain);
            }
        }
        if (!chain->closed) {
            auto placed = add(*chain, addition);
            if (placed || log_.epoch() == chain->epoch) return placed;
            why = placed.error();
            continue;
        }
        forget(chain);
        if (log_.mode() == Mode::Broken) break;
    }
    return Failure{why};
}

Result<Placed> ChainBook::append(const Identity& identity, Addition addition) {
    return append(identity, addition, false);
}

Result<Placed> ChainBook::append_to(std::string_view session, Addition addition) {
    Identity identity;
    identity.session = session;
    return append(identity, addition, true);
}

Result<OpenIntent> ChainBook::take_intent(const ActionId& action) {
    const ChainPtr chain = named(action.chain);
    if (chain) {
        const std::lock_guard lock(chain->mutex);
        settle(*chain);
        const auto found = chain->open.find(action.number);
        if (found != chain->open.end()) {
            if (found->second.finishing) return Failure{"its outcome is being recorded"};
            found->second.finishing = true;
            OpenIntent taken = found->second;
            taken.session = chain->session;
            return taken;
        }
    }
    return Failure{fmt::format("{} is no intent that waits for an outcome", action_text(action.chain, action.number))};
}

void ChainBook::untake_intent(const ActionId& action) {
    const ChainPtr chain = named(action.chain);
    if (!chain) return;
    const std::lock_guard lock(chain->mutex);
    if (const auto found = chain->open.find(action.number); found != chain->open.end()) found->second.finishing = false;
}

bool ChainBook::while_open(const ActionId& action, const std::function<void()>& then) {
    const ChainPtr chain = named(action.chain);
    if (!chain) return false;
    const std::lock_guard lock(chain->mutex);
    settle(*chain);
    const auto found = chain->open.find(action.number);
    if (found == chain->open.end() || found->second.finishing) return false;
    then();
    return true;
}

Result<Placed> ChainBook::finish_intent(const ActionId& action, Addition addition) {
    std::string why = "records were lost again and again";
    for (int i = 0; i < kTries; ++i) {
        const ChainPtr chain = named(action.chain);
        if (!chain) break;
        const std::lock_guard lock(chain->mutex);
        settle(*chain);
        const auto found = chain->open.find(action.number);
        if (found == chain->open.end()) break;
        auto placed = add(*chain, addition);
        if (placed) {
            found->second.finishing = false;  // for who finds it open again
            chain->finished.push_back({action.number, placed->ticket.index, std::move(found->second)});
            chain->open.erase(found);
            chain->open_intents = chain->open.size();
            saved_ -= kSavedBytesOfIntent;
            return placed;
        }
        why = placed.error();
        if (log_.epoch() != chain->epoch) continue;
        found->second.finishing = false;
        return placed;
    }
    untake_intent(action);
    return Failure{why};
}

Result<std::optional<Ticket>> ChainBook::close_session(std::string_view session, std::string_view reason) {
    ChainPtr chain;
    {
        const std::lock_guard lock(mutex_);
        const auto found = by_session_.find(std::string(session));
        if (found == by_session_.end()) return std::optional<Ticket>();
        chain = found->second;
    }
    Result<std::optional<Ticket>> closed = std::optional<Ticket>();
    {
        const std::lock_guard lock(chain->mutex);
        closed = close(*chain, reason);
    }
    if (chain->closed) forget(chain);
    return closed;
}

std::optional<Ticket> ChainBook::close_all(std::string_view reason) {
    std::vector<ChainPtr> all;
    {
        const std::lock_guard lock(mutex_);
        all.assign(chains_.begin(), chains_.end());
    }
    std::optional<Ticket> last;
    for (const ChainPtr& chain : all) {
        {
            const std::lock_guard lock(chain->mutex);
            auto closed = close(*chain, reason);
            if (closed && *closed) last = **closed;
        }
        if (chain->closed) forget(chain);
    }
    return last;
}

std::vector<InDoubt> ChainBook::in_doubt() const {
    std::vector<InDoubt> all;
    log_.with_chains([&](const Chains& chains) { all = chains.in_doubt(); });
    const std::lock_guard lock(mutex_);
    const auto begun_here = [&](const InDoubt& intent) {
        const auto found = by_id_.find(intent.chain);
        return found != by_id_.end() && !found->second->before;
    };
    all.erase(std::remove_if(all.begin(), all.end(), begun_here), all.end());
    return all;
}

}  // namespace remit::evidence
