// `remit lsp`: the language server, on standard input and output.
#include "host/cli/engines.h"
#include "host/cli/files.h"
#include "host/cli/verbs.h"
#include "host/lsp/server.h"
#include "vm/program/limits.h"

namespace remit::cli {

namespace {

lsp::Machine this_machine() {
    lsp::Machine machine;
    machine.read = [](const std::string& path, std::string& error) -> std::optional<std::string> {
        auto text = read_file(path, limits::kMaxSourceBytes);
        if (text) return std::move(*text);
        error = text.error();
        return std::nullopt;
    };
    machine.list = [](const std::string& folder) {
        auto files = policy_files_under(folder);
        return files ? std::move(*files) : std::vector<std::string>{};
    };
    machine.load = [](std::vector<Program> layers, std::string& error) -> std::shared_ptr<const Policy> {
        auto policy = make_policy(std::move(layers), Engine::Interp);
        if (policy) return std::move(*policy);
        error = policy.error();
        return nullptr;
    };
    return machine;
}

}  // namespace

Exit run_lsp(const Arguments&, Console& console) {
    if (lsp::serve(0, 1, this_machine()) == 0) return Exit::Fine;
    console.error("the client left without `shutdown` and `exit`");
    return Exit::Wrong;
}

}  // namespace remit::cli
