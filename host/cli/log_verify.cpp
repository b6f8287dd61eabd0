// `remit log verify`.
#include <fmt/format.h>

#include "host/cli/files.h"
#include "host/cli/log.h"
#include "host/cli/numbers.h"
#include "host/cli/progress.h"
#include "host/evidence/log/config.h"
#include "host/evidence/review/packet.h"
#include "host/evidence/review/verify.h"
#include "vm/engine/json.h"

namespace remit::cli {

namespace {

using evidence::Problem;
using evidence::Problems;
using evidence::VerifyOptions;
using evidence::VerifyReport;

constexpr size_t kMostCheckpointBytes = 64u << 10;

std::optional<VerifyOptions> options_of(const Arguments& arguments, Console& console, Exit& exit) {
    VerifyOptions options;
    std::string wrong;
    exit = Exit::Usage;
    if (!take_number(arguments, "from", options.from, wrong) || !take_number(arguments, "to", options.to, wrong)) {
        console.error(wrong);
        return std::nullopt;
    }
    options.payloads = arguments.has("payloads");
    options.tiles = !arguments.has("no-tiles");
    if (arguments.has("key")) {
        const auto keys = read_verifier_keys(arguments.get("key"), console);
        if (!keys) return std::nullopt;
        if (keys->size() != 1) {
            console.error("--key takes one verifier key");
            return std::nullopt;
        }
        options.key = keys->front();
    }
    if (arguments.has("witness")) {
        auto keys = read_verifier_keys(arguments.get("witness"), console);
        if (!keys) return std::nullopt;
        options.witnesses = std::move(*keys);
    }
    if (arguments.has("known")) {
        auto known = read_file(arguments.get("known"), kMostCheckpointBytes);
        if (!known) {
            console.error(known.error());
            exit = Exit::Environment;
            return std::nullopt;
        }
        options.known = std::move(*known);
    }
    exit = Exit::Fine;
    return options;
}

void print_problems(const Problems& problems, Console& console) {
    for (const Problem& problem : problems.list()) {
        console.out().line(fmt::format("{} {}: {}",
                                       paint(console.color_out(), Paint::Red, evidence::text_of(problem.kind)),
                                       printable(problem.where), printable(problem.detail)));
    }
    if (problems.more() > 0) console.out().line(fmt::format("... and {} more", problems.more()));
}

std::string problems_json(const Problems& problems) {
    std::string out = "[";
    for (const Problem& problem : problems.list()) {
        if (out.size() > 1) out += ',';
        out += fmt::format("{{\"problem\":\"{}\",\"where\":", evidence::text_of(problem.kind));
        append_json_string(out, problem.where);
        out += ",\"detail\":";
        append_json_string(out, problem.detail);
        out += '}';
    }
    return out + fmt::format("],\"more\":{}", problems.more());
}

std::string report_json(const VerifyReport& report) {
    std::string out = fmt::format(
        "{{\"holds\":{},\"records\":{},\"first\":{},\"from\":{},\"sessions\":{},\"in_doubt\":{},\"payloads\":{},"
        "\"unreadable_payloads\":{},\"published\":{},\"unsigned\":{},\"note\":\"{}\",\"head\":{{\"origin\":",
        report.holds(), report.records, report.first, report.from, report.chains, report.in_doubt, report.payloads,
        report.unreadable_payloads, report.published, report.unsigned_tail, report.note());
    append_json_string(out, report.head.origin);
    out += fmt::format(",\"size\":{},\"root\":\"{}\"}},\"problems\":{}}}", report.head.size,
                       evidence::hash64(report.head.root), problems_json(report.problems));
    return out;
}

void print_report(const VerifyReport& report, const VerifyOptions& options, Console& console) {
    print_problems(report.problems, console);
    std::string line = fmt::format("{} records of {}, {} sessions", report.records, printable(report.head.origin),
                                   report.chains);
    if (report.first > 0) line += fmt::format(", from {} on (pruned below)", report.first);
    if (report.published > 0) line += fmt::format(", {} published", report.published);
    if (options.payloads)
        line += fmt::format(", {} payloads, {} unreadable", report.payloads, report.unreadable_payloads);
    if (report.in_doubt > 0) line += fmt::format(", {} intents in doubt", report.in_doubt);
    const std::string verdict = report.holds() ? paint(console.color_out(), Paint::Green, "holds:")
                                               : paint(console.color_out(), Paint::Red, "does not hold:");
    console.out().line(verdict + " " + line);
    if (const std::string note = report.note(); !note.empty())
        console.out().line(paint(console.color_out(), Paint::Yellow, "note:") + " " + note);
}

Exit verify_one(const Arguments& arguments, const OpenedLog& log, const VerifyOptions& options, Console& console) {
    const auto index = find_record(log, arguments.words[0], arguments.get("record"), console);
    if (!index) return Exit::Wrong;
    const auto proof = evidence::prove_record(*log.reading, *index, options);
    if (!proof) {
        console.error(proof.error());
        return Exit::Wrong;
    }
    if (arguments.get("format") == "json") {
        console.out().line(fmt::format("{{\"holds\":{},\"index\":{},\"leaf\":\"{}\",\"size\":{},\"problems\":{}}}",
                                       proof->problems.none(), *index, evidence::hash64(proof->leaf),
                                       proof->checkpoint.size, problems_json(proof->problems)));
    } else {
        print_problems(proof->problems, console);
        if (proof->problems.none()) {
            console.out().line(fmt::format("{} record {} is in the signed tree of {} records",
                                           paint(console.color_out(), Paint::Green, "holds:"), *index,
                                           proof->checkpoint.size));
        }
    }
    if (!proof->problems.none()) return Exit::Wrong;
    if (!arguments.has("proof")) return Exit::Fine;
    const auto written = write_file(arguments.get("proof"), proof->proof);
    if (written) return Exit::Fine;
    console.error(written.error());
    return Exit::Environment;
}

/// A packet proves itself; only the log's key must be known.
Exit verify_packet_file(const Arguments& arguments, const VerifyOptions& options, Console& console) {
    if (!options.key) {
        console.error("--packet goes with --key: the key of the log as you know it");
        return Exit::Usage;
    }
    const auto packet = read_file(arguments.get("packet"), evidence::kMaxPacketBytes);
    if (!packet) {
        console.error(packet.error());
        return Exit::Environment;
    }
    const auto report = evidence::verify_packet(*packet, *options.key);
    for (const std::string& problem : report.problems) console.out().line(printable(problem));
    if (!report.holds()) return Exit::Wrong;
    console.out().line(fmt::format("{} action {}: {} records in the signed tree of {}",
                                   paint(console.color_out(), Paint::Green, "holds:"), report.action,
                                   report.records.size(), report.checkpoint.size));
    return Exit::Fine;
}

/// A log whose segments can be had and make no journal is wrong; one that cannot be had is the environment's affair.
Exit cannot_open(const Arguments& arguments, Console& console) {
    const auto disk = evidence::posix_disk(arguments.words[0]);
    std::vector<std::string> names;
    if (!evidence::read_config(*disk)) return Exit::Environment;
    const evidence::DiskStatus listed = disk->list(evidence::kSegmentsFolder, names);
    if (!listed.ok() && listed.error != evidence::DiskError::NotFound) return Exit::Environment;
    for (const std::string& name : names) {
        std::unique_ptr<evidence::File> file;
        if (!disk->open("segments/" + name, evidence::OpenMode::Read, file).ok()) return Exit::Environment;
    }
    if (arguments.get("format") == "json") {
        VerifyReport report;
        const auto reading = evidence::Reading::open(*disk);
        report.problems.add(evidence::ProblemKind::Segment, "segments", reading ? "" : reading.error());
        console.out().line(report_json(report));
    }
    return Exit::Wrong;
}

}  // namespace

Exit run_log_verify(const Arguments& arguments, Console& console) {
    Exit exit = Exit::Fine;
    auto options = options_of(arguments, console, exit);
    if (!options) return exit;
    if (arguments.has("proof") && !arguments.has("record")) {
        console.error("--proof goes with --record");
        return Exit::Usage;
    }
    if (arguments.has("packet") != arguments.words.empty()) {
        console.error("either the log's folder or --packet FILE");
        return Exit::Usage;
    }
    if (arguments.has("packet")) return verify_packet_file(arguments, *options, console);
    const OpenedLog log = open_log(arguments.words[0], console);
    if (!log) return cannot_open(arguments, console);
    if (arguments.has("record")) return verify_one(arguments, log, *options, console);
    Progress progress(console, "records verified");
    options->progress = [&](uint64_t done, uint64_t total) { progress.at(done, total); };
    const VerifyReport report = evidence::verify_log(*log.reading, *options);
    progress.end();
    if (arguments.get("format") == "json") {
        console.out().line(report_json(report));
    } else {
        print_report(report, *options, console);
    }
    return report.holds() ? Exit::Fine : Exit::Wrong;
}

}  // namespace remit::cli
