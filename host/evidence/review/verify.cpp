#include "host/evidence/review/verify.h"

#include <fmt/format.h>

#include <algorithm>

#include "host/evidence/log/config.h"
#include "host/evidence/review/chain_check.h"
#include "host/evidence/review/content_check.h"
#include "host/evidence/review/doubts.h"
#include "host/evidence/review/published.h"
#include "host/evidence/review/tree_walk.h"
#include "host/evidence/tree/tiles.h"

namespace remit::evidence {

namespace {

constexpr size_t kBatch = 64;
constexpr uint64_t kProgressEvery = 4096;

/// A signed tree that the walk must pass through.
struct Watch {
    Checkpoint checkpoint;
    ProblemKind kind = ProblemKind::Root;
    std::string where;
    bool is_published = false;
};

class Verification {
public:
    Verification(Reading& log, const VerifyOptions& options)
        : log_(log),
          options_(options),
          published_(log, options.key ? *options.key : log.config().key, report_.problems),
          chains_(report_.problems),
          contents_(log, options.payloads, report_.problems) {
        if (options.tiles)
            tree_ = TreeWalk([this](unsigned level, uint64_t n, const Hash& h) { published_.hash(level, n, h); });
    }

    VerifyReport run() {
        head_ = check_head(log_, options_, report_.problems);
        check_witnesses(head_.note, kCheckpointPath, options_.witnesses, report_.problems);
        if (head_.checkpoint) contents_.believe_below(head_.checkpoint->size);
        set_watches();
        JournalReader& reader = log_.journal();
        report_.first = reader.first();
        read(reader);
        finish();
        return std::move(report_);
    }

private:
    /// A record whose leaf is still to be hashed. Its bytes are in `bytes_`.
    struct Pending {
        uint64_t index = 0;
        Meta meta;
        EntryHead head;
        bool readable = false;
        size_t begin = 0, size = 0;
        Hash leaf{};
    };

    void set_watches();
    void read(JournalReader& reader);
    bool enter(JournalReader& reader, size_t segment);
    bool has_state(JournalReader& reader, size_t segment);
    void boundary(JournalReader& reader, uint64_t segment, uint64_t first);
    void end(JournalReader& reader);
    void take(const RecordView& record);
    void flush();
    void hash_pending();
    void settle(const Pending& record);
    void pass_watches();
    bool proved_by_tiles(const Checkpoint& part, ProblemKind kind, const std::string& where);
    void finish();
    bool at_work();
    std::string_view bytes_of(const Pending& record) const { return {bytes_.data() + record.begin, record.size}; }

