// `remit eval`: JSON Lines in, JSON Lines out. Memory is one line, whatever the number of lines.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "host/cli/eval_evidence.h"
#include "host/cli/line_reader.h"
#include "host/cli/policy_file.h"
#include "host/cli/progress.h"
#include "host/cli/verbs.h"
#include "vm/program/image.h"
#include "vm/program/limits.h"

namespace remit::cli {

namespace {

struct Settings {
    bool stateful = false, explain = false;
    std::optional<Verdict> fail_on;
};

/// `evidence`: where decisions go on record; null: nowhere.
Exit decide_all(int input, const std::string& name, const std::shared_ptr<const Policy>& policy,
                const Settings& settings, EvidenceEval* evidence, Console& console) {
    Decider decider(policy);
    Progress progress(console, "decisions");
    Verdict strictest = Verdict::Allow;
    // One byte more than a request may have, so that the engine sees that it is too long and denies it like any other.
    LineReader reader(input, limits::kMaxRequestBytes + 1, [&] {
        if (evidence != nullptr) evidence->drain();
        console.out().flush();
    });
    std::string_view line;
    size_t done = 0;
    LineReader::Line state = reader.next(line);
    for (; state == LineReader::Line::Ok || state == LineReader::Line::TooLong; state = reader.next(line)) {
        if (line.find_first_not_of(" \t\r") == std::string_view::npos && state == LineReader::Line::Ok) continue;
        if (evidence != nullptr) {
            evidence->take(line);
        } else {
            const Decision decision = settings.stateful ? decider.decide_stateful(line) : decider.decide(line);
            strictest = std::max(strictest, decision.verdict);
            console.out().line(to_json(decision, settings.explain));
        }
        if (console.out().failed()) break;  // nobody reads: `finish` says so
        if (++done % 4096 == 0) progress.at(done);
    }
    progress.end();
    Exit recorded = Exit::Fine;
    if (evidence != nullptr) {
        recorded = evidence->close();
        strictest = evidence->strictest();
    }
    if (state == LineReader::Line::Failed) {
        console.error(fmt::format("cannot read {}: {}", name, std::strerror(reader.error())));
        return Exit::Environment;
    }
    return worse(recorded, settings.fail_on && strictest >= *settings.fail_on ? Exit::Wrong : Exit::Fine);
}

/// The flags for evidence, if they go together; otherwise says what is wrong.
bool check_flags(const Arguments& arguments, Console& console) {
    const bool evidence = arguments.has("evidence");
    std::string wrong;
    if (evidence && arguments.has("stateful"))
        wrong = "--evidence records what requests say; with --stateful they do not say all that is decided on";
    for (const char* flag : {"origin", "intents"})
        if (!evidence && arguments.has(flag)) wrong = fmt::format("--{} goes with --evidence", flag);
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
    if (arguments.has("fail-on")) settings.fail_on = arguments.get("fail-on") == "deny" ? Verdict::Deny : Verdict::Ask;
    const std::string path = arguments.words.size() > 1 ? arguments.words[1] : "-";
    const int input = path == "-" ? 0 : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (input < 0) {
        console.error(fmt::format("cannot read {}: {}", path, std::strerror(errno)));
        return Exit::Environment;
    }
    std::unique_ptr<EvidenceEval> evidence;
    if (arguments.has("evidence")) {
        const EvidenceSettings wanted{arguments.get("evidence"), arguments.get("origin"), arguments.has("intents"),
                                      settings.explain};
        auto begun = EvidenceEval::open(wanted, *policy, image, console);
        if (!begun) {
            console.error(begun.error());
            return Exit::Environment;
        }
        evidence = std::move(*begun);
    }
    const Exit exit = decide_all(input, path == "-" ? "standard input" : path, *policy, settings, evidence.get(),
                                 console);
    if (input != 0) ::close(input);
    return exit;
}

}  // namespace remit::cli
