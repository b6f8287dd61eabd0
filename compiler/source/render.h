// Diagnostics as text for people and for machines. Pure: a string goes out, nothing is printed. Every format takes the sorted
// list and shows all of it; text that is not UTF-8 is shown with U+FFFD in its place, so that JSON and XML are always valid.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "compiler/source/diagnostic.h"
#include "compiler/source/findings.h"
#include "compiler/source/source_file.h"

namespace remit {

enum class RenderFormat : uint8_t { Human, Json, Sarif, Junit, Github };

/// `human`, `json`, `sarif`, `junit`, `github`.
std::optional<RenderFormat> render_format(std::string_view word);

std::string render(RenderFormat format, const Sources& sources, const Diagnostics& diagnostics, bool colour = false);

/// file:line:col: error[R0102]: message, the line with the place underlined, notes, help.
std::string render_human(const Sources& sources, const Diagnostics& diagnostics, bool colour);
/// An array of {"code","name","severity","file","line","column","end_line","end_column","message","help","notes"}, and
/// "instead" where a text is known that would repair it.
std::string render_json(const Findings& findings);
std::string render_json(const Sources& sources, const Diagnostics& diagnostics);
/// SARIF 2.1.0, one run. Fingerprints depend on a finding's rule and the text of its line, not on where it stands.
std::string render_sarif(const Findings& findings);
std::string render_sarif(const Sources& sources, const Diagnostics& diagnostics);
/// JUnit XML: one test case a file; an error is a failure, all else is its system-out.
std::string render_junit(const Findings& findings);
std::string render_junit(const Sources& sources, const Diagnostics& diagnostics);
/// GitHub workflow commands, one line each.
std::string render_github(const Findings& findings);
std::string render_github(const Sources& sources, const Diagnostics& diagnostics);
/// Lines without the source: place, level, message, notes, help; nothing for no findings.
std::string render_plain(const Findings& findings);
/// One of those four; Human is render_plain.
std::string render(RenderFormat format, const Findings& findings);

/// XML text: markup escaped, characters that XML 1.0 has not and bytes that are not UTF-8 replaced.
std::string xml_text(std::string_view raw);

}  // namespace remit
