// Disk: all that evidence asks of storage, so that tests can stand in for it with a disk that loses, tears and refuses. One
// implementation is POSIX (posix_disk); tests/evidence has a simulated one. Paths are relative to the log's folder, with `/`.
//
// Durability: bytes are durable after `sync` of their file returned without failure, names (created, renamed, removed) after
// `sync_folder`. Between that nothing is promised: any subset of unsynced 512-byte sectors may have reached the platter.
// After a failed sync nothing may be assumed of the file, and syncing again proves nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vm/value/result.h"

namespace remit::evidence {

/// Success or a failure, with what the host may do about it.
enum class DiskError : uint8_t { None, NotFound, Exists, NoSpace, ReadOnly, Locked, Io };
struct [[nodiscard]] DiskStatus {
    DiskError error = DiskError::None;
    std::string message;  // "cannot write segments/00000001.seg: No space left on device"
    bool ok() const { return error == DiskError::None; }
};

/// An open file. Not thread-safe, but different files may be used at once.
class File {
public:
    virtual ~File() = default;
    virtual DiskStatus write(uint64_t offset, std::string_view bytes) = 0;  // all of it
    virtual DiskStatus sync() = 0;                                          // fdatasync
    /// Writes these bytes out and waits, so that no more are under way at once. Promises nothing: it spreads the work of a `sync` to come.
    virtual void write_out(uint64_t offset, uint64_t size) { static_cast<void>(offset), static_cast<void>(size); }
    /// Fills as much of `out` as there is; `got` says how much.
    virtual DiskStatus read(uint64_t offset, std::span<char> out, size_t& got) = 0;
    virtual uint64_t size() const = 0;
};

/// Create: made if missing, kept if there. CreateSecret: must be new, and only its owner may read it.
enum class OpenMode : uint8_t { Read, Write, Create, CreateNew, CreateSecret };

class Disk {
public:
    virtual ~Disk() = default;
    virtual DiskStatus open(const std::string& path, OpenMode mode, std::unique_ptr<File>& out) = 0;
    virtual DiskStatus make_folder(const std::string& path) = 0;  // with its parents; there already is fine
    /// Names in a folder, sorted. A missing folder is NotFound.
    virtual DiskStatus list(const std::string& folder, std::vector<std::string>& names) = 0;
    virtual DiskStatus rename(const std::string& from, const std::string& to) = 0;
    virtual DiskStatus remove(const std::string& path) = 0;
    virtual DiskStatus sync_folder(const std::string& folder) = 0;
    /// Held until `out` goes; Locked if another process (or another Disk of this one) has it.
    virtual DiskStatus lock(const std::string& path, std::unique_ptr<File>& out) = 0;
};

/// The operating system's files below `root`, which must exist or be creatable.
std::unique_ptr<Disk> posix_disk(std::string root);

// Written once for all disks.
DiskStatus read_file(Disk& disk, const std::string& path, std::string& out, size_t most);
/// Temporary file, sync, rename, and sync of the folder: afterwards either the old or the new bytes, never a mixture.
DiskStatus replace_file(Disk& disk, const std::string& path, std::string_view bytes);
/// The same without the syncs, for what can be made again: readers never see half.
DiskStatus swap_file(Disk& disk, const std::string& path, std::string_view bytes);

}  // namespace remit::evidence
