// import mcp: tools of a server become declarations that check.
#include "host/import/mcp.h"
#include "tests/catch.h"
#include "tests/cli/process.h"

using Catch::Matchers::Contains;

namespace {

/// The parameters of one tool with this schema for its parameter `p`.
std::string param(const std::string& schema, std::vector<std::string>* warnings = nullptr) {
    const auto out = remit::import_mcp(
        R"([{"name":"t","inputSchema":{"required":["p"],"properties":{"p":)" + schema + "}}}]", {});
    REQUIRE(out.ok());
    if (warnings != nullptr) *warnings = out->warnings;
    const size_t begin = out->text.find("p: "), end = out->text.find(")\n", begin);
    return out->text.substr(begin + 3, end - begin - 3);
}

}  // namespace

TEST_CASE("import: the sample checks, alone and used") {
    const Folder folder;
    const std::string tools = folder.path("tools.remit"), alone = folder.path("alone.remit");
    const Ran ran = run_remit({"import", "mcp", sample("tools.json"), "-o", tools, "--trust", "vetted"});
    CHECK(ran.exit == 0);
    CHECK(ran.out.empty());
    CHECK_THAT(ran.err, Contains("send-mail.meta") && Contains("any"));
    const std::string text = read_all(tools);
    CHECK_THAT(text, Contains("tool files.read(") && Contains("tool \"send-mail\"(") && Contains("tool ping()"));
    CHECK_THAT(text, Contains("read, idempotent, trust vetted") && Contains("write, destructive, open"));
    CHECK_THAT(text, Contains("about \"Reads a \\\"file\\\".\""));

    REQUIRE(run_remit({"import", "mcp", sample("tools.json"), "-o", alone, "--policy", "acme.tools"}).exit == 0);
    const Ran checked = run_remit({"check", alone});
    INFO(checked.err);
    CHECK(checked.exit == 0);
    const std::string user = folder.write("user.remit", "policy p\nuse \"tools.remit\"\nallow anyone to files.read\n");
    const Ran used = run_remit({"check", user});
    INFO(used.err);
    CHECK(used.exit == 0);
}

TEST_CASE("import: scalar schemas") {
    CHECK(param(R"({"type":"string"})") == "string");
    CHECK(param(R"({"type":"string","format":"date-time"})") == "string");
    CHECK(param(R"({"type":"string","minLength":2,"maxLength":5})") == "string min 2 max 20");
    CHECK(param(R"({"type":"string","enum":["a","b\"c"]})") == R"(string in {"a", "b\"c"})");
    CHECK(param(R"({"enum":["a"]})") == R"(string in {"a"})");
    CHECK(param(R"({"type":"integer","minimum":-1,"maximum":5})") == "int min -1 max 5");
    CHECK(param(R"({"type":"integer","exclusiveMinimum":0,"exclusiveMaximum":10})") == "int min 1 max 9");
    CHECK(param(R"({"type":"integer","minimum":0.5})") == "int min 1");
    CHECK(param(R"({"type":"number","minimum":0.5})") == "decimal(6) min 0.500000");
    CHECK(param(R"({"type":"boolean","default":true})") == "bool default true");
    CHECK(param(R"({"type":"string","default":"x"})") == R"(string default "x")");
}

TEST_CASE("import: structures") {
    CHECK(param(R"({"type":"array","items":{"type":"string"}})") == "list<string> max 1024");
    CHECK(param(R"({"type":"array","maxItems":3,"items":{"type":"integer"}})") == "list<int> max 3");
    CHECK(param(R"({"type":"object","required":["a"],"properties":{"a":{"type":"string"},"b":{"type":"integer"}}})") ==
          "record { a: string, b: int optional }");
    CHECK(param(R"({"type":["string","null"]})") == "string or null");
    CHECK(param(R"({"anyOf":[{"type":"integer"},{"type":"null"}]})") == "int or null");
}

TEST_CASE("import: what does not fit is any, with a warning") {
    for (const char* schema : {R"({})", R"(true)", R"({"type":"object"})", R"({"type":["string","integer"]})",
                               R"({"anyOf":[{"type":"string"},{"type":"integer"}]})",
                               R"({"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":{}})",
                               R"({"$ref":"#/nothing"})", R"({"$ref":"https://example.com/s"})",
                               R"({"$ref":"#/properties/p"})", R"({"type":"string","enum":["a",1]})"}) {
        INFO(schema);
        std::vector<std::string> warnings;
        CHECK(param(schema, &warnings) == "any");
        CHECK(!warnings.empty());
    }
}

TEST_CASE("import: depth is bounded") {
    std::string schema = R"({"type":"string"})";
    for (int i = 0; i < 200; ++i) schema = R"({"type":"array","items":)" + schema + "}";
    const auto out = remit::import_mcp(R"([{"name":"t","inputSchema":{"properties":{"p":)" + schema + "}}}]", {});
    REQUIRE(out.ok());
    CHECK_THAT(out->text, Contains("any"));
}

TEST_CASE("import: input that is no list of tools is an error") {
    for (const char* text : {"", "{", "1", "{}", R"({"tools":1})", R"([1])", R"([{"name":""}])",
                             R"([{"name":"a"},{"name":"a"}])", "[{\"name\":\"a\\nb\"}]", "\xff"}) {
        INFO(text);
        CHECK_FALSE(remit::import_mcp(text, {}).ok());
    }
    const Folder folder;
    const Ran ran = run_remit({"import", "mcp", folder.write("bad.json", "{\"tools\": [")});
    CHECK(ran.exit == 1);
    CHECK(ran.out.empty());
    CHECK_THAT(ran.err, Contains("bad.json"));
    CHECK(run_remit({"import", "mcp", sample("tools.json"), "--policy", "not a name"}).exit == 1);
}

TEST_CASE("import: all three wrappings say the same") {
    const std::string tool = R"([{"name":"a.b","description":"Does it. And more."}])";
    const auto bare = remit::import_mcp(tool, {}), result = remit::import_mcp(R"({"tools":)" + tool + "}", {}),
               rpc = remit::import_mcp(R"({"jsonrpc":"2.0","result":{"tools":)" + tool + "}}", {});
    REQUIRE((bare.ok() && result.ok() && rpc.ok()));
    CHECK(bare->text == result->text);
    CHECK(bare->text == rpc->text);
    CHECK(bare->text == "tool a.b()\n    write,\n    about \"Does it.\"\n");
}
