#include "tests/evidence_journal/power.h"

#include <fmt/format.h>

#include "host/evidence/journal/raw_frame.h"
#include "tests/evidence_journal/reference.h"
#include "tests/evidence_journal/sim_disk.h"

namespace remit::evidence::testing {

namespace {

constexpr char kFolder[] = "segments";
constexpr unsigned kSteps = 40;      // of one history
constexpr size_t kBallast = 9'000;   // a state that does not fit half a segment
constexpr uint64_t kMostNested = 2;  // cuts during recovery from cuts

class History {
public:
    History(uint64_t seed, bool lying_disk, PowerReport& report) : random_(seed), report_(report) {
        settings_.segment_bytes = kMinSegmentBytes;
        settings_.ahead = 2 + static_cast<unsigned>(random_.below(2));
        ballast_ = random_.one_in(4) ? kBallast : random_.below(200);
        most_bytes_ = random_.one_in(4) ? 2'500 : 400;
        // Frames of one length lie where frames lay before: the best chance for a stale one to be taken for a new one.
        if (random_.one_in(3)) least_bytes_ = most_bytes_ = 40 + random_.below(200);
        disk_ = std::make_unique<SimDisk>();
        disk_->lies = lying_disk;
        if (random_.one_in(4)) disk_->capacity = (settings_.ahead + 2) * settings_.segment_bytes;
    }

    /// What does not hold; empty if all does.
    std::string run() {
        create();
        for (unsigned i = 0; i < kSteps && violation_.empty(); ++i) step();
        return violation_;
    }

private:
    void step();
    void create();
    void commit();
    void prepare();
    void close();
    void reopen(bool power_goes);
    void drop();
    void arm();

    void attach();
    void explore();
    void check_cut(const SimDisk& disk, uint64_t least, uint64_t most, uint64_t nested);
    void check_whole(SimDisk& disk, uint64_t least, uint64_t most);
    void go_on(Journal& journal, SimDisk& disk);
    void check_damage();
    void violate(std::string what) {
        if (violation_.empty()) violation_ = std::move(what);
    }

