// Commands as arguments: what a host is told of those that are not understood, and what a signature covers.
#include "tests/catch.h"
#include "tests/compiler/files.h"
#include "vm/engine/policy.h"
#include "vm/interpreter/interpreter.h"
#include "vm/program/image.h"
#include "vm/program/limits.h"

namespace remit::test {

namespace {

const char* const kPolicy =
    "policy x.y\ntool sh(cmd: command) write\nallow anyone to sh\nask owner for sh within 1h\n"
    "block sh when args.cmd.program == \"rm\" because \"no\"\n";

std::string request(const std::string& cmd) {
    return R"({"session":{"id":"s","roles":[],"tier":"dev","tenant":"t","owner":"o","scope":["*"],"retention":"r",)"
           R"("expires":"2100-01-01T00:00:00Z","revoked":false},"call":{"id":"c","tool":"sh","args":{"cmd":)" +
           cmd + R"(}},"context":{"time":"2026-01-01T00:00:00Z"}})";
}

class Shell {
public:
    Shell() {
        Compilation c = compile_files("p", {{"p", kPolicy}});
        INFO(messages(c));
        REQUIRE(c.layers.size() == 1);
        // By way of an image, as a host has it.
        auto layers = read_images(write_images(c.layers));
        REQUIRE(layers.ok());
        auto program = LoadedProgram::load(std::move((*layers)[0]));
        REQUIRE(program.ok());
        auto policy = Policy::make({{*program, make_interpreter(*program)}});
        REQUIRE(policy.ok());
        policy_ = *policy;
        decider_ = std::make_unique<Decider>(policy_);
    }
    Decision decide(const std::string& cmd) { return decider_->decide(request(cmd)); }
    std::string denial(const std::string& cmd) {
        const Decision d = decide(cmd);
        for (const SpokenRule& r : d.rules)
            if (r.rule.rfind("builtin:", 0) == 0) return r.rule;
        return "";
    }

private:
    std::shared_ptr<const Policy> policy_;
    std::unique_ptr<Decider> decider_;
};

}  // namespace

TEST_CASE("a signature covers what a command is, and its text where that is not understood") {
    Shell shell;
    CHECK(shell.decide("\"ls\"").verdict == Verdict::Ask);
    CHECK(shell.decide("\"a; b\"").verdict == Verdict::Deny);  // the block is in doubt
    CHECK(shell.decide("[\"ls\"]").verdict == Verdict::Ask);
    const std::string one = shell.decide("\"a; b\"").digest, two = shell.decide("\"a; c\"").digest;
    CHECK_FALSE(one.empty());
    CHECK(one != two);
    CHECK(shell.decide("\"ls\"").digest != shell.decide("\"ls -l\"").digest);
    CHECK(shell.decide("[\"ls\",\"-l\"]").digest != shell.decide("[\"ls\",\"-r\"]").digest);
    CHECK(shell.decide("\"ls\"").digest == shell.decide("\"ls\"").digest);
}

TEST_CASE("commands that are no commands, and those that are too long") {
    Shell shell;
    const auto words = [](size_t n) {
        std::string out = "[\"x\"";
        for (size_t i = 1; i < n; ++i) out += ",\"x\"";
        return out + "]";
    };
    const auto line = [](size_t bytes) { return "\"" + std::string(bytes, 'x') + "\""; };
    std::string many = "\"x";
    for (size_t i = 1; i < limits::kMaxCommandWords; ++i) many += " x";
    for (const char* bad : {"3", "true", "{}", "[3]", "[\"a\",null]", "[[\"a\"]]", "null"}) {
        INFO(bad);
        CHECK(shell.denial(bad) == "builtin:arguments");
    }
    CHECK(shell.denial("[]").empty());
    CHECK(shell.denial("\"\"").empty());
    CHECK(shell.denial(words(limits::kMaxCommandWords)).empty());
    CHECK(shell.denial(words(limits::kMaxCommandWords + 1)) == "builtin:limit");
    CHECK(shell.denial(many + "\"").empty());
    CHECK(shell.denial(many + " x\"") == "builtin:limit");
    CHECK(shell.denial(line(limits::kMaxCommandBytes)).empty());
    CHECK(shell.denial(line(limits::kMaxCommandBytes + 1)) == "builtin:limit");
}

TEST_CASE("an image whose command is made of something else is refused") {
    Compilation c = compile_files("p", {{"p", kPolicy}});
    REQUIRE(c.layers.size() == 1);
    const auto refused = [&](void (*spoil)(ValueType&)) {
        std::vector<Program> layers = c.layers;
        spoil(layers[0].tools[0].params[0].type);
        return !LoadedProgram::load(std::move(layers[0])).ok();
    };
    CHECK(refused([](ValueType& t) { t.fields.pop_back(); }));
    CHECK(refused([](ValueType& t) { std::swap(t.fields[0], t.fields[1]); }));
    CHECK(refused([](ValueType& t) { t.fields[1].type.kind = ValueKind::Host; }));
    CHECK(refused([](ValueType& t) { t.fields[3].type.kind = ValueKind::Set; }));
    CHECK(refused([](ValueType& t) { t.fields.clear(); }));
    CHECK(refused([](ValueType& t) { t.fields[2].optional = true; }));
    CHECK_FALSE(refused([](ValueType&) {}));
}

}  // namespace remit::test
