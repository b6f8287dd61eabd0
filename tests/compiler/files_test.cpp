// Policies of several files and layers.
#include "tests/catch.h"
#include "tests/compiler/files.h"

namespace remit::test {

namespace {

const char* kParent =
    "policy acme.platform\n"
    "role dev\n"
    "tool web.get(url: url) read, open\n"
    "tool web.post(url: url, body: string) write, open\n"
    "egress any { \"*.example.com:443\" }\n"
    "allow dev to web.* including write\n"
    "block web.post when session.tier == prod\n";

}  // namespace

TEST_CASE("a policy under a parent sees its declarations and is a layer above it") {
    const Compilation c = compile_files("team.remit", {{"platform.remit", kParent},
                                                       {"team.remit",
                                                        "policy team.web under acme.platform from \"platform.remit\"\n"
                                                        "allow dev to web.get\nreach any for web.get\n"}});
    INFO(messages(c));
    REQUIRE(c.layers.size() == 2);
    CHECK(c.layers[0].name == "team.web");
    CHECK(c.layers[1].name == "acme.platform");
    CHECK(c.layers[0].parent == c.layers[1].hash);
    CHECK(c.layers[1].parent == Hash{});
    CHECK(c.layers[0].tools.size() == 2);
    CHECK(c.layers[0].rules.size() == 2);  // none of the parent's
}

TEST_CASE("the child's hash contains the parent's, and a pin is checked") {
    const auto child = [](const std::string& parent, const std::string& pin) {
        return compile_files("team.remit",
                             {{"platform.remit", parent},
                              {"team.remit", "policy team.web under acme.platform from \"platform.remit\"" + pin +
                                                 "\nallow dev to web.get\n"}});
    };
    const Compilation a = child(kParent, ""),
                      b = child(std::string(kParent) + "block web.get when data >= restricted\n", "");
    REQUIRE(a.layers.size() == 2);
    REQUIRE(b.layers.size() == 2);
    CHECK(a.layers[0].hash != b.layers[0].hash);
    const std::string pin = " pinned \"" + to_text(a.layers[1].hash) + "\"";
    CHECK(child(kParent, pin).layers.size() == 2);
    CHECK(messages(child(std::string(kParent) + "block web.get when data >= restricted\n", pin)).find("R0121") !=
          std::string::npos);
}

TEST_CASE("a child cannot declare what its parent has") {
    for (const char* again :
         {"role dev\n", "tool web.get(url: url) read\n", "egress any { \"*.example.org:443\" }\n"}) {
        const Compilation c = compile_files(
            "t", {{"p", kParent},
                  {"t", std::string("policy t.x under acme.platform from \"p\"\nallow dev to web.get\n") + again}});
        INFO(messages(c));
        CHECK(c.layers.empty());
        CHECK(messages(c).find("R0122 t:3") != std::string::npos);
    }
}

TEST_CASE("cycles, wrong names and missing files are reported where they are said") {
    CHECK(messages(compile_files(
                       "a", {{"a", "policy x.a under x.b from \"b\"\n"}, {"b", "policy x.b under x.a from \"a\"\n"}}))
              .find("R0126") != std::string::npos);
    CHECK(messages(compile_files("a", {{"a", "policy x.a under x.b from \"b\"\n"}, {"b", "policy x.c\n"}}))
              .find("R0120 a:1:18") != std::string::npos);
    CHECK(messages(compile_files("a", {{"a", "policy x.a\nuse \"../up/none.remit\"\n"}}))
              .find("R0119 a:2:5 cannot read `../up/none.remit`") != std::string::npos);
    CHECK(messages(compile_files("a", {{"a", "role x\n"}})).find("R0101") != std::string::npos);
}

TEST_CASE("paths are relative to the file that says them") {
    const Compilation c = compile_files("d/main.remit", {{"d/main.remit", "policy x.y\nuse \"lib/one.remit\"\n"},
                                                         {"d/lib/one.remit", "use \"../two.remit\"\nrole a\n"},
                                                         {"d/two.remit", "tool t(x: int) read\nallow a to t\n"}});
    INFO(messages(c));
    REQUIRE(c.layers.size() == 1);
    CHECK(c.layers[0].rules.size() == 1);
}

TEST_CASE("standard modules are found, unknown ones are reported") {
    CHECK(messages(compile_files("a", {{"a", "policy x.a\nuse std.nothing\n"}})).find("R0118 a:2:5") !=
          std::string::npos);
    CHECK(compile_files("a", {{"a", "policy x.a\nuse std.mcp\ntool t(x: int) read\n"}}).layers.size() == 1);
}

}  // namespace remit::test
