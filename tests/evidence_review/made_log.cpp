#include "tests/evidence_review/made_log.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "host/evidence/record/entry.h"
#include "host/evidence/review/policies.h"

namespace remit::evidence::testing {

namespace fs = std::filesystem;

TemporaryFolder::TemporaryFolder() {
    std::string pattern = (fs::temp_directory_path() / "remit-review-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path = pattern;
}
TemporaryFolder::~TemporaryFolder() { fs::remove_all(path); }

Files files_of(const std::string& folder) {
    Files files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file()) continue;
        std::ifstream in(entry.path(), std::ios::binary);
        files[fs::relative(entry.path(), folder).string()] = std::string(std::istreambuf_iterator<char>(in), {});
    }
    return files;
}

MemoryDisk disk_of(const Files& files) {
    MemoryDisk disk;
    disk.restore(files);
    return disk;
}

void SessionWriter::put(Kind kind, const std::string& record, uint64_t answers, std::span<const SealedPayload> payloads,
                        const std::function<void(EntryHead&, Meta&)>& change) {
    EntryHead head;
    head.kind = kind;
    head.chain = chain_;
    head.number = number_;
    if (number_ > 0) head.prev = head_;
    head.wall_ns = wall_ns;
    head.mono_us = wall_ns / 1000 % 1'000'000'000;
    Meta meta{kind, chain_, number_, answers};
    if (change) change(head, meta);
    const std::string entry = make_entry(head, record);
    Submission submission;
    submission.meta = meta;
    submission.entry = entry;
    submission.leaf = leaf_hash(entry);
    submission.payloads = payloads;
    const auto ticket = log_.submit(submission, log_.epoch());
    if (!ticket) FAIL(ticket.error());
    REQUIRE(log_.wait(*ticket).ok());
    ++number_;
    head_ = submission.leaf;
    last_ = ticket->index;
}

void SessionWriter::open(uint64_t ordinal, const std::string& tenant, const std::string& retention) {
    tenant_ = tenant, retention_ = retention;
    put(Kind::SessionOpen, fmt::format(R"({{"ordinal":{},"retention":"{}","session":"{}","tenant":"{}"}})", ordinal,
                                       retention, session_, tenant));
}

uint64_t SessionWriter::intent(const std::string& tool, const std::string& call, const std::string& verdict,
                               std::span<const Keyring::Sealed> payloads, const std::string& retain) {
    std::string listed;
    std::vector<SealedPayload> stored;
    for (const Keyring::Sealed& sealed : payloads) {
        listed += fmt::format(R"({}{{"commit":"{}","key":{},"role":"{}","size":{}}})", listed.empty() ? "" : ",",
                              hash64(sealed.commitment), sealed.payload.key_id,
                              text_of(static_cast<PayloadRole>(sealed.payload.role)), sealed.payload.ciphertext.size());
        stored.push_back(sealed.payload);
    }
    const std::string rules = fmt::format(R"([{{"at":"shop.remit:3:1","kind":"allow","rule":"sha256:{:0>64}"}}])",
                                          verdict == "deny" ? "2" : "1");
    put(verdict == "allow" ? Kind::Intent : Kind::Decision,
        fmt::format(
            R"({{"call":"{}","decision":{{"lane":"low","reach":"closed",{}"risk":0,"rules":{},"verdict":"{}"}},)"
            R"({}"retention":"{}","session":"{}","tenant":"{}","tool":"{}"}})",
            call, retain.empty() ? "" : fmt::format(R"("retain":{},)", retain), rules, verdict,
            listed.empty() ? "" : fmt::format(R"("payloads":[{}],)", listed), retention_, session_, tenant_, tool),
        0, stored);
    return number_ - 1;
}

void SessionWriter::outcome(uint64_t intent) {
    put(Kind::Outcome,
        fmt::format(R"({{"duration_us":12,"intent":{},"session":"{}","status":"done"}})", intent, session_), intent);
}

void SessionWriter::close(int64_t more) {
    put(Kind::SessionClose, fmt::format(R"({{"count":{},"reason":"closed","session":"{}"}})",
                                        static_cast<int64_t>(number_) + 1 + more, session_));
}

