// The interpreter on programs built by hand: every structural instruction, every action.
#include <functional>
#include <random>

#include "tests/catch.h"
#include "tests/program/sample.h"
#include "vm/ops/op_table.h"

using namespace remit;
using namespace remit::test;

namespace {

/// The value of a guard, read through a block (may) and an allow (must).
int64_t guard(const std::vector<Instr>& code, const std::function<void(Bench&)>& fill, std::vector<TypeRef> types = {},
              const std::vector<Constant>& params = {}) {
    Program p = bare();
    const uint32_t shape = add_shape(p, code, std::move(types));
    add_rule(p, RuleKind::Block, Action::Block, shape, params);
    add_rule(p, RuleKind::Allow, Action::Allow, shape, params);
    Bench b(std::move(p));
    REQUIRE(b.problem == "");
    fill(b);
    b.run();
    return b.out.blocked << 1 | b.out.allowed;
}
/// The value of a number shape, read through a count; INT64_MAX for an error.
int64_t amount(const std::vector<Instr>& code, const std::function<void(Bench&)>& fill) {
    Program p = bare();
    const uint32_t always = add_shape(p, {param(0, 0), ret(0)}, {kTruthType});
    const uint32_t value = add_shape(p, code, {}, kIntType);
    add_rule(p, RuleKind::Count, Action::Count, always, {number(kTrue, kTruthType)}, kSum, value);
    Bench b(std::move(p));
    REQUIRE(b.problem == "");
    fill(b);
    b.run();
    return b.frame[kSum].bits;
}

const V kItemValues[] = {{1, 0}, {2, 0}, {3, 0}};
const List kThree{3, Kind::Int, kItemValues, nullptr}, kNone{0, Kind::Int, nullptr, nullptr};
const V kDoubtValues[] = {{1, 0}, {0, static_cast<int64_t>(Err::Null)}};
const List kDoubt{2, Kind::Int, kDoubtValues, nullptr};
void nothing(Bench&) {}
auto items(const List& list) {
    return [&list](Bench& b) { b.frame[kItems] = ref(&list); };
}
/// Body of the loops below: item < 3.
std::vector<Instr> below_three(Op head) {
    return {slot(0, kItems),
            ins(head, 2, 0, 1, 5),
            ins(Op::Item, 3, 0, 1),
            slot(4, kAmount),
            ins(Op::LtI, 5, 3, 4),
            ins(Op::Next, 0, 5),
            ret(2)};
}
auto limit(const List& list, int64_t n) {
    return [&list, n](Bench& b) {
        b.frame[kItems] = ref(&list);
        b.frame[kAmount] = {n, 0};
    };
}

}  // namespace

TEST_CASE("slots and parameters") {
    const std::vector<Instr> code = {slot(0, kAmount), param(1, 0), ins(Op::LtI, 2, 1, 0), ret(2)};
    const auto set = [](V v) { return [v](Bench& b) { b.frame[kAmount] = v; }; };
    CHECK(guard(code, set({11, 0}), {kIntType}, {number(10)}) == kTrue);
    CHECK(guard(code, set({10, 0}), {kIntType}, {number(10)}) == kFalse);
    CHECK(guard(code, set(error(Err::Absent)), {kIntType}, {number(10)}) == kError);
}

TEST_CASE("exit_false leaves at once, and only on false") {
    const std::vector<Instr> code = {param(0, 0), ins(Op::ExitFalse, 0, 0), param(1, 1), ret(1)};
    const auto run = [&](int64_t a, int64_t b) {
        return guard(code, nothing, {kTruthType, kTruthType}, {number(a, kTruthType), number(b, kTruthType)});
    };
    CHECK(run(kFalse, kTrue) == kFalse);
    CHECK(run(kError, kTrue) == kTrue);
    CHECK(run(kTrue, kFalse) == kFalse);
    CHECK(run(kTrue, kError) == kError);
}

