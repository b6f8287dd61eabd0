#include "vm/engine/hand_over.h"

namespace remit {

namespace {

/// Nodes come with their own path, so that nothing has to be looked up.
void write(std::string& out, const Json& node, const std::string& path, const std::set<std::string>& redact) {
    if (redact.contains(path)) {
        out += "null";
        return;
    }
    switch (node.kind) {
        case JsonKind::Null: out += "null"; return;
        case JsonKind::Bool: out += node.truth ? "true" : "false"; return;
        case JsonKind::Number: out += node.text; return;
        case JsonKind::String: append_json_string(out, node.text); return;
        case JsonKind::Array:
        case JsonKind::Object: break;
    }
    const bool object = node.is(JsonKind::Object);
    out += object ? '{' : '[';
    size_t index = 0;
    for (const Json& child : node.children()) {
        if (index != 0) out += ',';
        std::string step = path + '/';
        if (object) {
            append_json_string(out, child.key);
            out += ':';
            for (const char c : child.key) step += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
        } else {
            step += std::to_string(index);
        }
        write(out, child, step, redact);
        ++index;
    }
    out += object ? '}' : ']';
}

}  // namespace

std::string hand_over(const Json& result, const std::set<std::string>& redact) {
    std::string out;
    write(out, result, "/result", redact);
    return out;
}

}  // namespace remit
