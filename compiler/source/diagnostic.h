// What we say about a policy text. Every message is a row of diagnostics.def, checked against its arguments when the compiler is
// compiled; collecting and rendering are separate.
#pragma once

#include <fmt/core.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/source/source_file.h"
#include "compiler/source/span.h"

namespace remit {

enum class Severity : uint8_t { Error, Warning };

enum class DiagId : uint16_t {
#define REMIT_DIAGNOSTIC(id, ...) id,
#include "compiler/source/diagnostics.def"
};

/// A place that helps to understand a diagnostic: `declared here`.
struct Note {
    Span span;
    std::string message;
};

struct Diagnostic {
    DiagId id{};
    Severity severity = Severity::Error;
    Span span;
    std::string message;  // lower case, no full stop, code in backticks
    std::string help;     // what to do; may be empty
    std::vector<Note> notes;
};

/// What to write in place of `span`, if the help is a suggestion ("did you mean `x`?"); nothing otherwise.
std::optional<std::string> replacement_of(const Diagnostic&);

/// The row's stable code ("R0102"), name ("UnknownTool"), severity, format.
std::string_view code_of(DiagId);
std::string_view name_of(DiagId);
Severity severity_of(DiagId);
size_t diagnostic_count();

template <DiagId Id>
struct DiagFormat;  // static constexpr std::string_view message, help; static constexpr int arity
#define REMIT_DIAGNOSTIC(id, severity, code, text, hint)               \
    template <>                                                        \
    struct DiagFormat<DiagId::id> {                                    \
        static constexpr std::string_view message = text, help = hint; \
    };
#include "compiler/source/diagnostics.def"

constexpr int count_placeholders(std::string_view s) {
    int n = 0;
    for (size_t i = 0; i + 1 < s.size(); ++i) {
        if (s[i] == '{' && s[i + 1] == '{') {
            ++i;
            continue;
        }
        if (s[i] == '{') ++n;
    }
    return n;
}

/// Collects, at most limits::kMaxDiagnostics; the rest is counted. Identical reports are one.
class Diagnostics {
public:
    /// `message` takes all arguments, in order; `help` is literal text.
    template <DiagId Id, class... Args>
    Diagnostic& report(Span span, const Args&... args) {
        static_assert(count_placeholders(DiagFormat<Id>::message) == sizeof...(Args),
                      "arguments do not fit the message");
        return add(Id, span, fmt::format(fmt::runtime(DiagFormat<Id>::message), args...),
                   std::string(DiagFormat<Id>::help));
    }
    bool has_errors() const { return errors_ > 0; }
    size_t errors() const { return errors_; }
    size_t warnings() const { return warnings_; }
    size_t dropped() const { return dropped_; }
    /// In the order of files and lines.
    std::vector<Diagnostic> sorted() const;
    /// In the order of reports.
    const std::vector<Diagnostic>& all() const { return all_; }
    /// Adds what was reported about a declaration by itself, in file 0, that stands at `begin` of `file`.
    void append(const std::vector<Diagnostic>& problems, FileId file, uint32_t begin);
    /// Adds those of another compilation whose sources were added after `first_file` others.
    void append(const Diagnostics& other, FileId first_file);

private:
    Diagnostic& add(DiagId id, Span span, std::string message, std::string help);
    std::vector<Diagnostic> all_;
    Diagnostic overflow_;  // takes what is over the limit
    size_t errors_ = 0, warnings_ = 0, dropped_ = 0;
};

}  // namespace remit
