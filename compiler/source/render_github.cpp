// GitHub's workflow commands: annotations of a pull request, one line each.
#include <fmt/format.h>

#include "compiler/source/render.h"

namespace remit {

namespace {

std::string github_escape(std::string_view text, bool property) {
    std::string out;
    for (char c : text) {
        if (c == '%')
            out += "%25";
        else if (c == '\r')
            out += "%0D";
        else if (c == '\n')
            out += "%0A";
        else if (property && c == ':')
            out += "%3A";
        else if (property && c == ',')
            out += "%2C";
        else
            out += c;
    }
    return out;
}

std::string_view command_of(Level level) {
    switch (level) {
        case Level::Error: return "error";
        case Level::Warning: return "warning";
        case Level::Note: return "notice";
    }
    return "error";
}

/// The end column only where the region is of one line: GitHub takes it for that.
std::string place_of(const Region& at) {
    std::string out = fmt::format("file={},line={},col={},endLine={},", github_escape(at.file, true), at.begin.line,
                                  at.begin.column, at.end.line);
    if (at.end.line == at.begin.line) out += fmt::format("endColumn={},", at.end.column);
    return out;
}

}  // namespace

std::string render_github(const Findings& findings) {
    std::string out;
    for (const Finding& f : findings.list) {
        std::string message = f.message;
        for (const auto& [at, note] : f.notes)
            message += fmt::format("\n{}:{}:{}: {}", at.file, at.begin.line, at.begin.column, note);
        if (!f.help.empty()) message += "\nhelp: " + f.help;
        out += fmt::format("::{} {}title={}::{}\n", command_of(f.level), f.at ? place_of(*f.at) : "",
                           github_escape(f.rule, true), github_escape(message, false));
    }
    return out;
}

std::string render_github(const Sources& sources, const Diagnostics& diagnostics) {
    return render_github(findings_of(sources, diagnostics));
}

}  // namespace remit
