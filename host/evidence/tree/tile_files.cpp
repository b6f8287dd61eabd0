#include "host/evidence/tree/tile_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "host/evidence/tree/text.h"

namespace remit::evidence {

namespace {

/// "" is the disk's own folder.
std::string parent(const std::string& path) {
    const size_t slash = path.rfind('/');
    return slash == std::string::npos ? "" : path.substr(0, slash);
}

}  // namespace

std::string tile_path(int level, uint64_t index, unsigned width) {
    std::string groups = fmt::format("{:03}", index % 1000);
    while ((index /= 1000) > 0) groups = fmt::format("x{:03}/", index % 1000) + groups;
    const std::string partial = width < kTileWidth ? fmt::format(".p/{}", width) : "";
    return level == kEntries ? "tile/entries/" + groups + partial : fmt::format("tile/{}/{}{}", level, groups, partial);
}

Result<std::vector<std::string_view>> split_bundle(std::string_view bytes, unsigned width) {
    std::vector<std::string_view> out;
    out.reserve(width);
    while (out.size() < width) {
        if (bytes.size() < 2) return Failure{fmt::format("it ends before entry {} of {}", out.size(), width)};
        const size_t length = static_cast<size_t>(static_cast<uint8_t>(bytes[0])) << 8 | static_cast<uint8_t>(bytes[1]);
        if (bytes.size() - 2 < length) return Failure{fmt::format("it ends within entry {} of {}", out.size(), width)};
        out.push_back(bytes.substr(2, length));
        bytes.remove_prefix(2 + length);
    }
    if (!bytes.empty()) return Failure{fmt::format("{} bytes follow its {} entries", bytes.size(), width)};
    return out;
}

void append_to_bundle(std::string& bytes, std::string_view entry) {
    bytes += static_cast<char>(entry.size() >> 8);
    bytes += static_cast<char>(entry.size());
    bytes += entry;
}

std::string TileFiles::path(int level, uint64_t index, unsigned width) const {
    return folder_ + "/" + tile_path(level, index, width);
}

DiskStatus TileFiles::write(int level, uint64_t index, unsigned width, std::string_view bytes) {
    const std::string at = path(level, index, width);
    std::string& made = made_[level + 1];
    if (const std::string folder = parent(at); made != folder) {
        if (DiskStatus status = disk_.make_folder(folder); !status.ok()) return status;
        made = folder;
    }
    return swap_file(disk_, at, bytes);
}

DiskStatus TileFiles::read(int level, uint64_t index, unsigned width, std::string& bytes) const {
    return read_file(disk_, path(level, index, width), bytes,
                     level == kEntries ? kMaxBundleBytes : kTileWidth * sizeof(Hash));
}

DiskStatus TileFiles::read_hashes(int level, uint64_t index, unsigned width, std::vector<Hash>& hashes) const {
    std::string bytes;
    const DiskStatus status = read(level, index, width, bytes);
    if (!status.ok()) return status;
    if (bytes.size() != width * sizeof(Hash))
        return {DiskError::Io, fmt::format("{} does not have {} hashes", path(level, index, width), width)};
    hashes.resize(width);
    std::memcpy(hashes.data(), bytes.data(), bytes.size());
    return status;
}

std::vector<unsigned> TileFiles::partials(int level, uint64_t index) const {
    std::vector<std::string> names;
    std::vector<unsigned> widths;
    if (!disk_.list(parent(path(level, index, 1)), names).ok()) return widths;
    for (const std::string& name : names) {
        const auto width = parse_count(name);
        if (width && *width > 0 && *width < kTileWidth) widths.push_back(static_cast<unsigned>(*width));
    }
    std::sort(widths.rbegin(), widths.rend());
    return widths;
}

DiskStatus TileFiles::remove_partials(int level, uint64_t index) {
    const std::string folder = parent(path(level, index, 1));
    std::vector<std::string> names;
    DiskStatus status = disk_.list(folder, names);
    for (const std::string& name : names) {
        if (status.ok()) status = disk_.remove(folder + "/" + name);
    }
    if (status.ok()) status = disk_.remove(folder);
    return status.error == DiskError::NotFound ? DiskStatus() : status;
}

DiskStatus TileFiles::remove(int level, uint64_t index) {
    const DiskStatus status = disk_.remove(path(level, index, kTileWidth));
    return status.error == DiskError::NotFound ? DiskStatus() : status;
}

DiskStatus TileFiles::sync(int level, uint64_t index) {
    const std::string at = path(level, index, kTileWidth);
    std::unique_ptr<File> file;
    DiskStatus status = disk_.open(at, OpenMode::Write, file);
    if (!status.ok()) return status;
    status = file->sync();
    file.reset();
    if (!status.ok()) static_cast<void>(disk_.remove(at));
    return status;
}

DiskStatus TileFiles::sync_folders(int level, uint64_t from, uint64_t to) {
    constexpr uint64_t kTilesOfFolder = 1000;
    std::set<std::string> folders;
    for (uint64_t n = from; n < to; n = (n / kTilesOfFolder + 1) * kTilesOfFolder) {
        for (std::string at = parent(path(level, n, kTileWidth)); folders.insert(at).second && !at.empty();)
            at = parent(at);
    }
    DiskStatus status;
    for (auto at = folders.rbegin(); at != folders.rend() && status.ok(); ++at) status = disk_.sync_folder(*at);
    return status;
}

DiskStatus TileFiles::put(const std::string& name, std::string_view bytes) {
    const DiskStatus status = disk_.make_folder(folder_);
    return status.ok() ? swap_file(disk_, folder_ + "/" + name, bytes) : status;
}

DiskStatus TileFiles::put_durably(const std::string& name, std::string_view bytes) {
    const DiskStatus status = disk_.make_folder(folder_);
    return status.ok() ? replace_file(disk_, folder_ + "/" + name, bytes) : status;
}

DiskStatus TileFiles::get(const std::string& name, std::string& bytes, size_t most) const {
    return read_file(disk_, folder_ + "/" + name, bytes, most);
}

}  // namespace remit::evidence
