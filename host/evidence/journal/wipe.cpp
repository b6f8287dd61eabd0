#include "host/evidence/journal/wipe.h"

#include <algorithm>
#include <string>

#include "host/evidence/journal/segment.h"

namespace remit::evidence {

namespace {
constexpr uint64_t kPage = 4096, kReadAtOnce = 256u << 10;
}  // namespace

DiskStatus wipe_bytes(File& file, uint64_t offset, std::string_view bytes, uint64_t& wiped) {
    static constexpr char kZeros[kPage] = {};
    wiped = 0;
    for (uint64_t at = 0; at < bytes.size();) {
        const uint64_t to_page_end = kPage - (offset + at) % kPage;
        const std::string_view page = bytes.substr(at, to_page_end);
        if (!all_zero(page)) {
            const DiskStatus status = file.write(offset + at, {kZeros, page.size()});
            if (!status.ok()) return status;
            wiped = at + page.find_last_not_of('\0') + 1;
        }
        at += page.size();
    }
    return {};
}

DiskStatus wipe_range(File& file, uint64_t offset, uint64_t end) {
    std::string bytes;
    bool dirty = false;
    for (uint64_t at = offset; at < end;) {
        bytes.resize(std::min(kReadAtOnce, end - at));
        size_t got = 0;
        uint64_t wiped = 0;
        DiskStatus status = file.read(at, bytes, got);
        if (status.ok()) status = wipe_bytes(file, at, std::string_view(bytes).substr(0, got), wiped);
        if (!status.ok()) return status;
        dirty = dirty || wiped != 0;
        at += bytes.size();
    }
    return dirty ? file.sync() : DiskStatus{};
}

}  // namespace remit::evidence
