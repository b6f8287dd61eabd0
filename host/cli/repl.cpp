// `remit repl`: the loop around Repl, with a line editor on a terminal and plain lines elsewhere.
#include <fmt/format.h>
#include <unistd.h>

#include <cstring>

#include "host/cli/line_editor.h"
#include "host/cli/line_reader.h"
#include "host/cli/repl_core.h"
#include "host/cli/verbs.h"
#include "vm/program/limits.h"

namespace remit::cli {

namespace {

void at_terminal(Repl& repl, Console& console) {
    console.out().line("`:help` lists the commands; Tab completes.");
    console.out().flush();
    LineEditor editor([&](std::string_view before, std::string_view word) { return repl.complete(before, word); });
    while (!repl.done() && !console.out().failed()) {
        const auto line = editor.read("remit> ");
        if (!line) break;
        console.out().write(repl.feed(*line));
        console.out().flush();
    }
}

Exit from_pipe(Repl& repl, Console& console) {
    LineReader reader(0, limits::kMaxRequestBytes, [&] { console.out().flush(); });
    std::string_view line;
    while (!repl.done() && !console.out().failed()) {
        switch (reader.next(line)) {
            case LineReader::Line::Ok: console.out().write(repl.feed(line)); break;
            case LineReader::Line::TooLong:
                console.error(fmt::format("a line has more than {} bytes", limits::kMaxRequestBytes));
                break;
            case LineReader::Line::End: return Exit::Fine;
            case LineReader::Line::Failed:
                console.error(fmt::format("cannot read standard input: {}", std::strerror(reader.error())));
                return Exit::Environment;
        }
    }
    return Exit::Fine;
}

}  // namespace

Exit run_repl(const Arguments& arguments, Console& console) {
    Repl repl(engine_named(arguments.get("engine")).value_or(Engine::Auto), console.color_out());
    const bool terminal = ::isatty(0) == 1 && ::isatty(1) == 1;
    if (!arguments.words.empty()) {
        Exit exit = Exit::Fine;
        const std::string text = repl.load(arguments.words[0], exit);
        if (exit != Exit::Fine) {
            console.err(text);
            // A person may mend the policy and `:load` it; a script cannot go on.
            if (!terminal || exit == Exit::Environment) return exit;
        } else if (terminal) {
            console.out().write(text);
        }
    }
    if (!terminal) return from_pipe(repl, console);
    at_terminal(repl, console);
    return Exit::Fine;
}

}  // namespace remit::cli
