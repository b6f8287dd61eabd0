#include "host/evidence/review/show.h"

#include <fmt/format.h>

#include "host/evidence/review/graph_words.h"
#include "host/evidence/review/members.h"
#include "host/evidence/review/policies.h"
#include "vm/engine/json.h"

namespace remit::evidence {

namespace {

constexpr size_t kLabelWidth = 12;
constexpr size_t kTimeDigits = 23;  // of `2026-11-23T10:00:00.123456789Z`: milliseconds do

std::string scalar(const Json& value) {
    switch (value.kind) {
        case JsonKind::Null: return "-";
        case JsonKind::Bool: return value.truth ? "yes" : "no";
        case JsonKind::Number: return std::string(value.text);
        case JsonKind::String:
            return plain(value.text);  // a name with a newline in it must not look like another record
        case JsonKind::Array:
        case JsonKind::Object: break;
    }
    return "";
}

bool is_scalar(const Json& value) { return !value.is(JsonKind::Array) && !value.is(JsonKind::Object); }

/// A value on one line: `a, b` and `name: x, size: 3`.
std::string inline_text(const Json& value) {
    if (is_scalar(value)) return scalar(value);
    std::string out;
    for (const Json& child : value.children()) {
        if (!out.empty()) out += ", ";
        if (value.is(JsonKind::Object)) out += std::string(child.key) + ": ";
        out += is_scalar(child) ? scalar(child) : "(" + inline_text(child) + ")";
    }
    return out;
}

void append_member(std::string& out, std::string_view name, const Json& value, size_t indent) {
    if (value.is(JsonKind::Object)) {
        out += fmt::format("{:{}}{}\n", "", indent, name);
        for (const Json& member : value.children()) append_member(out, member.key, member, indent + 2);
        return;
    }
    const bool items = value.is(JsonKind::Array) && value.size > 0 && !is_scalar(value.items[0]);
    out += fmt::format("{:{}}{:<{}}  {}\n", "", indent, name, kLabelWidth, items ? "" : inline_text(value));
    if (!items) return;
    for (const Json& item : value.children()) out += fmt::format("{:{}}- {}\n", "", indent + 2, inline_text(item));
}

/// A text member where the record's kind has one; empty otherwise.
std::string text_in(const Json* object, std::string_view name) {
    const Json* member = object == nullptr ? nullptr : object->find(name);
    return member == nullptr ? "" : scalar(*member);
}

std::string said(const Json* record, Kind kind) {
    switch (kind) {
        case Kind::Decision:
        case Kind::Intent: return text_in(record->find("decision"), "verdict");
        case Kind::Outcome: return fmt::format("{} (intent {})", text_in(record, "status"), text_in(record, "intent"));
        case Kind::Approval:
            return fmt::format("{} by {}", text_in(record, "approved") == "yes" ? "approved" : "refused",
                               text_in(record, "by"));
        case Kind::SessionOpen: return text_in(record, "principal");
        case Kind::SessionClose: return text_in(record, "reason");
        case Kind::Policy: return text_in(record, "name");
        case Kind::Gap: return text_in(record, "reason");
        case Kind::Note: return text_in(record, "note");
        case Kind::Erased: return text_in(record, "why");
        case Kind::Pruned: return fmt::format("below {}", text_in(record, "below"));
        case Kind::Opened: return fmt::format("{} records", text_in(record, "size"));
        case Kind::ClockJump: return fmt::format("{} us", text_in(record, "moved_us"));
        case Kind::Closed: break;
    }
    return "";
}

std::string time_of(const EntryHead& head) {
    std::string time;
    append_time(time, head.wall_ns);
    return time;
}

/// Calls `each( role, payload or nothing, why not )` for the payloads that the record lists.
template <class Each>
void for_payloads(const Reading& log, const RecordView& record, Each each) {
    const auto entry = read_entry(record.entry);
    if (!entry) return;
    Arena arena;
    JsonReader reader;
    const std::string_view text = member_of(entry->record, "payloads");
    const Json* list = text.empty() ? nullptr : reader.read(text, arena);
    if (list == nullptr || !list->is(JsonKind::Array)) return;
    for (const Json& listed : list->children()) {
        const std::string role = text_in(&listed, "role");
        const auto named = payload_role_named(role);
        const auto commitment = parse_hash64(text_in(&listed, "commit"));
        if (!named || !commitment || listed.find("key") == nullptr) {
            each(role, std::nullopt, "not kept");
            continue;
        }
        const auto payload = log.payload(record, *named, *commitment);
        if (payload) {
            each(role, *payload, *payload ? "" : "its key is destroyed or not here");
        } else {
            each(role, std::nullopt, payload.error());
        }
    }
}

}  // namespace

std::string line_of(uint64_t index, std::string_view entry) {
    const auto view = read_entry(entry);
    if (!view) return fmt::format("{:>8}  not readable: {}", index, view.error());
    Arena arena;
    JsonReader reader;
    const Json* record = reader.read(view->record, arena);
    if (record == nullptr) return fmt::format("{:>8}  not readable: {}", index, reader.error());
    const std::string what = text_in(record, "tool"), session = text_in(record, "session");
    return fmt::format("{:>8}  {}Z  {:<13}  {:<16}  {:<24}  {}", index, time_of(view->head).substr(0, kTimeDigits),
                       text_of(view->head.kind), session.empty() ? "-" : session, what.empty() ? "-" : what,
                       said(record, view->head.kind));
}

std::string page_of(uint64_t index, std::string_view entry) {
    const auto view = read_entry(entry);
    if (!view) return fmt::format("record {}: not readable: {}\n", index, view.error());
    const EntryHead& head = view->head;
    std::string out = fmt::format("record {}: {}\n", index, text_of(head.kind));
    const auto line = [&](std::string_view name, std::string_view value) {
        out += fmt::format("  {:<{}}  {}\n", name, kLabelWidth, value);
    };
    line("action", action_text(head.chain, head.number));
    line("time", time_of(head));
    line("leaf", hash64(leaf_hash(entry)));
    line("before", head.prev ? hash64(*head.prev) : "-");
    Arena arena;
    JsonReader reader;
    const Json* record = reader.read(view->record, arena);
    if (record == nullptr) return out + fmt::format("  not readable: {}\n", reader.error());
    for (const Json& member : record->children()) append_member(out, member.key, member, 2);
    return out;
}

std::string json_of(uint64_t index, std::string_view entry) {
    // An entry that is no record would make a line that is no JSON.
    if (!read_entry(entry)) return fmt::format("{{\"index\":{},\"entry\":null}}", index);
    return fmt::format("{{\"index\":{},\"entry\":{}}}", index, entry);
}

std::string payloads_page(const Reading& log, const RecordView& record) {
    std::string out;
    for_payloads(log, record,
                 [&](const std::string& role, const std::optional<std::string>& payload, const std::string& why) {
                     out += payload ? fmt::format("  payload {}:\n{}\n", role, *payload)
                                    : fmt::format("  payload {}: {}\n", role, why);
                 });
    return out;
}

std::string payloads_json(const Reading& log, const RecordView& record) {
    std::string out;
    for_payloads(log, record,
                 [&](const std::string& role, const std::optional<std::string>& payload, const std::string&) {
                     if (!out.empty()) out += ',';
                     append_json_string(out, role);
                     out += ':';
                     if (payload) {
                         append_json_string(out, *payload);
                     } else {
                         out += "null";
                     }
                 });
    return "\"payloads\":{" + out + "}";
}

}  // namespace remit::evidence