TEST_CASE("any, all") {
    CHECK(guard(below_three(Op::ForAny), limit(kThree, 2)) == kTrue);
    CHECK(guard(below_three(Op::ForAny), limit(kThree, 1)) == kFalse);
    CHECK(guard(below_three(Op::ForAny), limit(kNone, 9)) == kFalse);
    CHECK(guard(below_three(Op::ForAny), limit(kDoubt, 2)) == kTrue);
    CHECK(guard(below_three(Op::ForAny), limit(kDoubt, 1)) == kError);
    CHECK(guard(below_three(Op::ForAny), nothing) == kError);
    CHECK(guard(below_three(Op::ForAll), limit(kThree, 4)) == kTrue);
    CHECK(guard(below_three(Op::ForAll), limit(kThree, 3)) == kFalse);
    CHECK(guard(below_three(Op::ForAll), limit(kNone, 0)) == kTrue);
    CHECK(guard(below_three(Op::ForAll), limit(kDoubt, 1)) == kFalse);
    CHECK(guard(below_three(Op::ForAll), limit(kDoubt, 2)) == kError);
    CHECK(guard(below_three(Op::ForAll), nothing) == kError);
}

TEST_CASE("count, sum") {
    CHECK(amount(below_three(Op::ForCount), limit(kThree, 3)) == 2);
    CHECK(amount(below_three(Op::ForCount), limit(kNone, 3)) == 0);
    CHECK(amount(below_three(Op::ForCount), limit(kDoubt, 3)) == INT64_MAX);
    CHECK(amount(below_three(Op::ForCount), nothing) == INT64_MAX);
    const std::vector<Instr> sum = {slot(0, kItems), ins(Op::ForSum, 2, 0, 1, 3), ins(Op::Item, 3, 0, 1),
                                    ins(Op::Next, 0, 3), ret(2)};
    CHECK(amount(sum, items(kThree)) == 6);
    CHECK(amount(sum, items(kNone)) == 0);
    CHECK(amount(sum, items(kDoubt)) == INT64_MAX);
    CHECK(amount(sum, nothing) == INT64_MAX);
}

TEST_CASE("two loops after one another, with registers used again") {
    const std::vector<Instr> code = {slot(0, kItems),
                                     ins(Op::ForAny, 2, 0, 1, 4),
                                     ins(Op::Item, 3, 0, 1),
                                     ins(Op::Truth, 4, 3),
                                     ins(Op::Next, 0, 4),
                                     ins(Op::ForAll, 5, 0, 1, 8),
                                     ins(Op::Item, 3, 0, 1),
                                     ins(Op::Truth, 4, 3),
                                     ins(Op::Next, 0, 4),
                                     ins(Op::And, 6, 2, 5),
                                     ret(6)};
    CHECK(guard(code, items(kThree)) == kTrue);
    CHECK(guard(code, items(kNone)) == kFalse);
}

TEST_CASE("items and fields of records") {
    const std::vector<Instr> code = {slot(0, kRecords),          slot(1, kAmount),     ins(Op::Item, 2, 0, 1),
                                     ins(Op::Field, 3, 2, 0, 0), ins(Op::Truth, 4, 3), ret(4)};
    const V one[] = {{1, 0}, error(Err::Absent)}, two[] = {{0, 0}, error(Err::Absent)};
    const Record records[] = {{2, one}, {2, two}};
    const V values[] = {ref(&records[0]), ref(&records[1])};
    const List list{2, Kind::Record, values, nullptr};
    const auto at = [&](int64_t n) {
        return [&list, n](Bench& b) {
            b.frame[kRecords] = ref(&list);
            b.frame[kAmount] = {n, 0};
        };
    };
    CHECK(guard(code, at(0)) == kTrue);
    CHECK(guard(code, at(1)) == kFalse);
    CHECK(guard(code, at(2)) == kError);
    CHECK(guard(code, at(-1)) == kError);
    CHECK(guard(code, nothing) == kError);
}

