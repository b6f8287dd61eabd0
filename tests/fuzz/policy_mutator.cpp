// libFuzzer's mutations of policies: a third are of bytes, the rest of tokens and declarations, so that many results still parse
// and reach the checks behind the parser.
#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

namespace {

using Parts = std::vector<std::string>;

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// Words, strings and single bytes; joined again they are the text.
Parts tokens_of(std::string_view text) {
    Parts out;
    for (size_t i = 0; i < text.size();) {
        size_t n = 1;
        if (is_word(text[i])) {
            while (i + n < text.size() && is_word(text[i + n])) ++n;
        } else if (text[i] == '"') {
            while (i + n < text.size() && text[i + n] != '"' && text[i + n] != '\n') ++n;
            n += i + n < text.size() ? 1 : 0;
        }
        out.emplace_back(text.substr(i, n));
        i += n;
    }
    return out;
}

/// Lines with their indented continuations.
Parts declarations_of(std::string_view text) {
    Parts out;
    for (size_t i = 0; i < text.size();) {
        size_t n = text.find('\n', i);
        n = n == std::string_view::npos ? text.size() : n + 1;
        const bool goes_on = std::isspace(static_cast<unsigned char>(text[i])) != 0 || text[i] == '}' || text[i] == ')';
        if (out.empty() || !goes_on) out.emplace_back();
        out.back().append(text.substr(i, n - i));
        i = n;
    }
    return out;
}

void change(Parts& parts, std::mt19937& random) {
    static const std::string kWords[] = {"args",
                                         "state",
                                         "session",
                                         "tier",
                                         "risk",
                                         "lane",
                                         "not",
                                         "and",
                                         "or",
                                         "has",
                                         "in",
                                         "any",
                                         "all",
                                         "count",
                                         "sum",
                                         "trust",
                                         "class",
                                         "sources",
                                         "write",
                                         "read",
                                         "when",
                                         "except",
                                         "for",
                                         "owner",
                                         "==",
                                         "<",
                                         ">=",
                                         "*",
                                         "-",
                                         "(",
                                         ")",
                                         "{",
                                         "}",
                                         "[",
                                         "]",
                                         ",",
                                         ".",
                                         ":",
                                         "0",
                                         "1",
                                         "9223372036854775807",
                                         "0.5",
                                         "1h",
                                         "\"a\"",
                                         "\"*.a.b\"",
                                         "null",
                                         "true",
                                         "max 4",
                                         "min 0",
                                         "optional",
                                         "default",
                                         "list<string> max 2",
                                         "distinct",
                                         "number",
                                         "matches",
                                         "like",
                                         "inside",
                                         "only",
                                         "meets",
                                         "on",
                                         "is not null",
                                         "2026-01-01T00:00:00Z",
                                         "decimal(2)",
                                         "int",
                                         "string",
                                         "any v in args.xs: v"};
    const auto below = [&](size_t n) { return random() % n; };
    const size_t a = below(parts.size()), b = below(parts.size());
    switch (below(6)) {
        case 0: parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(a)); break;
        case 1: parts.insert(parts.begin() + static_cast<std::ptrdiff_t>(a), std::string(parts[b])); break;
        case 2: std::swap(parts[a], parts[b]); break;
        case 3: parts[a] = std::string(parts[b]); break;
        case 4: parts[a] = kWords[below(std::size(kWords))]; break;
        default:
            parts.insert(parts.begin() + static_cast<std::ptrdiff_t>(a), " " + kWords[below(std::size(kWords))] + " ");
            break;
    }
}

size_t put(const Parts& parts, uint8_t* data, size_t max_size) {
    std::string text;
    for (const std::string& part : parts) text += part;
    const size_t size = std::min(text.size(), max_size);
    std::memcpy(data, text.data(), size);
    return size;
}

}  // namespace

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned seed) {
    std::mt19937 random(seed);
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (size == 0 || random() % 3 == 0) return LLVMFuzzerMutate(data, size, max_size);
    Parts parts = random() % 4 == 0 ? declarations_of(text) : tokens_of(text);
    for (size_t n = 1 + random() % 4; n > 0 && !parts.empty(); --n) change(parts, random);
    return put(parts, data, max_size);
}

/// The beginning of one policy and declarations of another.
extern "C" size_t LLVMFuzzerCustomCrossOver(const uint8_t* one, size_t one_size, const uint8_t* two, size_t two_size,
                                            uint8_t* out, size_t max_size, unsigned seed) {
    std::mt19937 random(seed);
    Parts parts = declarations_of({reinterpret_cast<const char*>(one), one_size});
    const Parts other = declarations_of({reinterpret_cast<const char*>(two), two_size});
    for (size_t n = 1 + random() % 3; n > 0 && !other.empty(); --n) {
        const size_t at = parts.empty() ? 0 : random() % (parts.size() + 1);
        parts.insert(parts.begin() + static_cast<std::ptrdiff_t>(at), other[random() % other.size()]);
    }
    return put(parts, out, max_size);
}
