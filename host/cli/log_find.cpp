// `remit log find`.
#include <fmt/format.h>

#include "host/cli/log.h"
#include "host/cli/numbers.h"
#include "host/evidence/review/graph_words.h"
#include "host/evidence/review/show.h"

namespace remit::cli {

namespace {

using evidence::Found;

bool take_moment(const Arguments& arguments, std::string_view flag, std::optional<int64_t>& out, Console& console) {
    if (!arguments.has(flag)) return true;
    out = parse_moment(arguments.get(flag), evidence::system_clock().wall_ns());
    if (out) return true;
    console.error(
        fmt::format("--{} takes a time (RFC 3339) or a duration back (2h, 7d), not `{}`", flag, arguments.get(flag)));
    return false;
}

std::optional<evidence::FindQuery> query_of(const Arguments& arguments, Console& console) {
    evidence::FindQuery query;
    for (const auto& [flag, text] : {std::pair("session", &query.session),
                                     {"tenant", &query.tenant},
                                     {"tool", &query.tool},
                                     {"rule", &query.rule},
                                     {"call", &query.call},
                                     {"verdict", &query.verdict}}) {
        if (arguments.has(flag)) *text = arguments.get(flag);
    }
    if (arguments.has("kind")) {
        query.kind = evidence::kind_named(arguments.get("kind"));
        if (!query.kind) {
            console.error(fmt::format("there is no kind `{}`; docs/evidence.md lists them", arguments.get("kind")));
            return std::nullopt;
        }
    }
    if (!take_moment(arguments, "since", query.since_ns, console)) return std::nullopt;
    if (!take_moment(arguments, "until", query.until_ns, console)) return std::nullopt;
    std::string wrong;
    if (!take_number(arguments, "limit", query.limit, wrong)) {
        console.error(wrong);
        return std::nullopt;
    }
    return query;
}

std::string line_of(const Found& found) {
    std::string time;
    evidence::append_time(time, found.time_ns);
    const auto or_dash = [](const std::string& text) {
        return text.empty() ? std::string("-") : evidence::plain(text);
    };
    return fmt::format("{:>8}  {}Z  {:<13}  {:<16}  {:<16}  {:<24}  {}", found.index, time.substr(0, 23),
                       evidence::text_of(found.kind), or_dash(found.tenant), or_dash(found.session),
                       or_dash(found.tool), or_dash(found.verdict));
}

Exit print_json(const OpenedLog& log, const std::vector<Found>& found, Console& console) {
    for (const Found& each : found) {
        const auto record = log.reading->record(each.index);
        if (!record) {
            console.error(record.error());
            return Exit::Wrong;
        }
        if (*record != nullptr) console.out().line(evidence::json_of(each.index, (*record)->entry));
    }
    return Exit::Fine;
}

}  // namespace

Exit run_log_find(const Arguments& arguments, Console& console) {
    const auto query = query_of(arguments, console);
    if (!query) return Exit::Usage;
    const OpenedLog log = open_log(arguments.words[0], console);
    if (!log) return Exit::Environment;
    const auto index = open_index(log, arguments.words[0], console);
    if (index == nullptr) return Exit::Environment;
    const auto found = index->find(*query);
    if (!found) {
        console.error(found.error());
        return Exit::Environment;
    }
    if (arguments.get("format") == "json") return print_json(log, *found, console);
    for (const Found& each : *found) {
        console.out().line(arguments.get("format") == "index" ? std::to_string(each.index) : printable(line_of(each)));
    }
    return Exit::Fine;
}

}  // namespace remit::cli
