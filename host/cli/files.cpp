#include "host/cli/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace remit::cli {

namespace fs = std::filesystem;

namespace {

/// A descriptor that closes itself.
class Handle {
public:
    explicit Handle(int fd) : fd_(fd) {}
    ~Handle() {
        if (fd_ >= 0) ::close(fd_);
    }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    int get() const { return fd_; }
    /// Closes now, so that a late write error is seen.
    bool close() {
        const int fd = fd_;
        fd_ = -1;
        return ::close(fd) == 0;
    }

private:
    int fd_;
};

Failure failure(std::string_view doing, const std::string& path, int error) {
    return {fmt::format("cannot {} {}: {}", doing, path, std::strerror(error))};
}

Result<bool> write_directly(const std::string& path, std::string_view bytes) {
    Handle file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (file.get() < 0) return failure("write", path, errno);
    if (const int error = write_all(file.get(), bytes)) return failure("write", path, error);
    if (!file.close()) return failure("write", path, errno);
    return true;
}

/// mkstemp makes files private; a written file gets what the umask leaves, as any other program's would.
mode_t usual_mode() {
    const mode_t mask = ::umask(0);
    ::umask(mask);
    return 0666 & ~mask;
}

}  // namespace

int write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t n = ::write(fd, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return errno;
        bytes.remove_prefix(static_cast<size_t>(n));
    }
    return 0;
}

Result<std::string> read_file(const std::string& path, size_t max_bytes) {
    struct stat info{};
    if (::stat(path.c_str(), &info) != 0) return failure("read", path, errno);
    if (S_ISDIR(info.st_mode)) return Failure{fmt::format("cannot read {}: it is a directory", path)};
    if (!S_ISREG(info.st_mode) && !S_ISFIFO(info.st_mode)) {
        return Failure{fmt::format("cannot read {}: it is no regular file", path)};
    }
    const Failure too_large{fmt::format("cannot read {}: it has more than {} bytes", path, max_bytes)};
    if (S_ISREG(info.st_mode) && static_cast<uint64_t>(info.st_size) > max_bytes) return too_large;
    Handle file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (file.get() < 0) return failure("read", path, errno);

    std::string bytes;
    if (S_ISREG(info.st_mode)) bytes.reserve(std::min(static_cast<size_t>(info.st_size), max_bytes) + 1);
    char chunk[64u << 10];
    while (true) {
        const ssize_t n = ::read(file.get(), chunk, sizeof chunk);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return failure("read", path, errno);
        if (n == 0) return bytes;
        if (bytes.size() + static_cast<size_t>(n) > max_bytes) return too_large;
        bytes.append(chunk, static_cast<size_t>(n));
    }
}

Result<bool> write_file(const std::string& path, std::string_view bytes) {
    struct stat info{};
    if (::stat(path.c_str(), &info) == 0) {
        if (S_ISDIR(info.st_mode)) return Failure{fmt::format("cannot write {}: it is a directory", path)};
        if (!S_ISREG(info.st_mode)) return write_directly(path, bytes);
    }
    // Through a symbolic link the file behind it is replaced, not the link.
    std::error_code ignored;
    std::string target = path;
    if (fs::is_symlink(path, ignored)) {
        const fs::path resolved = fs::weakly_canonical(path, ignored);
        if (!ignored) target = resolved.string();
    }
    std::string temporary = target + ".XXXXXX";
    Handle file(::mkostemp(temporary.data(), O_CLOEXEC));
    if (file.get() < 0) return failure("write", path, errno);
    int error = write_all(file.get(), bytes);
    const bool written = error == 0 && ::fchmod(file.get(), usual_mode()) == 0 && ::fsync(file.get()) == 0 &&
                         file.close() && ::rename(temporary.c_str(), target.c_str()) == 0;
    if (written) return true;
    if (error == 0) error = errno;
    ::unlink(temporary.c_str());
    return failure("write", path, error);
}

Result<std::vector<std::string>> policy_files_under(const std::string& path) {
    std::error_code error;
    if (!fs::is_directory(path, error)) return std::vector<std::string>{path};
    std::vector<std::string> files;
    fs::recursive_directory_iterator walk(path, error), end;
    while (!error && walk != end) {
        std::error_code unreadable;
        if (walk->path().extension() == ".remit" && walk->is_regular_file(unreadable))
            files.push_back(walk->path().string());
        walk.increment(error);
    }
    if (error) return Failure{fmt::format("cannot read {}: {}", path, error.message())};
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace remit::cli
