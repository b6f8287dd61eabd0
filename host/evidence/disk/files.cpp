// What is written once for all disks: whole files.
#include <fmt/format.h>

#include "host/evidence/disk/disk.h"

namespace remit::evidence {

namespace {

std::string folder_of(const std::string& path) {
    const size_t slash = path.rfind('/');
    return slash == std::string::npos ? "" : path.substr(0, slash);
}

DiskStatus write_new(Disk& disk, const std::string& path, std::string_view bytes, bool synced) {
    DiskStatus status = disk.remove(path);  // left by a crash
    if (!status.ok() && status.error != DiskError::NotFound) return status;
    std::unique_ptr<File> file;
    status = disk.open(path, OpenMode::CreateNew, file);
    if (status.ok()) status = file->write(0, bytes);
    if (status.ok() && synced) status = file->sync();
    return status;
}

DiskStatus put(Disk& disk, const std::string& path, std::string_view bytes, bool synced) {
    const std::string temporary = path + ".tmp";
    DiskStatus status = write_new(disk, temporary, bytes, synced);
    if (status.ok()) status = disk.rename(temporary, path);
    if (!status.ok()) {
        (void)disk.remove(temporary);
        return status;
    }
    return synced ? disk.sync_folder(folder_of(path)) : status;
}

}  // namespace

DiskStatus read_file(Disk& disk, const std::string& path, std::string& out, size_t most) {
    out.clear();
    std::unique_ptr<File> file;
    DiskStatus status = disk.open(path, OpenMode::Read, file);
    if (!status.ok()) return status;
    const uint64_t size = file->size();
    if (size > most)
        return {DiskError::Io, fmt::format("cannot read {}: it has {} bytes, at most {} make sense", path, size, most)};
    out.resize(size);
    size_t got = 0;
    status = file->read(0, out, got);
    out.resize(status.ok() ? got : 0);
    return status;
}

DiskStatus replace_file(Disk& disk, const std::string& path, std::string_view bytes) {
    return put(disk, path, bytes, true);
}

DiskStatus swap_file(Disk& disk, const std::string& path, std::string_view bytes) {
    return put(disk, path, bytes, false);
}

}  // namespace remit::evidence
