#include "host/evidence/review/members.h"

#include <charconv>

namespace remit::evidence {

namespace {

/// Behind the string that begins at `at`; the end if it does not end.
size_t behind_string(std::string_view text, size_t at) {
    for (size_t i = at + 1; i < text.size(); ++i) {
        if (text[i] == '\\') {
            ++i;
        } else if (text[i] == '"') {
            return i + 1;
        }
    }
    return text.size();
}

/// Behind the value that begins at `at`: before the `,` or bracket that ends it.
size_t behind_value(std::string_view text, size_t at) {
    size_t depth = 0;
    for (size_t i = at; i < text.size();) {
        const char c = text[i];
        if (c == '"') {
            i = behind_string(text, i);
            continue;
        }
        if (c == '{' || c == '[') ++depth;
        if (c == '}' || c == ']') {
            if (depth == 0) return i;
            --depth;
        }
        if (c == ',' && depth == 0) return i;
        ++i;
    }
    return text.size();
}

}  // namespace

bool MemberCursor::next(std::string_view& name, std::string_view& value) {
    if (at_ >= object_.size() || object_[at_] != '"') return false;
    const size_t colon = behind_string(object_, at_);
    if (colon + 1 >= object_.size()) return false;
    name = object_.substr(at_ + 1, colon - at_ - 2);
    const size_t end = behind_value(object_, colon + 1);
    value = object_.substr(colon + 1, end - colon - 1);
    at_ = end + 1;
    return true;
}

std::string_view member_of(std::string_view object, std::string_view wanted) {
    MemberCursor members(object);
    for (std::string_view name, value; members.next(name, value);) {
        if (name == wanted) return value;
        if (name > wanted) break;  // members are sorted: it cannot come any more
    }
    return {};
}

std::optional<uint64_t> number_of(std::string_view object, std::string_view name) {
    const std::string_view text = member_of(object, name);
    uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<std::string_view> plain_text_of(std::string_view object, std::string_view name) {
    const std::string_view text = member_of(object, name);
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::nullopt;
    const std::string_view inside = text.substr(1, text.size() - 2);
    if (inside.find('\\') != std::string_view::npos) return std::nullopt;
    return inside;
}

}  // namespace remit::evidence
