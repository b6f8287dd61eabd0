// Diagnostics for people.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/source/render.h"

namespace remit {

namespace {

constexpr size_t kMaxShownLine = 160;  // columns of source shown; longer lines are cut around the place

struct Paint {
    bool on;
    std::string operator()(std::string_view code, std::string_view text) const {
        return on ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
    }
};

std::string_view severity_word(Severity s) { return s == Severity::Error ? "error" : "warning"; }

/// The code points of a line from column `from` (counted from 0) to before `to`, and how many the line has. Control characters are
/// spaces, so that the text cannot move the cursor; tabs too, so that carets fit below. Only what is shown is kept: a line may
/// be as long as its file.
struct Columns {
    std::string shown;
    size_t count = 0;
};
Columns columns_of(std::string_view line, size_t from, size_t to) {
    Columns out;
    for (size_t i = 0; i < line.size(); ++out.count) {
        size_t n = 1;
        while (i + n < line.size() && (static_cast<unsigned char>(line[i + n]) & 0xC0) == 0x80) ++n;
        const bool control = static_cast<unsigned char>(line[i]) < 0x20 || line[i] == 0x7F;
        if (out.count >= from && out.count < to) out.shown += control ? std::string_view(" ") : line.substr(i, n);
        i += n;
    }
    return out;
}

/// The source line and, below it, carets under the span (to the line's end when the span goes on).
std::string snippet(const SourceFile& file, Span span, std::string_view colour_code, Paint paint) {
    const LineColumn at = file.locate(span.begin), end = file.locate(span.end);
    std::string_view line = file.line(at.line);
    if (at.line == 1 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    const size_t first = at.column - 1;
    const size_t from = first > kMaxShownLine / 2 ? first - kMaxShownLine / 2 : 0;
    const Columns columns = columns_of(line, from, from + kMaxShownLine);
    const size_t to = std::min(columns.count, from + kMaxShownLine);
    const size_t last = std::max(end.line == at.line ? end.column - 1 : columns.count, first + 1);

    std::string text = from > 0 ? "..." : "", carets(text.size(), ' ');
    text += columns.shown;
    if (to < columns.count) text += "...";
    carets += std::string(first - from, ' ') + "^";
    const size_t shown_last = std::min(last, std::max(to, first + 1));
    carets += std::string(shown_last - first - 1, '~');
    const std::string number = fmt::format("{:>5}", at.line);
    return fmt::format("{} {} {}\n{} {} {}\n", paint("34", number), paint("34", "|"), text,
                       std::string(number.size(), ' '), paint("34", "|"), paint(colour_code, carets));
}

std::string summary(const Diagnostics& diagnostics) {
    if (diagnostics.errors() + diagnostics.warnings() == 0) return {};
    auto plural = [](size_t n, const char* word) { return fmt::format("{} {}{}", n, word, n == 1 ? "" : "s"); };
    std::string out;
    if (diagnostics.errors() > 0) out = plural(diagnostics.errors(), "error");
    if (diagnostics.warnings() > 0) out += (out.empty() ? "" : ", ") + plural(diagnostics.warnings(), "warning");
    if (diagnostics.dropped() > 0) out += fmt::format(" ({} not shown)", diagnostics.dropped());
    return out + "\n";
}

}  // namespace

std::optional<RenderFormat> render_format(std::string_view word) {
    if (word == "human") return RenderFormat::Human;
    if (word == "json") return RenderFormat::Json;
    if (word == "sarif") return RenderFormat::Sarif;
    if (word == "junit") return RenderFormat::Junit;
    if (word == "github") return RenderFormat::Github;
    return std::nullopt;
}

std::string render(RenderFormat format, const Sources& sources, const Diagnostics& diagnostics, bool colour) {
    switch (format) {
        case RenderFormat::Human: return render_human(sources, diagnostics, colour);
        case RenderFormat::Json: return render_json(sources, diagnostics);
        case RenderFormat::Sarif: return render_sarif(sources, diagnostics);
        case RenderFormat::Junit: return render_junit(sources, diagnostics);
        case RenderFormat::Github: return render_github(sources, diagnostics);
    }
    return {};
}

std::string render_human(const Sources& sources, const Diagnostics& diagnostics, bool colour) {
    Paint paint{colour};
    std::string out;
    for (const Diagnostic& d : diagnostics.sorted()) {
        std::string_view code = d.severity == Severity::Error ? "1;31" : "1;33";
        out += fmt::format("{}: {}: {}\n", paint("1", sources.at(d.span)),
                           paint(code, fmt::format("{}[{}]", severity_word(d.severity), code_of(d.id))),
                           paint("1", d.message));
        if (d.span.file < sources.size()) out += snippet(sources.file(d.span.file), d.span, code, paint);
        for (const Note& n : d.notes) {
            out += fmt::format("{}: {}: {}\n", sources.at(n.span), paint("36", "note"), n.message);
            if (n.span.file < sources.size()) out += snippet(sources.file(n.span.file), n.span, "36", paint);
        }
        if (!d.help.empty()) out += fmt::format("      {} {}\n", paint("32", "help:"), d.help);
    }
    return out + summary(diagnostics);
}

}  // namespace remit