    Reading& log_;
    const VerifyOptions& options_;
    VerifyReport report_;
    Published published_;
    ChainCheck chains_;
    ContentCheck contents_;
    TreeWalk tree_;
    SignedHead head_;
    std::vector<Watch> watches_;  // by size, those still ahead
    size_t next_watch_ = 0;
    std::vector<Pending> pending_;
    std::string bytes_;
    uint64_t segment_ = 0, end_ = 0;
    bool load_state_ = false;  // the next segment's saved state is taken over, not compared
    bool broken_ = false;      // records are missing in the middle
};

void Verification::set_watches() {
    if (head_.checkpoint) {
        report_.head = *head_.checkpoint;
        watches_.push_back({*head_.checkpoint, ProblemKind::Root, kCheckpointPath, false});
    }
    if (head_.known) watches_.push_back({*head_.known, ProblemKind::Forked, "the known checkpoint", false});
    if (options_.tiles && published_.checkpoint().size > 0)
        watches_.push_back({published_.checkpoint(), ProblemKind::Forked, "tlog/checkpoint", true});
    for (const Watch& watch : watches_) {
        if (head_.checkpoint && watch.checkpoint.size > head_.checkpoint->size) {
            report_.problems.add(
                ProblemKind::RolledBack, watch.where,
                fmt::format("it covers {} records, the head {}", watch.checkpoint.size, head_.checkpoint->size));
        }
    }
    std::stable_sort(watches_.begin(), watches_.end(),
                     [](const Watch& a, const Watch& b) { return a.checkpoint.size < b.checkpoint.size; });
}

/// Goes to the segment's first record. What is read from there on follows its saved state.
bool Verification::enter(JournalReader& reader, size_t segment) {
    const SegmentInfo& info = reader.segments()[segment];
    const auto found = reader.seek(info.first);
    if (!found) {
        report_.problems.add(ProblemKind::Segment, info.path, found.error());
        return false;
    }
    segment_ = UINT64_MAX;
    load_state_ = true;
    return *found;
}

/// Did the segment save the chains? Where they would have filled it, it saved the tree alone.
bool Verification::has_state(JournalReader& reader, size_t segment) {
    if (reader.segments()[segment].first == 0) return true;
    const auto found = reader.seek(reader.segments()[segment].first);
    if (!found || !*found) return false;
    const auto record = reader.next();
    TreeWalk tree;
    Chains chains;
    const auto loaded = record && *record != nullptr ? load_saved(reader.snapshot(), tree, chains)
                                                     : Result<bool>(false);
    return loaded && *loaded;
}

void Verification::read(JournalReader& reader) {
    const auto segments = reader.segments();
    if (segments.empty()) return;
    size_t at = 0;
    while (at + 1 < segments.size() && segments[at + 1].first <= options_.from) ++at;
    while (at > 0 && !has_state(reader, at)) --at;
    report_.from = at == 0 ? reader.first() : segments[at].first;
    if (!enter(reader, at)) return;
    load_state_ = segments[at].first > 0;
    const uint64_t total = head_.checkpoint ? head_.checkpoint->size : segments.back().first;
    for (;;) {
        auto next = reader.next();
        if (!next) {
            flush();
            report_.problems.add(ProblemKind::Segment, "segments", next.error());
            // What follows the damage is verified from the state saved behind it.
            broken_ = true;
            published_.skip();
            size_t behind = 0;
            while (behind < segments.size() && (segments[behind].first <= end_ || !has_state(reader, behind))) ++behind;
            if (behind == segments.size() || !enter(reader, behind)) return;
            continue;
        }
        if (*next == nullptr) return end(reader);
        const RecordView& record = **next;
        if (record.segment != segment_) boundary(reader, record.segment, record.index);
        if (record.index >= options_.to && tree_.size() + pending_.size() == record.index) {
            flush();
            const Checkpoint here{log_.config().origin, tree_.size(), tree_.root()};
            if (published_.checkpoint().size >= here.size && proved_by_tiles(here, ProblemKind::Root, "the range"))
                return;
        }
        take(record);
        if (options_.progress && record.index % kProgressEvery == 0)
            options_.progress(record.index - report_.from, total - std::min(total, report_.from));
    }
}

/// The reader is in another segment: the state saved there must be the one that the records before it give.
void Verification::boundary(JournalReader& reader, uint64_t segment, uint64_t first) {
    flush();
    segment_ = segment;
    const std::string_view saved = reader.snapshot();
    const std::string where = fmt::format("segment {}", segment);
    if (load_state_) {
        load_state_ = false;
        const auto loaded = chains_.load(saved, tree_);
        if (!loaded) report_.problems.add(ProblemKind::Snapshot, where, loaded.error());
    } else {
        std::string tree, chains;
        tree_.save(tree);
        chains_.chains().save(chains);
        if (saved != (reader.snapshot_is_edge() ? tree : tree + chains))
            report_.problems.add(ProblemKind::Snapshot, where, "the saved state is not what the records give");
    }
    if (tree_.size() != first) {
        report_.problems.add(ProblemKind::Snapshot, where,
                             fmt::format("the saved state is of {} records", tree_.size()));
    }
}

/// The newest segment may hold nothing yet but its saved state, which the next opening would believe.
void Verification::end(JournalReader& reader) {
    flush();
    const SegmentInfo& newest = reader.segments().back();
    if (newest.number != segment_) boundary(reader, newest.number, newest.first);
}

void Verification::take(const RecordView& record) {
    pending_.push_back({record.index, record.meta, {}, false, bytes_.size(), record.entry.size(), {}});
    bytes_ += record.entry;
    end_ = record.index + 1;
    Pending& mine = pending_.back();
    if (const auto view = read_entry(record.entry)) {
        mine.head = view->head;
        mine.readable = true;
        const EntryHead& head = view->head;
        if (head.kind != record.meta.kind || head.chain != record.meta.chain || head.number != record.meta.number) {
            report_.problems.at_record(
                ProblemKind::Meta, record.index,
                fmt::format("the record says {} {}", text_of(head.kind), action_text(head.chain, head.number)));
        }
        contents_.record(record, *view, chains_.chains());
    } else {
        report_.problems.at_record(ProblemKind::Entry, record.index, view.error());
    }
    // A session's count and number are compared with what came before, so nothing may wait.
    const bool now = record.meta.kind == Kind::SessionOpen || record.meta.kind == Kind::SessionClose;
    if (pending_.size() == kBatch || now) flush();
}

void Verification::hash_pending() {
    size_t i = 0;
    for (; i + 1 < pending_.size(); i += 2)
        leaf_hash_pair(bytes_of(pending_[i]), bytes_of(pending_[i + 1]), pending_[i].leaf, pending_[i + 1].leaf);
    if (i < pending_.size()) pending_[i].leaf = leaf_hash(bytes_of(pending_[i]));
}

void Verification::flush() {
    hash_pending();
    for (const Pending& record : pending_) settle(record);
    pending_.clear();
    bytes_.clear();
}

void Verification::settle(const Pending& record) {
    pass_watches();
    if (record.readable) { chains_.record(record.index, record.meta, record.head, bytes_of(record), record.leaf); }
    if (options_.tiles) published_.entry(record.index, bytes_of(record));
    tree_.add(record.leaf);
    if (record.index >= options_.from && record.index < options_.to) ++report_.records;
}

/// Compares the trees that were signed with the one so far, at their sizes.
void Verification::pass_watches() {
    for (; next_watch_ < watches_.size(); ++next_watch_) {
        const Watch& watch = watches_[next_watch_];
        if (watch.checkpoint.size > tree_.size()) return;
        if (watch.checkpoint.size < tree_.size()) {  // before where the reading began
            if (!broken_) proved_by_tiles(watch.checkpoint, watch.kind, watch.where);
            continue;
        }
        if (tree_.root() != watch.checkpoint.root) {
            report_.problems.add(watch.kind, watch.where,
                                 fmt::format("the first {} records are not those that were signed", tree_.size()));
        }
        if (watch.is_published) {
            published_.finish();
            report_.published = watch.checkpoint.size;
        }
    }
}

/// That the published tree, which is signed, extends `part`.
bool Verification::proved_by_tiles(const Checkpoint& part, ProblemKind kind, const std::string& where) {
    const Checkpoint& whole = published_.checkpoint();
    if (whole.size < part.size) {
        report_.problems.add(kind, where, "the published tiles, which are to prove it, do not reach so far");
        return false;
    }
    const auto source = tile_source(log_.disk(), kTilesFolder, whole.size);
    const auto proof = consistency_proof(*source, part.size, whole.size);
    if (!proof) {
        report_.problems.add(ProblemKind::Tile, where, proof.error());
        return false;
    }
    if (verify_consistency(part.size, part.root, whole.size, whole.root, *proof)) return true;
    report_.problems.add(kind, where, fmt::format("the tree of {} records is no part of the published one", part.size));
    return false;
}

/// Does somebody write to the log, or did until a moment ago? Then the head that was read is not its last.
bool Verification::at_work() {
    std::unique_ptr<File> lock;
    if (log_.disk().lock(kLockPath, lock).error == DiskError::Locked) return true;
    const auto now = log_.head(options_.key ? &*options_.key : nullptr);
    return now && now->checkpoint.size > head_.checkpoint->size;
}

void Verification::finish() {
    pass_watches();
    report_.chains = chains_.chains().opened();
    report_.in_doubt = chains_.chains().in_doubt().size();
    report_.payloads = contents_.payloads();
    report_.unreadable_payloads = contents_.unreadable();
    const uint64_t size = std::max(end_, tree_.size());
    if (!head_.checkpoint) return;
    const bool whole = options_.to == UINT64_MAX;
    if (whole && size < head_.checkpoint->size) {
        report_.problems.add(ProblemKind::Short, kCheckpointPath,
                             fmt::format("it covers {} records, {} are there", head_.checkpoint->size, size));
    }
    if (whole && size > head_.checkpoint->size) report_.unsigned_tail = size - head_.checkpoint->size;
    contents_.finish(report_.first, options_.from <= report_.first, whole);
    if (const auto closed = contents_.closed_at(); whole && closed && *closed >= head_.checkpoint->size && !at_work()) {
        report_.problems.at_record(
            ProblemKind::Unsigned, *closed,
            fmt::format("the log was closed here, and the head covers {} records", head_.checkpoint->size));
    }
}

}  // namespace

std::string VerifyReport::note() const {
    if (unsigned_tail == 0) return "";
    return fmt::format("{} records behind the signed head are not covered by any signature", unsigned_tail);
}

VerifyReport verify_log(Reading& log, const VerifyOptions& options) { return Verification(log, options).run(); }

}  // namespace remit::evidence
