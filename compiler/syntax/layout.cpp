#include "compiler/syntax/layout.h"

#include <algorithm>
#include <array>

#include "vm/program/limits.h"

namespace remit {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Length of the UTF-8 sequence at `i`, or 0. Overlong forms, surrogates and code points above U+10FFFF are not UTF-8.
size_t utf8_length(std::string_view s, size_t i) {
    auto byte = [&](size_t k) { return k < s.size() ? static_cast<unsigned char>(s[k]) : 0u; };
    auto more = [&](size_t k) { return (byte(k) & 0xC0u) == 0x80u; };
    unsigned a = byte(i), b = byte(i + 1);
    if (a < 0x80) return 1;
    if (a >= 0xC2 && a <= 0xDF) return more(i + 1) ? 2 : 0;
    if (a >= 0xE0 && a <= 0xEF) {
        if (!more(i + 1) || !more(i + 2)) return 0;
        if ((a == 0xE0 && b < 0xA0) || (a == 0xED && b > 0x9F)) return 0;
        return 3;
    }
    if (a >= 0xF0 && a <= 0xF4) {
        if (!more(i + 1) || !more(i + 2) || !more(i + 3)) return 0;
        if ((a == 0xF0 && b < 0x90) || (a == 0xF4 && b > 0x8F)) return 0;
        return 4;
    }
    return 0;
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
           c == '*';
}
char opener_of(char closer) { return closer == ')' ? '(' : closer == ']' ? '[' : '{'; }

bool is_text(std::string_view text, FileId file, Diagnostics& diagnostics) {
    if (text.size() > limits::kMaxSourceBytes) {
        diagnostics.report<DiagId::FileTooLarge>({file, 0, 0}, text.size(), limits::kMaxSourceBytes);
        return false;
    }
    for (size_t i = 0; i < text.size();) {
        if (text[i] > 0) {
            ++i;
            continue;
        }
        auto at = static_cast<uint32_t>(i);
        if (text[i] == '\0') {
            diagnostics.report<DiagId::NulByte>({file, at, at + 1});
            return false;
        }
        size_t n = utf8_length(text, i);
        if (n == 0) {
            diagnostics.report<DiagId::NotUtf8>({file, at, at + 1},
                                                static_cast<unsigned>(static_cast<unsigned char>(text[i])));
            return false;
        }
        i += n;
    }
    return true;
}

class Scanner {
public:
    Scanner(std::string_view text, FileId file, Diagnostics& diagnostics, bool by_column)
        : text_(text), file_(file), diagnostics_(diagnostics), by_column_(by_column) {}

    /// From `i`, the beginning of the file or of a declaration.
    std::optional<std::vector<Piece>> run(size_t i = 0) {
        if (i == 0 && text_.substr(0, kByteOrderMark.size()) == kByteOrderMark) i = kByteOrderMark.size();
        bool line_start = true;
        while (i < text_.size()) {
            char c = text_[i];
            if (c == '\n') {
                line_start = true;
                ++i;
            } else if (is_space(c)) {
                line_start = false;
                ++i;
            } else if (c == '/' && i + 1 < text_.size() && text_[i + 1] == '/') {
                while (i < text_.size() && text_[i] != '\n') ++i;
            } else {
                if (!begin_if_needed(i, line_start)) return std::nullopt;
                if (stopped_) break;
                line_start = false;
                i = token(i);
                last_ = i;
            }
        }
        finish();
        return std::move(pieces_);
    }

    /// Stops at a declaration that begins at or after `from`, if it began `moved` bytes further down in `old`: from there on
    /// the texts are the same, and what comes before a declaration does not matter to it.
    void stop_at(size_t from, size_t moved, const std::vector<Piece>& old) {
        same_from_ = from;
        moved_ = moved;
        old_ = &old;
    }
    /// The declaration of `old` at which it stopped, or their number.
    size_t stopped_at() const { return stopped_ ? *stopped_ : old_->size(); }

private:
    bool same_from_here(size_t i) {
        if (old_ == nullptr || i < same_from_) return false;
        const auto begin = static_cast<uint32_t>(i - moved_);  // modulo 2^64 if the text grew shorter
        const auto it = std::lower_bound(old_->begin(), old_->end(), begin,
                                         [](const Piece& p, uint32_t at) { return p.begin < at; });
        if (it == old_->end() || it->begin != begin) return false;
        stopped_ = static_cast<size_t>(it - old_->begin());
        return true;
    }

