// What lint by proof says of small policies, and that it says nothing of sound ones.
#include "host/prove/lint.h"

#include "tests/catch.h"
#include "tests/prove/subject.h"

using namespace remit;
using prove::Remark;

namespace {

constexpr const char* kCommon = R"(policy test.lint
role clerk
tool pay(amount: int min 0 max 1000) write, trust vetted
allow clerk to pay
block pay when args.amount > 100
)";

/// Words and lines of the remarks: `shadowed 6`.
std::string remarks(const std::string& more) {
    prove::ProveOptions options;
    options.solver.program = test::solver();
    const auto found = prove::lint(test::policy_of(kCommon + more + "\n"), options);
    REQUIRE(found.ok());
    std::string out;
    for (const Remark& r : *found) {
        const size_t line = r.at.find(':');
        out += std::string(remark_word(r.kind)) +
               (line == r.at.npos ? "" : " " + r.at.substr(line + 1, r.at.rfind(':') - line - 1)) + ";";
    }
    return out;
}

}  // namespace

TEST_CASE("rules that cannot speak or change nothing") {
    CHECK(remarks("") == "");
    CHECK(remarks("block pay when args.amount > 2000") == "silent 6;");
    CHECK(remarks("block pay when args.amount > 500") == "shadowed 6;");
    CHECK(remarks("block pay when args.amount > 50") == "shadowed 5;");
    CHECK(remarks("block pay when session.tier == prod") == "");
    CHECK(remarks("allow clerk to pay when session.tier == prod") == "shadowed 6;");
    CHECK(remarks("risk large +5 for pay when args.amount > 100") == "shadowed 6;");
    CHECK(remarks("risk large +5 for pay when args.amount > 99") == "");
}

TEST_CASE("tools that nobody may call, obligations that nobody can meet") {
    CHECK(remarks("tool shut(n: int) write") == "closed;");
    CHECK(remarks("tool shut(n: int) write\nallow clerk to shut\nblock shut when session.tier >= dev") == "closed;");
    CHECK(remarks("ask 2 of clerk for pay within 1h") == "");
}
