#include "host/evidence/review/export.h"

#include <fmt/format.h>

#include "host/evidence/record/canonical.h"
#include "host/evidence/review/ocsf.h"

namespace remit::evidence {

namespace {

constexpr size_t kLinesBytes = 1u << 18;  // written at once

bool is_uri_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~/:@").find(c) != std::string_view::npos;
}

/// The log as a URI reference: `//remit.example/gateway-1`.
std::string source_of(const std::string& origin) {
    std::string out = "//";
    for (const char c : origin) {
        if (is_uri_character(c)) {
            out += c;
        } else {
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return out;
}

std::string cloud_event(const std::string& origin, uint64_t index, std::string_view entry, const EntryHead& head) {
    std::string out, time;
    append_time(time, head.wall_ns);
    CanonicalWriter w(out);
    w.open_object();
    w.raw("data", entry);
    w.text("datacontenttype", "application/json");
    w.text("id", fmt::format("{}/{}", origin, index));
    w.text("leafhash", hash64(leaf_hash(entry)));
    w.text("sequence", fmt::format("{:020}", index));
    w.text("source", source_of(origin));
    w.text("specversion", "1.0");
    w.text("subject", action_text(head.chain, head.number));
    w.text("time", time);
    w.text("type", fmt::format("example.remit.evidence.v1.{}", text_of(head.kind)));
    w.close_object();
    return out;
}

}  // namespace

std::optional<ExportForm> export_form_named(std::string_view text) {
    if (text == "jsonl") return ExportForm::Lines;
    if (text == "cloudevents") return ExportForm::CloudEvents;
    if (text == "ocsf") return ExportForm::Ocsf;
    return std::nullopt;
}

Result<std::string> export_record(const LogConfig& log, uint64_t index, std::string_view entry, ExportForm form) {
    // What is no record must not become a line that is no JSON, or one that says something else.
    const Result<Parsed> record = Parsed::from(index, entry);
    if (!record) return Failure{record.error()};
    switch (form) {
        case ExportForm::Lines: return fmt::format("{{\"entry\":{},\"index\":{}}}", entry, index);
        case ExportForm::CloudEvents: return cloud_event(log.origin, index, entry, record->head());
        case ExportForm::Ocsf: return ocsf_event(log.origin, *record);
    }
    return Failure{"no such form"};
}

Result<uint64_t> export_range(Reading& log, uint64_t from, uint64_t to, ExportForm form,
                              const std::function<bool(std::string_view lines)>& write) {
    uint64_t count = 0;
    if (from >= to) return count;
    const auto found = log.journal().seek(from);
    if (!found) return Failure{found.error()};
    if (!*found) return Failure{fmt::format("there is no record {} (the oldest is {})", from, log.journal().first())};
    std::string lines;
    for (uint64_t index = from; index < to; ++index, ++count) {
        const auto record = log.journal().next();
        if (!record) return Failure{record.error()};
        if (*record == nullptr) break;
        const Result<std::string> line = export_record(log.config(), index, (*record)->entry, form);
        if (!line) return Failure{line.error()};
        lines += *line + "\n";
        if (lines.size() < kLinesBytes) continue;
        if (!write(lines)) return count + 1;
        lines.clear();
    }
    if (!lines.empty()) write(lines);
    return count;
}

Result<std::string> ocsf_of_action(const PacketReport& packet) {
    if (!packet.holds() || packet.records.empty()) return Failure{"the packet does not hold"};
    std::optional<Parsed> action, outcome;
    for (const PacketRecord& one : packet.records) {
        if (one.role != PacketRole::Action && one.role != PacketRole::Outcome) continue;
        Result<Parsed> record = Parsed::from(one.index, one.entry);
        if (!record) return Failure{record.error()};
        (one.role == PacketRole::Action ? action : outcome) = std::move(*record);
    }
    if (!action) return Failure{"the packet holds no action"};
    return ocsf_event(packet.checkpoint.origin, *action, outcome ? &*outcome : nullptr, &packet.checkpoint);
}

}  // namespace remit::evidence
