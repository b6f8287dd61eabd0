// `remit fmt`: what is written, listed and left alone.
#include "tests/catch.h"
#include "tests/cli/process.h"

using Catch::Matchers::Contains;

namespace {

constexpr const char* kUntidy = "policy  a.b\n\n\ntool t.x( a:int ) read // t\nallow anyone   to t.x\n";
constexpr const char* kTidy = "policy a.b\n\ntool t.x(a: int) read  // t\nallow anyone to t.x\n";

Setting input(const char* text) {
    Setting setting;
    setting.input = text;
    return setting;
}

}  // namespace

TEST_CASE("fmt rewrites what differs, below directories too") {
    const Folder folder;
    const std::string untidy = folder.write("untidy.remit", kUntidy), tidy = folder.write("tidy.remit", kTidy),
                      other = folder.write("untidy.txt", kUntidy);
    const Ran check = run_remit({"fmt", "--check", folder.path("")});
    CHECK(check.exit == 1);
    CHECK(check.out == untidy + "\n");
    CHECK(read_all(untidy) == kUntidy);

    const Ran diff = run_remit({"fmt", "--diff", folder.path("")});
    CHECK(diff.exit == 0);
    CHECK_THAT(diff.out, Contains("-policy  a.b\n") && Contains("+policy a.b\n") && Contains("@@ -1,5 +1,4 @@"));
    CHECK(read_all(untidy) == kUntidy);

    const Ran ran = run_remit({"fmt", folder.path("")});
    CHECK(ran.exit == 0);
    CHECK(ran.out.empty());
    CHECK(read_all(untidy) == kTidy);
    CHECK(read_all(other) == kUntidy);
    CHECK(run_remit({"fmt", "--check", folder.path("")}).exit == 0);
}

TEST_CASE("fmt leaves alone what it cannot parse, and says why") {
    const Folder folder;
    const std::string broken = folder.write("broken.remit", "policy  a.b\nallow to  to\n");
    const Ran ran = run_remit({"fmt", broken});
    CHECK(ran.exit == 1);
    CHECK_THAT(ran.err, Contains("broken.remit:2:"));
    CHECK(read_all(broken) == "policy  a.b\nallow to  to\n");
    CHECK(run_remit({"fmt", folder.path("none.remit")}).exit == 3);
    CHECK(run_remit({"fmt"}).exit == 2);
    CHECK(run_remit({"fmt", "--stdin", broken}).exit == 2);
}

TEST_CASE("fmt from standard input") {
    const Ran ran = run_remit({"fmt", "--stdin"}, input(kUntidy));
    CHECK(ran.exit == 0);
    CHECK(ran.out == kTidy);
    CHECK(run_remit({"fmt", "--stdin", "--check"}, input(kUntidy)).exit == 1);
    CHECK(run_remit({"fmt", "--stdin", "--check"}, input(kTidy)).exit == 0);
    CHECK(run_remit({"fmt", "--stdin"}, input("allow to to\n")).exit == 1);
}
