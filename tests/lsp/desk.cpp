#include "tests/lsp/desk.h"

#include <algorithm>

namespace remit::lsp {

namespace {

Machine machine_of(const std::map<std::string, std::string>& files) {
    Machine machine;
    machine.read = [&files](const std::string& path, std::string& error) -> std::optional<std::string> {
        const auto it = files.find(path);
        if (it != files.end()) return it->second;
        error = "no such file";
        return std::nullopt;
    };
    machine.list = [&files](const std::string& folder) {
        std::vector<std::string> out;
        for (const auto& [path, text] : files)
            if (path.starts_with(folder)) out.push_back(path);
        return out;
    };
    machine.load = [](std::vector<Program>, std::string& error) -> std::shared_ptr<const Policy> {
        error = "not in this test";
        return nullptr;
    };
    return machine;
}

}  // namespace

Desk::Desk(std::map<std::string, std::string> files_in)
    : files(std::move(files_in)),
      server(machine_of(files), [this](std::string_view text) { heard.push_back(Json::parse(text)); }) {}

void Desk::send(const Json& message) { server.receive(message.dump()); }

void Desk::settle() {
    while (server.step()) {}
    server.idle();
}

void Desk::notify(const std::string& method, const Json& params) {
    send({{"jsonrpc", "2.0"}, {"method", method}, {"params", params}});
    settle();
}

Json Desk::ask(const std::string& method, const Json& params) {
    const int id = ++next_id_;
    send({{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params}});
    settle();
    for (const Json& message : heard)
        if (message.contains("id") && message["id"] == id)
            return message.contains("error") ? message["error"] : message["result"];
    return "no answer";
}

void Desk::initialize(const Json& capabilities) {
    ask("initialize", {{"capabilities", capabilities}, {"workspaceFolders", {{{"uri", "file:///w"}, {"name", "w"}}}}});
    notify("initialized", Json::object());
}

void Desk::open(const std::string& path) {
    notify("textDocument/didOpen",
           {{"textDocument",
             {{"uri", "file://" + path}, {"languageId", "remit"}, {"version", 1}, {"text", files.at(path)}}}});
}

Json Desk::diagnostics(const std::string& path) const {
    Json out;
    for (const Json& message : heard)
        if (message.value("method", "") == "textDocument/publishDiagnostics" &&
            message["params"]["uri"] == "file://" + path)
            out = message["params"]["diagnostics"];
    return out;
}

Json Desk::at(const std::string& method, const std::string& path, const std::string& needle, size_t shift, Json more) {
    const std::string before = files.at(path).substr(0, files.at(path).find(needle) + shift);
    const size_t line = static_cast<size_t>(std::count(before.begin(), before.end(), '\n'));
    const size_t start = before.rfind('\n');
    more["textDocument"] = {{"uri", "file://" + path}};
    more["position"] = {{"line", line}, {"character", before.size() - (start == std::string::npos ? 0 : start + 1)}};
    return ask(method, more);
}

}  // namespace remit::lsp
