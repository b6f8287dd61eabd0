#include "host/import/mcp.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "host/import/document.h"
#include "host/import/schema.h"
#include "host/import/text.h"

namespace remit {

namespace {

std::optional<bool> hint(const Json& annotations, const char* key) {
    const auto found = annotations.find(key);
    if (found == annotations.end() || !found->is_boolean()) return std::nullopt;
    return found->get<bool>();
}

McpTool said_of(const Json& tool, const std::string& name) {
    McpTool out{name, "", "", {}, {}, {}};
    const auto annotations = tool.find("annotations");
    if (annotations != tool.end() && annotations->is_object()) {
        out.read_only = hint(*annotations, "readOnlyHint");
        out.destructive = hint(*annotations, "destructiveHint");
        out.open = hint(*annotations, "openWorldHint");
    }
    const auto description = tool.find("description");
    if (description != tool.end() && description->is_string())
        out.about = first_sentence(description->get_ref<const std::string&>());
    return out;
}

/// Hints come from the server and may only be trusted as far as it is; a tool without them is a write tool.
std::string attributes(const Json& tool, const McpTool& said, const McpOptions& options) {
    const bool read_only = said.read_only == true;
    const auto annotations = tool.find("annotations");
    const bool again = annotations != tool.end() && annotations->is_object() &&
                       hint(*annotations, "idempotentHint") == true;
    std::string out = read_only ? "read" : "write";
    if (!read_only && said.destructive == true) out += ", destructive";
    if (again) out += ", idempotent";
    if (said.open == true) out += ", open";
    if (!options.trust.empty()) out += fmt::format(", trust {}", options.trust);
    if (!said.about.empty()) out += fmt::format(",\n    about {}", remit_string(said.about));
    return out;
}

std::string declaration(const Json& tool, const McpTool& said, const McpOptions& options,
                        std::vector<std::string>& warnings) {
    const std::string& name = said.name;
    const Json none = Json::object();
    const auto found = tool.find("inputSchema");
    const Json& schema = found != tool.end() && found->is_object() ? *found : none;
    if (found == tool.end()) warnings.push_back(fmt::format("{}: no inputSchema; it takes no arguments", name));
    SchemaReader reader(schema, warnings);
    const auto fields = reader.fields(schema, name);
    const std::string head = fmt::format("tool {}(", is_dotted(name) ? name : remit_string(name));
    std::string params;
    for (const std::string& field : fields) params += fmt::format("{}\n        {}", params.empty() ? "" : ",", field);
    return fmt::format("{}{})\n    {}\n", head, params, attributes(tool, said, options));
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
        const auto text = options.prefix + name->get<std::string>();
        if (std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; })) {
            return Failure{fmt::format("the name of tool {} of the list holds control characters", i)};
        }
        if (!seen.insert(text).second) return Failure{fmt::format("the list has two tools `{}`", text)};
        if (i > 0) out.text += '\n';
        out.list.push_back(said_of(tool, text));
        out.list.back().declaration = declaration(tool, out.list.back(), options, out.warnings);
        out.text += out.list.back().declaration;
        ++out.tools;
    }
    return out;
}

}  // namespace

Result<McpImport> import_mcp(std::string_view json, const McpOptions& options) {
    if (const std::string wrong = problem_of(options); !wrong.empty()) return Failure{wrong};
    const auto root = read_json(json);
    if (!root) return Failure{root.error()};
    const Json* tools = tools_of(*root);
    if (tools == nullptr) return Failure{"neither a list of tools nor an object with `tools`"};
    try {
        return convert(*tools, options);
    } catch (const Json::exception& wrong) {
        return Failure{fmt::format("not JSON that can be read: {}", wrong.what())};
    }
}

}  // namespace remit
