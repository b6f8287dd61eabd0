#include "vm/engine/json_plain.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "vm/program/limits.h"

namespace remit {

namespace {

constexpr size_t kWord = sizeof(uint64_t);
constexpr size_t kMostMembers = 64;  // more: not plain

/// High bits of the bytes that are not plain in a text: controls, quote, backslash, beyond ASCII. The lowest one is exact; a borrow may
/// set others above it.
uint64_t special(uint64_t word) {
    constexpr uint64_t kOnes = 0x0101010101010101, kHigh = 0x8080808080808080;
    const auto zero = [](uint64_t w) { return (w - kOnes) & ~w; };
    const uint64_t control = (word - kOnes * 0x20) & ~word;
    return (word | control | zero(word ^ kOnes * '"') | zero(word ^ kOnes * '\\')) & kHigh;
}
static_assert(std::endian::native == std::endian::little);

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Length and first bytes of a key, with which nearly all keys are told apart. Behind the text stand bytes that may be read.
uint64_t tag(std::string_view key) {
    uint64_t bytes = 0;
    std::memcpy(&bytes, key.data(), kWord);
    if (key.size() < kWord) bytes &= (uint64_t{1} << (8 * key.size())) - 1;
    return bytes ^ static_cast<uint64_t>(key.size()) << 56;
}

bool repeats(const Json* members, size_t count) {
    uint64_t tags[kMostMembers];
    for (size_t i = 0; i < count; ++i) {
        tags[i] = tag(members[i].key);
        bool seen = false;
        for (size_t j = 0; j < i; ++j) seen |= tags[j] == tags[i];
        if (!seen) continue;
        for (size_t j = 0; j < i; ++j)
            if (members[i].key == members[j].key) return true;
    }
    return false;
}

}  // namespace

void PlainJson::skip_space() {
    while (*at_ == ' ' || *at_ == '\n' || *at_ == '\t' || *at_ == '\r') ++at_;
}

bool PlainJson::add(Json node) {
    if (++nodes_ > limits::kMaxJsonNodes) return false;
    if (count_ == pending_.size()) pending_.resize(std::max<size_t>(64, 2 * count_));
    node.key = key_;
    key_ = {};
    pending_[count_++] = node;
    return true;
}

/// `at_` is behind the first quote; afterwards behind the last.
bool PlainJson::string(std::string_view& out) {
    const char* const begin = at_;
    for (;;) {
        uint64_t bytes = 0;
        std::memcpy(&bytes, at_, kWord);
        if (const uint64_t found = special(bytes); found != 0) {
            at_ += std::countr_zero(found) / 8;
            break;
        }
        at_ += kWord;
    }
    out = {begin, static_cast<size_t>(at_ - begin)};
    return *at_++ == '"';
}

bool PlainJson::number() {
    constexpr int kMostDigits = 18;  // what fits 64 bits whatever they are
    const char* const begin = at_;
    const bool negative = *at_ == '-';
    at_ += negative;
    const char* const whole = at_;
    if (!is_digit(*at_)) return false;
    if (*at_ == '0' && is_digit(at_[1])) return false;
    while (is_digit(*at_)) ++at_;
    if (*at_ == '.') {
        if (!is_digit(*++at_)) return false;
        while (is_digit(*at_)) ++at_;
    } else if (negative && *whole == '0') {
        return false;  // written as 0
    }
    if (*at_ == 'e' || *at_ == 'E' || at_ - whole > kMostDigits) return false;
    Json node;
    node.kind = JsonKind::Number;
    node.text = {begin, static_cast<size_t>(at_ - begin)};
    return add(node);
}

bool PlainJson::word(std::string_view word, JsonKind kind, bool truth) {
    if (std::string_view(at_, std::min(word.size(), static_cast<size_t>(end_ - at_))) != word) return false;
    at_ += word.size();
    Json node;
    node.kind = kind;
    node.truth = truth;
    return add(node);
}

bool PlainJson::open(bool object) {
    if (open_.size() >= limits::kMaxJsonDepth) return false;
    ++at_;
    open_.push_back({count_, object, key_});
    key_ = {};
    return true;
}

bool PlainJson::close(bool object) {
    const Open frame = open_.back();
    if (frame.object != object) return false;
    ++at_;
    const Json* children = pending_.data() + frame.first;
    const size_t size = count_ - frame.first;
    if (object && (size > kMostMembers || repeats(children, size))) return false;
    Json node;
    node.kind = object ? JsonKind::Object : JsonKind::Array;
    node.size = static_cast<uint32_t>(size);
    Json* items = static_cast<Json*>(arena_->allocate(size * sizeof(Json), alignof(Json)));
    std::uninitialized_copy_n(children, size, items);
    node.items = items;
    count_ = frame.first;
    open_.pop_back();
    key_ = frame.key;
    return add(node);
}

bool PlainJson::key() {
    skip_space();
    if (*at_++ != '"' || !string(key_)) return false;
    skip_space();
    return *at_++ == ':';
}

/// One value that is no container, or the beginning of a container.
bool PlainJson::value() {
    skip_space();
    switch (*at_) {
        case '"': {
            Json node;
            node.kind = JsonKind::String;
            ++at_;
            return string(node.text) && add(node);
        }
        case '{':
            if (!open(true)) return false;
            skip_space();
            return *at_ == '}' ? close(true) : key() && value();
        case '[':
            if (!open(false)) return false;
            skip_space();
            return *at_ == ']' ? close(false) : value();
        case 't': return word("true", JsonKind::Bool, true);
        case 'f': return word("false", JsonKind::Bool, false);
        case 'n': return word("null", JsonKind::Null, false);
        default: return number();
    }
}

const Json* PlainJson::read(std::string_view text, Arena& arena) {
    if (text.size() > limits::kMaxRequestBytes) return nullptr;
    arena_ = &arena;
    count_ = 0;
    open_.clear();
    key_ = {};
    nodes_ = 0;
    // A NUL is no plain byte anywhere, so those behind the copy end whatever runs into them.
    char* copy = static_cast<char*>(arena.allocate(text.size() + kWord, 1));
    if (!text.empty()) std::memcpy(copy, text.data(), text.size());
    std::memset(copy + text.size(), 0, kWord);
    at_ = copy;
    end_ = copy + text.size();
    if (!value()) return nullptr;
    while (!open_.empty()) {
        skip_space();
        const char c = *at_;
        if (c == ',') {
            ++at_;
            if (open_.back().object && !key()) return nullptr;
            if (!value()) return nullptr;
        } else if (c == '}' || c == ']') {
            if (!close(c == '}')) return nullptr;
        } else {
            return nullptr;
        }
    }
    skip_space();
    if (at_ != end_ || count_ != 1) return nullptr;
    return arena.make(pending_.front());
}

}  // namespace remit
