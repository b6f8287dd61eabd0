#include "compiler/source/diagnostic.h"

#include <algorithm>
#include <array>

#include "compiler/source/diagnostic_table.h"
#include "vm/program/limits.h"

namespace remit {

namespace {

constexpr std::array kRows = {
#define REMIT_DIAGNOSTIC(id, severity, code, text, hint) \
    DiagnosticRow{DiagId::id, Severity::severity, code, #id, text, hint},
#include "compiler/source/diagnostics.def"
};

const DiagnosticRow& row(DiagId id) { return kRows[static_cast<size_t>(id)]; }

}  // namespace

std::span<const DiagnosticRow> diagnostic_rows() { return kRows; }
std::string_view code_of(DiagId id) { return row(id).code; }
std::string_view name_of(DiagId id) { return row(id).name; }
Severity severity_of(DiagId id) { return row(id).severity; }
size_t diagnostic_count() { return kRows.size(); }

std::optional<std::string> replacement_of(const Diagnostic& d) {
    constexpr std::string_view before = "did you mean `", after = "`?";
    const std::string_view help = d.help;
    if (!help.starts_with(before) || !help.ends_with(after)) return std::nullopt;
    const auto text = help.substr(before.size(), help.size() - before.size() - after.size());
    if (text.find('`') != std::string_view::npos) return std::nullopt;
    return std::string(text);
}

std::string diagnostics_markdown() {
    std::string out = "| code | name | severity | message | help |\n|---|---|---|---|---|\n";
    auto cell = [](std::string_view text) {
        std::string escaped;
        for (char c : text) {
            if (c == '|') escaped += '\\';
            escaped += c;
        }
        return escaped;
    };
    for (const DiagnosticRow& r : kRows) {
        out += fmt::format("| {} | {} | {} | {} | {} |\n", r.code, r.name,
                           r.severity == Severity::Error ? "error" : "warning", cell(r.message), cell(r.help));
    }
    return out;
}

Diagnostic& Diagnostics::add(DiagId id, Span span, std::string message, std::string help) {
    for (Diagnostic& d : all_) {
        if (d.id == id && d.span == span && d.message == message) return d;
    }
    Severity severity = severity_of(id);
    (severity == Severity::Error ? errors_ : warnings_) += 1;
    Diagnostic fresh{id, severity, span, std::move(message), std::move(help), {}};
    if (all_.size() >= limits::kMaxDiagnostics) {
        ++dropped_;
        overflow_ = std::move(fresh);
        return overflow_;
    }
    // Room for all of them at once, so that a reference handed out stays good while notes are added to it.
    if (all_.capacity() == 0) all_.reserve(limits::kMaxDiagnostics);
    return all_.emplace_back(std::move(fresh));
}

std::vector<Diagnostic> Diagnostics::sorted() const {
    std::vector<Diagnostic> out = all_;
    std::stable_sort(out.begin(), out.end(), [](const Diagnostic& a, const Diagnostic& b) {
        if (a.span.file != b.span.file) return a.span.file < b.span.file;
        return a.span.begin < b.span.begin;
    });
    return out;
}

void Diagnostics::append(const std::vector<Diagnostic>& problems, FileId file, uint32_t begin) {
    const auto placed = [&](Span span) { return Span{file, span.begin + begin, span.end + begin}; };
    for (const Diagnostic& d : problems) {
        Diagnostic& added = add(d.id, placed(d.span), d.message, d.help);
        added.notes = d.notes;
        for (Note& note : added.notes) note.span = placed(note.span);
    }
}

void Diagnostics::append(const Diagnostics& other, FileId first_file) {
    for (Diagnostic d : other.all_) {
        d.span.file += first_file;
        Diagnostic& added = add(d.id, d.span, std::move(d.message), std::move(d.help));
        added.notes = std::move(d.notes);
        for (Note& note : added.notes) note.span.file += first_file;
    }
    dropped_ += other.dropped_;
}

}  // namespace remit
