// What the server does, message by message; tests/lsp/client.py has a whole session.
#include <algorithm>

#include "tests/catch.h"
#include "tests/lsp/desk.h"

using namespace remit::lsp;

namespace {

const std::string kPolicy =
    "policy a.b\n\ntool pay.out(to: string, amount: int optional) write\nallow anyone to pay.out\n";

struct Opened : Desk {
    explicit Opened(const std::string& text) : Desk("/w/a.remit", text) {
        initialize();
        open("/w/a.remit");
    }
    Json titles(const std::string& needle) {
        const Json diagnostics_now = diagnostics("/w/a.remit");
        Json more = {{"context", {{"diagnostics", diagnostics_now}}}};
        const std::string before = files["/w/a.remit"].substr(0, files["/w/a.remit"].find(needle));
        const auto line = std::count(before.begin(), before.end(), '\n');
        const auto column = before.size() - (before.rfind('\n') == std::string::npos ? 0 : before.rfind('\n') + 1);
        more["range"] = {{"start", {{"line", line}, {"character", column}}},
                         {"end", {{"line", line}, {"character", column}}}};
        more["textDocument"] = {{"uri", "file:///w/a.remit"}};
        return ask("textDocument/codeAction", more);
    }
    /// The text after the first edit of the action with this title.
    std::string repaired(const std::string& needle, const std::string& title) {
        std::string text = files["/w/a.remit"];
        for (const Json& action : titles(needle)) {
            if (action["title"] != title) continue;
            Json edits = action["edit"]["changes"]["file:///w/a.remit"];
            std::sort(edits.begin(), edits.end(),
                      [&](const Json& a, const Json& b) { return offset(a, "start") > offset(b, "start"); });
            for (const Json& e : edits)
                text.replace(offset(e, "start"), offset(e, "end") - offset(e, "start"),
                             e["newText"].get<std::string>());
            return text;
        }
        return "no such action";
    }
    size_t offset(const Json& edit, const char* which) const {
        const Json& p = edit["range"][which];
        size_t at = 0;
        for (size_t line = p["line"]; line > 0; --line) at = files.at("/w/a.remit").find('\n', at) + 1;
        return at + p["character"].get<size_t>();
    }
};

}  // namespace

TEST_CASE("nothing is answered before initialize, nor after shutdown") {
    Desk desk;
    CHECK(desk.ask("textDocument/hover", Json::object())["code"] == -32002);
    desk.initialize();
    CHECK(desk.ask("initialize", Json::object())["code"] == -32600);
    CHECK(desk.ask("no/such", Json::object())["code"] == -32601);
    CHECK(desk.ask("shutdown", nullptr).is_null());
    CHECK(desk.ask("textDocument/hover", Json::object())["code"] == -32600);
    desk.notify("exit", nullptr);
    CHECK(desk.server.exited());
    CHECK(desk.server.exit_code() == 0);
}

TEST_CASE("exit without shutdown is an error") {
    Desk desk;
    desk.notify("exit", nullptr);
    CHECK(desk.server.exited());
    CHECK(desk.server.exit_code() == 1);
}

TEST_CASE("a request that waits can be cancelled") {
    Desk desk("/w/a.remit", kPolicy);
    desk.initialize();
    desk.open("/w/a.remit");
    desk.send({{"jsonrpc", "2.0"},
               {"id", "x"},
               {"method", "textDocument/documentSymbol"},
               {"params", {{"textDocument", {{"uri", "file:///w/a.remit"}}}}}});
    desk.send({{"jsonrpc", "2.0"}, {"method", "$/cancelRequest"}, {"params", {{"id", "x"}}}});
    desk.settle();
    CHECK(desk.heard.back()["error"]["code"] == -32800);
}

TEST_CASE("typing that comes in at once is looked at once") {
    Desk desk("/w/a.remit", kPolicy);
    desk.initialize();
    desk.open("/w/a.remit");
    const size_t before = desk.heard.size();
    for (int version = 2; version < 50; ++version)
        desk.send({{"method", "textDocument/didChange"},
                   {"params",
                    {{"textDocument", {{"uri", "file:///w/a.remit"}, {"version", version}}},
                     {"contentChanges", {{{"text", kPolicy + std::string(static_cast<size_t>(version), '\n')}}}}}}});
    desk.settle();
    REQUIRE(desk.heard.size() == before + 1);
    CHECK(desk.heard.back()["params"]["version"] == 49);
}

