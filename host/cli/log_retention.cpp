// `remit log prune` and `remit log erase`.
#include <fmt/format.h>

#include "host/cli/log.h"
#include "host/cli/numbers.h"
#include "host/evidence/retention/erase.h"
#include "host/evidence/retention/prune.h"
#include "vm/engine/json.h"

namespace remit::cli {

namespace {

using evidence::EraseKey;
using evidence::ErasePlan;
using evidence::PrunePlan;

Exit say_prune(const Arguments& arguments, const PrunePlan& plan, bool done, Console& console) {
    if (arguments.get("format") == "json") {
        std::string out = fmt::format("{{\"done\":{},\"first\":{},\"below\":{},\"segments\":{},\"keeper\":{},\"why\":",
                                      done, plan.first, plan.below, plan.segments, plan.keeper);
        append_json_string(out, plan.why);
        console.out().line(out + "}");
        return Exit::Fine;
    }
    console.out().line(plan.below == plan.first
                           ? std::string("nothing goes")
                           : fmt::format("{} {} records ({} to {}) in {} segments", done ? "removed" : "would remove",
                                         plan.below - plan.first, plan.first, plan.below - 1, plan.segments));
    if (!plan.why.empty())
        console.out().line(printable(fmt::format("record {} must be kept: {}", plan.keeper, plan.why)));
    return Exit::Fine;
}

std::string keys_json(const std::vector<EraseKey>& keys) {
    std::string out = "[";
    for (const EraseKey& key : keys) {
        out += fmt::format("{}{{\"key\":{},\"payloads\":{},\"tenant\":", out.size() > 1 ? "," : "", key.info.id,
                           key.payloads);
        append_json_string(out, key.info.label.tenant);
        out += ",\"subject\":";
        append_json_string(out, key.info.label.subject);
        out += ",\"class\":";
        append_json_string(out, key.info.label.retention);
        out += ",\"held\":";
        append_json_string(out, key.held);
        out += '}';
    }
    return out + "]";
}

void say_erase(const Arguments& arguments, const ErasePlan& plan, bool done, Console& console) {
    if (arguments.get("format") == "json") {
        return console.out().line(
            fmt::format("{{\"done\":{},\"keys\":{},\"held\":{}}}", done, keys_json(plan.keys), keys_json(plan.held)));
    }
    const auto line = [&](std::string_view what, const EraseKey& key) {
        console.out().line(printable(fmt::format("{} key {}: tenant {}, subject {}, class {}{}{}", what, key.info.id,
                                                 key.info.label.tenant, key.info.label.subject,
                                                 key.info.label.retention, key.held.empty() ? "" : ": ", key.held)));
    };
    for (const EraseKey& key : plan.keys) line(done ? "destroyed" : "would destroy", key);
    for (const EraseKey& key : plan.held) line("kept", key);
    if (plan.keys.empty() && plan.held.empty()) console.out().line("no key fits");
}

/// Who does it must be said, unless it is only tried.
bool named(const Arguments& arguments, Console& console) {
    if (arguments.has("dry-run") || !arguments.get("by").empty()) return true;
    console.error("--by NAME is needed: who does this stands in the record");
    return false;
}

std::optional<evidence::EraseChoice> choice_of(const Arguments& arguments, Console& console) {
    evidence::EraseChoice choice;
    for (const auto& [flag, text] : {std::pair("subject", &choice.subject),
                                     {"tenant", &choice.tenant},
                                     {"class", &choice.retention},
                                     {"session", &choice.session}}) {
        if (arguments.has(flag)) *text = arguments.get(flag);
    }
    uint64_t key = 0;
    std::string wrong;
    if (!take_number(arguments, "key", key, wrong)) {
        console.error(wrong);
        return std::nullopt;
    }
    if (arguments.has("key")) choice.key = key;
    choice.expired = arguments.has("expired");
    if (!choice.empty()) return choice;
    console.error("say whose payloads: --subject, --session, --tenant, --class, --key or --expired");
    return std::nullopt;
}

}  // namespace

Exit run_log_prune(const Arguments& arguments, Console& console) {
    const auto keep = evidence::parse_keep_times(arguments.get("keep"));
    if (!keep) {
        console.error(fmt::format("--keep: {}", keep.error()));
        return Exit::Usage;
    }
    if (!named(arguments, console)) return Exit::Usage;
    const OpenedLog log = open_log(arguments.words[0], console);
    if (!log) return Exit::Environment;
    const auto plan = evidence::plan_prune(*log.reading, *keep, evidence::system_clock().wall_ns());
    if (!plan) {
        console.error(plan.error());
        return Exit::Wrong;
    }
    if (arguments.has("dry-run") || plan->below == plan->first) return say_prune(arguments, *plan, false, console);
    WritingLog writing = open_for_writing(arguments.words[0], console);
    if (!writing) return Exit::Environment;
    const auto left = evidence::prune(*writing.log, *plan, *keep, arguments.get("by"));
    if (!left) console.error(left.error());
    const Exit exit = left ? say_prune(arguments, *plan, true, console) : Exit::Environment;
    return close_writing(writing, exit, console);
}

Exit run_log_erase(const Arguments& arguments, Console& console) {
    const auto choice = choice_of(arguments, console);
    if (!choice || !named(arguments, console)) return Exit::Usage;
    const bool dry = arguments.has("dry-run");
    if (!dry && arguments.get("why").empty()) {
        console.error("--why TEXT is needed: the reason stands in the record");
        return Exit::Usage;
    }
    const OpenedLog log = open_log(arguments.words[0], console);
    if (!log) return Exit::Environment;
    const auto plan = evidence::plan_erase(*log.reading, *choice, evidence::system_clock().wall_ns());
    if (!plan) {
        console.error(plan.error());
        return Exit::Wrong;
    }
    Exit exit = plan->held.empty() ? Exit::Fine : Exit::Wrong;
    std::unique_ptr<evidence::File>
        erasing;  // there while an erasure runs: one that was interrupted is finished by opening
    const bool interrupted = log.disk->open("erasing", evidence::OpenMode::Read, erasing).ok();
    if (dry || (plan->keys.empty() && !interrupted)) {
        say_erase(arguments, *plan, false, console);
        return exit;
    }
    WritingLog writing = open_for_writing(arguments.words[0], console);
    if (!writing) return Exit::Environment;
    if (plan->keys.empty()) return close_writing(writing, exit, console);
    const auto erased = evidence::erase(*writing.log, *writing.keyring, *plan, arguments.get("by"),
                                        arguments.get("why"));
    if (erased) {
        say_erase(arguments, *plan, true, console);
    } else {
        console.error(erased.error());
        exit = Exit::Environment;
    }
    return close_writing(writing, exit, console);
}

}  // namespace remit::cli
