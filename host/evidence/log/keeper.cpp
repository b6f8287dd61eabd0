#include "host/evidence/log/keeper.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace remit::evidence {

namespace {
using Steady = std::chrono::steady_clock;
constexpr auto kSyncEvery = std::chrono::seconds(
    5);  // of the head: a sync stalls commits, and swaps survive all but power cuts
constexpr size_t kCosignatureBytes = 8 + 64;  // a time and a signature
constexpr size_t kMostSignatures = 32;
constexpr auto kTryAgain = std::chrono::seconds(1);  // making a segment, after it failed
}  // namespace

Keeper::Keeper(Committer& committer, Disk& disk, const SignerKey& signer, std::string origin, Head first)
    : committer_(committer), disk_(disk), signer_(signer), origin_(std::move(origin)), head_(std::move(first)) {}

void Keeper::start(int64_t checkpoint_every_ns, Events events) {
    events_ = std::move(events);
    thread_ = std::thread([this, checkpoint_every_ns] { run(checkpoint_every_ns); });
}

void Keeper::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void Keeper::want_segments() {
    {
        const std::lock_guard lock(mutex_);
        wanted_ = true;
    }
    wake_.notify_one();
}

void Keeper::run(int64_t every_ns) {
    const auto every = std::chrono::nanoseconds(every_ns);
    auto next_sign = Steady::now() + every, may_prepare = Steady::now(), next_sync = Steady::now() + kSyncEvery;
    for (bool wanted = true;;) {
        if (wanted && Steady::now() >= may_prepare) {
            wanted = !make_segments();
            if (wanted) may_prepare = Steady::now() + kTryAgain;
        }
        if (Steady::now() >= next_sign) {
            next_sign = Steady::now() + every;
            const uint64_t before = head().checkpoint.size;
            const bool sync = Steady::now() >= next_sync;
            if (sync) next_sync = Steady::now() + kSyncEvery;
            if (committer_.durable() != before && (sync ? sign_synced() : sign_now()) && events_.signed_new)
                events_.signed_new();
            if (events_.tick) events_.tick();
        }
        std::unique_lock lock(mutex_);
        if (stopping_) return;
        wake_.wait_until(lock, next_sign, [&] { return stopping_ || wanted_; });
        if (stopping_) return;
        wanted = wanted || wanted_;
        wanted_ = false;
    }
}

bool Keeper::make_segments() {
    for (;;) {
        Journal::Preparation preparation;
        const bool wanted = committer_.with_journal([&](Journal& journal) {
            if (journal.wanted() == 0 || journal.broken()) return false;
            preparation = journal.begin_preparing();
            return true;
        });
        if (!wanted) return true;
        const DiskStatus done = preparation.run([this] { return committer_.segments_short() || stopping_; });
        if (!done.ok()) {
            committer_.not_prepared(done.message);
            return false;
        }
        committer_.prepared(preparation);
    }
}

Head Keeper::head() const {
    const std::lock_guard lock(head_mutex_);
    return head_;
}

std::string Keeper::trouble() const {
    const std::lock_guard lock(head_mutex_);
    return trouble_;
}

Result<Head> Keeper::sign_now() {
    const std::lock_guard lock(head_mutex_);
    const Frontier tip = committer_.tip();
    if (!head_.note.empty() && tip.size() <= head_.checkpoint.size) return head_;
    Head next;
    next.checkpoint = {origin_, tip.size(), tip.root()};
    Note note{to_text(next.checkpoint), {}};
    sign(note, signer_);
    next.note = to_text(note);
    const DiskStatus written = swap_file(disk_, kCheckpointPath, next.note);
    trouble_ = written.message;
    if (!written.ok()) return Failure{written.message};
    head_ = next;
    return next;
}

Result<Head> Keeper::sign_synced() {
    const std::lock_guard one(sync_mutex_);  // or an older head could replace a newer one
    auto head = sign_now();
    if (!head || (synced_ != 0 && head->checkpoint.size <= synced_)) return head;
    const DiskStatus kept = replace_file(disk_, kSyncedHeadPath, head->note);
    if (kept.ok()) {
        synced_ = head->checkpoint.size;
        return head;
    }
    const std::lock_guard lock(head_mutex_);
    trouble_ = kept.message;
    return Failure{kept.message};
}

Result<bool> Keeper::add_cosignature(std::string_view text) {
    const auto given = parse_note(text);
    if (!given) return Failure{given.error()};
    const std::lock_guard lock(head_mutex_);
    auto note = parse_note(head_.note);
    if (!note || note->text != given->text) return false;
    // Which witness is to be believed is for those who verify. Here a later word of the same one takes the place of the earlier.
    for (const NoteSignature& s : given->signatures) {
        if (s.bytes.size() != kCosignatureBytes || s.name == origin_) continue;
        const auto same = [&](const NoteSignature& had) { return had.name == s.name && had.id == s.id; };
        std::erase_if(note->signatures, same);
        note->signatures.push_back(s);
    }
    if (note->signatures.size() > kMostSignatures)
        return Failure{fmt::format("a head has at most {} signatures", kMostSignatures)};
    const std::string merged = to_text(*note);
    const DiskStatus written = swap_file(disk_, kCheckpointPath, merged);
    if (!written.ok()) return Failure{written.message};
    head_.note = merged;
    return true;
}

}  // namespace remit::evidence
