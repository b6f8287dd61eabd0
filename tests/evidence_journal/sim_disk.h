// SimDisk: a disk in memory that does what disks do. It knows, sector by sector, what is durable and what only the page cache has, and
// makes of itself what a power cut could leave. It can refuse, run full, fail to sync (and then, as Linux does, take the pages for
// clean), and lie.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "host/evidence/disk/disk.h"
#include "tests/evidence_journal/random.h"

namespace remit::evidence::testing {

inline constexpr size_t kSector = 512;

/// What stood in a sector before a write that is not durable, or, `lost`, what stands on the platter in place of what the page cache
/// shows.
struct Undo {
    uint32_t sector = 0;
    bool lost = false;
    char before[kSector];
};
struct SimFile {
    std::string bytes;  // as the page cache has it
    uint64_t durable_size = 0;
    std::vector<Undo> undo;  // oldest first
    bool owner_only = false;
};

enum class SimOp : uint8_t { Create, Write, Sync, Rename, Remove, SyncFolder, Read };

class SimDisk : public Disk {
public:
    DiskStatus open(const std::string& path, OpenMode mode, std::unique_ptr<File>& out) override;
    DiskStatus make_folder(const std::string& path) override;
    DiskStatus list(const std::string& folder, std::vector<std::string>& names) override;
    DiskStatus rename(const std::string& from, const std::string& to) override;
    DiskStatus remove(const std::string& path) override;
    DiskStatus sync_folder(const std::string& folder) override;
    DiskStatus lock(const std::string& path, std::unique_ptr<File>& out) override;

    /// Asked before each operation; what it returns is the failure.
    std::function<DiskError(SimOp op, const std::string& path)> fault;
    /// Told after each operation that changed something, and before a sync makes it durable: the moments to cut the power.
    std::function<void(SimOp op)> changed;
    uint64_t capacity = UINT64_MAX;  // bytes of all files together
    bool lies = false;               // says that it synced, and has not

    /// The disk after a power cut: any subset of unsynced sectors, names and sizes.
    std::unique_ptr<SimDisk> cut(Random& random) const;
    /// The process died and another one comes. The page cache forgets some of what it wrongly took for clean.
    void restart(Random& random);

    bool has(const std::string& path) const { return names_.contains(path); }
    /// A file's bytes, for tests that damage them. As durable as they were.
    std::string& bytes_of(const std::string& path) { return names_.at(path)->bytes; }
    void put(const std::string& path, std::string bytes);  // durably, whatever was there
    void take(const std::string& path) { names_.erase(path), durable_.erase(path); }
    std::vector<std::string> paths() const;
    std::unique_ptr<SimDisk> copy() const;  // all of it, durable

private:
    friend class SimHandle;
    using Names = std::map<std::string, std::shared_ptr<SimFile>>;
    struct NameChange {
        std::string folder, gone, come;  // either may be empty
        std::shared_ptr<SimFile> file;
    };
    static void apply(Names& names, const NameChange& change);
    DiskStatus refusal(SimOp op, const std::string& path) const;
    void change_name(NameChange change);
    uint64_t used() const;
    void tell(SimOp op) const {
        if (changed) changed(op);
    }

    Names names_, durable_;
    std::vector<NameChange> pending_;
    std::set<std::string> folders_{""}, durable_folders_{""};
    std::shared_ptr<std::set<std::string>> locks_ = std::make_shared<std::set<std::string>>();
};

}  // namespace remit::evidence::testing