    /// At the first byte of a token: does it start a declaration? False when there are too many.
    bool begin_if_needed(size_t i, bool line_start) {
        char c = text_[i];
        bool closer = c == '}' || c == ')' || c == ']';
        if (line_start && by_column_ && !closer) {
            finish();
            if (same_from_here(i)) return true;
        } else if (open_) {
            return true;
        } else if (by_column_ && !line_start && !skipping_) {
            // Only the first line can be indented with nothing to continue.
            auto at = static_cast<uint32_t>(i);
            diagnostics_.report<DiagId::IndentedDecl>({file_, at, at + 1});
            skipping_ = true;
        }
        if (by_column_ && skipping_ && !line_start) return true;
        skipping_ = false;
        if (pieces_.size() >= limits::kMaxDecls) {
            auto at = static_cast<uint32_t>(i);
            diagnostics_.report<DiagId::TooManyDecls>({file_, at, at + 1}, limits::kMaxDecls);
            return false;
        }
        open_ = true;
        depth_ = 0;
        piece_ = Piece{static_cast<uint32_t>(i), static_cast<uint32_t>(i), true};
        return true;
    }

    /// Steps over one string, one dotted name or one byte and keeps count of the brackets; gives the offset after it.
    size_t token(size_t i) {
        char c = text_[i];
        if (c == '"') return string(i);
        if (is_name(c)) return dotted(i);
        if (skipping_) return i + 1;
        if (c == '(' || c == '[' || c == '{') {
            if (depth_ == limits::kMaxNesting && piece_.sound) {
                auto at = static_cast<uint32_t>(i);
                diagnostics_.report<DiagId::TooDeep>({file_, at, at + 1}, limits::kMaxNesting);
                piece_.sound = false;
            }
            if (piece_.sound) stack_[depth_++] = static_cast<uint32_t>(i);
        } else if ((c == ')' || c == ']' || c == '}') && piece_.sound) {
            close(i, c);
        }
        return i + 1;
    }

    /// Dots nest too. Besides, at each word the lexer looks for a `*` to the end of the dotted run, so a run must be short.
    size_t dotted(size_t i) {
        size_t k = i, dots = 0;
        for (; k < text_.size() && is_name(text_[k]); ++k) dots += text_[k] == '.' ? 1 : 0;
        if (dots > limits::kMaxNesting && piece_.sound && !skipping_) {
            auto at = static_cast<uint32_t>(i);
            diagnostics_.report<DiagId::TooDeep>({file_, at, at + 1}, limits::kMaxNesting);
            piece_.sound = false;
        }
        return k;
    }

    size_t string(size_t i) {
        size_t k = i + 1;
        while (k < text_.size() && text_[k] != '"' && text_[k] != '\n' && text_[k] != '\r') {
            bool escape = text_[k] == '\\' && k + 1 < text_.size() && text_[k + 1] != '\n' && text_[k + 1] != '\r';
            k += escape ? 2 : 1;
        }
        if (k < text_.size() && text_[k] == '"') return k + 1;
        error(i, k, "the string is not closed on its line",
              "write `\"` at its end; a string cannot go on in the next line");
        return k;
    }

    void close(size_t i, char c) {
        if (depth_ == 0) {
            error(i, i + 1, fmt::format("`{}` closes nothing", c),
                  "remove it, or look for the bracket that is missing before it");
            return;
        }
        uint32_t open = stack_[--depth_];
        if (text_[open] == opener_of(c)) return;
        if (Diagnostic* d = error(i, i + 1, fmt::format("`{}` cannot close `{}`", c, text_[open]), "")) {
            d->notes.push_back({{file_, open, open + 1}, "opened here"});
        }
    }

    void finish() {
        if (!open_) return;
        open_ = false;
        piece_.end = static_cast<uint32_t>(last_);
        if (depth_ > 0) {
            uint32_t at = stack_[depth_ - 1];
            error(at, at + 1, fmt::format("`{}` is not closed", text_[at]),
                  "close it in the same declaration; lines that continue a declaration are indented");
        }
        if (piece_.end - piece_.begin > limits::kMaxDeclBytes) {
            diagnostics_.report<DiagId::DeclTooLarge>({file_, piece_.begin, piece_.begin + 1},
                                                      piece_.end - piece_.begin, limits::kMaxDeclBytes);
            piece_.sound = false;
        }
        pieces_.push_back(piece_);
    }

    /// One report for each declaration: what follows the first is mostly its consequence.
    Diagnostic* error(size_t begin, size_t end, const std::string& message, const char* help) {
        if (!piece_.sound || skipping_) return nullptr;
        piece_.sound = false;
        Diagnostic& d = diagnostics_.report<DiagId::SyntaxError>(
            {file_, static_cast<uint32_t>(begin), static_cast<uint32_t>(end)}, message);
        d.help = help;
        return &d;
    }

