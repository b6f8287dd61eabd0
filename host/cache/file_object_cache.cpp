#include "host/cache/file_object_cache.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <vector>

namespace remit {

namespace fs = std::filesystem;

Result<std::shared_ptr<ObjectCache>> FileObjectCache::open(std::string folder) {
    if (::mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST)
        return Failure{"cannot make " + folder + ": " + std::strerror(errno)};
    struct stat info{};
    if (::stat(folder.c_str(), &info) != 0) return Failure{"cannot look at " + folder + ": " + std::strerror(errno)};
    if (!S_ISDIR(info.st_mode)) return Failure{folder + " is not a folder"};
    if (info.st_uid != ::geteuid() || (info.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return Failure{folder + " can be written to by others: code from there is not run"};
    return std::shared_ptr<ObjectCache>(new FileObjectCache(std::move(folder)));
}

std::optional<std::string> FileObjectCache::load(const std::string& key) noexcept {
    try {
        std::ifstream file(path_of(key), std::ios::binary | std::ios::ate);
        if (!file) return std::nullopt;
        const auto size = static_cast<std::streamoff>(file.tellg());
        if (size < 0 || static_cast<size_t>(size) > kMostBytes) return std::nullopt;
        std::string bytes(static_cast<size_t>(size), '\0');
        file.seekg(0);
        if (!file.read(bytes.data(), size)) return std::nullopt;
        return bytes;
    } catch (...) { return std::nullopt; }  // a cache that cannot be read has nothing
}

void FileObjectCache::store(const std::string& key, std::string_view bytes) noexcept {
    static std::atomic<unsigned> count = 0;
    if (bytes.size() > kMostBytes) return;
    try {
        make_room();
        const std::string beside = path_of(key) + "." + std::to_string(::getpid()) + "." + std::to_string(count++);
        const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
        if (file < 0) return;
        const bool written = ::write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
        ::close(file);
        if (!written || ::rename(beside.c_str(), path_of(key).c_str()) != 0) ::unlink(beside.c_str());
    } catch (...) {
        // Then it is compiled again next time.
    }
}

void FileObjectCache::make_room() const {
    std::vector<std::pair<fs::file_time_type, fs::path>> files;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder_))
        if (entry.path().filename().string().find(".o") != std::string::npos)
            files.emplace_back(entry.last_write_time(), entry.path());
    if (files.size() < kMostObjects) return;
    std::sort(files.begin(), files.end());
    std::error_code ignored;  // another process may have been quicker
    for (size_t i = 0; i + kMostObjects <= files.size(); ++i) fs::remove(files[i].second, ignored);
}

}  // namespace remit
