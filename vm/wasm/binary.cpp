#include "vm/wasm/binary.h"

#include <vector>

namespace remit::wasm {
namespace {

constexpr std::string_view kHeader{"\0asm\1\0\0\0", 8};
enum SectionId : uint8_t { kMemory = 5, kGlobal = 6, kExport = 7, kData = 11, kDataCount = 12 };
constexpr uint8_t kI32 = 0x7F, kConstI32 = 0x41, kEnd = 0x0B, kHasMost = 1, kExportGlobal = 3;

void put(std::string& out, uint64_t value) {  // LEB128
    do {
        const auto low = static_cast<uint8_t>(value & 0x7F);
        value >>= 7;
        out += static_cast<char>(value != 0 ? low | 0x80 : low);
    } while (value != 0);
}
void put_signed(std::string& out, int64_t value) {
    for (;;) {
        const auto low = static_cast<uint8_t>(value & 0x7F);
        value >>= 7;
        const bool last = (value == 0 && (low & 0x40) == 0) || (value == -1 && (low & 0x40) != 0);
        out += static_cast<char>(last ? low : low | 0x80);
        if (last) return;
    }
}
void put_word(std::string& out, uint64_t value) {
    for (int i = 0; i < 4; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
}

/// Reads until something is wrong; then everything is 0 and `bad` is true.
struct Reader {
    std::string_view rest;
    bool bad = false;

    std::string_view take(uint64_t size) {
        if (size > rest.size()) bad = true;
        if (bad) return {};
        const std::string_view bytes = rest.substr(0, size);
        rest.remove_prefix(size);
        return bytes;
    }
    uint8_t byte() {
        const std::string_view one = take(1);
        return one.empty() ? uint8_t{0} : static_cast<uint8_t>(one[0]);
    }
    uint64_t number() {
        uint64_t value = 0;
        for (unsigned shift = 0; shift < 35; shift += 7) {
            const uint8_t b = byte();
            value |= uint64_t{b & 0x7Fu} << shift;
            if ((b & 0x80) == 0) return value;
        }
        bad = true;
        return 0;
    }
    std::string_view name() { return take(number()); }
    void expect(uint8_t wanted) {
        if (byte() != wanted) bad = true;
    }
};

struct Section {
    uint8_t id = 0;
    std::string body;
};

Result<std::vector<Section>> sections_of(std::string_view module) {
    if (module.substr(0, kHeader.size()) != kHeader) return Failure{"not a WebAssembly module"};
    std::vector<Section> sections;
    Reader read{module.substr(kHeader.size())};
    while (!read.bad && !read.rest.empty()) {
        const uint8_t id = read.byte();
        sections.push_back({id, std::string(read.name())});
    }
    if (read.bad) return Failure{"the WebAssembly module ends too early"};
    return sections;
}

std::string* find(std::vector<Section>& sections, uint8_t id) {
    for (Section& s : sections)
        if (s.id == id) return &s.body;
    return nullptr;
}

MemorySize read_memory(std::string_view body, Reader& read) {
    read.rest = body;
    read.expect(1);
    read.expect(kHasMost);
    MemorySize size;
    size.initial = read.number() * kPageBytes;
    size.most = read.number() * kPageBytes;
    return size;
}

/// Where the exported global points; `read.bad` if there is none.
uint64_t address_of(std::string_view exports, std::string_view globals, std::string_view record, Reader& read) {
    read.rest = exports;
    uint64_t index = UINT64_MAX;
    for (uint64_t n = read.number(); n > 0 && !read.bad; --n) {
        const std::string_view name = read.name();
        const uint8_t kind = read.byte();
        const uint64_t number = read.number();
        if (kind == kExportGlobal && name == record) index = number;
    }
    read.rest = globals;
    const uint64_t count = read.number();
    for (uint64_t i = 0; i < count && !read.bad; ++i) {
        read.expect(kI32);
        read.byte();  // whether it may change
        read.expect(kConstI32);
        const uint64_t value = read.number();  // addresses are not negative
        read.expect(kEnd);
        if (i == index) return value;
    }
    read.bad = true;
    return 0;
}

void put_segment(std::string& out, uint64_t address, std::string_view bytes) {
    put(out, 0);
    out += static_cast<char>(kConstI32);
    put_signed(out, static_cast<int64_t>(address));
    out += static_cast<char>(kEnd);
    put(out, bytes.size());
    out += bytes;
}

/// A list of segments with two more; of DataCount only the count.
std::string with_two_more(std::string_view body, std::string_view more) {
    Reader read{body};
    std::string out;
    put(out, read.number() + 2);
    out += read.rest;
    out += more;
    return out;
}

}  // namespace

Result<MemorySize> memory_of(std::string_view module) {
    auto sections = sections_of(module);
    if (!sections) return Failure{sections.error()};
    const std::string* memory = find(*sections, kMemory);
    Reader read;
    if (memory != nullptr) {
        const MemorySize size = read_memory(*memory, read);
        if (!read.bad) return size;
    }
    return Failure{"the WebAssembly module has no bounded memory"};
}

Result<std::string> with_data(std::string_view module, std::string_view data, std::string_view record) {
    auto sections = sections_of(module);
    if (!sections) return Failure{sections.error()};
    std::string* memory = find(*sections, kMemory);
    const std::string *globals = find(*sections, kGlobal), *exports = find(*sections, kExport);
    std::string* segments = find(*sections, kData);
    if (memory == nullptr || globals == nullptr || exports == nullptr || segments == nullptr)
        return Failure{"the WebAssembly module lacks a section"};

    Reader read;
    const MemorySize size = read_memory(*memory, read);
    const uint64_t at = address_of(*exports, *globals, record, read);
    if (read.bad) return Failure{"the WebAssembly module has no place for data"};
    const uint64_t pages = (size.initial + data.size() + kPageBytes - 1) / kPageBytes;
    if (pages * kPageBytes > size.most)
        return Failure{"the policy needs more than the " + std::to_string(size.most >> 20) +
                       " MiB of a WebAssembly module"};
    memory->assign({1, static_cast<char>(kHasMost)});
    put(*memory, pages);
    put(*memory, size.most / kPageBytes);

    std::string more, place;
    put_segment(more, size.initial, data);
    put_word(place, size.initial);
    put_word(place, data.size());
    put_segment(more, at, place);
    *segments = with_two_more(*segments, more);
    if (std::string* count = find(*sections, kDataCount)) *count = with_two_more(*count, "");

    std::string out(kHeader);
    for (const Section& s : *sections) {
        out += static_cast<char>(s.id);
        put(out, s.body.size());
        out += s.body;
    }
    return out;
}

}  // namespace remit::wasm
