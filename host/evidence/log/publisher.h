// Publisher: keeps `tlog/` as the journal has it. Every entry is read back from its segment and hashed again, and a head is published
// only if the tree of what was read is the tree that was signed.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "host/evidence/journal/reader.h"
#include "host/evidence/log/config.h"
#include "host/evidence/tree/tiles.h"

namespace remit::evidence {

class Publisher {
public:
    explicit Publisher(Disk& disk) : disk_(disk) {}
    ~Publisher() { stop(); }

    /// Brings the tiles up to `head`. One thread at a time does; others wait.
    DiskStatus publish(const Head& head);

    /// Removes published entries below `index`, as far as whole bundles go. Hashes stay.
    DiskStatus prune(uint64_t index);

    /// From now on a thread of its own publishes what `offer` gave last.
    void start();
    void offer(Head head);  // any thread, never waits
    void stop();
    std::string trouble() const;

private:
    void run();
    DiskStatus open_tiles();
    DiskStatus catch_up(const Head& head);

    Disk& disk_;
    std::mutex publishing_;
    std::unique_ptr<TileWriter> tiles_;
    std::unique_ptr<JournalReader> reader_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::optional<Head> offered_;
    std::string trouble_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace remit::evidence
