#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "host/evidence/disk/posix_file.h"

namespace remit::evidence {

namespace {

constexpr mode_t kSecretMode = 0600, kFileMode = 0644, kFolderMode = 0755;  // and the umask

int flags_of(OpenMode mode) {
    switch (mode) {
        case OpenMode::Read: return O_RDONLY;
        case OpenMode::Write: return O_RDWR;
        case OpenMode::Create: return O_RDWR | O_CREAT;
        case OpenMode::CreateNew:
        case OpenMode::CreateSecret: return O_RDWR | O_CREAT | O_EXCL;
    }
    return O_RDONLY;
}

class PosixDisk : public Disk {
public:
    explicit PosixDisk(std::string root) : root_(std::move(root)) {
        while (root_.size() > 1 && root_.back() == '/') root_.pop_back();
    }

    DiskStatus open(const std::string& path, OpenMode mode, std::unique_ptr<File>& out) override {
        const std::string full = full_path(path);
        const int descriptor = open_retrying(full, flags_of(mode),
                                             mode == OpenMode::CreateSecret ? kSecretMode : kFileMode);
        if (descriptor < 0) return disk_failure(errno, "open", full);
        out = std::make_unique<PosixFile>(descriptor, full);
        return {};
    }

    DiskStatus make_folder(const std::string& path) override {
        const std::string full = full_path(path);
        for (size_t end = full.find('/', 1);; end = full.find('/', end + 1)) {
            const std::string part = full.substr(0, end);
            if (::mkdir(part.c_str(), kFolderMode) != 0 && errno != EEXIST) {
                // Above us there may be folders that we may only pass through.
                const int error = errno;
                struct stat s{};
                if (::stat(part.c_str(), &s) != 0) return disk_failure(error, "make", part);
            }
            if (end == std::string::npos) break;
        }
        struct stat s{};
        if (::stat(full.c_str(), &s) != 0) return disk_failure(errno, "make", full);
        return S_ISDIR(s.st_mode) ? DiskStatus{} : disk_failure(EEXIST, "make", full);
    }

    DiskStatus list(const std::string& folder, std::vector<std::string>& names) override {
        const std::string full = full_path(folder);
        names.clear();
        DIR* dir = ::opendir(full.c_str());
        if (dir == nullptr) return disk_failure(errno, "list", full);
        int error = 0;
        for (;;) {
            errno = 0;
            const dirent* entry = ::readdir(dir);
            if (entry == nullptr) {
                error = errno;
                break;
            }
            const std::string_view name = entry->d_name;
            if (name != "." && name != "..") names.emplace_back(name);
        }
        ::closedir(dir);
        if (error != 0) return disk_failure(error, "list", full);
        std::sort(names.begin(), names.end());
        return {};
    }

    DiskStatus rename(const std::string& from, const std::string& to) override {
        const std::string target = full_path(to);
        if (::rename(full_path(from).c_str(), target.c_str()) != 0) return disk_failure(errno, "rename to", target);
        return {};
    }

    DiskStatus remove(const std::string& path) override {
        const std::string full = full_path(path);
        if (::remove(full.c_str()) != 0) return disk_failure(errno, "remove", full);
        return {};
    }

    DiskStatus sync_folder(const std::string& folder) override {
        const std::string full = full_path(folder);
        const int descriptor = open_retrying(full, O_RDONLY | O_DIRECTORY, 0);
        if (descriptor < 0) return disk_failure(errno, "sync folder", full);
        const int error = ::fsync(descriptor) == 0 ? 0 : errno;
        ::close(descriptor);
        return error == 0 ? DiskStatus{} : disk_failure(error, "sync folder", full);
    }

    // flock belongs to the open file, not to the process: whoever opens it again, here or elsewhere, does not get it.
    DiskStatus lock(const std::string& path, std::unique_ptr<File>& out) override {
        const std::string full = full_path(path);
        const int descriptor = open_retrying(full, O_RDWR | O_CREAT, kFileMode);
        if (descriptor < 0) return disk_failure(errno, "open", full);
        auto file = std::make_unique<PosixFile>(descriptor, full);
        int failed = 0;
        do failed = ::flock(descriptor, LOCK_EX | LOCK_NB);
        while (failed != 0 && errno == EINTR);
        if (failed != 0) return disk_failure(errno, "lock", full);
        out = std::move(file);
        return {};
    }

private:
    std::string full_path(const std::string& path) const { return path.empty() ? root_ : root_ + "/" + path; }

    static int open_retrying(const std::string& full, int flags, mode_t mode) {
        int descriptor = -1;
        do descriptor = ::open(full.c_str(), flags | O_CLOEXEC, mode);
        while (descriptor < 0 && errno == EINTR);
        return descriptor;
    }

    std::string root_;
};

}  // namespace

std::unique_ptr<Disk> posix_disk(std::string root) { return std::make_unique<PosixDisk>(std::move(root)); }

}  // namespace remit::evidence
