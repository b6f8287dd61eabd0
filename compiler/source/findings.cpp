#include "compiler/source/findings.h"

#include <algorithm>
#include <charconv>

#include "compiler/source/diagnostic_table.h"

namespace remit {

namespace {

Level level_of(Severity severity) {
    switch (severity) {
        case Severity::Error: return Level::Error;
        case Severity::Warning: return Level::Warning;
    }
    return Level::Error;
}

/// A row's message with a word in place of its arguments.
std::string without_holes(std::string_view message) {
    std::string out;
    for (size_t i = 0; i < message.size(); ++i) {
        const bool doubled = i + 1 < message.size() && message[i] == message[i + 1];  // `{{` is a brace
        if (message[i] != '{' || doubled) {
            out += message[i];
            if (doubled && (message[i] == '{' || message[i] == '}')) ++i;
            continue;
        }
        out += "...";
        i = std::min(message.find('}', i), message.size() - 1);
    }
    return out;
}

FindingRule rule_of(DiagId id) {
    const DiagnosticRow& row = diagnostic_rows()[static_cast<size_t>(id)];
    return {std::string(row.code), std::string(row.name), without_holes(row.message), std::string(row.help),
            level_of(row.severity)};
}

Finding finding_of(const Sources& sources, const Diagnostic& d) {
    Finding out{std::string(code_of(d.id)), level_of(d.severity), d.message, d.help, {}, {}, {}, replacement_of(d), {}};
    if (d.span.file < sources.size()) {
        out.at = region_of(sources, d.span);
        out.line = std::string(sources.file(d.span.file).line(out.at->begin.line));
    }
    for (const Note& note : d.notes) out.notes.emplace_back(region_of(sources, note.span), note.message);
    return out;
}

}  // namespace

std::string_view word_of(Level level) {
    switch (level) {
        case Level::Error: return "error";
        case Level::Warning: return "warning";
        case Level::Note: return "note";
    }
    return "error";
}

Region region_of(const Sources& sources, Span span) {
    if (span.file >= sources.size()) return {"?", {}, {}};
    const SourceFile& file = sources.file(span.file);
    return {file.name(), file.locate(span.begin), file.locate(span.end)};
}

Region region_at(std::string_view at) {
    uint32_t numbers[2] = {};  // column, line
    std::string_view rest = at;
    for (uint32_t& number : numbers) {
        const size_t colon = rest.rfind(':');
        if (colon == std::string_view::npos) return {std::string(at), {}, {}};
        const std::string_view digits = rest.substr(colon + 1);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
        if (error != std::errc() || end != digits.data() + digits.size() || number == 0)
            return {std::string(at), {}, {}};
        rest = rest.substr(0, colon);
    }
    return {std::string(rest), {numbers[1], numbers[0]}, {numbers[1], numbers[0] + 1}};
}

void add_rule(Findings& findings, FindingRule rule) {
    const auto same = [&](const FindingRule& known) { return known.id == rule.id; };
    if (std::none_of(findings.rules.begin(), findings.rules.end(), same)) findings.rules.push_back(std::move(rule));
}

Findings findings_of(const Sources& sources, const Diagnostics& diagnostics, std::string verb) {
    Findings out;
    out.verb = std::move(verb);
    for (FileId file = 0; file < sources.size(); ++file) out.files.push_back(sources.file(file).name());
    for (const Diagnostic& d : diagnostics.sorted()) {
        add_rule(out, rule_of(d.id));
        out.list.push_back(finding_of(sources, d));
    }
    return out;
}

}  // namespace remit
