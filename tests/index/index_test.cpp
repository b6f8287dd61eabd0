// `judge` says what `decide` says, for policies made to use every form of table: large and small, with coarse classes, trees, texts, many
// roles, rules that tools share, and rules that must be run.
#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "compiler/compile.h"
#include "tests/catch.h"
#include "vm/index/effect.h"
#include "vm/interpreter/interpreter.h"
#include "vm/index/loaded.h"

using namespace remit;

namespace {

std::shared_ptr<const LoadedProgram> load(const std::string& text) {
    Compilation c = compile("test.remit", text, {});
    if (c.layers.empty()) FAIL(c.diagnostics.sorted()[0].message << "\n" << text.substr(0, 2000));
    auto loaded = LoadedProgram::load(std::move(c.layers[0]));
    REQUIRE(loaded.ok());
    return *loaded;
}

/// What a decision comes to, whichever rules it was said by.
struct Summary {
    bool allowed = false, blocked = false, asked = false;
    int64_t risk = 0, lane = 0;
    std::vector<uint32_t> effects;
    friend bool operator==(const Summary&, const Summary&) = default;
};

class Pair {
public:
    explicit Pair(std::shared_ptr<const LoadedProgram> p)
        : program(std::move(p)),
          kernel(make_interpreter(program)),
          effects(indexing::same_effects(program->program())),
          matched(program->program().rules.size() + 1),
          spoken(program->index().most_probes() + 1) {}

    Summary decide(uint32_t tool, std::vector<V> frame) {
        Outcome out;
        out.matched = matched.data();
        kernel->decide(tool, frame.data(), out);
        return finish(out, frame);
    }
    Summary judge(uint32_t tool, std::vector<V> frame) {
        Outcome out;
        out.matched = matched.data();
        out.spoken = spoken.data();
        kernel->judge(tool, frame.data(), out);
        Summary s = finish(out, frame);
        s.asked = s.asked || out.asked != 0;
        for (uint32_t i = 0; i < out.spoken_count; ++i)
            for (const Item& item : program->index().items(spoken[i].leaf->items))
                if ((item.roles & spoken[i].roles) != 0) s.effects.push_back(item.rule);
        tidy(s);
        return s;
    }

    std::shared_ptr<const LoadedProgram> program;

private:
    Summary finish(const Outcome& out, const std::vector<V>& frame) const {
        Summary s{out.allowed != 0, out.blocked != 0, false, frame[kSlotRisk].bits, frame[kSlotLane].bits, {}};
        for (uint32_t i = 0; i < out.matched_count; ++i) {
            const RuleKind kind = program->program().rules[out.matched[i]].kind;
            s.asked = s.asked || kind == RuleKind::Ask;
            const bool listed = kind != RuleKind::Allow && kind != RuleKind::Block && kind != RuleKind::Risk &&
                                kind != RuleKind::Lane;
            if (listed) s.effects.push_back(effects[out.matched[i]]);
        }
        tidy(s);
        return s;
    }
    static void tidy(Summary& s) {
        std::sort(s.effects.begin(), s.effects.end());
        s.effects.erase(std::unique(s.effects.begin(), s.effects.end()), s.effects.end());
    }