TEST_CASE("diagnostics are of the policy that takes the file in") {
    Desk desk("/w/main.remit", "policy a.b\nuse \"tools.remit\"\nallow anyone to pay.out\n");
    desk.files["/w/tools.remit"] = "tool pay.out(to: strin) write\n";
    desk.initialize();
    desk.open("/w/tools.remit");
    REQUIRE(desk.diagnostics("/w/tools.remit").size() == 1);
    CHECK(desk.diagnostics("/w/tools.remit")[0]["code"] == "R0111");
    // It is repaired, and then breaks the other file.
    const auto type = [&](const std::string& text) {
        desk.notify("textDocument/didChange", {{"textDocument", {{"uri", "file:///w/tools.remit"}, {"version", 2}}},
                                               {"contentChanges", {{{"text", text}}}}});
    };
    type("tool pay.out(to: string) write\n");
    CHECK(desk.diagnostics("/w/tools.remit").empty());
    type("tool pay.in(to: string) write\n");
    CHECK(desk.diagnostics("/w/main.remit").size() == 1);
    // On the disk it was never changed.
    desk.notify("textDocument/didClose", {{"textDocument", {{"uri", "file:///w/tools.remit"}}}});
    CHECK(desk.diagnostics("/w/main.remit").empty());
}

TEST_CASE("a part that nobody uses is not blamed for names of others") {
    Desk desk("/w/part.remit", "allow clerk to pay.*\nrisk x +5 when session.tier == prod\nask owner when risk >= 5\n");
    desk.initialize();
    desk.open("/w/part.remit");
    REQUIRE(desk.diagnostics("/w/part.remit").size() == 1);
    CHECK(desk.diagnostics("/w/part.remit")[0]["range"]["start"]["line"] == 2);
}

TEST_CASE("repairs") {
    const std::string head =
        "policy a.b\nrole clerk\ntool pay.out(to: string, amount: int optional) write\nallow clerk to pay.out\n";
    SECTION("a test for presence") {
        Opened o(head + "block pay.out when args.amount > 3 or data >= internal\n");
        CHECK(o.repaired("args.amount", "test `has args.amount` first") ==
              head + "block pay.out when has args.amount and (args.amount > 3 or data >= internal)\n");
    }
    SECTION("a clause that is missing") {
        Opened o(head + "ask owner for pay.out because \"x\"  // why\n");
        CHECK(o.repaired("ask", "add `within 1h`") == head + "ask owner for pay.out within 1h because \"x\"  // why\n");
    }
    SECTION("writes") {
        Opened o(head + "allow clerk to pay.* when data <= internal\n");
        CHECK(o.repaired("allow clerk to pay.*", "add `including write`") ==
              head + "allow clerk to pay.* including write when data <= internal\n");
    }
    SECTION("a reason") {
        Opened o(head + "block pay.out when data >= internal\n");
        CHECK(o.repaired("block", "say why: add `because`") ==
              head + "block pay.out when data >= internal because \"\"\n");
    }
    SECTION("a name that was misspelt") {
        Opened o(head + "allow clark to pay.out\n");
        CHECK(o.repaired("clark", "change to `clerk`") == head + "allow clerk to pay.out\n");
        CHECK(o.repaired("clark", "declare role `clark`") ==
              "policy a.b\nrole clerk\nrole clark\n" + head.substr(22) + "allow clark to pay.out\n");
    }
    SECTION("an effect") {
        Opened o(head + "tool x.y()\n");
        CHECK(o.repaired("x.y", "it only reads: add `read`") == head + "tool x.y() read\n");
    }
    SECTION("no policy") {
        Opened o("tool x.y() read\n");
        CHECK(o.repaired("tool", "add `policy a`") == "no such action");  // a part of something, perhaps
    }
}

TEST_CASE("formatting is that of remit fmt, and of a range only that") {
    const std::string text = "policy a.b\ntool   x.y( n:int )   read\n\nallow anyone   to x.y\n";
    Opened o(text);
    const auto formatted = [&](Json edits) {
        std::string out = text;
        for (const Json& e : edits)
            out.replace(o.offset(e, "start"), o.offset(e, "end") - o.offset(e, "start"),
                        e["newText"].get<std::string>());
        return out;
    };
    const Json document = {{"uri", "file:///w/a.remit"}};
    CHECK(formatted(o.ask("textDocument/formatting", {{"textDocument", document}})) ==
          "policy a.b\ntool x.y(n: int) read\n\nallow anyone to x.y\n");
    const Json line = {{"start", {{"line", 1}, {"character", 3}}}, {"end", {{"line", 1}, {"character", 5}}}};
    CHECK(formatted(o.ask("textDocument/rangeFormatting", {{"textDocument", document}, {"range", line}})) ==
          "policy a.b\ntool x.y(n: int) read\n\nallow anyone   to x.y\n");
}

TEST_CASE("places of a request are in the encoding that was agreed on") {
    Desk desk("/w/a.remit", "policy a.b\ntool x.y(\u00fc: int) read\n");
    desk.initialize({{"general", {{"positionEncodings", {"utf-8"}}}}});
    desk.open("/w/a.remit");
    const Json found = desk.diagnostics("/w/a.remit");
    REQUIRE(found.size() == 1);
    CHECK(found[0]["range"]["start"]["character"] == 9);
}
