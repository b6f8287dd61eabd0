#include "host/evidence/record/canonical.h"

#include <charconv>
#include <cstring>

#include "host/evidence/record/ensure.h"
#include "host/evidence/record/entry.h"
#include "vm/engine/json.h"

namespace remit::evidence {

namespace {

/// A byte of `word` is no plain ASCII: a control, a quote, a backslash, or beyond 0x7F.
bool has_special(uint64_t word) {
    constexpr uint64_t kOnes = 0x0101010101010101, kHigh = 0x8080808080808080;
    const auto zero = [](uint64_t w) { return (w - kOnes) & ~w; };  // high bits of zero bytes (and of some after one)
    const uint64_t control = (word - kOnes * 0x20) & ~word;
    return ((word | control | zero(word ^ kOnes * '"') | zero(word ^ kOnes * '\\')) & kHigh) != 0;
}

bool is_plain(std::string_view text) {
    size_t i = 0;
    for (; i + 8 <= text.size(); i += 8) {
        uint64_t word = 0;
        std::memcpy(&word, text.data() + i, 8);
        if (has_special(word)) return false;
    }
    for (; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c < 0x20 || c > 0x7F || c == '"' || c == '\\') return false;
    }
    return true;
}

}  // namespace

void append_text(std::string& out, std::string_view text) {
    if (!is_plain(text)) return append_json_string(out, text);
    out += '"';
    out += text;
    out += '"';
}

/// What stands before a value: a comma in an array, the name in an object.
void CanonicalWriter::value() {
    if (depth_ == 0) return;
    Level& level = levels_[depth_ - 1];
    if (level.object) {
        ensure(level.named, "a member without a name");
        level.named = false;
        return;
    }
    if (level.comma) out_ += ',';
    level.comma = true;
}

void CanonicalWriter::open(bool object, char bracket) {
    value();
    ensure(depth_ < kMostLevels, "a record nested too deep");
    levels_[depth_++] = {.object = object};
    out_ += bracket;
}

void CanonicalWriter::close(bool object, char bracket) {
    ensure(depth_ > 0 && levels_[depth_ - 1].object == object && !levels_[depth_ - 1].named,
           "brackets that do not match");
    --depth_;
    out_ += bracket;
}

void CanonicalWriter::open_object() { open(true, '{'); }
void CanonicalWriter::close_object() { close(true, '}'); }
void CanonicalWriter::open_array() { open(false, '['); }
void CanonicalWriter::close_array() { close(false, ']'); }

void CanonicalWriter::key(std::string_view name) {
    ensure(depth_ > 0 && levels_[depth_ - 1].object && !levels_[depth_ - 1].named, "a name outside an object");
    Level& level = levels_[depth_ - 1];
    ensure(!name.empty() && name.size() <= 64, "a name of no or too many bytes");
    if (level.comma) {
        const std::string_view before = std::string_view(out_).substr(level.name, level.name_size);
        const bool sorted = before.front() != name.front() ? before.front() < name.front() : before < name;
        ensure(sorted, "members out of order");
        out_ += ',';
    }
    out_ += '"';
    level.name = static_cast<uint32_t>(out_.size());
    level.name_size = static_cast<uint8_t>(name.size());
    out_ += name;
    out_ += "\":";
    level.comma = level.named = true;
}

void CanonicalWriter::text(std::string_view value_text) {
    value();
    append_text(out_, value_text);
}

void CanonicalWriter::number(int64_t n) {
    ensure(n <= kMaxJsonInteger && n >= -kMaxJsonInteger, "an integer that JSON readers round");
    value();
    char digits[24];
    out_.append(digits, std::to_chars(digits, digits + sizeof digits, n).ptr);
}

void CanonicalWriter::truth(bool is_true) {
    value();
    out_ += is_true ? "true" : "false";
}

void CanonicalWriter::raw(std::string_view canonical) {
    value();
    out_ += canonical;
}

void CanonicalWriter::hash(std::string_view name, const Hash& hash) {
    key(name);
    value();
    out_ += '"';
    append_hash64(out_, hash);
    out_ += '"';
}

void CanonicalWriter::wide_number(std::string_view name, int64_t n) {
    key(name);
    if (n <= kMaxJsonInteger && n >= -kMaxJsonInteger) return number(n);
    char digits[24];
    text({digits, std::to_chars(digits, digits + sizeof digits, n).ptr});
}

}  // namespace remit::evidence
