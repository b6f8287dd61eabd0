#include "host/lsp/transport/frames.h"

#include <algorithm>

namespace remit::lsp {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_word(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
    return text;
}

/// Digits only; saturates.
std::optional<size_t> number(std::string_view text) {
    if (text.empty()) return std::nullopt;
    size_t out = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        out = out > kMaxMessageBytes * 1000 ? out : out * 10 + static_cast<size_t>(c - '0');
    }
    return out;
}

/// The header's Content-Length, if it has exactly one that is a number.
std::optional<size_t> content_length(std::string_view header) {
    std::optional<size_t> found;
    while (!header.empty()) {
        const size_t end = std::min(header.find('\n'), header.size());
        const std::string_view line = header.substr(0, end);
        header.remove_prefix(std::min(end + 1, header.size()));
        const size_t colon = line.find(':');
        if (colon == std::string_view::npos || !same_word(trimmed(line.substr(0, colon)), "content-length")) continue;
        if (found) return std::nullopt;
        found = number(trimmed(line.substr(colon + 1)));
        if (!found) return std::nullopt;
    }
    return found;
}

}  // namespace

std::optional<Frame> FrameReader::next() {
    if (lost_) return std::nullopt;
    return in_body_ ? body() : header();
}

std::optional<Frame> FrameReader::header() {
    const std::string_view rest = std::string_view(buffer_).substr(at_);
    size_t end = rest.find("\r\n\r\n"), blank = 4;
    if (const size_t bare = rest.find("\n\n"); bare < end) {
        end = bare;
        blank = 2;
    }
    if (std::min(end, rest.size()) > kMaxHeaderBytes) {
        lost_ = true;
        return Frame{Frame::Kind::BadHeader, "a header without an end"};
    }
    if (end == std::string_view::npos) return std::nullopt;
    const std::optional<size_t> length = content_length(rest.substr(0, end));
    drop(end + blank);
    if (!length) return Frame{Frame::Kind::BadHeader, "a header without a Content-Length"};
    in_body_ = true;
    awaited_ = *length;
    skipping_ = awaited_ > kMaxMessageBytes;
    return body();
}

std::optional<Frame> FrameReader::body() {
    const size_t have = buffer_.size() - at_;
    if (skipping_) {
        const size_t some = std::min(have, awaited_);
        drop(some);
        awaited_ -= some;
        if (awaited_ > 0) return std::nullopt;
        in_body_ = skipping_ = false;
        return Frame{Frame::Kind::TooLarge, "a message of more bytes than the limit"};
    }
    if (have < awaited_) return std::nullopt;
    Frame out{Frame::Kind::Message, buffer_.substr(at_, awaited_)};
    drop(awaited_);
    in_body_ = false;
    return out;
}

void FrameReader::drop(size_t bytes) {
    at_ += bytes;
    if (at_ < buffer_.size() && at_ < 65536) return;
    buffer_.erase(0, at_);
    at_ = 0;
}

std::string framed(std::string_view message) {
    return "Content-Length: " + std::to_string(message.size()) + "\r\n\r\n" + std::string(message);
}

}  // namespace remit::lsp
