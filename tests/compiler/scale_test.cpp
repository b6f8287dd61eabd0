// A sum over tools whose amounts have different scales charges the same money for the same text.
#include "tests/catch.h"
#include "tests/compiler/files.h"
#include "vm/engine/policy.h"
#include "vm/interpreter/interpreter.h"

namespace remit::test {

TEST_CASE("a count brings its summands to one scale") {
    Compilation c = compile_files(
        "p", {{"p",
               "policy x.y\ntool a(x: decimal(2) min 0.00) read\ntool b(x: decimal(4) min 0.0000) read\n"
               "allow anyone to *\ncount spent = sum args.x for a, b over 1h per session\n"}});
    INFO(messages(c));
    REQUIRE(c.layers.size() == 1);
    auto program = LoadedProgram::load(std::move(c.layers[0]));
    REQUIRE(program.ok());
    auto policy = Policy::make({{*program, make_interpreter(*program)}});
    REQUIRE(policy.ok());
    Decider decider(*policy);
    for (const char* tool : {"a", "b"}) {
        const std::string request =
            std::string(
                R"({"session":{"id":"s","roles":[],"tier":"dev","tenant":"t","owner":"o","scope":["*"],"retention":"r",)") +
            R"("expires":"2100-01-01T00:00:00Z","revoked":false},"call":{"id":"c","tool":")" + tool +
            R"(","args":{"x":"1.5"}},"state":{"counts":{"spent":"0"}},"context":{"time":"2026-01-01T00:00:00Z"}})";
        const Decision d = decider.decide(request);
        INFO(to_json(d));
        REQUIRE(d.counts.size() == 1);
        CHECK(d.counts[0].amount == "+1.5000");
    }
}

}  // namespace remit::test
