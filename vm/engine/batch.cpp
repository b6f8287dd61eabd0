#include "vm/engine/batch.h"

namespace remit {

namespace {

/// As in JSON Pointer.
std::string escaped(std::string_view name) {
    std::string out;
    for (const char c : name) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return out;
}

const LabelIn* find_label(const Request& request, std::string_view key) {
    for (const LabelIn& label : request.call.labels)
        if (label.key == key) return &label;
    return nullptr;
}

}  // namespace

std::optional<Batch> batch_of(const Request& request, std::span<const Bound> bounds) {
    if (request.result != nullptr || request.call.args == nullptr) return std::nullopt;
    for (const Bound& bound : bounds) {
        if (bound.stopped) continue;
        const ToolDesc& tool = bound.program->tools[bound.tool];
        if (tool.each_tool == kNoTool) continue;
        Batch batch{bound.program->tools[tool.each_tool].name, tool.params[tool.each_param].name, {}};
        const Json* list = request.call.args->find(batch.param);
        if (list != nullptr && list->is(JsonKind::Array)) batch.elements = list->children();
        return batch;
    }
    return std::nullopt;
}

std::string place_of(const Batch& batch, size_t element) {
    return "/" + escaped(batch.param) + "/" + std::to_string(element);
}

void make_request(const Request& request, const Batch& batch, size_t element, Arena& arena, Request& out) {
    const Json& args = batch.elements[element];
    out.call.tool = batch.tool;
    out.call.args = &args;
    out.call.labels.clear();
    const std::string key = place_of(batch, element).substr(1);
    const LabelIn* label = find_label(request, key);
    if (label == nullptr) label = find_label(request, escaped(batch.param));
    if (label == nullptr) return;
    for (const Json& member : args.children()) {
        LabelIn& own = out.call.labels.emplace_back(*label);
        own.key = arena.copy(escaped(member.key));
    }
}

void name_element(const std::string& place, Denials& denials) {
    for (Denied& d : denials) {
        switch (d.denial) {
            case Denial::Arguments:
            case Denial::Limit:
            case Denial::Label:
            case Denial::FactMissing:
            case Denial::FactStale: d.detail = place.substr(1) + ": " + d.detail; break;
            case Denial::Malformed:
            case Denial::SessionIncomplete:
            case Denial::TimeMissing:
            case Denial::ToolUnknown:
            case Denial::SessionRevoked:
            case Denial::SessionExpired:
            case Denial::OutOfScope:
            case Denial::StateMissing:
            case Denial::RetentionConflict:
            case Denial::IsolationUnavailable:
            case Denial::NoAllow:
            case Denial::Result:
            case Denial::Batch: break;
        }
    }
}

}  // namespace remit
