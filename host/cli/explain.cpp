// `remit explain`: why a request is decided as it is, and what would change that.
#include <fmt/format.h>

#include <algorithm>

#include "host/cli/explaining.h"
#include "host/cli/files.h"
#include "host/cli/verbs.h"
#include "vm/engine/json.h"
#include "vm/program/limits.h"
#include "vm/value/scalar.h"

namespace remit::cli {

explain::Explanation explain_request(const std::string& path, const Compilation& compilation,
                                     const std::shared_ptr<const Policy>& policy, std::string_view request) {
    const explain::Remake remake = [&path](const std::string& text,
                                           std::vector<uint32_t>& wrong) -> std::shared_ptr<const Policy> {
        Compilation made = compile_text(path, text);
        for (const Diagnostic& d : made.diagnostics.all())
            if (d.severity == Severity::Error)
                wrong.push_back(made.sources.file(d.span.file).locate(d.span.begin).line);
        if (made.layers.empty()) return nullptr;
        auto out = make_policy(std::move(made.layers), Engine::Interp);
        return out ? *out : nullptr;
    };
    return explain::explain(compilation, policy, remake, request);
}

namespace {

/// Whether all of `text` is one request, over however many lines.
bool is_one(std::string_view text) {
    Arena arena;
    JsonReader reader;
    return reader.read(text, arena) != nullptr;
}

/// The line `number` of a file of requests.
std::string_view line_of(std::string_view text, size_t number) {
    for (size_t line = 1; !text.empty(); ++line) {
        const size_t end = std::min(text.find('\n'), text.size());
        if (line == number) return text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return {};
}

}  // namespace

Exit run_explain(const Arguments& arguments, Console& console) {
    const std::string& path = arguments.words[0];
    const auto number = parse_int(arguments.has("line") ? arguments.get("line") : "1");
    if (!number || *number < 1) {
        console.error("--line takes the number of a line, from 1");
        return Exit::Usage;
    }
    const Opened opened = open_policy(path, console.color_err());
    console.err(opened.report);
    if (!opened.ok()) return opened.exit;
    if (opened.is_image) {
        console.error(fmt::format("{}: explain needs the policy's text, not an image", path));
        return Exit::Usage;
    }
    const auto policy = make_policy(opened.compilation->layers, Engine::Interp);
    if (!policy) {
        console.error(fmt::format("{}: {}", path, policy.error()));
        return Exit::Environment;
    }
    const std::string from = arguments.words.size() > 1 && arguments.words[1] != "-" ? arguments.words[1]
                                                                                     : "/dev/stdin";
    const auto requests = read_file(from, limits::kMaxSourceBytes);
    if (!requests) {
        console.error(requests.error());
        return Exit::Environment;
    }
    const std::string_view request = !arguments.has("line") && is_one(*requests)
                                         ? std::string_view(*requests)
                                         : line_of(*requests, static_cast<size_t>(*number));
    if (request.find_first_not_of(" \t\r") == std::string_view::npos) {
        console.error(fmt::format("{}: line {} has no request", from, *number));
        return Exit::Wrong;
    }
    const explain::Explanation explanation = explain_request(path, *opened.compilation, *policy, request);
    if (arguments.get("format") == "json")
        console.out().line(to_json(explanation));
    else
        console.out().write(to_text(explanation));
    return Exit::Fine;
}

}  // namespace remit::cli
