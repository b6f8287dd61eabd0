#include "host/explain/edit.h"

#include <algorithm>

namespace remit::explain {

namespace {

using Pending = std::vector<std::pair<const Edit*, size_t>>;  // an edit, and how far along its path

void write(const Json* value, const Pending& edits, std::string& out);

void member(std::string& out, std::string_view key, const Json* value, const Pending& edits) {
    std::string text;
    write(value, edits, text);
    if (text.empty()) return;
    if (out.back() != '{') out += ',';
    append_json_string(out, key);
    out += ':';
    out += text;
}

/// Writes nothing for what goes.
void write(const Json* value, const Pending& edits, std::string& out) {
    if (edits.empty()) return value != nullptr ? append_canonical_json(out, *value) : void();
    const auto& [last, depth] = edits.back();
    if (depth == last->path.size()) {
        if (last->text) out += *last->text;
        return;
    }
    const bool object = value != nullptr && value->is(JsonKind::Object);
    out += '{';
    std::vector<std::string_view> seen;
    const auto below = [&](std::string_view key) {
        Pending of;
        for (const auto& [edit, at] : edits)
            if (at < edit->path.size() && edit->path[at] == key) of.emplace_back(edit, at + 1);
        return of;
    };
    if (object) {
        for (const Json& child : value->children()) {
            member(out, child.key, &child, below(child.key));
            seen.push_back(child.key);
        }
    }
    for (const auto& [edit, at] : edits) {
        if (at >= edit->path.size() || std::find(seen.begin(), seen.end(), edit->path[at]) != seen.end()) continue;
        member(out, edit->path[at], nullptr, below(edit->path[at]));
        seen.push_back(edit->path[at]);
    }
    out += '}';
}

}  // namespace

std::string edited(const Json& root, std::span<const Edit> edits) {
    Pending all;
    for (const Edit& edit : edits) all.emplace_back(&edit, 0);
    std::string out;
    write(&root, all, out);
    return out;
}

const Json* find(const Json& root, std::span<const std::string> path) {
    const Json* at = &root;
    for (const std::string& key : path) {
        if (at == nullptr || !at->is(JsonKind::Object)) return nullptr;
        at = at->find(key);
    }
    return at;
}

std::string text_of(const Json& value) {
    std::string out;
    append_canonical_json(out, value);
    return out;
}

std::string json_string(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

}  // namespace remit::explain