TEST_CASE("the sample: every action, and the policy's hash") {
    Bench b(sample());
    REQUIRE(b.problem == "");
    const Str word{"abc", 3, 0}, scheme{"https", 5, 0}, host{"x.b.com", 7, 0};
    const Url url{word, scheme, host, word, 443};
    const V seven[] = {{7, 0}};
    const List list{1, Kind::Int, seven, nullptr}, seen{0, Kind::Str, nullptr, nullptr};
    b.frame[kAmount] = {150, 0};
    b.frame[kText] = ref(&word);
    b.frame[kUrl] = ref(&url);
    b.frame[kItems] = ref(&list);
    b.frame[kSeenList] = ref(&seen);
    b.frame[kSum] = {1000, 0};
    b.run();
    CHECK(b.out.allowed == 1);
    CHECK(b.out.blocked == 1);
    CHECK(b.frame[kSlotRisk].bits == 70);
    CHECK(b.frame[kSlotLane].bits == 2);
    CHECK(b.frame[kMark].bits == 1);
    CHECK(b.frame[kSum].bits == 1150);
    CHECK(b.frame[kSumPart].bits == 150);
    CHECK(b.frame[kSeen].bits == 1);
    CHECK(b.frame[kSeenPart].bits == 1);
    CHECK(std::vector<uint32_t>(b.matched.begin(), b.matched.begin() + b.out.matched_count) ==
          std::vector<uint32_t>{0, 1, 2, 3, 4, 5, 6, 7, 8});
    CHECK((b.out.policy[0] & 0xFF) == 1);
    CHECK(b.out.policy[0] >> 56 == 8);
    CHECK(b.out.policy[3] >> 56 == 32);
    CHECK(std::string(b.kernel->name()) == "interp");
}

TEST_CASE("a mark is seen by the guards after it") {
    Program p = bare();
    const uint32_t always = add_shape(p, {param(0, 0), ret(0)}, {kTruthType});
    const uint32_t marked = add_shape(p, {slot(0, kMark), ins(Op::Truth, 1, 0), ret(1)});
    add_rule(p, RuleKind::Mark, Action::Mark, always, {number(kTrue, kTruthType)}, kMark);
    add_rule(p, RuleKind::Block, Action::Block, marked);
    Bench b(std::move(p));
    REQUIRE(b.problem == "");
    b.run();
    CHECK(b.out.blocked == 1);
}

TEST_CASE("a thousand rows of one shape, and a tool that does not exist") {
    Program p = bare();
    const uint32_t above = add_shape(p, {slot(0, kAmount), param(1, 0), ins(Op::LtI, 2, 1, 0), ret(2)}, {kIntType});
    for (int i = 0; i < 1000; ++i) add_rule(p, RuleKind::Risk, Action::Risk, above, {number(i)}, 1);
    p.segments = {{Action::Risk, false, above, kNoShape, 0, 1000}};
    p.tool_segments = {0};
    p.tools[0].segments_end = 1;
    Bench b(std::move(p));
    REQUIRE(b.problem == "");
    b.frame[kAmount] = {400, 0};
    b.run();
    CHECK(b.frame[kSlotRisk].bits == 400);
    CHECK(b.out.matched_count == 400);
    Outcome none;
    b.kernel->decide(7, b.frame.data(), none);
    CHECK(none.matched_count == 0);
}

TEST_CASE("constants are made ready") {
    Bench b(sample());
    REQUIRE(b.problem == "");
    const Program& p = b.loaded->program();
    CHECK(b.loaded->params().size() == p.params.size());
    const V pattern = b.loaded->params()[p.rows[4].params], list = b.loaded->params()[p.rows[4].params + 1];
    CHECK(as<Str>(pattern).view() == "[a-z]+");
    CHECK(as<Str>(pattern).reserved == 1);
    CHECK(as<List>(list).size == 2);
    CHECK(as<List>(list).item_kind == Kind::Str);
    CHECK(as<Str>(as<List>(list).items[1]).view() == "*.b.com:*");
    const uint32_t nets = p.rows[8].params;
    CHECK(as<Net>(b.loaded->params()[nets + 1]).bits == 104);
    CHECK(as<Email>(b.loaded->params()[nets + 2]).domain.view() == "a.com");
    CHECK(as<Url>(b.loaded->params()[nets + 3]).port == 443);
}

namespace {

/// Random bytecode that is sound more often than not: it knows which register holds what, and now and then forgets.
class Generator {
public:
    explicit Generator(const Program& p) : p_(p), random_(20261123) {}

