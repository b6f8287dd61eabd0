#include "host/evidence/crypto/bytes.h"

#include <sodium.h>

#include <algorithm>
#include <array>

#include "host/evidence/crypto/sodium.h"

namespace remit::evidence {

void start_sodium() {
    static const bool started = sodium_init() >= 0;
    if (!started) __builtin_trap();
}

void random_bytes(std::span<uint8_t> out) {
    start_sodium();
    if (!out.empty()) randombytes_buf(out.data(), out.size());
}

void wipe(std::span<uint8_t> bytes) {
    if (!bytes.empty()) sodium_memzero(bytes.data(), bytes.size());
}

namespace {

// base64url and hex stand for hashes, which are no secrets: tables serve, and are several times as fast as libsodium, whose time tells
// nothing of the bytes. Keys are written in plain base64, and that is libsodium's.

constexpr char kUrlDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr char kHexDigits[] = "0123456789abcdef";
constexpr uint8_t kNone = 0xff;

/// What each byte is worth as one of `digits`.
constexpr std::array<uint8_t, 256> values_of(std::string_view digits) {
    std::array<uint8_t, 256> out{};
    out.fill(kNone);
    for (size_t i = 0; i < digits.size(); ++i) out[static_cast<uint8_t>(digits[i])] = static_cast<uint8_t>(i);
    return out;
}
constexpr std::array<uint8_t, 256> kUrlValues = values_of(kUrlDigits), kHexValues = values_of(kHexDigits);

uint32_t byte_at(std::string_view bytes, size_t i) { return static_cast<uint8_t>(bytes[i]); }

}  // namespace

std::string base64(std::string_view bytes) {
    constexpr int kVariant = sodium_base64_VARIANT_ORIGINAL;
    std::string out(sodium_base64_encoded_len(bytes.size(), kVariant), '\0');
    sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                      kVariant);
    out.pop_back();  // libsodium ends it with a zero
    return out;
}

/// Strict: libsodium refuses foreign characters, wrong padding and bits that stand for nothing. But 1.0.18 takes every byte above ASCII
/// for a `/`.
std::optional<std::string> from_base64(std::string_view text) {
    if (std::any_of(text.begin(), text.end(), [](char c) { return static_cast<uint8_t>(c) >= 0x80; }))
        return std::nullopt;
    std::string out(text.size() / 4 * 3 + 3, '\0');
    size_t size = 0;
    if (sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(), text.size(), nullptr,
                          &size, nullptr, sodium_base64_VARIANT_ORIGINAL) != 0)
        return std::nullopt;
    out.resize(size);
    return out;
}

std::string base64url(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() / 3 * 4 + 3);
    size_t i = 0;
    for (; i + 3 <= bytes.size(); i += 3) {
        const uint32_t three = byte_at(bytes, i) << 16 | byte_at(bytes, i + 1) << 8 | byte_at(bytes, i + 2);
        const char four[] = {kUrlDigits[three >> 18], kUrlDigits[three >> 12 & 63], kUrlDigits[three >> 6 & 63],
                             kUrlDigits[three & 63]};
        out.append(four, sizeof(four));
    }
    const size_t left = bytes.size() - i;
    if (left == 0) return out;
    const uint32_t rest = byte_at(bytes, i) << 16 | (left == 2 ? byte_at(bytes, i + 1) << 8 : 0);
    out += kUrlDigits[rest >> 18];
    out += kUrlDigits[rest >> 12 & 63];
    if (left == 2) out += kUrlDigits[rest >> 6 & 63];
    return out;
}

bool from_base64url(std::string_view text, std::span<uint8_t> out) {
    if (text.size() != (out.size() * 4 + 2) / 3) return false;
    uint8_t wrong = 0;
    const auto value = [&](size_t i) {
        const uint8_t v = kUrlValues[static_cast<uint8_t>(text[i])];
        wrong |= v;
        return static_cast<uint32_t>(v & 63);
    };
    size_t i = 0, at = 0;
    for (; i + 4 <= text.size(); i += 4, at += 3) {
        const uint32_t four = value(i) << 18 | value(i + 1) << 12 | value(i + 2) << 6 | value(i + 3);
        out[at] = static_cast<uint8_t>(four >> 16);
        out[at + 1] = static_cast<uint8_t>(four >> 8);
        out[at + 2] = static_cast<uint8_t>(four);
    }
    uint32_t bits = 0;
    for (; i < text.size(); ++i) bits = bits << 6 | value(i);
    // Two digits hold a byte and four bits, three hold two bytes and two bits; those bits stand for nothing and must be zero.
    const size_t rest = text.size() % 4;
    const uint32_t spare = rest == 2 ? bits & 15 : rest == 3 ? bits & 3 : 0;
    if (rest == 2) out[at] = static_cast<uint8_t>(bits >> 4);
    if (rest == 3) {
        out[at] = static_cast<uint8_t>(bits >> 10);
        out[at + 1] = static_cast<uint8_t>(bits >> 2);
    }
    return (wrong & 0xc0) == 0 && spare == 0;
}

std::optional<std::string> from_base64url(std::string_view text) {
    if (text.size() % 4 == 1) return std::nullopt;
    std::string out(text.size() * 3 / 4, '\0');
    if (!from_base64url(text, {reinterpret_cast<uint8_t*>(out.data()), out.size()})) return std::nullopt;
    return out;
}

std::string to_hex(std::span<const uint8_t> bytes) {
    std::string out;
    out.reserve(2 * bytes.size());
    for (uint8_t b : bytes) {
        out += kHexDigits[b >> 4];
        out += kHexDigits[b & 15];
    }
    return out;
}

bool from_hex(std::string_view text, std::span<uint8_t> out) {
    if (text.size() != 2 * out.size()) return false;
    uint8_t wrong = 0;
    for (size_t i = 0; i < out.size(); ++i) {
        const uint8_t high = kHexValues[static_cast<uint8_t>(text[2 * i])],
                      low = kHexValues[static_cast<uint8_t>(text[2 * i + 1])];
        wrong |= high | low;
        out[i] = static_cast<uint8_t>(high << 4 | (low & 15));
    }
    return (wrong & 0xf0) == 0;
}

}  // namespace remit::evidence
