#include "host/evidence/log/log.h"

#include <fmt/format.h>

#include "host/evidence/crypto/bytes.h"
#include "host/evidence/journal/reader.h"
#include "host/evidence/log/committer.h"
#include "host/evidence/log/config.h"
#include "host/evidence/log/keeper.h"
#include "host/evidence/log/own_chain.h"
#include "host/evidence/log/publisher.h"
#include "host/evidence/record/canonical.h"

namespace remit::evidence {

namespace {

/// Chains that several threads may ask.
class GuardedChains : public Fold {
public:
    void apply(uint64_t index, const Meta& meta, std::string_view entry, const Hash& leaf) override {
        const std::lock_guard lock(mutex_);
        chains_.apply(index, meta, entry, leaf);
    }
    void save(std::string& out) const override {
        const std::lock_guard lock(mutex_);
        chains_.save(out);
    }
    Result<bool> load(std::string_view saved) override {
        const std::lock_guard lock(mutex_);
        return chains_.load(saved);
    }
    void read(const std::function<void(const Chains&)>& use) const {
        const std::lock_guard lock(mutex_);
        use(chains_);
    }

private:
    mutable std::mutex mutex_;
    Chains chains_;
};

uint64_t random_boot() {
    uint64_t boot = 0;
    random_bytes({reinterpret_cast<uint8_t*>(&boot), sizeof boot});
    return boot;
}

Failure failure(const DiskStatus& status) { return {status.message}; }

}  // namespace

struct Log::Impl {
    Impl(LogOptions o, LogConfig c, SignerKey s, std::unique_ptr<File> l)
        : options(std::move(o)), disk(*options.disk), config(std::move(c)), signer(std::move(s)), lock(std::move(l)) {}

    static Result<std::unique_ptr<Log>> make(LogOptions options, LogConfig config, SignerKey signer, bool is_new);
    Result<bool> begin(bool is_new);
    Result<bool> check_head(Head& head);
    Result<bool> check_beginning(const Head& head);
    Result<bool> refuse(const std::string& wrong);
    void start(Head head);
    ChainHead own_head() const;
    Result<Ticket> own(Kind kind, std::string_view record, bool ahead_of_queue);
    std::string opened_record() const;
    void note_loss();
    DiskStatus close();

