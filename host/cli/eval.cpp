// `remit eval`: JSON Lines in, JSON Lines out. Memory is one line, whatever the number of lines.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "host/cli/line_reader.h"
#include "host/cli/policy_file.h"
#include "host/cli/progress.h"
#include "host/cli/verbs.h"
#include "host/evidence/lines/home.h"
#include "host/evidence/lines/lines.h"
#include "vm/engine/hand_over.h"
#include "vm/engine/request.h"
#include "vm/program/image.h"
#include "vm/program/limits.h"

namespace remit::cli {

namespace {

struct Settings {
    bool stateful = false, explain = false, hand_over = false;
    std::optional<Verdict> fail_on;
};

/// Puts what may be handed over of a result beside the decision that allows it.
void add_result(std::string& text, const Decision& decision, const Request* request) {
    if (!decision.after || decision.verdict != Verdict::Allow || request == nullptr || request->result == nullptr)
        return;
    text.insert(text.size() - 1, ",\"result\":" + hand_over(*request->result, decision.redact));
}

/// Ends the log, and says what did not come to be on record.
Exit close_log(evidence::Home& home, const evidence::Lines& lines, const std::string& folder, Console& console) {
    const evidence::DiskStatus closed = home.close();
    if (!closed.ok()) console.error(fmt::format("{}: {}", folder, closed.message));
    if (lines.unrecorded() > 0)
        console.error(fmt::format("{}: {} calls were denied because they could not be recorded: {}", folder,
                                  lines.unrecorded(), lines.trouble()));
    return closed.ok() && lines.unrecorded() == 0 ? Exit::Fine : Exit::Environment;
}

/// `lines`: puts decisions on record; null: they are printed and no more. Answers all lines, also when reading fails.
Exit decide_all(int input, const std::string& name, const std::shared_ptr<const Policy>& policy,
                const Settings& settings, evidence::Lines* lines, Console& console) {
    Decider decider(policy);
    Progress progress(console, "decisions");
    Verdict strictest = Verdict::Allow;
    // One byte more than a request may have, so that the engine sees that it is too long and denies it like any other.
    LineReader reader(input, limits::kMaxRequestBytes + 1, [&] {
        if (lines != nullptr) lines->drain();
        console.out().flush();
    });
    std::string_view line;
    size_t done = 0;
    LineReader::Line state = reader.next(line);
    for (; state == LineReader::Line::Ok || state == LineReader::Line::TooLong; state = reader.next(line)) {
        if (line.find_first_not_of(" \t\r") == std::string_view::npos && state == LineReader::Line::Ok) continue;
        if (lines != nullptr) {
            lines->take(line);
        } else {
            const Decision decision = settings.stateful ? decider.decide_stateful(line) : decider.decide(line);
            strictest = std::max(strictest, decision.verdict);
            std::string text = to_json(decision, settings.explain);
            if (settings.hand_over) add_result(text, decision, decider.request());
            console.out().line(text);
        }
        if (console.out().failed()) break;  // nobody reads: `finish` says so
        if (++done % 4096 == 0) progress.at(done);
    }
    progress.end();
    if (lines != nullptr) {
        lines->drain();
        strictest = lines->strictest();
    }
    if (state == LineReader::Line::Failed) {
        console.error(fmt::format("cannot read {}: {}", name, std::strerror(reader.error())));
        return Exit::Environment;
    }
    return settings.fail_on && strictest >= *settings.fail_on ? Exit::Wrong : Exit::Fine;
}

Exit decide_on_record(int input, const std::string& name, const std::shared_ptr<const Policy>& policy,
                      std::string_view image, const Settings& settings, const Arguments& arguments, Console& console) {
    const std::string& folder = arguments.get("evidence");
    auto home = evidence::open_home(folder, arguments.get("origin"));
    if (!home) {
        console.error(home.error());
        return Exit::Environment;
    }
    if (const auto used = home->recorder->use_policy(*policy, image); !used) {
        console.error(fmt::format("{}: {}", folder, used.error()));
        return Exit::Environment;
    }
    evidence::Lines lines(*home->log, *home->recorder, policy, {arguments.has("intents"), settings.explain},
                          [&](std::string_view answer) { console.out().line(answer); });
    const Exit exit = decide_all(input, name, policy, settings, &lines, console);
    return worse(exit, close_log(*home, lines, folder, console));
}

/// The flags for evidence, if they go together; otherwise says what is wrong.
bool check_flags(const Arguments& arguments, Console& console) {
    const bool evidence = arguments.has("evidence");
    std::string wrong;
    if (evidence && arguments.has("stateful"))
        wrong = "--evidence records what requests say; with --stateful they do not say all that is decided on";
    for (const char* flag : {"origin", "intents"})
        if (!evidence && arguments.has(flag)) wrong = fmt::format("--{} goes with --evidence", flag);
    if (evidence && arguments.has("hand-over"))
        wrong =
            "--hand-over prints results; with --evidence they are on record, and the gateway takes out what `redact` "
            "names";
    if (!wrong.empty()) console.error(wrong);
    return wrong.empty();
}

}  // namespace

Exit run_eval(const Arguments& arguments, Console& console) {
    if (!check_flags(arguments, console)) return Exit::Usage;
    const Engine engine = engine_named(arguments.get("engine")).value_or(Engine::Auto);
    const std::string& file = arguments.words[0];
    Opened opened = open_policy(file, console.color_err());
    console.err(opened.report);
    if (!opened.ok()) return opened.exit;
    const std::string image = arguments.has("evidence") ? write_images(opened.compilation->layers) : std::string();
    const auto policy = make_policy(std::move(opened.compilation->layers), engine, arguments.get("cache"));
    if (!policy) {
        console.error(fmt::format("{}: {}", file, policy.error()));
        return Exit::Environment;
    }

    Settings settings;
    settings.stateful = arguments.has("stateful");
    settings.explain = arguments.has("explain");
    settings.hand_over = arguments.has("hand-over");
    if (arguments.has("fail-on")) settings.fail_on = arguments.get("fail-on") == "deny" ? Verdict::Deny : Verdict::Ask;
    const std::string path = arguments.words.size() > 1 ? arguments.words[1] : "-";
    const int input = path == "-" ? 0 : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (input < 0) {
        console.error(fmt::format("cannot read {}: {}", path, std::strerror(errno)));
        return Exit::Environment;
    }
    const std::string from = path == "-" ? "standard input" : path;
    const Exit exit = arguments.has("evidence")
                          ? decide_on_record(input, from, *policy, image, settings, arguments, console)
                          : decide_all(input, from, *policy, settings, nullptr, console);
    if (input != 0) ::close(input);
    return exit;
}

}  // namespace remit::cli
