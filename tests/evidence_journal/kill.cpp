#include "tests/evidence_journal/kill.h"

#include <csignal>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "tests/evidence_journal/reference.h"

namespace remit::evidence::testing {

namespace {

constexpr char kFolder[] = "segments", kLock[] = "lock";
constexpr JournalSettings kSettings{64u << 10, 2};
constexpr uint64_t kLongestOpening = 3'000, kLongestWork = 5'000;  // microseconds
constexpr uint64_t kKept = 3'000;                                  // records; older ones are dropped
constexpr uint64_t kReadEvery = 25;                                // kills

/// What the writer tells through the pipe: before a commit, how many records it will have made; after it, how many are durable.
struct Message {
    uint64_t submitted = 0, durable = 0;
};

/// Everybody can make a record again who knows its index and which process wrote it.
Record record_of(uint64_t seed, uint64_t index, uint64_t life) {
    Random random(seed ^ (index << 20) ^ life);
    return random_record(random, 0, 600);
}

[[noreturn]] void live(const KillOptions& options, uint64_t life, int pipe) {
    const auto disk = posix_disk(options.folder);
    std::unique_ptr<File> lock;
    DigestFold fold;
    Recovery recovery;
    if (!disk->lock(kLock, lock).ok()) ::_exit(3);
    const auto journal = Journal::open(*disk, kFolder, kSettings, fold, recovery);
    if (!journal) ::_exit(4);
    Random random(options.seed + life);
    const auto tell = [&](const Message& m) {
        if (::write(pipe, &m, sizeof(m)) != sizeof(m)) ::_exit(5);
    };
    for (Batch batch;; batch.clear()) {
        while ((*journal)->wanted() > 0) {
            Journal::Preparation preparation = (*journal)->begin_preparing();
            if (!preparation.run().ok()) ::_exit(7);
            (*journal)->prepared(preparation);
        }
        const uint64_t size = (*journal)->size(), n = 1 + random.below(random.one_in(8) ? 100 : 8);
        for (uint64_t i = 0; i < n; ++i) append(batch, record_of(options.seed, size + i, life));
        tell({size + n, size});
        if (!(*journal)->commit(batch).ok()) ::_exit(6);
        tell({size + n, size + n});
    }
}

class Parent {
public:
    explicit Parent(const KillOptions& options)
        : options_(options), random_(options.seed), disk_(posix_disk(options.folder)) {}

    KillReport run() {
        DigestFold fold;
        const auto made = Journal::create(*disk_, kFolder, kSettings, fold);
        if (!made) violate("create: " + made.error());
        for (; report_.kills < options_.kills && report_.violation.empty(); ++report_.kills) {
            const Message last = one_life();
            if (report_.violation.empty()) look(last);
            if (options_.progress) options_.progress(report_.kills);
        }
        report_.records = lives_.size();
        return report_;
    }

private:
    void violate(std::string what) {
        if (report_.violation.empty())
            report_.violation = fmt::format("seed {}, kill {}: {}", options_.seed, report_.kills, what);
    }

    /// A process from birth to death; the last it said.
    Message one_life() {
        int ends[2];
        if (::pipe(ends) != 0) {
            violate("no pipe");
            return {};
        }
        const pid_t child = ::fork();
        if (child == 0) {
            ::close(ends[0]);
            live(options_, report_.kills, ends[1]);
        }
        ::close(ends[1]);
        if (child < 0) violate("no process");
        // One in eight dies before it has opened its journal or while it does; the others at work.
        if (random_.one_in(8)) {
            ::usleep(static_cast<useconds_t>(random_.below(kLongestOpening)));
        } else {
            pollfd first{ends[0], POLLIN, 0};
            ::poll(&first, 1, -1);
            ::usleep(static_cast<useconds_t>(random_.below(kLongestWork)));
        }
        if (child > 0) ::kill(child, SIGKILL);
        int status = 0;
        if (child > 0) ::waitpid(child, &status, 0);
        if (WIFEXITED(status)) violate(fmt::format("the writer gave up: {}", WEXITSTATUS(status)));
        Message last{lives_.size(), lives_.size()}, m;
        bool spoke = false;
        while (::read(ends[0], &m, sizeof(m)) == sizeof(m)) last = m, spoke = true;
        ::close(ends[0]);
        report_.before_first += spoke ? 0 : 1;
        return last;
    }

    void look(const Message& last) {
        std::unique_ptr<File> lock;
        if (!disk_->lock(kLock, lock).ok()) violate("the lock outlived its process");
        DigestFold fold;
        Recovery recovery;
        const auto journal = Journal::open(*disk_, kFolder, kSettings, fold, recovery);
        if (!journal) return violate("open: " + journal.error());
        const uint64_t size = (*journal)->size();
        if (size < last.durable) return violate(fmt::format("{} records, {} were acknowledged", size, last.durable));
        if (size > last.submitted) return violate(fmt::format("{} records, {} were submitted", size, last.submitted));
        report_.torn += recovery.truncated_bytes != 0 ? 1 : 0;
        report_.unacknowledged += size - last.durable;
        while (lives_.size() < size) {
            const Record r = record_of(options_.seed, lives_.size(), report_.kills);
            frontier_.add(r.leaf);
            fold_.apply(lives_.size(), r.meta, r.entry, r.leaf);
            lives_.push_back(report_.kills);
        }
        if ((*journal)->frontier() != frontier_) return violate("another tree");
        if (fold.digest() != fold_.digest()) return violate("another fold");
        if (report_.kills % kReadEvery != 0 && report_.kills + 1 != options_.kills) return;
        read();
        if (size < kKept) return;
        const auto first = (*journal)->drop_before(size - kKept);
        if (!first || *first > size - kKept) violate("dropping went wrong");
    }

    void read() {
        const auto reader = JournalReader::open(*disk_, kFolder);
        if (!reader) return violate("reading: " + reader.error());
        uint64_t index = (*reader)->first();
        for (;; ++index) {
            const auto found = (*reader)->next();
            if (!found) return violate("reading: " + found.error());
            if (*found == nullptr) break;
            if (index >= lives_.size() || (*found)->index != index) return violate("a record too many");
            const Record r = record_of(options_.seed, index, lives_[index]);
            if ((*found)->entry != r.entry || (*found)->meta != r.meta ||
                (*found)->payloads.size() != r.payloads.size())
                return violate(fmt::format("record {} is another", index));
        }
        if (index != lives_.size()) violate(fmt::format("{} records to read, {} are there", index, lives_.size()));
    }

    const KillOptions& options_;
    Random random_;
    std::unique_ptr<Disk> disk_;
    std::vector<uint64_t> lives_;  // of each record: which process wrote it
    Frontier frontier_;
    DigestFold fold_;
    KillReport report_;
};

}  // namespace

KillReport check_kills(const KillOptions& options) { return Parent(options).run(); }

}  // namespace remit::evidence::testing