    LogOptions options;
    Disk& disk;
    LogConfig config;
    SignerKey signer;
    std::unique_ptr<File> lock;
    const uint64_t boot = random_boot();
    GuardedChains chains;
    Recovery recovery;
    std::string rollback;  // what was accepted
    std::mutex loss_mutex;
    uint64_t lost = 0, told = 0;  // told: of them, those that `telling` tells of
    std::string lost_why;
    std::optional<Ticket> telling;
    bool closed = false;
    std::unique_ptr<Committer> committer;
    std::unique_ptr<OwnChain> own_chain;
    std::unique_ptr<Publisher> publisher;
    std::unique_ptr<Keeper> keeper;
};

// ---- opening -------------------------------------------------------------------------------------------------------

Result<std::unique_ptr<Log>> Log::create(const std::string& origin, uint64_t segment_bytes, LogOptions options) {
    Disk& disk = *options.disk;
    if (segment_bytes < kMinSegmentBytes || segment_bytes > kMaxSegmentBytes || segment_bytes % 4096 != 0)
        return Failure{
            fmt::format("a segment has from {} to {} bytes, in steps of 4096", kMinSegmentBytes, kMaxSegmentBytes)};
    if (const DiskStatus made = disk.make_folder(""); !made.ok()) return failure(made);
    std::unique_ptr<File> there;
    if (disk.open(kConfigPath, OpenMode::Read, there).ok()) return Failure{"an evidence log is here already"};
    auto signer = make_signer(
        origin, options.signer ? PrivateKey::from_seed(options.signer->key.seed()) : PrivateKey::generate());
    if (!signer) return Failure{signer.error()};
    LogConfig config{origin, segment_bytes, signer->verifier};
    return Impl::make(std::move(options), std::move(config), std::move(*signer), true);
}

Result<std::unique_ptr<Log>> Log::open(LogOptions options) {
    auto config = read_config(*options.disk);
    if (!config) return Failure{config.error()};
    auto signer = options.signer
                      ? make_signer(options.signer->verifier.name, PrivateKey::from_seed(options.signer->key.seed()))
                      : read_signer(*options.disk);
    if (!signer) return Failure{signer.error()};
    if (signer->verifier.key != config->key.key || signer->verifier.name != config->origin)
        return Failure{"the private key is not this log's"};
    return Impl::make(std::move(options), std::move(*config), std::move(*signer), false);
}

Result<std::unique_ptr<Log>> Log::Impl::make(LogOptions options, LogConfig config, SignerKey signer, bool is_new) {
    std::unique_ptr<File> lock;
    const DiskStatus locked = options.disk->lock("lock", lock);
    if (locked.error == DiskError::Locked) return Failure{"another process has the log open for writing"};
    if (!locked.ok()) return failure(locked);
    auto impl = std::make_unique<Impl>(std::move(options), std::move(config), std::move(signer), std::move(lock));
    if (auto begun = impl->begin(is_new); !begun) return Failure{begun.error()};
    return std::unique_ptr<Log>(new Log(std::move(impl)));
}

Result<bool> Log::Impl::begin(bool is_new) {
    JournalSettings settings{config.segment_bytes, options.ahead};
    settings.accept_damage = !options.accept_rollback.empty();
    auto journal = is_new ? Journal::create(disk, kSegmentsFolder, settings, chains)
                          : Journal::open(disk, kSegmentsFolder, settings, chains, recovery);
    if (!journal) return Failure{journal.error()};
    // The configuration comes last: a folder with one holds a whole log.
    if (is_new) {
        if (auto written = write_config(disk, config, signer, !options.signer); !written) return written;
    }
    committer = std::make_unique<Committer>(std::move(*journal), config.segment_bytes, options.queue_bytes);
    Head head;
    if (auto checked = check_head(head); !checked) return checked;
    if (auto checked = check_beginning(head); !checked) return checked;
    start(std::move(head));
    auto opened = own(Kind::Opened, opened_record(), false);
    if (!opened) return Failure{opened.error()};
    if (const DiskStatus durable = committer->wait(*opened); !durable.ok()) return failure(durable);
    if (auto first = keeper->sign_synced(); !first) return Failure{first.error()};
    return true;
}

/// The log must extend what it signed last.
Result<bool> Log::Impl::check_head(Head& head) {
    auto found = read_head(disk, config);
    std::string wrong = found ? "" : found.error();
    if (found && *found) {
        auto rolled = rollback_of(disk, **found, committer->tip());
        if (!rolled) return Failure{rolled.error()};
        wrong = *rolled;
        if (wrong.empty()) head = std::move(**found);
    } else if (found && committer->durable() > 1) {
        wrong = "its signed head is missing";
    }
    return wrong.empty() ? Result<bool>(true) : refuse(wrong);
}

/// Where the log's beginning is missing, a signed record must say that it was pruned: pruning signs before it deletes.
Result<bool> Log::Impl::check_beginning(const Head& head) {
    uint64_t below = 0;
    chains.read([&](const Chains& c) { below = c.pruned_below(); });
    if (recovery.first == 0 && below == 0) return true;
    auto reader = JournalReader::open(disk, kSegmentsFolder);
    if (!reader) return Failure{reader.error()};
    auto found = (*reader)->seek(std::max(head.checkpoint.size, recovery.first));
    if (!found) return Failure{found.error()};
    for (bool more = *found; more;) {
        auto record = (*reader)->next();
        if (!record) return Failure{record.error()};
        more = *record != nullptr;
        if (more && (*record)->meta.kind == Kind::Pruned && recovery.first > 0)
            return refuse(
                fmt::format("record {} says that the beginning was pruned, and nobody signed it", (*record)->index));
    }
    if (recovery.first <= below) return true;
    return refuse(
        fmt::format("records below {} are missing, and no record says that they were pruned", recovery.first));
}

Result<bool> Log::Impl::refuse(const std::string& wrong) {
    if (options.accept_rollback.empty()) return Failure{"the log was rolled back or changed: " + wrong};
    rollback = wrong + "; accepted: " + options.accept_rollback;
    return true;
}

void Log::Impl::start(Head head) {
    own_chain = std::make_unique<OwnChain>(*committer, *options.clock, boot);
    keeper = std::make_unique<Keeper>(*committer, disk, signer, config.origin, std::move(head));
    publisher = std::make_unique<Publisher>(disk);
    committer->start({[this](bool wanted) {
                          if (wanted) keeper->want_segments();
                      },
                      [this](uint64_t records, const std::string& why) {
                          const std::lock_guard guard(loss_mutex);
                          lost += records;
                          lost_why = why;
                      }});
    if (options.publish) publisher->start();
    keeper->start(options.checkpoint_every_ns, {[this] {
                                                    if (options.publish) publisher->offer(keeper->head());
                                                },
                                                [this] { note_loss(); }});
}

std::string Log::Impl::opened_record() const {
    std::string out;
    CanonicalWriter w(out);
    w.open_object();
    w.truth("clean", recovery.clean);
    w.number("first", static_cast<int64_t>(recovery.first));
    w.key("in_doubt");
    w.open_array();
    chains.read([&](const Chains& c) {
        size_t listed = 0;
        for (const InDoubt& d : c.in_doubt()) {
            if (++listed > 256) break;  // `remit log doubts` lists all
            w.text(action_text(d.chain, d.number));
        }
    });
    w.close_array();
    if (!rollback.empty()) w.text("rollback", rollback);
    w.number("size", static_cast<int64_t>(recovery.size));
    w.number("truncated_bytes", static_cast<int64_t>(recovery.truncated_bytes));
    w.close_object();
    return out;
}

// ---- records -------------------------------------------------------------------------------------------------------

ChainHead Log::Impl::own_head() const {
    ChainHead head;
    chains.read([&](const Chains& c) {
        if (const ChainHead* found = c.find(ChainId{})) head = *found;
    });
    return head;
}

Result<Ticket> Log::Impl::own(Kind kind, std::string_view record, bool ahead_of_queue) {
    return own_chain->submit(kind, record, [this] { return own_head(); }, ahead_of_queue);
}

/// Says on the record how many submissions a failure undid, as soon as something can be recorded again. They are forgotten when the
/// record is durable and not before: it may be undone itself.
void Log::Impl::note_loss() {
    const std::lock_guard guard(loss_mutex);
    if (telling) {
        const bool settled = committer->epoch() != telling->epoch || committer->durable() > telling->index;
        if (!settled) return;
        const bool durable = committer->wait(*telling).ok();  // does not wait: it is settled
        lost -= durable ? told : 1;                           // undone, it was counted among the lost itself
        telling.reset();
    }
    if (lost == 0 || committer->mode() == Mode::Broken) return;
    std::string out;
    CanonicalWriter w(out);
    w.open_object();
    w.text("reason", lost_why);
    w.number("records", static_cast<int64_t>(lost));
    w.close_object();
    auto ticket = own(Kind::Gap, out, true);
    if (!ticket) return;  // the next time
    telling = *ticket;
    told = lost;
}

DiskStatus Log::Impl::close() {
    if (closed) return {};
    closed = true;
    note_loss();
    {
        const std::lock_guard guard(loss_mutex);
        if (telling) static_cast<void>(committer->wait(*telling));
    }
    DiskStatus sealed;
    if (auto said = own(Kind::Closed, "{}", false)) sealed = committer->wait(*said);
    if (const DiskStatus finished = committer->finish(); sealed.ok()) sealed = finished;
    auto head = keeper->sign_synced();
    keeper->stop();
    publisher->stop();
    DiskStatus published;
    if (head && options.publish) published = publisher->publish(*head);
    lock.reset();
    if (!sealed.ok()) return sealed;
    if (!head) return {DiskError::Io, head.error()};
    return published;
}

// ---- the public face -----------------------------------------------------------------------------------------------

Log::Log(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Log::~Log() {
    if (impl_->closed) return;
    static_cast<void>(impl_->committer->finish());
    impl_->keeper->stop();
    impl_->publisher->stop();
}

Result<Ticket> Log::submit(const Submission& s, uint64_t epoch) { return impl_->committer->submit(s, epoch); }
Result<Ticket> Log::submit_own(Kind kind, std::string_view record) { return impl_->own(kind, record, false); }
DiskStatus Log::append(const Submission& s, uint64_t epoch, Ticket& ticket) {
    return impl_->committer->append(s, epoch, ticket);
}
DiskStatus Log::wait(const Ticket& ticket) { return impl_->committer->wait(ticket); }
uint64_t Log::durable() const noexcept { return impl_->committer->durable(); }
uint64_t Log::epoch() const noexcept { return impl_->committer->epoch(); }
Mode Log::mode() const noexcept { return impl_->committer->mode(); }

std::string Log::trouble() const {
    std::string trouble = impl_->committer->trouble();
    if (trouble.empty()) trouble = impl_->keeper->trouble();
    return trouble.empty() ? impl_->publisher->trouble() : trouble;
}

void Log::with_chains(const std::function<void(const Chains&)>& read) const { impl_->chains.read(read); }
const LogConfig& Log::config() const { return impl_->config; }
const Recovery& Log::recovery() const { return impl_->recovery; }
uint64_t Log::boot() const { return impl_->boot; }
Disk& Log::disk() const { return impl_->disk; }
Clock& Log::clock() const { return *impl_->options.clock; }
const SignerKey& Log::signer() const { return impl_->signer; }
Head Log::head() const { return impl_->keeper->head(); }
Result<Head> Log::sign_now() { return impl_->keeper->sign_now(); }
Result<bool> Log::add_cosignature(std::string_view note) { return impl_->keeper->add_cosignature(note); }

DiskStatus Log::publish() {
    auto head = sign_now();
    if (!head) return {DiskError::Io, head.error()};
    return impl_->publisher->publish(*head);
}

Result<uint64_t> Log::drop_before(uint64_t index) {
    auto left = impl_->committer->with_journal([&](Journal& journal) { return journal.drop_before(index); });
    if (!left) return left;
    if (const DiskStatus pruned = impl_->publisher->prune(*left); !pruned.ok()) return failure(pruned);
    return left;
}

DiskStatus Log::close() { return impl_->close(); }

}  // namespace remit::evidence
