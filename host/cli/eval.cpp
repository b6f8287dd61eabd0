// `remit eval`: JSON Lines in, JSON Lines out. Memory is one line, whatever the number of lines.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "host/cli/line_reader.h"
#include "host/cli/policy_file.h"
#include "host/cli/verbs.h"
#include "vm/program/limits.h"

namespace remit::cli {

namespace {

/// Says on a terminal, once a second, how far a long run has come.
class Progress {
public:
    explicit Progress(Console& console) : console_(console), on_(console.err_is_terminal()) {}
    void step(size_t done) {
        if (!on_ || done % 4096 != 0) return;
        const auto now = std::chrono::steady_clock::now();
        if (now - last_ < std::chrono::seconds(1)) return;
        last_ = now;
        shown_ = true;
        console_.err(fmt::format("\r{} decisions", done));
    }
    void end() {
        if (shown_) console_.err("\r\x1b[K");
    }

private:
    Console& console_;
    bool on_, shown_ = false;
    std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

struct Settings {
    bool stateful = false, explain = false;
    std::optional<Verdict> fail_on;
};

Exit decide_all(int input, const std::string& name, const std::shared_ptr<const Policy>& policy,
                const Settings& settings, Console& console) {
    Decider decider(policy);
    Progress progress(console);
    Verdict strictest = Verdict::Allow;
    // One byte more than a request may have, so that the engine sees that it is too long and denies it like any other.
    LineReader reader(input, limits::kMaxRequestBytes + 1, [&] { console.out().flush(); });
    std::string_view line;
    size_t done = 0;
    LineReader::Line state = reader.next(line);
    for (; state == LineReader::Line::Ok || state == LineReader::Line::TooLong; state = reader.next(line)) {
        if (line.find_first_not_of(" \t\r") == std::string_view::npos && state == LineReader::Line::Ok) continue;
        const Decision decision = settings.stateful ? decider.decide_stateful(line) : decider.decide(line);
        strictest = std::max(strictest, decision.verdict);
        console.out().line(to_json(decision, settings.explain));
        if (console.out().failed()) break;  // nobody reads: `finish` says so
        progress.step(++done);
    }
    progress.end();
    if (state == LineReader::Line::Failed) {
        console.error(fmt::format("cannot read {}: {}", name, std::strerror(reader.error())));
        return Exit::Environment;
    }
    return settings.fail_on && strictest >= *settings.fail_on ? Exit::Wrong : Exit::Fine;
}

}  // namespace

Exit run_eval(const Arguments& arguments, Console& console) {
    const Engine engine = engine_named(arguments.get("engine")).value_or(Engine::Auto);
    const Ready ready = open_and_load(arguments.words[0], engine, console.color_err(), arguments.get("cache"));
    console.err(ready.opened.report);
    if (!ready.opened.ok()) return ready.opened.exit;

    Settings settings;
    settings.stateful = arguments.has("stateful");
    settings.explain = arguments.has("explain");
    if (arguments.has("fail-on")) settings.fail_on = arguments.get("fail-on") == "deny" ? Verdict::Deny : Verdict::Ask;
    const std::string path = arguments.words.size() > 1 ? arguments.words[1] : "-";
    if (path == "-") return decide_all(0, "standard input", ready.policy, settings, console);
    const int input = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (input < 0) {
        console.error(fmt::format("cannot read {}: {}", path, std::strerror(errno)));
        return Exit::Environment;
    }
    const Exit exit = decide_all(input, path, ready.policy, settings, console);
    ::close(input);
    return exit;
}

}  // namespace remit::cli