    std::vector<Instr> shape() {
        code_.clear();
        types_.assign(8, kNone_);
        for (uint32_t n = 2 + below(5); n > 0; --n) load();
        for (uint32_t n = below(8); n > 0; --n) step();
        if (below(2) == 0) loop();
        code_.push_back(ret(find(Kind::Truth)));
        return code_;
    }

private:
    static constexpr int kNone_ = -1;
    uint32_t below(uint32_t n) { return static_cast<uint32_t>(random_() % n); }
    uint16_t any() { return static_cast<uint16_t>(below(6)); }  // 6 and 7 are for loops
    uint16_t find(Kind kind) {
        std::vector<uint16_t> fit;
        for (uint16_t r = 0; r < types_.size(); ++r) {
            if (types_[r] != kNone_ && operand_fits(kind, p_.types[static_cast<size_t>(types_[r])].kind))
                fit.push_back(r);
        }
        return fit.empty() || below(50) == 0 ? any() : fit[below(static_cast<uint32_t>(fit.size()))];
    }
    void load() {
        const uint16_t to = any();
        const uint32_t from = kAmount + below(kSampleSlots - kAmount);
        code_.push_back(slot(to, from));
        types_[to] = p_.slots[from].type;
    }
    void step() {
        const Op op = static_cast<Op>(below(kFirstStructural));
        const OpInfo& info = op_info(op);
        const uint16_t to = any();
        code_.push_back(ins(op, to, find(info.a), info.arity == 2 ? find(info.b) : uint16_t{0}));
        types_[to] = static_cast<int>(info.result);
    }
    void loop() {
        const Op head = static_cast<Op>(static_cast<uint32_t>(Op::ForAny) + below(4));
        const uint16_t list = find(Kind::List);
        const size_t at = code_.size();
        code_.push_back(ins(head, 6, list, 7));
        types_[7] = kIntType;
        const uint16_t item = any();
        if (below(2) == 0 && types_[list] != kNone_) {
            code_.push_back(ins(Op::Item, item, list, 7));
            types_[item] = p_.types[static_cast<size_t>(types_[list])].item;
        }
        for (uint32_t n = below(3); n > 0; --n) step();
        code_.push_back(ins(Op::Truth, 5, 7));
        code_[at].imm = static_cast<uint32_t>(code_.size());
        code_.push_back(ins(Op::Next, 0, head == Op::ForSum ? uint16_t{7} : uint16_t{5}));
        types_[7] = kNone_;
        types_[6] = head == Op::ForAny || head == Op::ForAll ? kTruthType : kIntType;
    }

    const Program& p_;
    std::mt19937 random_;
    std::vector<Instr> code_;
    std::vector<int> types_;
};

}  // namespace

TEST_CASE("random bytecode: whatever passes the verifier runs") {
    const Program empty = bare();
    Generator generator(empty);
    const Str word{"abc", 3, 0};
    const Url url{word, word, word, word, -1};
    const V fields[] = {{1, 0}, ref(&word)};
    const Record record{2, fields};
    const V words[] = {ref(&word)}, records[] = {ref(&record), error(Err::Absent)};
    const List texts{1, Kind::Str, words, nullptr}, record_list{2, Kind::Record, records, nullptr};
    size_t ran = 0, loops = 0, refused = 0;
    for (int round = 0; round < 20000; ++round) {
        const std::vector<Instr> code = generator.shape();
        Program p = empty;
        add_rule(p, RuleKind::Block, Action::Block, add_shape(p, code));
        Bench b(std::move(p));
        if (!b.problem.empty()) {
            ++refused;
            continue;
        }
        ++ran;
        for (const Instr& i : code) loops += i.op == Op::Next;
        b.frame[kItems] = ref(&kThree);
        b.frame[kText] = ref(&word);
        b.frame[kUrl] = ref(&url);
        b.frame[kRecord] = ref(&record);
        b.frame[kTexts] = b.frame[kSeenList] = ref(&texts);
        b.frame[kRecords] = ref(&record_list);
        b.run();
        if (b.out.blocked != static_cast<int64_t>(b.out.matched_count)) FAIL_CHECK("round " << round);
    }
    CHECK(ran > 200);
    CHECK(loops > 20);
    CHECK(refused > 20);
}
