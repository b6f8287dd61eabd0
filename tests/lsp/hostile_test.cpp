// Whatever is sent: an answer, never a crash.
#include <algorithm>

#include "tests/catch.h"
#include "tests/lsp/desk.h"

using namespace remit::lsp;

namespace {

const std::vector<std::string> kMethods = {"textDocument/hover",
                                           "textDocument/completion",
                                           "textDocument/signatureHelp",
                                           "textDocument/definition",
                                           "textDocument/references",
                                           "textDocument/documentHighlight",
                                           "textDocument/prepareRename",
                                           "textDocument/rename",
                                           "textDocument/documentSymbol",
                                           "textDocument/semanticTokens/full",
                                           "textDocument/semanticTokens/range",
                                           "textDocument/foldingRange",
                                           "textDocument/selectionRange",
                                           "textDocument/codeAction",
                                           "textDocument/inlayHint",
                                           "textDocument/codeLens",
                                           "textDocument/documentLink",
                                           "textDocument/formatting",
                                           "textDocument/rangeFormatting",
                                           "workspace/symbol",
                                           "workspace/executeCommand",
                                           "remit/moduleText"};
const std::vector<std::string> kNotifications = {"textDocument/didOpen",
                                                 "textDocument/didChange",
                                                 "textDocument/didClose",
                                                 "textDocument/didSave",
                                                 "workspace/didChangeWatchedFiles",
                                                 "workspace/didChangeWorkspaceFolders",
                                                 "$/setTrace",
                                                 "x"};

std::vector<Json> odd_values() {
    return {nullptr,
            true,
            -1,
            3.5,
            1e300,
            "",
            "text",
            Json::array(),
            Json::array({1, "a", nullptr}),
            Json::object(),
            {{"uri", 3}},
            {{"uri", nullptr}}};
}

/// Parameters with one thing wrong.
std::vector<Json> odd_params() {
    std::vector<Json> out = odd_values();
    for (const char* key : {"textDocument", "position", "range", "context", "contentChanges", "changes", "event",
                            "positions", "newName", "query", "command", "arguments", "uri"})
        for (const Json& value : odd_values()) {
            Json params = {{"textDocument", {{"uri", "file:///w/a.remit"}, {"version", 2}}},
                           {"position", {{"line", 1}, {"character", 3}}}};
            params[key] = value;
            out.push_back(params);
        }
    for (const Json& value : odd_values())
        out.push_back({{"textDocument", {{"uri", "file:///w/a.remit"}}},
                       {"position", {{"line", value}, {"character", value}}},
                       {"contentChanges", {{{"range", value}, {"text", "x"}}}}});
    return out;
}

const std::string kText =
    "policy a.b\ntool x.y(n: int) read\nallow anyone to x.* when args.n > 3\ntest \"t\" {\n call x.y(n: 1)\n expect "
    "deny\n}\n";

}  // namespace

TEST_CASE("parameters of any type have an answer") {
    Desk desk("/w/a.remit", kText);
    desk.initialize();
    desk.open("/w/a.remit");
    for (const std::string& method : kMethods)
        for (const Json& params : odd_params()) {
            INFO(method << " " << params.dump());
            CHECK(desk.ask(method, params) != "no answer");
            desk.heard.clear();
        }
    for (const std::string& method : kNotifications)
        for (const Json& params : odd_params()) desk.notify(method, params);
    desk.open("/w/a.remit");
    CHECK_FALSE(desk.at("textDocument/hover", "/w/a.remit", "allow").is_null());
}

TEST_CASE("initialize takes anything") {
    for (const Json& value : odd_values()) {
        Desk desk;
        CHECK(desk.ask("initialize", value).contains("capabilities"));
        Desk other;
        Json params = {{"workspaceFolders", value}, {"rootUri", value}};
        params["capabilities"]["general"]["positionEncodings"] = value;
        CHECK(other.ask("initialize", params).contains("capabilities"));
    }
}

TEST_CASE("what is no message is told so") {
    for (const std::string text : {"", "{", "null", "[]", "3", "\"x\"", "{}", "{\"method\":3}",
                                   "{\"id\":{},\"method\":\"initialize\"}", "\xff\xfe", "[{}]"}) {
        INFO(text);
        Desk desk;
        desk.server.receive(text);
        desk.settle();
        REQUIRE(desk.heard.size() == 1);
        CHECK(desk.heard[0]["error"]["code"].get<int>() < 0);
    }
    Desk desk;
    desk.server.receive("{\"id\":1,\"result\":null}");  // an answer to a request of ours
    desk.settle();
    CHECK(desk.heard.empty());
    std::string deep;
    for (int i = 0; i < 200'000; ++i) deep += '[';
    desk.server.receive(deep);
    CHECK(desk.heard.size() == 1);
}

TEST_CASE("every feature at every place of every beginning of a text") {
    for (size_t size = 0; size <= kText.size(); size += 3) {
        Desk desk("/w/a.remit", kText.substr(0, size));
        desk.initialize();
        desk.open("/w/a.remit");
        const size_t lines = static_cast<size_t>(
            std::count(kText.begin(), kText.begin() + static_cast<std::ptrdiff_t>(size), '\n'));
        for (const std::string& method : kMethods)
            for (size_t column = 0; column < 20; column += 7) {
                const Json place = {{"line", lines}, {"character", column}};
                const Json range = {{"start", {{"line", 0}, {"character", 0}}}, {"end", place}};
                CHECK(desk.ask(method, {{"textDocument", {{"uri", "file:///w/a.remit"}}},
                                        {"position", place},
                                        {"positions", {place}},
                                        {"range", range},
                                        {"newName", "z"}}) != "no answer");
                desk.heard.clear();
            }
    }
}

TEST_CASE("texts that are no policies") {
    const std::vector<std::string> texts = {"",
                                            "\xff\xfe\xfd",
                                            std::string("a\0b", 3),
                                            std::string(100'000, '('),
                                            std::string(70'000, '\n') + "x",
                                            "policy a\nuse \"a.remit\"\npolicy b under c from \"a.remit\"\n",
                                            "use \"",
                                            "\"",
                                            "role a includes a\nrole b includes a, b\n"};
    for (const std::string& text : texts) {
        Desk desk("/w/a.remit", text);
        desk.initialize();
        desk.files["/w/b.remit"] = "policy b\nuse \"a.remit\"\n";
        desk.open("/w/b.remit");
        for (const std::string& method : kMethods)
            CHECK(desk.ask(method, {{"textDocument", {{"uri", "file:///w/b.remit"}}},
                                    {"position", {{"line", 1}, {"character", 7}}}}) != "no answer");
    }
}
