// A host that only decides: an image in, decisions out, from the engine and the interpreter alone. That this program links without the
// compiler and without LLVM is the test; that it decides shows that nothing was left out.
#include "tests/catch.h"
#include "vm/engine/policy.h"
#include "vm/interpreter/interpreter.h"
#include "vm/program/image.h"

using namespace remit;

namespace {

Vocabulary ordered(std::string name, std::vector<std::string> symbols) {
    return {std::move(name), true, std::move(symbols)};
}

/// A policy without rules, written by hand: one tool that reads.
Program bare_program() {
    Program p;
    p.name = "alone";
    p.vocabularies = {ordered("tiers", {"dev", "prod"}), ordered("classes", {"public", "secret"}),
                      ordered("trust", {"untrusted", "trusted"}), ordered("lanes", {"low", "high"})};
    for (int kind = 0; kind < kKindCount; ++kind) {
        TypeDesc type;
        type.kind = static_cast<Kind>(kind);
        type.item = static_cast<TypeRef>(Kind::Int);
        p.types.push_back(type);
    }
    const char* names[] = {"risk",       "lane",           "data",          "session.tier",      "context.time",
                           "session.id", "session.tenant", "session.owner", "session.retention", "call.id",
                           "call.parent"};
    for (uint32_t slot = kSlotRisk; slot < kSlotRoles; ++slot) {
        const Kind kind = slot >= kSlotSessionId ? Kind::Str : Kind::Int;
        p.slots.push_back({names[slot], static_cast<TypeRef>(kind)});
    }
    ToolDesc tool;
    tool.name = "notes.read";
    p.tools.push_back(tool);
    return p;
}

Decision decide(const std::string& tool) {
    const auto read = read_image(write_image(bare_program()));
    REQUIRE(read.ok());
    const auto loaded = LoadedProgram::load(*read);
    INFO((loaded.ok() ? "" : loaded.error()));
    REQUIRE(loaded.ok());
    const auto policy = Policy::make({{*loaded, make_interpreter(*loaded)}});
    REQUIRE(policy.ok());
    return Decider(*policy).decide(
        R"({"id":"r","session":{"id":"s","roles":[],"tier":"prod","tenant":"t","owner":"o","scope":["*"],"retention":"standard",)"
        R"("expires":"2030-01-01T00:00:00Z","revoked":false},"call":{"id":"c","tool":")" +
        tool + R"(","args":{}},"facts":[],"state":{"version":1,"marks":{},"counts":{}},)" +
        R"("context":{"time":"2026-01-01T00:00:00Z"},"signatures":[]})");
}

}  // namespace

TEST_CASE("the engine decides without compiler and LLVM") {
    const Decision known = decide("notes.read"), unknown = decide("notes.burn");
    CHECK(known.verdict == Verdict::Deny);
    REQUIRE(known.rules.size() == 1);
    CHECK(known.rules[0].rule == "builtin:no-allow");
    CHECK(known.engine == "interp");
    CHECK(unknown.verdict == Verdict::Deny);
    REQUIRE(unknown.rules.size() == 1);
    CHECK(unknown.rules[0].rule == "builtin:tool-unknown");
}
