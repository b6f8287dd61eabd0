#include "tests/evidence_journal/sim_disk.h"

#include <algorithm>
#include <cstring>

#include "tests/evidence_journal/sim_file.h"

namespace remit::evidence::testing {

namespace {

std::string folder_of(const std::string& path) {
    const size_t slash = path.rfind('/');
    return slash == std::string::npos ? "" : path.substr(0, slash);
}

}  // namespace

class SimHandle : public File {
public:
    SimHandle(SimDisk& disk, std::string path, std::shared_ptr<SimFile> file, bool writable)
        : disk_(disk), path_(std::move(path)), file_(std::move(file)), writable_(writable) {}

    DiskStatus write(uint64_t offset, std::string_view bytes) override {
        if (!writable_) return {DiskError::ReadOnly, "cannot write " + path_};
        const DiskStatus refused = disk_.refusal(SimOp::Write, path_);
        if (!refused.ok()) {
            // Some of it may have been written.
            write_file(*file_, offset, bytes.substr(0, bytes.size() / 2));
            disk_.tell(SimOp::Write);
            return refused;
        }
        const uint64_t end = offset + bytes.size(), size = file_->bytes.size();
        const uint64_t free = disk_.capacity == UINT64_MAX ? UINT64_MAX
                                                           : disk_.capacity - std::min(disk_.capacity, disk_.used());
        if (end > size && end - size > free) {
            if (size + free > offset) write_file(*file_, offset, bytes.substr(0, size + free - offset));
            disk_.tell(SimOp::Write);
            return {DiskError::NoSpace, "cannot write " + path_ + ": no space"};
        }
        write_file(*file_, offset, bytes);
        disk_.tell(SimOp::Write);
        return {};
    }
    DiskStatus sync() override {
        const DiskStatus refused = disk_.refusal(SimOp::Sync, path_);
        if (!refused.ok()) {
            Random random(file_->undo.size() * 31 + file_->bytes.size());
            fail_sync(*file_, random);
            disk_.tell(SimOp::Sync);
            return refused;
        }
        if (!disk_.lies) sync_file(*file_);
        disk_.tell(SimOp::Sync);
        return {};
    }
    DiskStatus read(uint64_t offset, std::span<char> out, size_t& got) override {
        got = 0;
        const DiskStatus refused = disk_.refusal(SimOp::Read, path_);
        if (!refused.ok()) return refused;
        const std::string& bytes = file_->bytes;
        if (offset >= bytes.size()) return {};
        got = std::min<uint64_t>(out.size(), bytes.size() - offset);
        std::memcpy(out.data(), &bytes[offset], got);
        return {};
    }
    uint64_t size() const override { return file_->bytes.size(); }

private:
    SimDisk& disk_;
    const std::string path_;
    std::shared_ptr<SimFile> file_;
    const bool writable_;
};

class SimLock : public File {
public:
    SimLock(std::shared_ptr<std::set<std::string>> locks, std::string path)
        : locks_(std::move(locks)), path_(std::move(path)) {}
    ~SimLock() override { locks_->erase(path_); }
    DiskStatus write(uint64_t, std::string_view) override { return {}; }
    DiskStatus sync() override { return {}; }
    DiskStatus read(uint64_t, std::span<char>, size_t& got) override {
        got = 0;
        return {};
    }
    uint64_t size() const override { return 0; }

private:
    std::shared_ptr<std::set<std::string>> locks_;
    const std::string path_;
};

DiskStatus SimDisk::refusal(SimOp op, const std::string& path) const {
    const DiskError error = fault ? fault(op, path) : DiskError::None;
    return error == DiskError::None ? DiskStatus{} : DiskStatus{error, "the simulated disk refuses " + path};
}

void SimDisk::apply(Names& names, const NameChange& change) {
    if (!change.gone.empty()) names.erase(change.gone);
    if (!change.come.empty()) names[change.come] = change.file;
}

void SimDisk::change_name(NameChange change) {
    apply(names_, change);
    pending_.push_back(std::move(change));
}

uint64_t SimDisk::used() const {
    uint64_t sum = 0;
    for (const auto& [path, file] : names_) sum += file->bytes.size();
    return sum;
}

DiskStatus SimDisk::open(const std::string& path, OpenMode mode, std::unique_ptr<File>& out) {
    const auto found = names_.find(path);
    const bool makes = mode != OpenMode::Read && mode != OpenMode::Write;
    const bool must_be_new = mode == OpenMode::CreateNew || mode == OpenMode::CreateSecret;
    if (found != names_.end() && must_be_new) return {DiskError::Exists, path + " exists"};
    if (found == names_.end() && (!makes || !folders_.contains(folder_of(path))))
        return {DiskError::NotFound, "no " + path};
    const DiskStatus refused = refusal(found == names_.end() ? SimOp::Create : SimOp::Read, path);
    if (!refused.ok()) return refused;
    auto file = found == names_.end() ? std::make_shared<SimFile>() : found->second;
    if (found == names_.end()) {
        file->owner_only = mode == OpenMode::CreateSecret;
        change_name({folder_of(path), "", path, file});
        tell(SimOp::Create);
    }
    out = std::make_unique<SimHandle>(*this, path, std::move(file), mode != OpenMode::Read);
    return {};
}

DiskStatus SimDisk::make_folder(const std::string& path) {
    for (size_t end = path.find('/');; end = path.find('/', end + 1)) {
        folders_.insert(path.substr(0, end));
        if (end == std::string::npos) break;
    }
    return {};
}

DiskStatus SimDisk::list(const std::string& folder, std::vector<std::string>& names) {
    names.clear();
    if (!folders_.contains(folder)) return {DiskError::NotFound, "no folder " + folder};
    const std::string prefix = folder.empty() ? "" : folder + "/";
    for (auto it = names_.lower_bound(prefix); it != names_.end() && it->first.starts_with(prefix); ++it)
        if (it->first.find('/', prefix.size()) == std::string::npos) names.push_back(it->first.substr(prefix.size()));
    for (const std::string& f : folders_)
        if (!f.empty() && folder_of(f) == folder) names.push_back(f.substr(prefix.size()));
    std::sort(names.begin(), names.end());
    return {};
}

DiskStatus SimDisk::rename(const std::string& from, const std::string& to) {
    const auto found = names_.find(from);
    if (found == names_.end()) return {DiskError::NotFound, "no " + from};
    const DiskStatus refused = refusal(SimOp::Rename, to);
    if (!refused.ok()) return refused;
    change_name({folder_of(to), from, to, found->second});
    tell(SimOp::Rename);
    return {};
}

DiskStatus SimDisk::remove(const std::string& path) {
    if (!names_.contains(path)) return {DiskError::NotFound, "no " + path};
    const DiskStatus refused = refusal(SimOp::Remove, path);
    if (!refused.ok()) return refused;
    change_name({folder_of(path), path, "", nullptr});
    tell(SimOp::Remove);
    return {};
}

DiskStatus SimDisk::sync_folder(const std::string& folder) {
    if (!folders_.contains(folder)) return {DiskError::NotFound, "no folder " + folder};
    const DiskStatus refused = refusal(SimOp::SyncFolder, folder);
    if (!refused.ok()) return refused;
    if (!lies) {
        for (const NameChange& change : pending_)
            if (change.folder == folder) apply(durable_, change);
        std::erase_if(pending_, [&](const NameChange& change) { return change.folder == folder; });
        for (const std::string& f : folders_)
            if (folder_of(f) == folder) durable_folders_.insert(f);
    }
    tell(SimOp::SyncFolder);
    return {};
}

DiskStatus SimDisk::lock(const std::string& path, std::unique_ptr<File>& out) {
    if (!locks_->insert(path).second) return {DiskError::Locked, path + " is locked"};
    out = std::make_unique<SimLock>(locks_, path);
    return {};
}

std::unique_ptr<SimDisk> SimDisk::cut(Random& random) const {
    auto out = std::make_unique<SimDisk>();
    const uint64_t odds = random.below(9);
    for (const std::string& folder : folders_)
        if (durable_folders_.contains(folder) || random.below(8) >= odds) out->folders_.insert(folder);
    Names names = durable_;
    for (const NameChange& change : pending_)
        if (random.below(8) >= odds) apply(names, change);
    for (const auto& [path, file] : names)
        if (out->folders_.contains(folder_of(path)))
            out->names_.emplace_hint(out->names_.end(), path, cut_file(*file, random));
    out->durable_ = out->names_;
    out->durable_folders_ = out->folders_;
    out->capacity = capacity;
    return out;
}

void SimDisk::restart(Random& random) {
    for (const auto& [path, file] : names_) evict(*file, random);
    locks_->clear();
}

void SimDisk::put(const std::string& path, std::string bytes) {
    auto file = std::make_shared<SimFile>();
    file->durable_size = bytes.size();
    file->bytes = std::move(bytes);
    names_[path] = durable_[path] = file;
    (void)make_folder(folder_of(path));
    durable_folders_ = folders_;
}

std::vector<std::string> SimDisk::paths() const {
    std::vector<std::string> out;
    for (const auto& [path, file] : names_) out.push_back(path);
    return out;
}

std::unique_ptr<SimDisk> SimDisk::copy() const {
    auto out = std::make_unique<SimDisk>();
    for (const auto& [path, file] : names_) out->put(path, file->bytes);
    out->folders_ = out->durable_folders_ = folders_;
    out->capacity = capacity;
    return out;
}

}  // namespace remit::evidence::testing
