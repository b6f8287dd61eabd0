// A log in a temporary folder, and records to put into it.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include "host/evidence/log/log.h"
#include "host/evidence/record/entry.h"
#include "tests/catch.h"
#include "tests/evidence_log/failing_disk.h"

namespace remit::evidence::testing {

inline constexpr uint64_t kSegmentBytes = 64u << 10;

class Folder {
public:
    Folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "remit-log-XXXXXX").string();
        REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        path = pattern;
    }
    ~Folder() { std::filesystem::remove_all(path); }
    std::string path;
};

/// Submits records of one chain, number after number; the first one opens it.
class Chain {
public:
    explicit Chain(uint8_t id) { id_.bytes[0] = id; }

    Result<Ticket> add(Log& log, std::string_view text = "\"x\"") {
        EntryHead head;
        head.kind = next_ == 0 ? Kind::SessionOpen : Kind::Note;
        head.chain = id_;
        head.number = next_;
        if (next_ > 0) head.prev = head_;
        const std::string name = std::to_string(id_.bytes[0]);
        const std::string record = next_ == 0 ? "{\"ordinal\":" + name + ",\"session\":\"s-" + name + "\"}"
                                              : "{\"note\":" + std::string(text) + "}";
        const std::string entry = make_entry(head, record);
        Submission s;
        s.meta = {head.kind, id_, next_, 0};
        s.entry = entry;
        s.leaf = leaf_hash(entry);
        auto ticket = log.submit(s, epoch_);
        if (ticket) {
            ++next_;
            head_ = s.leaf;
        }
        return ticket;
    }
    /// Takes the head as the log has it.
    void read_again(Log& log) {
        epoch_ = log.epoch();
        next_ = 0;
        log.with_chains([&](const Chains& chains) {
            if (const ChainHead* found = chains.find(id_)) next_ = found->count, head_ = found->head;
        });
    }
    uint64_t next() const { return next_; }
    const ChainId& id() const { return id_; }

private:
    ChainId id_;
    uint64_t next_ = 0, epoch_ = 0;
    Hash head_{};
};

inline LogOptions options_for(Disk& disk, bool publish = false) {
    LogOptions options;
    options.disk = &disk;
    options.publish = publish;
    options.checkpoint_every_ns = 5'000'000;
    return options;
}

inline std::unique_ptr<Log> must(Result<std::unique_ptr<Log>> made) {
    if (!made) FAIL(made.error());
    return std::move(*made);
}

/// Waits until `holds`, at most ten seconds.
template <class Holds>
bool eventually(Holds holds) {
    for (int i = 0; i < 2000; ++i) {
        if (holds()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
}

}  // namespace remit::evidence::testing
