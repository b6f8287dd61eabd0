// The boundary table through `apply`: the reviewed results, and totality and strictness over all crossed operands.
#include <map>

#include "tests/catch.h"
#include "tests/ops/boundary.h"

using namespace remit;
using namespace remit::test;

namespace {

constexpr int kReviewedAtLeast = 5;

std::string show(const BoundaryCase& c) {
    const auto value = [](V v) { return std::to_string(v.bits) + "/" + std::string(err_name(v.err)); };
    return std::string(mnemonic_of(c.op)) + "(" + value(c.a) + ", " + value(c.b) + ")";
}
bool is_strict(Op op) { return op > Op::CountStep; }

}  // namespace

TEST_CASE("every operation has reviewed cases, and they hold") {
    const BoundaryTable table;
    std::map<Op, int> reviewed;
    for (const BoundaryCase& c : table.reviewed()) {
        ++reviewed[c.op];
        INFO(show(c));
        const V got = apply(c.op, c.a, c.b);
        INFO("got " << got.bits << "/" << err_name(got.err) << ", wanted " << c.expected.bits << "/"
                    << err_name(c.expected.err));
        CHECK(same_value(op_info(c.op).result, got, c.expected));
    }
    for (int n = 0; n < kFirstStructural; ++n) {
        INFO(kOpTable[n].name);
        CHECK(reviewed[static_cast<Op>(n)] >= kReviewedAtLeast);
    }
}

TEST_CASE("every operation is total over crossed operands, and strict where it says so") {
    const BoundaryTable table;
    size_t cases = 0;
    for (const BoundaryCase& c : table.crossed()) {
        ++cases;
        const OpInfo& info = op_info(c.op);
        const V got = apply(c.op, c.a, c.b);
        bool fine = got.err >= 0 && got.err < kErrCount;
        if (info.result == Kind::Truth)
            fine = fine && got.err == 0 && (got.bits == kFalse || got.bits == kError || got.bits == kTrue);
        else
            fine = fine && (got.err == 0 || got.bits == 0) &&
                   (info.result == Kind::Int || got.err != 0 || got.bits != 0);
        if (is_strict(c.op)) {
            const int64_t err = c.a.err != 0 ? c.a.err : (info.arity == 2 ? c.b.err : 0);
            if (err != 0) fine = fine && (info.result == Kind::Truth ? got.bits == kError : got.err == err);
        }
        if (!fine) FAIL_CHECK(show(c) << " gives " << got.bits << "/" << got.err);
    }
    CHECK(cases > 5000);
}

TEST_CASE("logic over all triples: order and grouping never matter") {
    for (const int64_t a : {kFalse, kError, kTrue}) {
        for (const int64_t b : {kFalse, kError, kTrue}) {
            const V x{a, 0}, y{b, 0};
            CHECK(op_And(x, y).bits == op_And(y, x).bits);
            CHECK(op_Or(x, y).bits == op_Or(y, x).bits);
            CHECK(op_Not(op_And(x, y)).bits == op_Or(op_Not(x), op_Not(y)).bits);
            for (const int64_t c : {kFalse, kError, kTrue}) {
                const V z{c, 0};
                CHECK(op_Or(x, op_Or(y, z)).bits == op_Or(op_Or(x, y), z).bits);
            }
        }
    }
}

TEST_CASE("a structural instruction is no operation") {
    CHECK(apply(Op::Ret, {1, 0}, {1, 0}).err == static_cast<int64_t>(Err::BadValue));
    CHECK(mnemonic_of(Op::ExitFalse) == "exit_false");
    CHECK(mnemonic_of(Op::EqI) == "eq.i");
}

TEST_CASE("globs are not exponential") {
    BoundaryTable t;
    std::string text(20'000, 'a'), glob;
    for (int i = 0; i < 30; ++i) glob += "a*";
    CHECK(apply(Op::LikeS, t.S(text), t.S(glob + "b")).bits == kFalse);
    CHECK(apply(Op::LikeS, t.S(text), t.S(glob)).bits == kTrue);
}

TEST_CASE("regular expressions are bounded and say what is wrong") {
    CHECK_FALSE(regex_error("[a-z]{1,10}"));
    CHECK(regex_error("(").has_value());
    CHECK(regex_error("(?=a)").has_value());                 // look-ahead is not RE2
    CHECK(regex_error("((a{100}){100}){100}").has_value());  // beyond the memory bound
    CHECK(compile_regex("((a{100}){100}){100}") == nullptr);
    BoundaryTable t;
    CHECK(apply(Op::MatchesS, t.S(std::string(50'000, 'a')), t.R("(a*)*b")).bits == kFalse);
}

TEST_CASE("items and fields") {
    BoundaryTable t;
    const V list = t.LI({{5, 0}, {6, 0}});
    CHECK(item_of(list, {1, 0}).bits == 6);
    CHECK(item_of(list, {2, 0}).err == static_cast<int64_t>(Err::Absent));
    CHECK(item_of(list, {-1, 0}).err == static_cast<int64_t>(Err::Absent));
    CHECK(item_of(error(Err::Null), {0, 0}).err == static_cast<int64_t>(Err::Null));
    CHECK(item_of(list, error(Err::Overflow)).err == static_cast<int64_t>(Err::Overflow));
    const V fields[] = {{1, 0}, {2, 0}};
    const Record record{2, fields};
    CHECK(field_of(ref(&record), 1).bits == 2);
    CHECK(field_of(ref(&record), 2).err == static_cast<int64_t>(Err::Absent));
    CHECK(field_of(error(Err::MissingFact), 0).err == static_cast<int64_t>(Err::MissingFact));
}
