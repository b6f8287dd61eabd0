// `remit import mcp --check`: a policy's declarations against what the server offers now.
#include <fmt/format.h>

#include "compiler/source/render.h"
#include "host/cli/import.h"
#include "host/cli/policy_file.h"
#include "host/import/drift.h"
#include "host/testing/literal.h"

namespace remit::cli {

namespace {

using Declarations = std::map<std::string, Region>;

/// Where the policy declares its tools, and what it says about them.
Declarations declarations_of(const Compilation& compilation, Pinned& pinned) {
    Declarations out;
    for (const ast::File& file : compilation.files) {
        for (const ast::Decl& decl : file.decls) {
            const auto* tool = std::get_if<ast::ToolDecl>(&decl.body);
            if (tool == nullptr) continue;
            out.emplace(tool->name.text, region_of(compilation.sources, tool->name.span));
            if (tool->about) pinned.abouts.emplace_back(tool->name.text, tool->about->text);
        }
    }
    return out;
}

/// The rules that would speak of a new tool if the policy declared it as the server does: found by declaring it. Where a rule does not fit it,
/// that rule's place.
std::vector<std::string> rules_once_declared(const std::string& path, const std::string& text, const McpTool& tool) {
    const Compilation with = compile_text(path, text + "\n" + tool.declaration);
    if (!with.layers.empty()) return rules_of(with.layers, tool.name);
    std::vector<std::string> out;
    for (const Diagnostic& d : with.diagnostics.sorted()) out.push_back(with.sources.at(d.span));
    return out;
}

std::string message_of(const Drift& drift) {
    std::string out = drift.param.empty() ? fmt::format("`{}`: ", drift.tool)
                                          : fmt::format("`{}` of `{}`: ", drift.param, drift.tool);
    out += row_of(drift.kind).about;
    if (!drift.pinned.empty() && !drift.live.empty())
        out += fmt::format(": `{}` in the policy, now `{}`", drift.pinned, drift.live);
    else if (!drift.live.empty())
        out += fmt::format(": `{}`", drift.live);
    return out;
}

Finding finding_of(const Drift& drift, const Declarations& declared) {
    const DriftRow& row = row_of(drift.kind);
    Finding out{std::string(row.id),
                drift.breaks() ? Level::Error
                : row.fails    ? Level::Warning
                               : Level::Note,
                {},
                {},
                {},
                {},
                {},
                {},
                {}};
    out.message = message_of(drift);
    if (const auto at = declared.find(drift.tool); at != declared.end()) out.at = at->second;
    const bool added = drift.kind == DriftKind::ToolAdded;
    std::vector<std::string> rules;
    for (const std::string& rule : drift.rules) {
        rules.push_back(json_string(rule));
        out.notes.emplace_back(region_at(rule), added ? "would speak of it" : "is touched");
    }
    out.properties = {{"tool", json_string(drift.tool)}, {"rules", array_of(rules)}};
    if (!drift.param.empty()) out.properties.emplace_back("parameter", json_string(drift.param));
    if (!drift.pinned.empty()) out.properties.emplace_back("pinned", json_string(drift.pinned));
    if (!drift.live.empty()) out.properties.emplace_back("live", json_string(drift.live));
    return out;
}

Findings findings_of(const std::vector<Drift>& drifts, const Declarations& declared, const std::string& policy) {
    Findings out;
    out.verb = "drift";
    out.files = {policy};
    for (const Drift& drift : drifts) {
        const DriftRow& row = row_of(drift.kind);
        add_rule(out, {std::string(row.id), "", std::string(row.about), "", row.fails ? Level::Error : Level::Note});
        out.list.push_back(finding_of(drift, declared));
    }
    return out;
}

std::string summary(const std::vector<Drift>& drifts, const std::string& path, const std::string& policy) {
    size_t breaking = 0;
    for (const Drift& drift : drifts) breaking += drift.breaks() ? 1 : 0;
    if (drifts.empty()) return fmt::format("{}: as {} declares it", path, policy);
    return fmt::format("{}: {} difference{} from {}, {} that rules depend on", path, drifts.size(),
                       drifts.size() == 1 ? "" : "s", policy, breaking);
}

/// The catalogue as a program of its own, or why not.
Result<Compilation> compile_catalogue(const McpImport& catalogue) {
    Compilation out = compile_text("catalogue", "policy catalogue\n\n" + catalogue.text);
    if (!out.layers.empty()) return out;
    return Failure{"its tools cannot be declared:\n" + render_human(out.sources, out.diagnostics, false)};
}

}  // namespace

Exit check_drift(const Arguments& arguments, const std::string& path, const std::string& json, Console& console) {
    const std::string& policy = arguments.get("check");
    const Opened opened = open_policy(policy, console.color_err());
    if (!opened.report.empty()) console.err(opened.report);
    if (!opened.ok()) return opened.exit;
    if (opened.is_image) {
        console.error(fmt::format("{}: --check needs the policy's text, not its image", policy));
        return Exit::Usage;
    }
    const auto catalogue = import_mcp(json, {"", "", arguments.get("prefix")});
    const auto live = catalogue ? compile_catalogue(*catalogue) : Result<Compilation>(Failure{catalogue.error()});
    if (!live) {
        console.error(fmt::format("{}: {}", path, live.error()));
        return Exit::Wrong;
    }
    const Compilation& ours = *opened.compilation;
    Pinned pinned{ours.layers, {}, arguments.get("prefix")};
    const Declarations declared = declarations_of(ours, pinned);
    std::vector<Drift> drifts = find_drift(pinned, live->layers.front(), *catalogue);
    Exit exit = Exit::Fine;
    for (Drift& drift : drifts) {
        if (drift.breaks()) exit = Exit::Wrong;
        if (drift.kind != DriftKind::ToolAdded) continue;
        for (const McpTool& tool : catalogue->list) {
            if (tool.name == drift.tool)
                drift.rules = rules_once_declared(policy, std::string(ours.sources.file(0).text()), tool);
        }
    }
    const RenderFormat format = *render_format(arguments.get("format"));
    console.out().write(render(format, findings_of(drifts, declared, policy)));
    if (format == RenderFormat::Human) console.out().line(summary(drifts, path, policy));
    return exit;
}

}  // namespace remit::cli
