// import openapi and import cedar: what others describe becomes declarations that check.
#include "host/import/cedar.h"
#include "host/import/openapi.h"
#include "host/import/yaml.h"
#include <fmt/format.h>

#include "tests/catch.h"
#include "tests/cli/process.h"

using Catch::Matchers::Contains;

namespace {

/// Imports a sample as a policy that has to check; its text.
std::string imported(const std::string& kind, const std::string& file) {
    const Folder folder;
    const std::string out = folder.path("out.remit");
    const Ran ran = run_remit({"import", kind, sample(file), "--policy", "acme.api", "--trust", "vetted", "-o", out});
    INFO(ran.err);
    REQUIRE(ran.exit == 0);
    const Ran checked = run_remit({"check", out});
    INFO(checked.err);
    CHECK(checked.exit == 0);
    return read_all(out);
}

/// A document of one operation with this schema for its parameter `p`.
std::string param(const std::string& schema) {
    const auto out = remit::import_openapi(
        R"({"openapi":"3.1.0","paths":{"/t":{"get":{"parameters":[{"name":"p","in":"query","required":true,"schema":)" +
            schema + "}]}}}}",
        {});
    REQUIRE(out.ok());
    const size_t begin = out->text.find("p: "), end = out->text.find(")\n", begin);
    return out->text.substr(begin + 3, end - begin - 3);
}

std::string refusal(const std::string& text) {
    const auto out = remit::import_openapi(text, {});
    REQUIRE_FALSE(out.ok());
    return out.error();
}

}  // namespace

TEST_CASE("openapi: the sample checks, and says what the methods mean") {
    const std::string text = imported("openapi", "shop.yaml");
    CHECK_THAT(text, Contains("tool listOrders(\n        limit: int min 1 max 100 default 20,\n"
                              "        status: string in {\"open\", \"paid\", \"sent\"} optional)\n"
                              "    read, idempotent, trust vetted,\n    about \"Lists orders. - GET /orders\"\n"));
    CHECK_THAT(text, Contains("mail: email,") && Contains("callback: url or null optional") &&
                         Contains("from: ip optional") && Contains("when: timestamp optional") &&
                         Contains("list<record { sku: string max 64, count: int optional }> max 1024"));
    CHECK_THAT(text, !Contains("number:") && !Contains("sid") && !Contains("Authorization"));
    CHECK_THAT(text, Contains("tool orders.id.get(\n        id: string min 36 max 36)\n    read"));
    CHECK_THAT(text, Contains("body: list<string> max 4 optional)\n    write, idempotent"));
    CHECK_THAT(text, Contains("write, destructive, idempotent") && Contains("about \"Deletes it. - DELETE"));
    CHECK_THAT(text, Contains("tool replaceOrder_2(") && Contains("query_id: int optional"));
}

TEST_CASE("openapi: formats, and both ways to say null") {
    CHECK(param(R"({"type":"string","format":"email"})") == "email");
    CHECK(param(R"({"type":"string","format":"hostname"})") == "host");
    CHECK(param(R"({"type":"string","format":"byte"})") == "string");
    CHECK(param(R"({"type":"string","nullable":true})") == "string or null");
    CHECK(param(R"({"type":["string","null"],"format":"uri"})") == "url or null");
    CHECK(param(R"({"type":"string","format":"email","enum":["a@b.c"]})") == R"(string in {"a@b.c"})");
}

TEST_CASE("openapi: JSON and YAML say the same") {
    const char* json =
        R"({"openapi":"3.0.0","paths":{"/a":{"get":{"operationId":"x","parameters":[{"name":"n","in":"query",
                          "schema":{"type":"integer","maximum":-3,"default":-4}}]}}}})";
    const char* yaml =
        "openapi: \"3.0.0\"\npaths:\n  /a:\n    get:\n      operationId: x\n      parameters:\n"
        "      - name: n\n        in: query\n        schema: {type: integer, maximum: -3, default: -4}\n";
    const auto a = remit::import_openapi(json, {}), b = remit::import_openapi(yaml, {});
    REQUIRE((a.ok() && b.ok()));
    CHECK(a->text == b->text);
    CHECK_THAT(a->text, Contains("n: int max -3 default -4"));
}

