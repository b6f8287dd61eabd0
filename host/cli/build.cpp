// `remit build`: text to image, or one stage on the way.
#include <fmt/format.h>
#include <unistd.h>

#include "host/cli/files.h"
#include "host/cli/policy_file.h"
#include "host/cli/stages.h"
#include "host/cli/verbs.h"
#include "vm/program/image.h"

namespace remit::cli {

namespace {

Exit write_or_print(const std::string& path, const std::string& bytes, Console& console) {
    if (path.empty() || path == "-") {
        console.out().write(bytes);
        return Exit::Fine;
    }
    const auto written = write_file(path, bytes);
    if (written) return Exit::Fine;
    console.error(written.error());
    return Exit::Environment;
}

}  // namespace

Exit run_build(const Arguments& arguments, Console& console) {
    const std::string& out = arguments.get("output");
    const std::string& stage = arguments.get("emit");
    const bool to_stdout = out.empty() || out == "-";
    if (stage.empty() && out.empty()) {
        console.error("`remit build` needs -o OUT, or --emit STAGE");
        return Exit::Usage;
    }
    if (to_stdout && (stage.empty() || stage == "obj" || stage == "wasm") && ::isatty(1) == 1) {
        console.error("bytes are not for a terminal; name a file with -o OUT");
        return Exit::Usage;
    }
    CompileOptions options;
    options.keep_ir_text = stage == "ir";
    const Opened opened = open_policy(arguments.words[0], console.color_err(), options);
    console.err(opened.report);
    if (!opened.ok()) return opened.exit;
    if (stage.empty()) return write_or_print(out, write_images(opened.compilation->layers), console);

    const auto text = emit_stage(*opened.compilation, stage);
    if (text) return write_or_print(out, *text, console);
    console.error(fmt::format("{}: {}", arguments.words[0], text.error()));
    return Exit::Wrong;
}

}  // namespace remit::cli
