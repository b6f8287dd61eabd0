// `remit log doubts` and `remit log resolve`.
#include <fmt/format.h>

#include "host/cli/log.h"
#include "host/evidence/review/doubts.h"
#include "host/evidence/review/show.h"
#include "vm/engine/json.h"

namespace remit::cli {

namespace {

/// Fine if the intent has no outcome yet: looked up before the log is opened for writing, which leaves records of its own.
Exit waits(const Arguments& arguments, const evidence::ActionId& action, Console& console) {
    const OpenedLog log = open_log(arguments.words[0], console);
    if (!log) return Exit::Environment;
    const auto doubts = evidence::doubts_of(*log.reading);
    if (!doubts) {
        console.error(doubts.error());
        return Exit::Wrong;
    }
    for (const evidence::InDoubt& doubt : *doubts) {
        if (doubt.chain == action.chain && doubt.number == action.number) return Exit::Fine;
    }
    console.error(fmt::format("{} is not in doubt", arguments.words[1]));
    return Exit::Wrong;
}

}  // namespace

Exit run_log_doubts(const Arguments& arguments, Console& console) {
    const OpenedLog log = open_log(arguments.words[0], console);
    if (!log) return Exit::Environment;
    const auto doubts = evidence::doubts_of(*log.reading);
    if (!doubts) {
        console.error(doubts.error());
        return Exit::Wrong;
    }
    const bool json = arguments.get("format") == "json";
    for (const evidence::InDoubt& doubt : *doubts) {
        const std::string action = evidence::action_text(doubt.chain, doubt.number);
        if (json) {
            std::string line = fmt::format("{{\"index\":{},\"action\":\"{}\",\"session\":", doubt.index, action);
            append_json_string(line, doubt.session);
            console.out().line(line + "}");
            continue;
        }
        const auto record = log.reading->record(doubt.index);
        std::string line = record && *record != nullptr ? evidence::line_of(doubt.index, (*record)->entry)
                                                        : fmt::format("{:>8}  pruned", doubt.index);
        console.out().line(printable(fmt::format("{}  {}", line, action)));
    }
    if (doubts->empty() && !json) console.out().line("no intent is in doubt");
    return doubts->empty() ? Exit::Fine : Exit::Wrong;
}

Exit run_log_resolve(const Arguments& arguments, Console& console) {
    const auto action = evidence::parse_action(arguments.words[1]);
    const auto status = evidence::outcome_named(arguments.get("as"));
    if (!action || !status || arguments.get("by").empty()) {
        console.error(!action   ? fmt::format("`{}` is no action; `remit log doubts` lists them", arguments.words[1])
                      : !status ? "--as STATUS is needed: done, failed, not-done or unknown"
                                : "--by NAME is needed: who vouches for it stands in the record");
        return Exit::Usage;
    }
    if (const Exit exit = waits(arguments, *action, console); exit != Exit::Fine) return exit;
    WritingLog writing = open_for_writing(arguments.words[0], console);
    if (!writing) return Exit::Environment;
    Exit exit = Exit::Fine;
    evidence::Outcome outcome;
    outcome.status = *status;
    outcome.resolved_by = arguments.get("by");
    outcome.note = arguments.get("note");
    const evidence::DiskStatus done = writing.recorder->finish(*action, outcome);
    if (done.ok()) {
        console.out().line(fmt::format("{} is settled: {}", arguments.words[1], arguments.get("as")));
    } else {
        console.error(done.message);
        exit = Exit::Environment;
    }
    return close_writing(writing, exit, console);
}

}  // namespace remit::cli
