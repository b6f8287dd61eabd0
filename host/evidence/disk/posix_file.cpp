#include "host/evidence/disk/posix_file.h"

#include <cerrno>
#include <sys/stat.h>
#include <fcntl.h>
#include <unistd.h>

#include <system_error>

#include <fmt/format.h>

namespace remit::evidence {

namespace {

DiskError kind_of(int error) {
    switch (error) {
        case ENOENT:
        case ENOTDIR: return DiskError::NotFound;
        case EEXIST: return DiskError::Exists;
        case ENOSPC:
        case EDQUOT: return DiskError::NoSpace;
        case EROFS:
        case EACCES:
        case EPERM: return DiskError::ReadOnly;
        case EWOULDBLOCK: return DiskError::Locked;
        default: return DiskError::Io;
    }
}

}  // namespace

DiskStatus disk_failure(int error, std::string_view verb, std::string_view path) {
    return {kind_of(error), fmt::format("cannot {} {}: {}", verb, path, std::generic_category().message(error))};
}

PosixFile::~PosixFile() { ::close(descriptor_); }

DiskStatus PosixFile::write(uint64_t offset, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t n = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (n < 0) {
            if (errno == EINTR) continue;
            return disk_failure(errno, "write", path_);
        }
        if (n == 0) return disk_failure(EIO, "write", path_);
        offset += static_cast<uint64_t>(n);
        bytes.remove_prefix(static_cast<size_t>(n));
    }
    return {};
}

// Not tried again after EINTR either: what a second sync says of the pages of the first one is worth nothing.
DiskStatus PosixFile::sync() {
    if (::fdatasync(descriptor_) != 0) return disk_failure(errno, "sync", path_);
    return {};
}

void PosixFile::write_out(uint64_t offset, uint64_t size) {
    constexpr unsigned kAndWait = SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
    (void)::sync_file_range(descriptor_, static_cast<off_t>(offset), static_cast<off_t>(size), kAndWait);
}

DiskStatus PosixFile::read(uint64_t offset, std::span<char> out, size_t& got) {
    got = 0;
    while (got < out.size()) {
        const ssize_t n = ::pread(descriptor_, out.data() + got, out.size() - got, static_cast<off_t>(offset + got));
        if (n < 0) {
            if (errno == EINTR) continue;
            return disk_failure(errno, "read", path_);
        }
        if (n == 0) break;
        got += static_cast<size_t>(n);
    }
    return {};
}

uint64_t PosixFile::size() const {
    struct stat s{};
    return ::fstat(descriptor_, &s) == 0 ? static_cast<uint64_t>(s.st_size) : 0;
}

}  // namespace remit::evidence
