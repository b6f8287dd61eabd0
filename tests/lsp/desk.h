// A server in this process, with files in memory: what tests of it share.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "host/lsp/server.h"

namespace remit::lsp {

using Json = nlohmann::json;

class Desk {
public:
    explicit Desk(std::map<std::string, std::string> files = {});
    Desk(const std::string& path, const std::string& text) : Desk(std::map<std::string, std::string>{{path, text}}) {}

    std::map<std::string, std::string> files;  // by path
    std::vector<Json> heard;                   // all that the server sent
    Server server;

    void send(const Json& message);
    /// Takes in, works, and publishes, as serve() does.
    void settle();
    void notify(const std::string& method, const Json& params);
    /// The answer: `result` or `error` of it.
    Json ask(const std::string& method, const Json& params);
    void initialize(const Json& capabilities = Json::object());
    void open(const std::string& path);
    /// The latest diagnostics of a file.
    Json diagnostics(const std::string& path) const;
    /// A request about the place `shift` bytes into the first `needle` of an open file (ASCII before it on its line).
    Json at(const std::string& method, const std::string& path, const std::string& needle, size_t shift = 1,
            Json more = Json::object());

private:
    int next_id_ = 0;
};

}  // namespace remit::lsp
