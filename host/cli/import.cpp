// `remit import`: a list of tools becomes declarations.
#include <fmt/format.h>

#include "host/cli/files.h"
#include "host/cli/import.h"
#include "host/cli/verbs.h"
#include "host/import/mcp.h"
#include "vm/program/limits.h"

namespace remit::cli {

Exit run_import(const Arguments& arguments, Console& console) {
    if (arguments.words[0] != "mcp") {
        console.error(fmt::format("`remit import` knows `mcp`, not `{}`", arguments.words[0]));
        return Exit::Usage;
    }
    const std::string& path = arguments.words[1];
    const auto json = read_file(path, limits::kMaxSourceBytes);
    if (!json) {
        console.error(json.error());
        return Exit::Environment;
    }
    const McpOptions options{arguments.get("policy"), arguments.get("trust"), arguments.get("prefix")};
    if (arguments.has("check")) return check_drift(arguments, path, *json, console);
    const auto imported = import_mcp(*json, options);
    if (!imported) {
        console.error(fmt::format("{}: {}", path, imported.error()));
        return Exit::Wrong;
    }
    for (const std::string& warning : imported->warnings) console.warning(warning);
    if (!arguments.has("output")) {
        console.out().write(imported->text);
        return Exit::Fine;
    }
    const auto written = write_file(arguments.get("output"), imported->text);
    if (written) return Exit::Fine;
    console.error(written.error());
    return Exit::Environment;
}

}  // namespace remit::cli
