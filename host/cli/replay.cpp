// `remit replay`: decides the requests of an evidence log again, and says what differs.
#include "host/evidence/replay/replay.h"

#include <fmt/format.h>

#include <algorithm>

#include "host/cli/numbers.h"
#include "host/cli/policy_file.h"
#include "host/cli/progress.h"
#include "host/cli/verbs.h"
#include "host/evidence/review/graph_words.h"
#include "vm/engine/json.h"
#include "vm/program/image.h"

namespace remit::cli {

namespace {

using evidence::Change;
using evidence::Changes;
using evidence::ReplayReport;

constexpr size_t kLines = 10;  // of each table for people; json has all

// ---- for programs --------------------------------------------------------------------------------------------------

void append_pair(std::string& out, std::string_view key, std::string_view text) {
    append_json_string(out, key);
    out += ':';
    append_json_string(out, text);
}

void append_counts(std::string& out, std::string_view name, const std::map<std::string, uint64_t>& counts) {
    out += fmt::format(",\"{}\":{{", name);
    for (bool first = true; const auto& [key, count] : counts) {
        if (!std::exchange(first, false)) out += ',';
        append_json_string(out, key);
        out += fmt::format(":{}", count);
    }
    out += '}';
}

void append_change(std::string& out, const Change& c) {
    out += fmt::format("{{\"index\":{},", c.index);
    append_pair(out, "action", c.action);
    out += ',';
    append_pair(out, "tool", c.tool);
    out += ',';
    append_pair(out, "tenant", c.tenant);
    out += fmt::format(",\"before\":{},\"after\":{}}}", c.before, c.after);
}

std::string as_json(const ReplayReport& r, const std::string& policy) {
    std::string out = fmt::format(
        "{{\"records\":{},\"same\":{},\"differing\":{},\"erased\":{},\"redacted\":{},\"no_policy\":{},\"unreadable\":{"
        "}",
        r.records, r.same, r.differing, r.erased, r.redacted, r.no_policy, r.unreadable);
    if (!policy.empty()) out += ',', append_pair(out, "policy", policy);
    out += ",\"by_verdict\":{";
    for (bool first = true; const auto& [verdicts, changes] : r.by_verdict) {
        if (!std::exchange(first, false)) out += ',';
        append_json_string(out, verdicts);
        out += fmt::format(":{{\"count\":{},\"examples\":[", changes.count);
        for (size_t i = 0; i < changes.examples.size(); ++i) {
            if (i != 0) out += ',';
            append_change(out, changes.examples[i]);
        }
        out += "]}";
    }
    out += '}';
    append_counts(out, "by_tool", r.by_tool);
    append_counts(out, "by_tenant", r.by_tenant);
    append_counts(out, "by_rule", r.by_rule);
    out += '}';
    return out;
}

// ---- for people ----------------------------------------------------------------------------------------------------

void show_counts(Console& console, std::string_view title, const std::map<std::string, uint64_t>& counts) {
    if (counts.empty()) return;
    std::vector<std::pair<uint64_t, std::string>> most;
    for (const auto& [key, count] : counts) most.emplace_back(count, key);
    std::stable_sort(most.begin(), most.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    console.out().line(fmt::format("by {}", title));
    for (size_t i = 0; i < std::min(kLines, most.size()); ++i)
        console.out().line(fmt::format("  {:>8}  {}", most[i].first, evidence::plain(most[i].second)));
    if (most.size() > kLines)
        console.out().line(fmt::format("  and {} more; --format json has all", most.size() - kLines));
}

void show_left_out(Console& console, const ReplayReport& r) {
    const std::pair<uint64_t, const char*> reasons[] = {
        {r.erased, "their payloads were erased"},
        {r.redacted, "values were redacted from their requests"},
        {r.no_policy, "their policy is not to be had"},
        {r.unreadable, "they cannot be read"},
    };
    for (const auto& [count, why] : reasons)
        if (count != 0) console.out().line(fmt::format("{} left out: {}", count, why));
    for (const auto& [version, why] : r.policy_problems) console.warning(fmt::format("policy {}: {}", version, why));
    for (const std::string& problem : r.problems) console.warning(printable(problem));
}

void show(Console& console, const ReplayReport& r, const std::string& policy) {
    if (policy.empty())
        console.out().line(
            fmt::format("{} decisions again: {} the same, {} different", r.same + r.differing, r.same, r.differing));
    else
        console.out().line(fmt::format("{} decisions under {}: {} the same, {} different", r.same + r.differing, policy,
                                       r.same, r.differing));
    for (const auto& [verdicts, changes] : r.by_verdict) {
        console.out().line(paint(console.color_out(), Paint::Bold, fmt::format("{}: {}", verdicts, changes.count)));
        for (const Change& c : changes.examples)
            console.out().line(fmt::format("  record {}  {}  {}  {}", c.index, evidence::plain(c.tool),
                                           evidence::plain(c.tenant), c.action));
        if (changes.count > changes.examples.size())
            console.out().line(fmt::format("  and {} more", changes.count - changes.examples.size()));
    }
    show_counts(console, "tool", r.by_tool);
    show_counts(console, "tenant", r.by_tenant);
    show_counts(console, "rule", r.by_rule);
    show_left_out(console, r);
}

Result<std::shared_ptr<const Policy>> load_image(std::string_view image, Engine engine) {
    auto layers = read_images(image);
    if (!layers) return Failure{layers.error()};
    return make_policy(std::move(*layers), engine);
}

}  // namespace

Exit run_replay(const Arguments& arguments, Console& console) {
    const Engine engine = engine_named(arguments.get("engine")).value_or(Engine::Auto);
    evidence::ReplayOptions options;
    options.load = [&](std::string_view image) { return load_image(image, engine); };
    uint64_t threads = 1, examples = 3;
    std::string wrong;
    if (!take_number(arguments, "from", options.from, wrong) || !take_number(arguments, "to", options.to, wrong) ||
        !take_number(arguments, "threads", threads, wrong) || !take_number(arguments, "examples", examples, wrong)) {
        console.error(wrong);
        return Exit::Usage;
    }
    options.threads = static_cast<unsigned>(std::clamp<uint64_t>(threads, 1, 256));
    options.examples = examples;

    std::string policy;
    if (arguments.has("policy")) {
        const Ready ready = open_and_load(arguments.get("policy"), engine, console.color_err());
        console.err(ready.opened.report);
        if (!ready.opened.ok()) return ready.opened.exit;
        options.instead = ready.policy;
        policy = to_text(ready.policy->layers().front().program->program().hash);
    }
    const auto disk = evidence::posix_disk(arguments.words[0]);
    auto log = evidence::Reading::open(*disk);
    if (!log) {
        console.error(fmt::format("{}: {}", arguments.words[0], log.error()));
        return Exit::Environment;
    }
    Progress progress(console, "records");
    options.progress = [&](uint64_t done, uint64_t total) { progress.at(done, total); };
    auto report = evidence::replay(**log, options);
    progress.end();
    if (!report) {
        console.error(fmt::format("{}: {}", arguments.words[0], report.error()));
        return Exit::Wrong;
    }
    if (arguments.get("format") == "json")
        console.out().line(as_json(*report, policy));
    else
        show(console, *report, policy);
    const bool fail = policy.empty() ? report->differing + report->unreadable + report->no_policy != 0
                                     : arguments.has("fail-on-change") && report->differing != 0;
    return fail ? Exit::Wrong : Exit::Fine;
}

}  // namespace remit::cli
