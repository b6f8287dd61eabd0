// `remit diff`: what a new version of a policy decides differently.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/source/findings.h"
#include "compiler/source/render.h"
#include "host/cli/places.h"
#include "host/cli/policy_file.h"
#include "host/cli/progress.h"
#include "host/cli/solving.h"
#include "host/cli/verbs.h"
#include "host/diff/diff.h"
#include "vm/engine/json.h"

namespace remit::cli {

namespace {

using diff::Change;
using diff::Difference;
using diff::Relation;

std::string_view said_of(const Change& c) {
    const auto& row = row_of(c.kind);
    return c.looser ? row.looser : row.stricter;
}
std::string_view direction(const Change& c) {
    return !row_of(c.kind).counts ? "differs" : c.looser ? "looser" : "stricter";
}
std::string subject_of(const Change& c) { return c.subject.empty() ? "" : fmt::format(" ({})", c.subject); }
std::string verdict_name(Verdict v) { return v == Verdict::Allow ? "allow" : v == Verdict::Ask ? "ask" : "deny"; }
std::string rule_text(const SpokenRule& r) { return fmt::format("{} {}", r.kind, r.at.empty() ? r.rule : r.at); }

std::string quoted(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}
std::string summary(const Difference& d) {
    return fmt::format("{}: {} rules gone, {} new; {} of {} tools compared", relation_name(d.relation()),
                       d.rules_before, d.rules_after, d.compared, d.tools);
}

void human(const Difference& d, Console& console) {
    Output& out = console.out();
    const bool color = console.color_out();
    for (const Change& c : d.changes) {
        const Paint how = !row_of(c.kind).counts ? Paint::Dim : c.looser ? Paint::Red : Paint::Green;
        out.line(fmt::format("{:<8}  {}  {}{}: {} -> {}", paint(color, how, direction(c)), printable(c.tool),
                             said_of(c), printable(subject_of(c)), verdict_name(c.before.verdict),
                             verdict_name(c.after.verdict)));
        out.line("    " + printable(c.request));
        for (const SpokenRule& r : c.only_before) out.line("    - " + printable(rule_text(r)));
        for (const SpokenRule& r : c.only_after) out.line("    + " + printable(rule_text(r)));
    }
    for (const std::string& text : d.declarations) out.line("declared  " + printable(text));
    for (const std::string& text : d.unknown)
        out.line(paint(color, Paint::Yellow, "unknown") + "   " + printable(text));
    out.line(summary(d));
}

std::string rules_json(const std::vector<SpokenRule>& rules) {
    std::string out = "[";
    for (const SpokenRule& r : rules)
        out += (out.size() > 1 ? "," : "") +
               fmt::format(R"({{"rule":{},"at":{},"kind":{}}})", quoted(r.rule), quoted(r.at), quoted(r.kind));
    return out + "]";
}
std::string texts_json(const std::vector<std::string>& texts) {
    std::string out = "[";
    for (const std::string& t : texts) out += (out.size() > 1 ? "," : "") + quoted(t);
    return out + "]";
}
std::string json(const Difference& d) {
    std::string changes = "[";
    for (const Change& c : d.changes) {
        changes += changes.size() > 1 ? ",\n  " : "\n  ";
        changes += fmt::format(
            R"({{"kind":"{}","direction":"{}","what":{},"subject":{},"tool":{},"request":{},"before":{},"after":{},"only_before":{},"only_after":{}}})",
            row_of(c.kind).word, direction(c), quoted(said_of(c)), quoted(c.subject), quoted(c.tool), c.request,
            to_json(c.before), to_json(c.after), rules_json(c.only_before), rules_json(c.only_after));
    }
    return fmt::format(
        "{{\"relation\":\"{}\",\"rules_gone\":{},\"rules_new\":{},\"tools\":{},\"compared\":{},\n \"changes\":{}],\n "
        "\"declarations\":{},\n \"unknown\":{}}}\n",
        relation_name(d.relation()), d.rules_before, d.rules_after, d.tools, d.compared, changes,
        texts_json(d.declarations), texts_json(d.unknown));
}

/// For a pull request: a table, then the calls.
std::string markdown(const Difference& d) {
    std::string out = fmt::format("### The new policy is **{}**\n\n{}\n", relation_name(d.relation()), summary(d));
    if (!d.changes.empty()) out += "\n| | tool | change | before | after | rules |\n|---|---|---|---|---|---|\n";
    for (const Change& c : d.changes) {
        std::string rules;
        for (const SpokenRule& r : c.only_before) rules += "- " + rule_text(r) + "<br>";
        for (const SpokenRule& r : c.only_after) rules += "+ " + rule_text(r) + "<br>";
        out += fmt::format("| {} | `{}` | {}{} | {} | {} | {} |\n", direction(c), c.tool, said_of(c), subject_of(c),
                           verdict_name(c.before.verdict), verdict_name(c.after.verdict), rules);
    }
    for (const Change& c : d.changes)
        out += fmt::format("\n<details><summary>{}: {}{}</summary>\n\n```json\n{}\n```\n\n</details>\n", c.tool,
                           said_of(c), subject_of(c), c.request);
    for (const std::string& text : d.declarations) out += "\n- declared: " + text;
    for (const std::string& text : d.unknown) out += "\n- unknown: " + text;
    return out + "\n";
}

Findings findings(const Difference& d, const Sources& before, const Sources& after) {
    Findings all;
    all.verb = "diff";
    for (const Change& c : d.changes) {
        const auto& row = row_of(c.kind);
        const std::string id = fmt::format("{}-{}", row.word, c.looser ? "looser" : "stricter");
        const Level level = !row.counts ? Level::Note : c.looser ? Level::Error : Level::Warning;
        add_rule(all, {id, "", std::string(said_of(c)), "", level});
        Finding found{id, level, {}, {}, {}, {}, {}, {}, {}};
        found.message = fmt::format("{}: {}{}: {}", c.tool, said_of(c), subject_of(c), c.request);
        const auto place = [&](const std::vector<SpokenRule>& rules, const Sources& sources) {
            for (const SpokenRule& r : rules) {
                if (found.at || r.at.empty()) continue;
                found.at = region_at(sources, r.at);
                found.line = line_at(sources, r.at);
            }
        };
        place(c.only_after, after);
        place(c.only_before, before);
        all.list.push_back(std::move(found));
    }
    for (FileId id = 0; id < after.size(); ++id) all.files.push_back(after.file(id).name());
    return all;
}

bool is_allowed(Relation relation, const std::string& allow) {
    if (relation == Relation::Equivalent || allow == "any") return true;
    return (relation == Relation::Stricter && allow == "stricter") ||
           (relation == Relation::Looser && allow == "looser");
}

}  // namespace

Exit run_diff(const Arguments& arguments, Console& console) {
    const auto timeout = timeout_ms(arguments);
    if (!timeout) return bad_timeout(arguments, console);
    Ready before = open_and_load(arguments.words[0], Engine::Interp, console.color_err());
    console.err(before.opened.report);
    if (before.policy == nullptr) return before.opened.exit;
    Ready after = open_and_load(arguments.words[1], Engine::Interp, console.color_err());
    console.err(after.opened.report);
    if (after.policy == nullptr) return after.opened.exit;
    Progress progress(console, "tools");
    diff::DiffOptions options;
    options.solver = {arguments.get("solver"), *timeout};
    options.progress = [&](size_t done, size_t total) { progress.at(done, total); };
    const auto difference = diff::compare(before.policy, after.policy, options);
    progress.end();
    if (!difference) {
        console.error(difference.error());
        return Exit::Environment;
    }
    const std::string& format = arguments.get("format");
    if (format == "human")
        human(*difference, console);
    else if (format == "json")
        console.out().write(json(*difference));
    else if (format == "markdown")
        console.out().write(markdown(*difference));
    else
        console.out().write(render(*render_format(format), findings(*difference, before.opened.compilation->sources,
                                                                    after.opened.compilation->sources)));
    return is_allowed(difference->relation(), arguments.get("allow")) ? Exit::Fine : Exit::Wrong;
}

}  // namespace remit::cli