namespace {

void write_sessions(Log& log, Keyring& keyring, size_t sessions, size_t calls) {
    const std::string image = "not a real image, but these bytes";
    const std::string version = remit::to_text(sha256("policy")), checksum = remit::to_text(sha256(image));
    REQUIRE(log.disk().make_folder("policies").ok());
    REQUIRE(replace_file(log.disk(), policy_path(version), image).ok());
    const auto policy = log.submit_own(
        Kind::Policy,
        fmt::format(R"({{"hash":"{}","image":"{}","name":"shop","size":{}}})", version, checksum, image.size()));
    if (!policy) FAIL(policy.error());
    REQUIRE(log.wait(*policy).ok());
    std::vector<SessionWriter> writers;
    for (size_t i = 0; i < sessions; ++i) {
        writers.emplace_back(log, static_cast<uint8_t>(i + 1), fmt::format("s-{}", i + 1));
        writers.back().open(i + 1, i % 2 == 0 ? "acme" : "globex");
    }
    const auto key = keyring.key_for({"acme", "customer-1", "standard"}, 1);
    if (!key) FAIL(key.error());
    for (size_t call = 0; call < calls; ++call) {
        for (size_t i = 0; i < sessions; ++i) {
            std::string ciphertext;
            auto sealed = keyring.seal(*key, static_cast<uint8_t>(PayloadRole::Request),
                                       fmt::format("secret {} {}", i, call), ciphertext);
            if (!sealed) FAIL(sealed.error());
            sealed->payload.ciphertext = ciphertext;
            const bool with = call % 2 == 0, denied = call % 5 == 4;
            const uint64_t n = writers[i].intent(call % 3 == 0 ? "pay.refund" : "pay.look",
                                                 fmt::format("c-{}-{}", i, call), denied ? "deny" : "allow",
                                                 {&*sealed, with ? 1u : 0u});
            if (!denied) writers[i].outcome(n);
        }
    }
    for (SessionWriter& writer : writers) writer.close();
}

}  // namespace

MadeLog make_log(size_t sessions, size_t calls, uint64_t segment_bytes) {
    return make_log([&](Log& log, Keyring& keyring) { write_sessions(log, keyring, sessions, calls); }, segment_bytes);
}

MadeLog make_log(const std::function<void(Log&, Keyring&)>& write, uint64_t segment_bytes,
                 std::optional<std::array<uint8_t, 32>> seed) {
    const TemporaryFolder folder;
    const auto disk = posix_disk(folder.path);
    LogOptions options;
    options.disk = disk.get();
    options.checkpoint_every_ns =
        3'600'000'000'000;  // published once, at the end: no incomplete tiles of before lie about
    if (seed) {
        auto signer = make_signer(kOrigin, PrivateKey::from_seed(*seed));
        if (!signer) FAIL(signer.error());
        options.signer = std::move(*signer);
    }
    auto log = Log::create(kOrigin, segment_bytes, std::move(options));
    if (!log) FAIL(log.error());
    auto keyring = Keyring::open(*disk, true);
    if (!keyring) FAIL(keyring.error());
    write(**log, **keyring);
    MadeLog made;
    made.key = (*log)->config().key;
    const DiskStatus closed = (*log)->close();
    if (!closed.ok()) FAIL(closed.message);
    made.checkpoint = (*log)->head().note;
    made.size = (*log)->head().checkpoint.size;
    log->reset();
    made.files = files_of(folder.path);
    return made;
}

VerifyReport verify_files(const Files& files, const VerifyOptions& options) {
    MemoryDisk disk = disk_of(files);
    auto reading = Reading::open(disk);
    if (reading) return verify_log(**reading, options);
    VerifyReport report;
    report.problems.add(ProblemKind::Segment, "log", reading.error());
    return report;
}

std::string names_of(const Problems& problems) {
    std::set<std::string_view> names;
    for (const Problem& problem : problems.list()) names.insert(text_of(problem.kind));
    return fmt::format("{}", fmt::join(names, " "));
}

std::string problems_of(const Files& files, const VerifyOptions& options) {
    return names_of(verify_files(files, options).problems);
}

}  // namespace remit::evidence::testing
