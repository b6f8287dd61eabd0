#include "tests/evidence_log/failing_disk.h"

namespace remit::evidence::testing {

namespace {

class FailingFile : public File {
public:
    FailingFile(std::unique_ptr<File> file, Faults& faults, bool is_new, bool is_segment)
        : file_(std::move(file)), faults_(faults), is_new_(is_new), is_segment_(is_segment) {}

    DiskStatus write(uint64_t offset, std::string_view bytes) override {
        if (faults_.dead) return {DiskError::Io, "cannot write: the disk is gone"};
        if (is_new_) return {DiskError::NoSpace, "cannot write: no space left on the disk"};
        return file_->write(offset, bytes);
    }
    DiskStatus sync() override {
        if (faults_.dead) return {DiskError::Io, "cannot sync: the disk is gone"};
        if (is_segment_ && faults_.bad_syncs > 0) {
            --faults_.bad_syncs;
            return {DiskError::Io, "cannot sync: input/output error"};
        }
        return file_->sync();
    }
    DiskStatus read(uint64_t offset, std::span<char> out, size_t& got) override {
        return file_->read(offset, out, got);
    }
    uint64_t size() const override { return file_->size(); }

private:
    std::unique_ptr<File> file_;
    Faults& faults_;
    const bool is_new_, is_segment_;
};

class FailingDisk : public Disk {
public:
    FailingDisk(std::unique_ptr<Disk> disk, Faults& faults) : disk_(std::move(disk)), faults_(faults) {}

    DiskStatus open(const std::string& path, OpenMode mode, std::unique_ptr<File>& out) override {
        const bool makes = mode != OpenMode::Read && mode != OpenMode::Write;
        std::unique_ptr<File> there;
        const bool is_new = faults_.full && makes && !disk_->open(path, OpenMode::Read, there).ok();
        std::unique_ptr<File> file;
        const DiskStatus opened = disk_->open(path, mode, file);
        if (opened.ok())
            out = std::make_unique<FailingFile>(std::move(file), faults_, is_new, path.rfind("segments/", 0) == 0);
        return opened;
    }
    DiskStatus make_folder(const std::string& path) override { return disk_->make_folder(path); }
    DiskStatus list(const std::string& folder, std::vector<std::string>& names) override {
        return disk_->list(folder, names);
    }
    DiskStatus rename(const std::string& from, const std::string& to) override { return disk_->rename(from, to); }
    DiskStatus remove(const std::string& path) override { return disk_->remove(path); }
    DiskStatus sync_folder(const std::string& folder) override { return disk_->sync_folder(folder); }
    DiskStatus lock(const std::string& path, std::unique_ptr<File>& out) override { return disk_->lock(path, out); }

private:
    std::unique_ptr<Disk> disk_;
    Faults& faults_;
};

}  // namespace

std::unique_ptr<Disk> failing_disk(std::unique_ptr<Disk> disk, Faults& faults) {
    return std::make_unique<FailingDisk>(std::move(disk), faults);
}

}  // namespace remit::evidence::testing