    std::string_view text_;
    FileId file_;
    Diagnostics& diagnostics_;
    bool by_column_;
    bool open_ = false;      // inside a declaration
    bool skipping_ = false;  // inside an indented beginning
    Piece piece_;
    size_t last_ = 0;  // one past the last byte that counts
    size_t depth_ = 0;
    std::array<uint32_t, limits::kMaxNesting> stack_{};
    std::vector<Piece> pieces_;
    const std::vector<Piece>* old_ = nullptr;
    size_t same_from_ = 0, moved_ = 0;
    std::optional<size_t> stopped_;
};

/// Bytes at the beginning that both have.
size_t common_prefix(std::string_view a, std::string_view b) {
    constexpr size_t kStep = 4096;
    const size_t most = std::min(a.size(), b.size());
    size_t n = 0;
    while (n + kStep <= most && a.compare(n, kStep, b, n, kStep) == 0) n += kStep;
    while (n < most && a[n] == b[n]) ++n;
    return n;
}

size_t common_suffix(std::string_view a, std::string_view b) {
    constexpr size_t kStep = 4096;
    const size_t most = std::min(a.size(), b.size());
    size_t n = 0;
    while (n + kStep <= most && a.compare(a.size() - n - kStep, kStep, b, b.size() - n - kStep, kStep) == 0) n += kStep;
    while (n < most && a[a.size() - n - 1] == b[b.size() - n - 1]) ++n;
    return n;
}

/// Scans only from the first declaration that may differ to the first that is the old one again. Nothing where that is not enough:
/// something is to be reported, or there are too many declarations.
std::optional<Cut> cut_what_changed(std::string_view text, const CutBefore& before) {
    const std::vector<Piece>& old = before.pieces;
    if (text.size() > limits::kMaxSourceBytes) return std::nullopt;
    const size_t prefix = common_prefix(text, before.text);
    // The last declaration whose first two bytes are the old ones; it is those two that end the one before it.
    const auto after = std::partition_point(old.begin(), old.end(),
                                            [&](const Piece& p) { return p.begin + 2 <= prefix; });
    if (after == old.begin()) return std::nullopt;
    const auto first = static_cast<size_t>(after - old.begin()) - 1;
    const size_t from = old[first].begin;
    const size_t suffix = common_suffix(text.substr(from), before.text.substr(from));

    Diagnostics problems;
    Scanner scanner(text, 0, problems, true);
    scanner.stop_at(text.size() - suffix, text.size() - before.text.size(), old);
    std::optional<std::vector<Piece>> changed = scanner.run(from);
    if (!changed) return std::nullopt;
    const size_t resume = scanner.stopped_at();
    const size_t moved = text.size() - before.text.size();
    const size_t scanned_to = resume < old.size() ? old[resume].begin + moved : text.size();
    if (!is_text(text.substr(from, scanned_to - from), 0, problems) || !problems.all().empty()) return std::nullopt;

    Cut out;
    out.same_front = first;
    out.same_back = old.size() - resume;
    if (out.same_front + changed->size() + out.same_back > limits::kMaxDecls) return std::nullopt;
    out.pieces.reserve(out.same_front + changed->size() + out.same_back);
    out.pieces.assign(old.begin(), old.begin() + static_cast<std::ptrdiff_t>(first));
    out.pieces.insert(out.pieces.end(), changed->begin(), changed->end());
    for (size_t i = resume; i < old.size(); ++i)
        out.pieces.push_back(
            {static_cast<uint32_t>(old[i].begin + moved), static_cast<uint32_t>(old[i].end + moved), true});
    return out;
}

}  // namespace

std::optional<Cut> cut_declarations(const SourceFile& source, FileId file, Diagnostics& diagnostics,
                                    const CutBefore* before) {
    if (before)
        if (auto cut = cut_what_changed(source.text(), *before)) return cut;
    if (!is_text(source.text(), file, diagnostics)) return std::nullopt;
    const size_t reports = diagnostics.errors() + diagnostics.warnings();
    auto pieces = Scanner(source.text(), file, diagnostics, true).run();
    if (!pieces) return std::nullopt;
    Cut out;
    out.pieces = std::move(*pieces);
    out.clean = diagnostics.errors() + diagnostics.warnings() == reports;
    return out;
}

std::optional<Piece> whole_text(const SourceFile& source, FileId file, Diagnostics& diagnostics) {
    if (!is_text(source.text(), file, diagnostics)) return std::nullopt;
    auto pieces = Scanner(source.text(), file, diagnostics, false).run();
    if (!pieces || pieces->empty() || !pieces->front().sound) {
        if (pieces && pieces->empty()) {
            diagnostics.report<DiagId::SyntaxError>({file, 0, 0}, "expected a call")
                .help = "write `tool.name(argument: value)`";
        }
        return std::nullopt;
    }
    return pieces->front();
}

}  // namespace remit
