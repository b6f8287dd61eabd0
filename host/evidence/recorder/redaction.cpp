#include "host/evidence/recorder/redaction.h"

#include <algorithm>
#include <unordered_set>

#include "host/evidence/record/canonical.h"
#include "vm/engine/json.h"

namespace remit::evidence {

namespace {

using Marks = std::unordered_set<const Json*>;

bool is_marked(const Marks& marks, const Json& node) { return marks.count(&node) != 0; }

/// One step of a JSON pointer (RFC 6901), taken off the front.
std::string next_step(std::string_view& pointer) {
    pointer.remove_prefix(1);
    const size_t end = std::min(pointer.find('/'), pointer.size());
    std::string step;
    for (size_t i = 0; i < end; ++i) {
        const bool escape = pointer[i] == '~' && i + 1 < end && (pointer[i + 1] == '0' || pointer[i + 1] == '1');
        step += escape ? (pointer[++i] == '0' ? '~' : '/') : pointer[i];
    }
    pointer.remove_prefix(end);
    return step;
}

const Json* child(const Json& node, const std::string& step) {
    if (node.is(JsonKind::Object)) return node.find(step);
    if (!node.is(JsonKind::Array) || step.empty() || step.size() > 9 || (step[0] == '0' && step.size() > 1))
        return nullptr;
    size_t index = 0;
    for (const char c : step) {
        if (c < '0' || c > '9') return nullptr;
        index = index * 10 + static_cast<size_t>(c - '0');
    }
    return index < node.size ? &node.items[index] : nullptr;
}

const Json* resolve(const Json& root, std::string_view pointer) {
    const Json* node = &root;
    while (node != nullptr && !pointer.empty()) {
        if (pointer.front() != '/') return nullptr;
        node = child(*node, next_step(pointer));
    }
    return node;
}

bool is_value(const Json& node) {
    return (node.is(JsonKind::String) && !node.text.empty()) || node.is(JsonKind::Number);
}

void collect_values(const Json& node, std::set<std::string_view>& values) {
    if (is_value(node)) values.insert(node.text);
    for (const Json& c : node.children()) collect_values(c, values);
}

std::string escaped(std::string_view step) {
    std::string out;
    for (const char c : step) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return out;
}

/// Marks what is one of `values` below `node`.
void mark_values(const Json& node, const std::string& path, const std::set<std::string_view>& values, Marks& marks,
                 std::vector<std::string>& paths) {
    if (is_value(node) && values.count(node.text) != 0 && !is_marked(marks, node)) {
        marks.insert(&node);
        paths.push_back(path);
    }
    size_t index = 0;
    for (const Json& c : node.children()) {
        const std::string step = node.is(JsonKind::Object) ? escaped(c.key) : std::to_string(index++);
        mark_values(c, path + "/" + step, values, marks, paths);
    }
}

void write(std::string& out, const Json& node, const Marks& marks) {
    if (is_marked(marks, node)) {
        out += "null";
        return;
    }
    if (!node.is(JsonKind::Object) && !node.is(JsonKind::Array)) return append_canonical_json(out, node);
    out += node.is(JsonKind::Object) ? '{' : '[';
    bool comma = false;
    for (const Json& c : node.children()) {
        if (comma) out += ',';
        comma = true;
        if (node.is(JsonKind::Object)) {
            append_text(out, c.key);
            out += ':';
        }
        write(out, c, marks);
    }
    out += node.is(JsonKind::Object) ? '}' : ']';
}

}  // namespace

std::optional<Redacted> redact(std::string_view request_json, const Decision& decision) {
    Arena arena;
    JsonReader reader;
    const Json* root = reader.read(request_json, arena);
    const Json* call = root != nullptr ? root->find("call") : nullptr;
    const Json* of = decision.after ? root : call != nullptr ? call->find("args") : nullptr;
    const std::string where = decision.after ? "" : "/call/args";
    if (of == nullptr) return std::nullopt;
    Redacted redacted;
    Marks marks;
    std::set<std::string_view> values;
    for (const std::string& path : decision.redact) {
        const Json* found = resolve(*of, path);
        if (found == nullptr || is_marked(marks, *found)) continue;
        marks.insert(found);
        redacted.paths.push_back(where + path);
        collect_values(*found, values);
    }
    if (marks.empty()) return std::nullopt;
    if (const Json* facts = root->find("facts")) mark_values(*facts, "/facts", values, marks, redacted.paths);
    write(redacted.text, *root, marks);
    return redacted;
}

}  // namespace remit::evidence
