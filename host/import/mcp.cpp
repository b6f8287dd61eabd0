#include "host/import/mcp.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "host/import/schema.h"
#include "vm/value/scalar.h"

namespace remit {

namespace {

constexpr size_t kMaxAboutBytes = 200;

/// The first sentence or line, at most kMaxAboutBytes, not cut inside a code point.
std::string first_sentence(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\n' || text.front() == '\t'))
        text.remove_prefix(1);
    size_t end = std::min(text.find('\n'), text.size());
    const size_t stop = text.find(". ");
    if (stop != std::string_view::npos) end = std::min(end, stop + 1);
    const bool cut = end > kMaxAboutBytes;
    if (cut) {
        end = kMaxAboutBytes;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    }
    while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == '\r')) --end;
    return std::string(text.substr(0, end)) + (cut ? "..." : "");
}

bool is_dotted(std::string_view name) {
    while (true) {
        const size_t dot = name.find('.');
        if (!is_word(name.substr(0, dot))) return false;
        if (dot == std::string_view::npos) return true;
        name.remove_prefix(dot + 1);
    }
}

bool flag(const Json& annotations, const char* key) {
    const auto found = annotations.find(key);
    return found != annotations.end() && found->is_boolean() && found->get<bool>();
}

/// Hints come from the server and may only be trusted as far as it is; a tool without them is a write tool.
std::string attributes(const Json& tool, const McpOptions& options) {
    const Json none = Json::object();
    const auto found = tool.find("annotations");
    const Json& annotations = found != tool.end() && found->is_object() ? *found : none;
    const bool read_only = flag(annotations, "readOnlyHint");
    std::string out = read_only ? "read" : "write";
    if (!read_only && flag(annotations, "destructiveHint")) out += ", destructive";
    if (flag(annotations, "idempotentHint")) out += ", idempotent";
    if (flag(annotations, "openWorldHint")) out += ", open";
    if (!options.trust.empty()) out += fmt::format(", trust {}", options.trust);
    const auto description = tool.find("description");
    if (description != tool.end() && description->is_string()) {
        const std::string about = first_sentence(description->get_ref<const std::string&>());
        if (!about.empty()) out += fmt::format(",\n    about {}", remit_string(about));
    }
    return out;
}

std::string declaration(const Json& tool, const std::string& name, const McpOptions& options,
                        std::vector<std::string>& warnings) {
    const Json none = Json::object();
    const auto found = tool.find("inputSchema");
    const Json& schema = found != tool.end() && found->is_object() ? *found : none;
    if (found == tool.end()) warnings.push_back(fmt::format("{}: no inputSchema; it takes no arguments", name));
    SchemaReader reader(schema, warnings);
    const auto fields = reader.fields(schema, name);
    const std::string head = fmt::format("tool {}(", is_dotted(name) ? name : remit_string(name));
    std::string params;
    for (const std::string& field : fields) params += fmt::format("{}\n        {}", params.empty() ? "" : ",", field);
    return fmt::format("{}{})\n    {}\n", head, params, attributes(tool, options));
}

/// The list of tools in any of its three wrappings, or null.
const Json* tools_of(const Json& root) {
    if (root.is_array()) return &root;
    if (!root.is_object()) return nullptr;
    const auto result = root.find("result");
    const Json& holder = result != root.end() && result->is_object() ? *result : root;
    const auto tools = holder.find("tools");
    return tools != holder.end() && tools->is_array() ? &*tools : nullptr;
}

Result<McpImport> convert(const Json& tools, const McpOptions& options) {
    McpImport out;
    if (!options.policy.empty()) out.text = fmt::format("policy {}\n\n", options.policy);
    std::set<std::string> seen;
    for (size_t i = 0; i < tools.size(); ++i) {
        const Json& tool = tools[i];
        const auto name = tool.is_object() ? tool.find("name") : tool.end();
        if (!tool.is_object() || name == tool.end() || !name->is_string() ||
            name->get_ref<const std::string&>().empty()) {
            return Failure{fmt::format("tool {} of the list has no name", i)};
        }
        const auto text = name->get<std::string>();
        if (std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; })) {
            return Failure{fmt::format("the name of tool {} of the list holds control characters", i)};
        }
        if (!seen.insert(text).second) return Failure{fmt::format("the list has two tools `{}`", text)};
        if (i > 0) out.text += '\n';
        out.text += declaration(tool, text, options, out.warnings);
        ++out.tools;
    }
    return out;
}

}  // namespace

Result<McpImport> import_mcp(std::string_view json, const McpOptions& options) {
    if (!options.policy.empty() && !is_dotted(options.policy))
        return Failure{fmt::format("`{}` is no name for a policy", options.policy)};
    if (!options.trust.empty() && !is_word(options.trust))
        return Failure{fmt::format("`{}` is no trust level", options.trust)};
    if (!is_utf8(json)) return Failure{"the text is not UTF-8"};
    try {
        const Json root = Json::parse(json);
        const Json* tools = tools_of(root);
        if (tools == nullptr) return Failure{"neither a list of tools nor an object with `tools`"};
        return convert(*tools, options);
    } catch (const Json::exception& wrong) {
        return Failure{fmt::format("not JSON that can be read: {}", wrong.what())};
    }
}

}  // namespace remit
