// SimDisk: what happens within a file.
#include "tests/evidence_journal/sim_file.h"

#include <algorithm>
#include <cstring>

namespace remit::evidence::testing {

namespace {

size_t sectors(uint64_t bytes) { return (bytes + kSector - 1) / kSector; }

void put_sector(std::string& bytes, size_t sector, const char* from) {
    const size_t at = sector * kSector;
    if (at < bytes.size()) std::memcpy(&bytes[at], from, std::min(kSector, bytes.size() - at));
}
void get_sector(const std::string& bytes, size_t sector, char* to) {
    const size_t at = sector * kSector, n = at < bytes.size() ? std::min(kSector, bytes.size() - at) : 0;
    if (n > 0) std::memcpy(to, &bytes[at], n);
    std::memset(to + n, 0, kSector - n);
}

void remember(SimFile& file, uint32_t sector) {
    Undo u;
    for (size_t i = 0; i < file.undo.size() && file.undo[i].lost; ++i) {  // the lost ones stand first
        if (file.undo[i].sector != sector) continue;
        // Dirty again: what the platter has is what a lost write falls back to.
        u = file.undo[i];
        u.lost = false;
        file.undo.erase(file.undo.begin() + static_cast<std::ptrdiff_t>(i));
        file.undo.push_back(u);
        return;
    }
    u.sector = sector;
    get_sector(file.bytes, sector, u.before);
    file.undo.push_back(u);
}

}  // namespace

void write_file(SimFile& file, uint64_t offset, std::string_view bytes) {
    if (bytes.empty()) return;
    for (uint64_t s = offset / kSector; s < sectors(offset + bytes.size()); ++s)
        remember(file, static_cast<uint32_t>(s));
    if (file.bytes.size() < offset + bytes.size()) file.bytes.resize(offset + bytes.size());
    std::memcpy(&file.bytes[offset], bytes.data(), bytes.size());
}

void sync_file(SimFile& file) {
    std::erase_if(file.undo, [](const Undo& u) { return !u.lost; });
    file.durable_size = file.bytes.size();
}

// Going back from the newest to the oldest, each step or not: any of a sector's versions may be the one on the platter. `odds` of 8.
void drop_unsynced(SimFile& file, Random& random, uint64_t odds) {
    for (size_t i = file.undo.size(); i-- > 0;) {
        const Undo& u = file.undo[i];
        if (u.lost || random.below(8) < odds) put_sector(file.bytes, u.sector, u.before);
    }
}

void fail_sync(SimFile& file, Random& random) {
    SimFile platter{file.bytes, file.durable_size, file.undo};
    drop_unsynced(platter, random, random.below(9));
    std::vector<uint32_t> touched;
    for (const Undo& u : file.undo) touched.push_back(u.sector);
    std::sort(touched.begin(), touched.end());
    touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
    file.undo.clear();
    for (const uint32_t sector : touched) {
        Undo u;
        u.sector = sector;
        u.lost = true;
        get_sector(platter.bytes, sector, u.before);
        char now[kSector];
        get_sector(file.bytes, sector, now);
        if (std::memcmp(now, u.before, kSector) != 0) file.undo.push_back(u);
    }
}

void evict(SimFile& file, Random& random) {
    std::erase_if(file.undo, [&](const Undo& u) {
        if (!u.lost || random.one_in(2)) return false;
        put_sector(file.bytes, u.sector, u.before);
        return true;
    });
}

std::shared_ptr<SimFile> cut_file(const SimFile& file, Random& random) {
    auto out = std::make_shared<SimFile>();
    out->bytes = file.bytes;
    out->owner_only = file.owner_only;
    if (!file.undo.empty()) {
        out->undo = file.undo;
        // Often all or nothing: the states between are many, and these are the likely ones.
        drop_unsynced(*out, random, random.below(9));
        out->undo.clear();
    }
    if (file.durable_size < out->bytes.size()) {
        const uint64_t more = out->bytes.size() - file.durable_size;
        out->bytes.resize(random.one_in(2) ? out->bytes.size() : file.durable_size + random.below(more + 1));
    }
    out->durable_size = out->bytes.size();
    return out;
}

}  // namespace remit::evidence::testing
