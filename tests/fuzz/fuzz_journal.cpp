// A journal whose segments somebody else has written over: it is read and opened without harm, what opens agrees with what is read, and
// goes on as a journal.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "host/evidence/journal/raw_frame.h"
#include "host/evidence/journal/scan.h"
#include "tests/evidence_journal/reference.h"
#include "tests/evidence_journal/sim_disk.h"
#include "tests/fuzz/trap.h"

namespace {

using namespace remit;
using namespace remit::evidence;
using namespace remit::evidence::testing;

constexpr char kFolder[] = "segments";
constexpr JournalSettings kSettings{kMinSegmentBytes, 2};
constexpr uint64_t kSegments = 5;

/// Three segments in use, two made ahead.
const SimDisk& whole_log() {
    static const SimDisk disk = [] {
        SimDisk out;
        DigestFold fold;
        Random random(1);
        auto journal = Journal::create(out, kFolder, kSettings, fold);
        fuzz::must(journal.ok(), "the log is made");
        for (int i = 0; i < 60; ++i) {
            Batch batch;
            for (int n = 0; n <= i % 3; ++n) append(batch, random_record(random, 0, 500));
            fuzz::must((*journal)->commit(batch).ok(), "a record is written");
            if ((*journal)->wanted() == 0) continue;
            Journal::Preparation preparation = (*journal)->begin_preparing();
            if (i < 50) fuzz::must(preparation.run().ok(), "a segment is made");
            (*journal)->prepared(preparation);
        }
        return out;
    }();
    return disk;
}

class Input {
public:
    Input(const uint8_t* data, size_t size) : data_(data), left_(size) {}
    bool empty() const { return left_ == 0; }
    uint64_t number(size_t bytes) {
        uint64_t out = 0;
        for (; bytes > 0 && left_ > 0; --bytes, --left_) out = out << 8 | *data_++;
        return out;
    }
    std::string take(size_t most) {
        const size_t n = std::min(most, left_);
        std::string out(reinterpret_cast<const char*>(data_), n);
        data_ += n;
        left_ -= n;
        return out;
    }

private:
    const uint8_t* data_;
    size_t left_;
};

std::string any_path(Input& in) { return segment_path(kFolder, 1 + in.number(1) % kSegments); }

/// One change to the segments, as the input says.
void change(SimDisk& disk, Input& in) {
    const uint64_t kind = in.number(1) % 7;
    const std::string path = any_path(in), other = any_path(in);
    if (!disk.has(path) || !disk.has(other)) return;
    std::string& bytes = disk.bytes_of(path);
    if (bytes.empty()) return;
    const size_t at = in.number(2) % bytes.size();
    switch (kind) {
        case 0: bytes[at] = static_cast<char>(in.number(1)); return;
        case 1: {
            const std::string text = in.take(in.number(1));
            bytes.replace(at, std::min(text.size(), bytes.size() - at), text, 0,
                          std::min(text.size(), bytes.size() - at));
            return;
        }
        case 2: {
            const size_t n = std::min<size_t>(in.number(2), bytes.size() - at);
            std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), n, '\0');
            return;
        }
        case 3: bytes.resize(in.number(2)); return;
        case 4: disk.take(path); return;
        case 5: std::swap(bytes, disk.bytes_of(other)); return;
        default: {
            // A field of the header, or of a frame's header.
            const std::string value = in.take(8);
            const size_t field = at % 128 < 72 ? at % 128 / 8 * 8 : at / 8 * 8;
            if (field + value.size() <= bytes.size())
                std::copy(value.begin(), value.end(), bytes.begin() + static_cast<std::ptrdiff_t>(field));
            return;
        }
    }
}

/// Makes all checksums of a segment right: who writes over segments may know how.
void finish_segment(std::string& bytes) {
    if (bytes.size() < kSegmentHeaderBytes || all_zero(std::string_view(bytes).substr(0, 72))) return;
    SegmentHeader header;
    const auto get = [&](size_t at) {
        uint64_t value = 0;
        std::memcpy(&value, &bytes[at], sizeof(value));
        return value;
    };
    header.number = get(8), header.bytes = get(16), header.first = get(24), header.previous = get(32),
    header.previous_end = get(40);
    std::memcpy(header.salt.data(), &bytes[48], header.salt.size());
    header.chain = static_cast<uint32_t>(get(64));
    bytes.replace(0, kSegmentHeaderBytes, header_block(header));
    uint32_t chain = first_chain(header), batch = 0;
    for (size_t at = kSegmentHeaderBytes; at < bytes.size();) {
        const auto frame = raw_frame(std::string_view(bytes).substr(at));
        if (!frame) return;
        if (frame->batch > batch) batch = frame->batch;
        finish_frame(&bytes[at], frame->bytes, batch, chain, frame->last);
        at += frame->bytes;
    }
}

/// How many records a reader finds; UINT64_MAX if it finds fault.
uint64_t read_all(SimDisk& disk) {
    const auto reader = JournalReader::open(disk, kFolder);
    if (!reader) {
        fuzz::must(!reader.error().empty(), "a refusal says why");
        return UINT64_MAX;
    }
    uint64_t index = (*reader)->first();
    for (;; ++index) {
        const auto record = (*reader)->next();
        if (!record) {
            fuzz::must(!record.error().empty(), "a refusal says why");
            return UINT64_MAX;
        }
        if (*record == nullptr) break;
        fuzz::must((*record)->index == index, "records come in their order");
    }
    (void)(*reader)->seek(index / 2);
    (void)(*reader)->next();
    return index;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    Input in(data, size);
    const auto disk = whole_log().copy();
    const uint64_t flags = in.number(1);
    for (int n = 0; n < 64 && !in.empty(); ++n) change(*disk, in);
    if ((flags & 1) != 0)
        for (const std::string& path : disk->paths()) finish_segment(disk->bytes_of(path));

    (void)read_all(*disk);
    JournalSettings settings = kSettings;
    settings.accept_damage = (flags & 2) != 0;
    DigestFold fold;
    Recovery recovery;
    auto journal = Journal::open(*disk, kFolder, settings, fold, recovery);
    if (!journal) {
        fuzz::must(!journal.error().empty(), "a refusal says why");
        return 0;
    }
    const uint64_t opened = (*journal)->size(), read = read_all(*disk);
    fuzz::must(read == UINT64_MAX || read == opened, "what opens is what is read");
    Random random(2);
    Batch batch;
    append(batch, random_record(random, 100, 100));
    const bool written = (*journal)->commit(batch).ok();
    const uint64_t now = (*journal)->size();
    fuzz::must(now == opened + (written ? 1 : 0), "a record is there or is not");
    const Frontier frontier = (*journal)->frontier();
    journal->reset();
    // Under the same settings: damage that somebody accepted is still there.
    const auto again = Journal::open(*disk, kFolder, settings, fold, recovery);
    fuzz::must(again.ok(), "what was opened opens again");
    fuzz::must((*again)->size() == now && (*again)->frontier() == frontier, "and is the same");
    return 0;
}