TEST_CASE("openapi: what is no such document is refused with a reason") {
    CHECK_THAT(refusal(""), Contains("empty"));
    CHECK_THAT(refusal("{"), Contains("JSON"));
    CHECK_THAT(refusal("swagger: '2.0'"), Contains("Swagger 2.0"));
    CHECK_THAT(refusal("openapi: 4.0.0"), Contains("4.0.0"));
    CHECK_THAT(refusal("openapi: 3.0.0"), Contains("paths"));
    CHECK_THAT(refusal("openapi: 3.0.0\npaths: {}"), Contains("no operations"));
    CHECK_THAT(refusal("a: [1"), Contains("line"));
    CHECK_THAT(refusal("a: 1\na: 2"), Contains("twice"));
    CHECK_THAT(refusal("a: !!python/object x"), Contains("tags"));
    CHECK_THAT(refusal("a: *b"), Contains("alias"));
    CHECK_THAT(refusal("a: 1\n---\nb: 2"), Contains("second document"));
    CHECK_THAT(refusal(std::string(100000, '[')), Contains("nests"));
    CHECK_THAT(refusal("{\"a\":" + std::string(100000, '[')), Contains("nests"));
    std::string laughs = "a: &a [x,x,x,x,x,x,x,x,x,x]\n";
    for (char c = 'b'; c < 'k'; ++c) {
        std::string line = fmt::format("{0}: &{0} [", c);
        for (int i = 0; i < 10; ++i) line += fmt::format("*{},", static_cast<char>(c - 1));
        laughs += line + "x]\n";
    }
    CHECK_THAT(refusal(laughs), Contains("too large"));
    const Folder folder;
    CHECK(run_remit({"import", "openapi", folder.write("no.yaml", "a: [")}).exit == 1);
    CHECK(run_remit({"import", "wsdl", sample("shop.yaml")}).exit == 2);
    CHECK(run_remit({"import", "openapi", "--check", sample("support.remit"), sample("shop.yaml")}).exit == 2);
}

TEST_CASE("openapi: schemas that grow without end become any") {
    std::string doc =
        R"({"openapi":"3.0.0","paths":{"/a":{"post":{"requestBody":{"content":{"application/json":{"schema":
                      {"$ref":"#/components/schemas/S0"}}}}}}},"components":{"schemas":{)";
    for (int i = 0; i < 14; ++i) {
        doc += fmt::format(R"({}"S{}":{{"properties":{{)", i == 0 ? "" : ",", i);
        for (int k = 0; k < 10; ++k)
            doc += fmt::format(R"({}"f{}":{{"$ref":"#/components/schemas/S{}"}})", k == 0 ? "" : ",", k, i + 1);
        doc += "}}";
    }
    const auto out = remit::import_openapi(doc + "}}}", {});
    REQUIRE(out.ok());
    CHECK(out->text.size() < 1'000'000);
    CHECK_THAT(out->text, Contains("any"));
}

TEST_CASE("cedar: the sample checks") {
    const std::string text = imported("cedar", "photos.cedarschema");
    CHECK_THAT(text, Contains("enum Visibility { public, friends, nobody }"));
    CHECK_THAT(text, Contains("fact Photos.Photo(id: string) {") && Contains("tags: set<string> max 1024") &&
                         Contains("where: record { country: string, city: string optional } optional") &&
                         Contains("visibility: Visibility}"));
    CHECK_THAT(text, Contains("tool Photos.view_original(") && Contains("size: int optional"));
    CHECK_THAT(text, Contains("tool Photos.set_visibility(\n        resource: string,\n        to: Visibility,\n"
                              "        context_resource: string)\n    write, trust vetted"));
    CHECK_THAT(text, !Contains("reading"));
}

TEST_CASE("cedar: both forms of a schema say the same") {
    const char* json = R"({"A":{"entityTypes":{"U":{"shape":{"type":"Record","attributes":{"n":{"type":"String"},
        "s":{"type":"Set","element":{"type":"Long"},"required":false}}}},"R":{}},
        "actions":{"go":{"appliesTo":{"principalTypes":["U"],"resourceTypes":["R"],
        "context":{"type":"Record","attributes":{"ip":{"type":"Extension","name":"ipaddr"},"u":{"type":"Entity","name":"U"}}}}}}}})";
    const char* text =
        "namespace A { entity U { n: String, s?: Set<Long> }; entity R;\n"
        "action go appliesTo { principal: U, resource: R, context: { ip: ipaddr, u: U } }; }";
    const auto a = remit::import_cedar(json, {}), b = remit::import_cedar(text, {});
    REQUIRE((a.ok() && b.ok()));
    CHECK(a->text == b->text);
    CHECK_THAT(a->text, Contains("fact A.U(id: string) {\n        n: string,\n        s: set<int> max 1024 optional}"));
}

TEST_CASE("cedar: what is no schema is refused with its line") {
    for (const char* text :
         {"entity A;\nentity", "entity A\nentity B;", "action a appliesTo { what: A };", "namespace A {",
          "type T = { a: Set<Set<String> };", "\"", "entity A { a: };", "{\"A\": 1}", "", "entity A;", "\xff"}) {
        INFO(text);
        CHECK_FALSE(remit::import_cedar(text, {}).ok());
    }
    const auto wrong = remit::import_cedar("entity A;\n\nentity B { a Long };", {});
    REQUIRE_FALSE(wrong.ok());
    CHECK_THAT(wrong.error(), Contains("line 3: expected `:`, found `Long`"));
    std::string deep = "type T = ";
    for (int i = 0; i < 100000; ++i) deep += "Set<";
    CHECK_FALSE(remit::import_cedar(deep, {}).ok());
    const auto recursive = remit::import_cedar(
        "type T = { a: T }; entity R; action a appliesTo { principal: R, resource: R, context: T };", {});
    REQUIRE(recursive.ok());
    CHECK_THAT(recursive->text, Contains("any"));
}
