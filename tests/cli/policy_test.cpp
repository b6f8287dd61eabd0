// check, hash, build: what is said about a policy and what is made of it.
#include <nlohmann/json.hpp>

#include <sys/stat.h>

#include "tests/catch.h"
#include "tests/cli/process.h"

using Catch::Matchers::Contains;
using nlohmann::json;

TEST_CASE("check: a fine policy gets one line") {
    const Ran ran = run_remit({"check", sample("support.remit")});
    CHECK(ran.exit == 0);
    CHECK_THAT(ran.out, Contains("support.remit: fine: 3 tools"));
    CHECK_THAT(ran.out, Contains("sha256:"));
}

TEST_CASE("check: errors have a place, in every format") {
    const Ran human = run_remit({"check", sample("broken.remit")});
    CHECK(human.exit == 1);
    CHECK(human.out.empty());
    CHECK_THAT(human.err, Contains("broken.remit:6:") && Contains("error["));

    const Ran as_json = run_remit({"check", "--format", "json", sample("broken.remit"), sample("support.remit")});
    CHECK(as_json.exit == 1);
    const json list = json::parse(as_json.out);
    REQUIRE(list.is_array());
    REQUIRE(!list.empty());
    CHECK(list[0]["severity"] == "error");
    CHECK(list[0]["line"] == 6);

    const json sarif = json::parse(run_remit({"check", "--format", "sarif", sample("broken.remit")}).out);
    CHECK(sarif["version"] == "2.1.0");
    CHECK(sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] == 6);

    const Ran junit = run_remit({"check", "--format", "junit", sample("broken.remit"), sample("support.remit")});
    CHECK(junit.exit == 1);
    CHECK_THAT(junit.out, Contains("<failure") && Contains("support.remit"));
}

TEST_CASE("check: a fine policy in machine formats is an empty document") {
    CHECK(json::parse(run_remit({"check", "--format", "json", sample("support.remit")}).out) == json::array());
    const Ran sarif = run_remit({"check", "--format", "sarif", sample("support.remit")});
    CHECK(sarif.exit == 0);
    CHECK(json::parse(sarif.out)["runs"][0]["results"] == json::array());
}

TEST_CASE("check: the worst file decides, and all are checked") {
    const Ran ran = run_remit({"check", "/nonexistent/a.remit", sample("broken.remit"), sample("support.remit")});
    CHECK(ran.exit == 3);
    CHECK_THAT(ran.err, Contains("/nonexistent/a.remit") && Contains("broken.remit:6:"));
    CHECK_THAT(ran.out, Contains("support.remit: fine"));
}

TEST_CASE("check: warnings count when they are denied") {
    const Folder folder;
    const std::string path = folder.write("w.remit",
                                          read_all(sample("failing.remit")) + "block web.fetch when false\n");
    const Ran mild = run_remit({"check", path}), strict = run_remit({"check", "--deny-warnings", path});
    CHECK(mild.exit == 0);
    CHECK_THAT(mild.err, Contains("warning["));
    CHECK(strict.exit == 1);
}

TEST_CASE("check: costs and budget") {
    const Ran table = run_remit({"check", "--costs", sample("support.remit")});
    CHECK(table.exit == 0);
    CHECK_THAT(table.out, Contains("payments.refund") && Contains("order"));
    CHECK(run_remit({"check", "--budget", "1000000", sample("support.remit")}).exit == 0);
    const Ran over = run_remit({"check", "--budget", "1", sample("support.remit")});
    CHECK(over.exit == 1);
    CHECK_THAT(over.err, Contains("payments.refund") && Contains("budget"));
}

TEST_CASE("hash: the meaning, not the layout") {
    const Folder folder;
    const Ran ran = run_remit({"hash", sample("support.remit")});
    CHECK(ran.exit == 0);
    CHECK(ran.out.size() == 7 + 64 + 1);
    CHECK(ran.out.starts_with("sha256:"));
    const std::string text = read_all(sample("support.remit"));
    CHECK(run_remit({"hash", folder.write("a.remit", "// a comment\n" + text)}).out == ran.out);
    CHECK(run_remit({"hash", folder.write("b.remit", text + "risk more +1\n")}).out != ran.out);
    CHECK(run_remit({"hash", sample("broken.remit")}).exit == 1);
}