    std::shared_ptr<const Kernel> kernel;
    std::vector<uint32_t> effects, matched;
    std::vector<Spoken> spoken;
};

/// Values near those that the program's rules compare with, and errors.
class Frames {
public:
    Frames(const LoadedProgram& program, uint64_t seed) : program_(program.program()), random_(seed) {
        for (const Constant& c : program_.constants) {
            const Kind kind = program_.types[c.type].kind;
            if (kind == Kind::Int) numbers_.push_back(c.number);
            if (kind == Kind::Str) texts_.push_back({c.text.data(), static_cast<uint32_t>(c.text.size()), 0});
        }
        numbers_.push_back(0);
        texts_.push_back({"else", 4, 0});
    }
    std::vector<V> next() {
        std::vector<V> frame(program_.slots.size());
        for (size_t i = 0; i < frame.size(); ++i) frame[i] = value(static_cast<uint32_t>(i));
        frame[kSlotRisk] = frame[kSlotLane] = {0, 0};
        return frame;
    }

private:
    V value(uint32_t slot) {
        const bool role = slot >= kSlotRoles && slot < kSlotRoles + program_.role_words();
        if (role) return {static_cast<int64_t>(random_() & random_() & random_()), 0};
        if (random_() % 12 == 0) return error(static_cast<Err>(1 + random_() % (kErrCount - 1)));
        switch (program_.types[program_.slots[slot].type].kind) {
            case Kind::Int: {
                if (random_() % 2 == 0) return {static_cast<int64_t>(random_() % 9) - 1, 0};
                const int64_t near = numbers_[random_() % numbers_.size()];
                return {static_cast<int64_t>(static_cast<uint64_t>(near) + random_() % 3 - 1), 0};
            }
            case Kind::Str: return ref(&texts_[random_() % texts_.size()]);
            default: return error(Err::Absent);
        }
    }
    const Program& program_;
    std::mt19937_64 random_;
    std::vector<int64_t> numbers_;
    std::vector<Str> texts_;
};

IndexStats check(const std::string& text, int frames = 400) {
    Pair pair(load(text));
    Frames random(*pair.program, 5);
    const auto tools = static_cast<uint32_t>(pair.program->program().tools.size());
    size_t allowed = 0, effects = 0;
    for (int i = 0; i < frames; ++i) {
        const std::vector<V> frame = random.next();
        const auto tool = static_cast<uint32_t>(i) % tools;
        const Summary decided = pair.decide(tool, frame), judged = pair.judge(tool, frame);
        INFO(pair.program->program().tools[tool].name
             << ": allowed " << decided.allowed << judged.allowed << " blocked " << decided.blocked << judged.blocked
             << " asked " << decided.asked << judged.asked << " risk " << decided.risk << " " << judged.risk);
        REQUIRE((decided == judged));
        allowed += decided.allowed;
        effects += decided.effects.size();
    }
    CHECK(allowed > 0);
    CHECK(effects > 0);
    return pair.program->index().stats();
}

std::string head(int roles, int tools, const char* params = "amount: decimal(2) min 0.00, score: int, region: string") {
    std::string out = "policy test\n\ntiers dev < test < stage < prod\n";
    for (int r = 0; r < roles; ++r) out += fmt::format("role r{}\n", r);
    for (int t = 0; t < tools; ++t) out += fmt::format("tool g{}.t{}({}) write, trust vetted\n", t % 3, t, params);
    return out;
}

const char* kTier[] = {"dev", "test", "stage", "prod"};

}  // namespace

TEST_CASE("rules over tier, score and roles become tables alone") {
    std::mt19937_64 random(2);
    std::string text = head(20, 4);
    for (int i = 0; i < 300; ++i) {
        const auto t = random() % 4;
        const std::string tool = fmt::format("g{}.t{}", t % 3, t), tier = kTier[random() % 4];
        const auto role = random() % 20, other = random() % 20, score = random() % 90;
        if (i % 3 == 0)
            text += fmt::format("allow r{}, r{} to {} when session.tier == {} and args.score > {}\n", role, other, tool,
                                tier, score);
        if (i % 3 == 1)
            text += fmt::format("block {} when r{} in session.roles and session.tier == {} and args.score > {}\n", tool,
                                role, tier, score);
        if (i % 3 == 2)
            text += fmt::format("ask r{} for {} when session.tier >= {} and args.score > {} within {}m\n", role, tool,
                                tier, score, 1 + i % 4);
    }
    const IndexStats stats = check(text, 3000);
    CHECK(stats.rows_run == 0);
    CHECK(stats.rows > 290);  // some of them are alike
}

TEST_CASE("two amounts with many thresholds each are told apart coarsely, and rows run at the borders") {
    std::mt19937_64 random(3);
    std::string text = head(3, 1, "amount: decimal(2) min 0.00, other: decimal(2) min 0.00");
    for (int i = 0; i < 600; ++i) {
        const auto a = random() % 100000, b = random() % 100000;
        const char* verb = i % 2 == 0 ? "block" : "ask owner for";
        text += fmt::format("{} g0.t0 when args.amount > {}.50 and args.other <= {}.00{}\n", verb, a, b,
                            i % 2 == 0 ? "" : " within 1h");
    }
    text +=
        "allow r1 to g0.t0 including write when args.amount < 60000.00\nrisk r +5 for g0.t0 when args.other > 7.00\n";
    const IndexStats stats = check(text, 1500);
    CHECK(stats.cells < 600 * 16 + 5000);
}