    Random random_;
    PowerReport& report_;
    JournalSettings settings_;
    size_t ballast_ = 0, least_bytes_ = 0, most_bytes_ = 0;
    std::unique_ptr<SimDisk> disk_;
    Reference reference_;  // with what is being written just now
    uint64_t acknowledged_ = 0;
    uint64_t dropped_ = 0;  // records below may be gone
    bool created_ = false;
    std::unique_ptr<DigestFold> fold_;
    std::unique_ptr<Journal> journal_;
    uint64_t fail_in_ = 0;  // operations from now; 0: not
    std::string violation_;
};

void History::attach() {
    disk_->changed = [this](SimOp) { explore(); };
    disk_->fault = [this](SimOp op, const std::string&) {
        if (fail_in_ == 0 || op == SimOp::Read || --fail_in_ > 0) return DiskError::None;
        ++report_.failures;
        // Trouble seldom comes alone.
        if (random_.one_in(3)) fail_in_ = 1 + random_.below(3);
        return DiskError::Io;
    };
}

void History::arm() {
    if (random_.one_in(8)) fail_in_ = 1 + random_.below(6);
}

void History::create() {
    attach();
    fold_ = std::make_unique<DigestFold>(ballast_);
    auto made = Journal::create(*disk_, kFolder, settings_, *fold_);
    if (!made) return violate("create: " + made.error());
    journal_ = std::move(*made);
    created_ = true;
}

void History::step() {
    switch (random_.below(16)) {
        case 0: return reopen(true);
        case 1: return reopen(false);
        case 2: return close();
        case 3: return drop();
        default: commit(); break;
    }
    if (!journal_->broken() && random_.one_in(2)) prepare();
}

void History::commit() {
    if (journal_->broken()) return reopen(random_.one_in(2));
    Batch batch;
    for (uint64_t n = 1 + random_.below(random_.one_in(4) ? 30 : 4); n > 0; --n) {
        Record record = random_record(random_, least_bytes_, most_bytes_);
        append(batch, record);
        reference_.add(std::move(record));
    }
    arm();
    const DiskStatus done = journal_->commit(batch);
    fail_in_ = 0;
    const uint64_t size = journal_->size();
    if (done.ok() ? size != reference_.size() : size < acknowledged_ || size > reference_.size())
        return violate(fmt::format("after a commit there are {} records, not {}", size, reference_.size()));
    report_.records += size - acknowledged_;
    acknowledged_ = size;
    if (!journal_->broken()) reference_.truncate(size);  // the rest is void from now on
    if (!journal_->broken() && random_.one_in(8)) check_damage();
}

void History::prepare() {
    while (journal_->wanted() > 0) {
        arm();
        Journal::Preparation preparation = journal_->begin_preparing();
        const DiskStatus done = preparation.run();
        fail_in_ = 0;
        if (!done.ok()) return;
        ++report_.rotations;
        journal_->prepared(preparation);
    }
}

void History::close() {
    const bool was_broken = journal_->broken();
    const DiskStatus done = journal_->close();
    if (done.ok() == was_broken) return violate("close: " + done.message);
    reopen(random_.one_in(2));
}

void History::reopen(bool power_goes) {
    journal_.reset();
    if (power_goes) {
        const bool lies = disk_->lies;
        disk_ = disk_->cut(random_);
        disk_->lies = lies;
        attach();
    } else {
        disk_->restart(random_);
    }
    Recovery recovery;
    arm();
    fold_ = std::make_unique<DigestFold>(ballast_);
    auto opened = Journal::open(*disk_, kFolder, settings_, *fold_, recovery);
    if (!opened && fail_in_ != 0) fail_in_ = 0;
    while (!opened && report_.failures > 0) {
        // Refused because of the failure: without it, all is there.
        fail_in_ = 0;
        disk_->restart(random_);
        fold_ = std::make_unique<DigestFold>(ballast_);
        opened = Journal::open(*disk_, kFolder, settings_, *fold_, recovery);
        if (!opened) break;
    }
    fail_in_ = 0;
    if (!opened) return violate("open: " + opened.error());
    journal_ = std::move(*opened);
    const uint64_t size = journal_->size();
    if (size < acknowledged_ || size > reference_.size())
        return violate(
            fmt::format("{} records after opening, {} to {} may be", size, acknowledged_, reference_.size()));
    acknowledged_ = size;
    reference_.truncate(size);
    if (fold_->digest() != reference_.digest(size)) violate("another fold after opening");
}

void History::drop() {
    if (journal_->broken()) return;
    dropped_ = std::max(dropped_, random_.below(acknowledged_ + 1));
    arm();
    const auto first = journal_->drop_before(dropped_);
    fail_in_ = 0;
    if (first && *first > dropped_) violate(fmt::format("dropped up to {}, not {}", *first, dropped_));
}

/// Some cuts of the disk as it is now.
void History::explore() {
    if (!created_ || !violation_.empty()) return;
    if (random_.one_in(2)) return;
    for (uint64_t n = 1 + random_.below(6); n > 0 && violation_.empty(); --n)
        check_cut(*disk_, acknowledged_, reference_.size(), 0);
}

void History::check_cut(const SimDisk& before, uint64_t least, uint64_t most, uint64_t nested) {
    const auto disk = before.cut(random_);
    ++report_.states;
    if (random_.one_in(16)) check_whole(*disk, least, most);
    if (nested < kMostNested && random_.one_in(8)) {
        disk->changed = [&](SimOp) {
            if (violation_.empty() && random_.one_in(2)) check_cut(*disk, least, most, nested + 1);
        };
    }
    DigestFold fold(ballast_);
    Recovery recovery;
    const auto opened = Journal::open(*disk, kFolder, settings_, fold, recovery);
    disk->changed = nullptr;
    if (!violation_.empty()) return;
    if (!opened) return violate("after a power cut: " + opened.error());
    const uint64_t size = (*opened)->size();
    if (size < least) return violate(fmt::format("{} records after a power cut, {} were acknowledged", size, least));
    if (size > most) return violate(fmt::format("{} records after a power cut, {} were ever submitted", size, most));
    if ((*opened)->frontier() != reference_.frontier(size)) return violate("another tree after a power cut");
    if (fold.digest() != reference_.digest(size)) return violate("another fold after a power cut");
    if (recovery.size != size || recovery.first > dropped_) return violate("recovery tells something else");
    // What an opening found, it made durable.
    if (nested < kMostNested && random_.one_in(8)) check_cut(*disk, size, size, nested + 1);
    if (random_.one_in(16)) check_whole(*disk, size, size);
    if (random_.one_in(16)) go_on(**opened, *disk);
}

/// Every record that a reader finds.
void History::check_whole(SimDisk& disk, uint64_t least, uint64_t most) {
    const auto reader = JournalReader::open(disk, kFolder);
    if (!reader) return violate("reading: " + reader.error());
    uint64_t index = (*reader)->first();
    if (index > dropped_)
        return violate(fmt::format("the first record is {}; only those below {} were dropped", index, dropped_));
    for (;; ++index) {
        const auto record = (*reader)->next();
        if (!record) return violate("reading: " + record.error());
        if (*record == nullptr) break;
        if ((*record)->index != index)
            return violate(fmt::format("record {} where {} should be", (*record)->index, index));
        const std::string difference = reference_.difference(**record);
        if (!difference.empty()) return violate(difference);
    }
    if (index < least || index > most) violate(fmt::format("{} records to read, {} to {} may be", index, least, most));
}

/// A bit flips in a batch before the last one of the newest segment: no opening may take that for a torn end.
void History::check_damage() {
    const auto disk = disk_->copy();
    const auto reader = JournalReader::open(*disk, kFolder);
    if (!reader) return violate("reading: " + reader.error());
    std::string& bytes = disk->bytes_of((*reader)->segments().back().path);
    struct Place {
        size_t at = 0;
        RawFrame frame;
    };
    std::vector<Place> frames;
    for (size_t at = kSegmentHeaderBytes;; at += frames.back().frame.bytes) {
        const auto frame = raw_frame(std::string_view(bytes).substr(at));
        if (!frame) break;
        frames.push_back({at, *frame});
    }
    // Two frames behind prove each other, whatever became of this one.
    if (frames.size() < 3) return;
    const Place& hit = frames[random_.below(frames.size() - 2)];
    const size_t last = frames.size() - 1;
    if (hit.frame.batch >= frames[last].frame.batch) return;
    const size_t byte = hit.at + random_.below(hit.frame.bytes);
    bytes[byte] = static_cast<char>(bytes[byte] ^ (1 << random_.below(8)));
    ++report_.damages;
    DigestFold fold(ballast_);
    Recovery recovery;
    if (Journal::open(*disk, kFolder, settings_, fold, recovery).ok())
        violate(fmt::format("opened with byte {} damaged before a later batch", byte));
}

/// The recovered log is a log like any other: it takes records and keeps them.
void History::go_on(Journal& journal, SimDisk& disk) {
    Batch batch;
    append(batch, random_record(random_, least_bytes_, most_bytes_));
    const uint64_t size = journal.size();
    if (!journal.commit(batch).ok()) return;  // no segment may be left
    const auto after = disk.cut(random_);
    ++report_.states;
    DigestFold fold(ballast_);
    Recovery recovery;
    const auto opened = Journal::open(*after, kFolder, settings_, fold, recovery);
    if (!opened) return violate("after a second power cut: " + opened.error());
    if ((*opened)->size() != size + 1) return violate("the record behind a recovery is lost");
    if ((*opened)->frontier() != journal.frontier()) violate("another tree after a second power cut");
}

}  // namespace

PowerReport check_power(const PowerOptions& options) {
    PowerReport report;
    for (uint64_t seed = options.seed; report.states < options.states; ++seed) {
        std::string violation = History(seed, options.lying_disk, report).run();
        ++report.histories;
        if (!violation.empty()) {
            report.violation = fmt::format("seed {}: {}", seed, violation);
            break;
        }
        if (options.progress) options.progress(report.states);
        if (options.one_history) break;
    }
    return report;
}

}  // namespace remit::evidence::testing
