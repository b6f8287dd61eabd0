// `remit log packet`, `remit log graph`, `remit log export`.
#include "host/evidence/review/packet.h"

#include <fmt/format.h>

#include "host/cli/log.h"
#include "host/cli/numbers.h"
#include "host/cli/progress.h"
#include "host/evidence/log/config.h"
#include "host/evidence/review/export.h"
#include "host/evidence/review/graph.h"
#include "host/evidence/review/show.h"

namespace remit::cli {

namespace {

Exit fail(Console& console, std::string_view why, Exit exit = Exit::Wrong) {
    console.error(why);
    return exit;
}

std::string page_of(const evidence::PacketReport& packet) {
    std::string out = fmt::format("action {} of {}, in the signed tree of {} records\n", packet.action,
                                  packet.checkpoint.origin, packet.checkpoint.size);
    for (const evidence::PacketRecord& record : packet.records) {
        out += fmt::format("\n{}: {}", evidence::text_of(record.role), evidence::page_of(record.index, record.entry));
        for (const auto& [role, payload] : record.payloads) out += fmt::format("  payload {}:\n{}\n", role, payload);
    }
    return printable(out);
}

}  // namespace

Exit run_log_packet(const Arguments& arguments, Console& console) {
    const OpenedLog log = open_log(arguments.words[0], console);
    if (!log) return Exit::Environment;
    const auto index = find_record(log, arguments.words[0], arguments.words[1], console);
    if (!index) return Exit::Wrong;
    const auto find = open_index(log, arguments.words[0], console);
    if (find == nullptr) return Exit::Environment;
    const auto signer = arguments.has("signer") ? read_signer_file(arguments.get("signer"), console)
                                                : read_log_signer(log, console);
    if (!signer) return Exit::Environment;
    evidence::PacketOptions options;
    options.payloads = arguments.has("payloads");
    const auto packet = evidence::make_packet(*log.reading, *find, *index, *signer, options);
    if (!packet) return fail(console, packet.error());
    const std::string& format = arguments.get("format");
    if (format == "dsse") return put_out(arguments, *packet + "\n", console);
    // The other forms are taken out of the packet that was verified like anybody else's.
    const auto report = evidence::verify_packet(*packet, log.reading->config().key, &signer->verifier);
    if (!report.holds()) return fail(console, report.problems.front());
    if (format == "text") return put_out(arguments, page_of(report), console);
    const auto event = evidence::ocsf_of_action(report);
    if (!event) return fail(console, event.error());
    return put_out(arguments, *event + "\n", console);
}

Exit run_log_graph(const Arguments& arguments, Console& console) {
    const OpenedLog log = open_log(arguments.words[0], console);
    if (!log) return Exit::Environment;
    const auto find = open_index(log, arguments.words[0], console);
    if (find == nullptr) return Exit::Environment;
    const auto graph = evidence::graph_of(*log.reading, *find, arguments.words[1]);
    if (!graph) return fail(console, graph.error());
    const std::string& format = arguments.get("format");
    return put_out(arguments,
                   format == "dot"   ? evidence::graph_dot(*graph)
                   : format == "svg" ? evidence::graph_svg(*graph)
                                     : evidence::graph_text(*graph),
                   console);
}

Exit run_log_export(const Arguments& arguments, Console& console) {
    uint64_t from = 0, to = UINT64_MAX;
    std::string wrong;
    if (!take_number(arguments, "from", from, wrong) || !take_number(arguments, "to", to, wrong))
        return fail(console, wrong, Exit::Usage);
    const OpenedLog log = open_log(arguments.words[0], console);
    if (!log) return Exit::Environment;
    const auto form = evidence::export_form_named(arguments.get("format"));
    if (!form) return fail(console, "--format takes jsonl, cloudevents or ocsf", Exit::Usage);
    const auto count = evidence::export_range(*log.reading, from, to, *form, [&](std::string_view lines) {
        console.out().write(lines);
        return !console.out().failed();
    });
    return count ? Exit::Fine : fail(console, count.error());
}

}  // namespace remit::cli
