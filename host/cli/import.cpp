// `remit import`: a list of tools in somebody else's words becomes declarations.
#include "host/cli/import.h"

#include <fmt/format.h>

#include <optional>

#include "host/cli/files.h"
#include "host/import/cedar.h"
#include "host/import/mcp.h"
#include "host/import/openapi.h"
#include "vm/program/limits.h"

namespace remit::cli {

namespace {

Result<Imported> from_mcp(std::string_view text, const ImportOptions& options) {
    auto imported = import_mcp(text, options);
    if (!imported) return Failure{imported.error()};
    return Imported(std::move(*imported));
}

struct Importer {
    std::string_view name;
    Result<Imported> (*run)(std::string_view text, const ImportOptions& options);
};
constexpr Importer kImporters[] = {{"mcp", from_mcp}, {"openapi", import_openapi}, {"cedar", import_cedar}};

const Importer* importer_named(std::string_view name) {
    for (const Importer& importer : kImporters) {
        if (importer.name == name) return &importer;
    }
    return nullptr;
}

Exit put(const Arguments& arguments, const std::string& text, Console& console) {
    if (!arguments.has("output")) {
        console.out().write(text);
        return Exit::Fine;
    }
    const auto written = write_file(arguments.get("output"), text);
    if (written) return Exit::Fine;
    console.error(written.error());
    return Exit::Environment;
}

}  // namespace

Exit run_import(const Arguments& arguments, Console& console) {
    const Importer* importer = importer_named(arguments.words[0]);
    if (importer == nullptr) {
        console.error(fmt::format("`remit import` knows `mcp`, `openapi` and `cedar`, not `{}`", arguments.words[0]));
        return Exit::Usage;
    }
    if (arguments.has("check") && importer->name != "mcp") {
        console.error("--check compares catalogues of `mcp`");
        return Exit::Usage;
    }
    const std::string& path = arguments.words[1];
    const auto text = read_file(path, limits::kMaxSourceBytes);
    if (!text) {
        console.error(text.error());
        return Exit::Environment;
    }
    if (arguments.has("check")) return check_drift(arguments, path, *text, console);
    const auto imported = importer->run(*text,
                                        {arguments.get("policy"), arguments.get("trust"), arguments.get("prefix")});
    if (!imported) {
        console.error(fmt::format("{}: {}", path, imported.error()));
        return Exit::Wrong;
    }
    for (const std::string& warning : imported->warnings) console.warning(warning);
    return put(arguments, imported->text, console);
}

}  // namespace remit::cli