TEST_CASE("build: an image has the policy's hash and decides like it") {
    const Folder folder;
    const std::string image = folder.path("support.img");
    const Ran built = run_remit({"build", sample("support.remit"), "-o", image});
    REQUIRE(built.exit == 0);
    CHECK(built.out.empty());
    struct stat info{};
    REQUIRE(::stat(image.c_str(), &info) == 0);
    CHECK((info.st_mode & 0600) == 0600);
    CHECK(run_remit({"hash", image}).out == run_remit({"hash", sample("support.remit")}).out);
    const std::string bytes = read_all(image);
    CHECK(bytes.starts_with("REMITIMG"));
    REQUIRE(run_remit({"build", sample("support.remit"), "--output", image}).exit == 0);
    CHECK(read_all(image) == bytes);

    CHECK(run_remit({"hash", folder.write("cut.img", bytes.substr(0, bytes.size() / 2))}).exit == 1);
    CHECK(run_remit({"build", image, "--emit", "program"}).exit == 0);
    CHECK(run_remit({"build", image, "--emit", "ast"}).exit == 1);
}

TEST_CASE("build: a write that fails leaves what was there") {
    const Folder folder;
    CHECK(run_remit({"build", sample("support.remit"), "-o", folder.path("no/such/folder.img")}).exit == 3);
    CHECK(run_remit({"build", sample("support.remit"), "-o", "/"}).exit == 3);
    CHECK(run_remit({"build", sample("support.remit"), "-o", "/dev/full"}).exit == 3);
    const std::string kept = folder.write("kept.img", "old");
    CHECK(run_remit({"build", sample("broken.remit"), "-o", kept}).exit == 1);
    CHECK(read_all(kept) == "old");
}

TEST_CASE("build: every stage") {
    for (const std::string stage : {"ast", "ir", "program", "index", "llvm", "asm"}) {
        INFO(stage);
        const Ran ran = run_remit({"build", sample("support.remit"), "--emit", stage});
        CHECK(ran.exit == 0);
        CHECK(ran.out.size() > 100);
    }
    const Folder folder;
    const std::string plain = folder.write(
        "plain.remit", "policy a\ntool t.x(n: int) read, trust vetted\nallow anyone to t.x when args.n < 5\n");
    REQUIRE(run_remit({"build", plain, "--emit", "obj", "-o", folder.path("p.o")}).exit == 0);
    CHECK_THAT(run_remit({"build", plain, "--emit", "header"}).out, Contains("uint32_t a_decide("));
    const std::string under = folder.write("under.remit",
                                           "policy b under a from \"plain.remit\"\nallow anyone to t.x\n");
    const Ran refused = run_remit({"build", under, "--emit", "obj", "-o", folder.path("u.o")});
    CHECK(refused.exit == 1);
    CHECK_THAT(refused.err, Contains("no object file"));
    CHECK(read_all(folder.path("p.o"))
              .starts_with("\x7f"
                           "ELF"));
    REQUIRE(run_remit({"build", sample("support.remit"), "--emit", "program", "-o", folder.path("p.txt")}).exit == 0);
    CHECK(read_all(folder.path("p.txt")) == run_remit({"build", sample("support.remit"), "--emit", "program"}).out);
}

TEST_CASE("use is relative to the file that says it") {
    const Folder folder;
    folder.write("tools.remit", "tool web.fetch(url: url) read, trust untrusted\n");
    const std::string path = folder.write("main.remit", "policy p\nuse \"tools.remit\"\nallow anyone to web.fetch\n");
    CHECK(run_remit({"check", path}).exit == 0);
    const std::string lost = folder.write("lost.remit", "policy p\nuse \"nowhere.remit\"\n");
    const Ran ran = run_remit({"check", lost});
    CHECK(ran.exit == 1);
    CHECK_THAT(ran.err, Contains("nowhere.remit"));
}

TEST_CASE("text that is no policy is an error, not a crash") {
    const Folder folder;
    for (const std::string& text :
         {std::string("\0\0\0", 3), std::string("\xff\xfe"), std::string(), std::string(100'000, '('),
          std::string("REMITIMG"), std::string("policy"), std::string("   indented\n")}) {
        const std::string path = folder.write("x.remit", text);
        CHECK(run_remit({"check", path}).exit == 1);
        CHECK(run_remit({"hash", path}).exit == 1);
    }
}
