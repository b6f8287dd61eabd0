// `remit fmt`: the canonical layout of policies.
#include <fmt/format.h>

#include "compiler/source/render.h"
#include "compiler/syntax/format.h"
#include "compiler/syntax/parse.h"
#include "host/cli/files.h"
#include "host/cli/line_diff.h"
#include "host/cli/verbs.h"
#include "vm/program/limits.h"

namespace remit::cli {

namespace {

class Fmt {
public:
    Fmt(const Arguments& arguments, Console& console) : arguments_(arguments), console_(console) {}

    Exit from_stdin() {
        const auto text = read_file("/dev/stdin", limits::kMaxSourceBytes);
        if (!text) return environment(text.error());
        const auto formatted = format_if_parsed("<stdin>", *text);
        if (!formatted) return Exit::Wrong;
        if (compares()) return differs("<stdin>", *text, *formatted);
        console_.out().write(*formatted);
        return Exit::Fine;
    }
    Exit below(const std::string& path) {
        const auto files = policy_files_under(path);
        if (!files) return environment(files.error());
        Exit exit = Exit::Fine;
        for (const std::string& name : *files) exit = worse(exit, file(name));
        return exit;
    }

private:
    bool compares() const { return arguments_.has("check") || arguments_.has("diff"); }

    Exit file(const std::string& path) {
        const auto text = read_file(path, limits::kMaxSourceBytes);
        if (!text) return environment(text.error());
        const auto formatted = format_if_parsed(path, *text);
        if (!formatted) return Exit::Wrong;
        if (*formatted == *text) return Exit::Fine;
        if (compares()) return differs(path, *text, *formatted);
        if (const auto written = write_file(path, *formatted); !written) return environment(written.error());
        return Exit::Fine;
    }
    /// Nothing, with the reasons on standard error, if the text has errors of syntax.
    std::optional<std::string> format_if_parsed(const std::string& name, const std::string& text) {
        Sources sources;
        Diagnostics diagnostics;
        const FileId id = sources.add(name, text);
        parse_file(sources, id, diagnostics);
        if (!diagnostics.has_errors()) return format(sources.file(id));
        console_.err(render_human(sources, diagnostics, console_.color_err()));
        return std::nullopt;
    }
    Exit differs(const std::string& name, const std::string& before, const std::string& after) {
        if (before == after) return Exit::Fine;
        if (arguments_.has("diff"))
            console_.out().write(unified_diff(name, before, after, console_.color_out()));
        else
            console_.out().line(name);
        return arguments_.has("check") ? Exit::Wrong : Exit::Fine;
    }
    Exit environment(const std::string& error) {
        console_.error(error);
        return Exit::Environment;
    }

    const Arguments& arguments_;
    Console& console_;
};

}  // namespace

Exit run_fmt(const Arguments& arguments, Console& console) {
    Fmt verb(arguments, console);
    if (arguments.has("stdin") == !arguments.words.empty()) {
        console.error("fmt takes files and directories, or --stdin");
        return Exit::Usage;
    }
    if (arguments.has("stdin")) return verb.from_stdin();
    Exit exit = Exit::Fine;
    for (const std::string& path : arguments.words) exit = worse(exit, verb.below(path));
    return exit;
}

}  // namespace remit::cli