TEST_CASE("an axis of many thresholds is filled as a tree") {
    std::string text = head(3, 1);
    for (int i = 0; i < 500; ++i)
        text += fmt::format("risk n{} +{} for g0.t0 when args.amount > {}.00\n", i, 1 + i % 7, i * 37 % 5000);
    for (int i = 0; i < 200; ++i)
        text += fmt::format("ask r{} for g0.t0 when args.score == {} within {}m\n", i % 3, i * 11 % 1000, 1 + i % 5);
    text +=
        "allow r0, r1 to g0.t0\nlane medium when risk >= 300\nlane high when risk >= 900\nask owner when lane == high "
        "within 1h\n";
    CHECK(check(text, 3000).rows_run == 0);
}

TEST_CASE("more roles than a word has bits") {
    std::mt19937_64 random(4);
    std::string text = "policy test\n\n";
    for (int r = 0; r < 300; ++r)
        text += fmt::format("role r{}{}\n", r, r > 0 && r % 7 != 0 ? fmt::format(" includes r{}", r - 1) : "");
    for (int t = 0; t < 3; ++t) text += fmt::format("tool t{}(score: int) write\n", t);
    for (int i = 0; i < 400; ++i) {
        const auto role = random() % 300, other = random() % 300, t = random() % 3;
        if (i % 2 == 0)
            text += fmt::format("allow r{}, r{} to t{} when args.score > {}\n", role, other, t, random() % 50);
        else
            text += fmt::format(
                "ask owner for t{} when (r{} in session.roles or r{} in session.roles) and args.score < {} within 1h\n",
                t, role, other, random() % 50);
    }
    text += "limit 3 parallel per session for t1 when r7 in session.roles\nrisk roles +9 when r250 in session.roles\n";
    CHECK(check(text, 1200).tables > 6);
}

TEST_CASE("rules for very many tools are not copied into each") {
    std::string text = head(3, 1200, "score: int");
    for (int i = 0; i < 150; ++i) text += fmt::format("block * when args.score == {}\n", 10 * i);
    for (int i = 0; i < 1200; ++i)
        text += fmt::format("ask owner for g{}.t{} when args.score > {} within 1h\n", i % 3, i, i);
    text += "allow r1 to * including write\n";
    const IndexStats stats = check(text, 2400);
    CHECK(stats.rows < 20'000);
}

TEST_CASE("texts, optional arguments and what cannot be read") {
    std::string text = head(3, 2, "region: string, score: int optional, flag: bool, amount: decimal(2) min 0.00");
    text +=
        "allow r0, r1 to * including write\n"
        "block * when args.region in { \"eu\", \"us\" } and args.flag\n"
        "block * when not (args.region == \"de\") and has args.score and args.score > 5\n"
        "ask owner when not has args.score within 1h\n"
        "ask owner when args.region like \"e*\" and args.amount > 5.00 within 2h\n"
        "ask 2 of r2 when args.amount + 1.00 > 7.00 within 1h\n"
        "ask r1 when session.tenant == \"eu\" or args.flag within 1h\n"
        "record plan when session.tenant != \"eu\"\n"
        "risk far +30 when args.region != \"eu\"\n"
        "risk odd +3 when not args.flag and args.region == \"us\"\n"
        "mark seen when risk >= 30\n"
        "count calls = number when args.flag over 1h per session\n"
        "block * when state.calls > 3\n"
        "limit 2 parallel per session when args.amount > 3.00\n"
        "isolate sandbox by tenant when args.flag\n"
        "isolate process when args.amount > 1.00\n"
        "never allow * when args.amount > 9.00 unless signed by owner\n";
    const IndexStats stats = check(text, 6000);
    CHECK(stats.rows_run > 4);
    CHECK(stats.rows_run < stats.rows);
}
