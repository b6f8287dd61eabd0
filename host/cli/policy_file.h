// Policies from the disk: text is compiled with all that it uses, an image is read. What went wrong comes back as
// text and an exit code, so that the verbs and the REPL can say it in their own way.
#pragma once

#include <optional>
#include <string>

#include "compiler/compile.h"
#include "host/cli/console.h"
#include "host/cli/engines.h"

namespace remit::cli {

/// Compiles the file, errors of the policy included in the result. Fails only if the file itself cannot be read.
Result<Compilation> compile_file(const std::string& path, const CompileOptions& options = {});
/// The same for bytes that have been read.
Compilation compile_text(const std::string& path, std::string text, const CompileOptions& options = {});

struct Opened {
    Exit exit = Exit::Fine;
    std::string report;  // for standard error, whole lines: diagnostics or what failed; may hold warnings only
    std::optional<Compilation> compilation;  // has layers when `exit` is Fine; of an image only those
    bool is_image = false;
    bool ok() const { return exit == Exit::Fine; }
};
/// A policy to work with: text or image.
Opened open_policy(const std::string& path, bool color, const CompileOptions& options = {});

struct Ready {
    Opened opened;
    std::shared_ptr<const Policy> policy;  // null unless opened.ok()
};
Ready open_and_load(const std::string& path, Engine engine, bool color, const std::string& cache = {});

/// `error: TEXT` in the manner of Console::error, for reports.
std::string error_line(std::string_view text, bool color);

}  // namespace remit::cli
