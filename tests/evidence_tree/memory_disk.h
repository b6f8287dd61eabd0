// A disk in memory, for what needs many small logs at once: whole, obedient, and open to a test's fingers.
#pragma once

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <set>

#include "host/evidence/disk/disk.h"

namespace remit::evidence {

class MemoryDisk : public Disk {
public:
    using Bytes = std::shared_ptr<std::string>;
    std::map<std::string, Bytes> files;
    std::set<std::string> synced;    // files and folders that were
    std::set<std::string> refusing;  // files that cannot be synced
    size_t writes_left = SIZE_MAX;   // then the disk is full

    DiskStatus open(const std::string& path, OpenMode mode, std::unique_ptr<File>& out) override {
        const auto at = files.find(path);
        const bool must_be_new = mode == OpenMode::CreateNew || mode == OpenMode::CreateSecret;
        if (at != files.end() && must_be_new) return {DiskError::Exists, path};
        if (at == files.end() && (mode == OpenMode::Read || mode == OpenMode::Write))
            return {DiskError::NotFound, path};
        if (at == files.end()) files[path] = std::make_shared<std::string>();
        out = std::make_unique<MemoryFile>(*this, path, files[path]);
        return {};
    }
    DiskStatus make_folder(const std::string&) override { return {}; }
    DiskStatus list(const std::string& folder, std::vector<std::string>& names) override {
        std::set<std::string> found;
        const std::string prefix = folder + "/";
        for (auto at = files.lower_bound(prefix); at != files.end() && at->first.starts_with(prefix); ++at)
            found.insert(at->first.substr(prefix.size(), at->first.find('/', prefix.size()) - prefix.size()));
        names.assign(found.begin(), found.end());
        return found.empty() ? DiskStatus{DiskError::NotFound, folder} : DiskStatus();
    }
    DiskStatus rename(const std::string& from, const std::string& to) override {
        const auto at = files.find(from);
        if (at == files.end()) return {DiskError::NotFound, from};
        files[to] = at->second;
        files.erase(from);
        synced.erase(to);
        return {};
    }
    DiskStatus remove(const std::string& path) override {
        return files.erase(path) > 0 ? DiskStatus() : DiskStatus{DiskError::NotFound, path};
    }
    DiskStatus sync_folder(const std::string& folder) override {
        synced.insert(folder);
        return {};
    }
    DiskStatus lock(const std::string& path, std::unique_ptr<File>& out) override {
        return open(path, OpenMode::Create, out);
    }

    /// The contents, for comparison.
    std::map<std::string, std::string> contents() const {
        std::map<std::string, std::string> out;
        for (const auto& [path, bytes] : files) out[path] = *bytes;
        return out;
    }
    void restore(const std::map<std::string, std::string>& contents) {
        files.clear();
        for (const auto& [path, bytes] : contents) files[path] = std::make_shared<std::string>(bytes);
    }

private:
    class MemoryFile : public File {
    public:
        MemoryFile(MemoryDisk& disk, std::string path, Bytes bytes)
            : disk_(disk), path_(std::move(path)), bytes_(std::move(bytes)) {}
        DiskStatus write(uint64_t offset, std::string_view bytes) override {
            if (disk_.writes_left == 0) return {DiskError::NoSpace, path_};
            --disk_.writes_left;
            bytes_->resize(std::max<size_t>(bytes_->size(), offset + bytes.size()));
            bytes_->replace(offset, bytes.size(), bytes);
            return {};
        }
        DiskStatus sync() override {
            if (disk_.refusing.contains(path_)) return {DiskError::Io, path_};
            disk_.synced.insert(path_);
            return {};
        }
        DiskStatus read(uint64_t offset, std::span<char> out, size_t& got) override {
            got = offset < bytes_->size() ? std::min<size_t>(out.size(), bytes_->size() - offset) : 0;
            if (got > 0) std::memcpy(out.data(), bytes_->data() + offset, got);
            return {};
        }
        uint64_t size() const override { return bytes_->size(); }

    private:
        MemoryDisk& disk_;
        std::string path_;
        Bytes bytes_;
    };
};

}  // namespace remit::evidence
