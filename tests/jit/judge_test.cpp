// `judge` in native code: each way of classing a slot at its limits, every form of the code, and columns, against the
// interpreter and against `decide`.
#include <random>
#include <set>

#include "tests/jit/engines.h"

using namespace remit;
using namespace remit::test;

namespace {

enum class Compare { Below, Above, Is };

/// A rule of its own segment: `slot` compared with `value`.
void add_rule(Program& p, Action action, uint32_t slot, Compare how, int64_t value, int64_t payload = 0) {
    ShapeAssembler a(p);
    const uint16_t literal = a.param(kIntType), read = a.slot(slot);
    uint16_t guard = 0;
    switch (how) {
        case Compare::Below: guard = a.op(Op::LtI, read, literal); break;
        case Compare::Above: guard = a.op(Op::LtI, literal, read); break;
        case Compare::Is: guard = a.op(Op::EqI, read, literal); break;
    }
    const uint32_t shape = a.ret(guard);
    const size_t begin = p.rows.size();
    add_row(p, {number(value)}, payload);
    add_segment(p, action, shape, begin);
}
void add_text_rule(Program& p, Action action, uint32_t slot, const std::string& value) {
    ShapeAssembler a(p);
    const uint32_t shape = a.ret(a.op(Op::EqS, a.slot(slot), a.param(kStrType)));
    const size_t begin = p.rows.size();
    add_row(p, {text(value)});
    add_segment(p, action, shape, begin);
}
/// A guard that no table holds.
void add_sum_rule(Program& p, Action action, uint32_t x, uint32_t y, int64_t limit, int64_t payload = 0) {
    ShapeAssembler a(p);
    const uint32_t shape = a.ret(a.op(Op::LtI, a.param(kIntType), a.op(Op::AddI, a.slot(x), a.slot(y))));
    const size_t begin = p.rows.size();
    add_row(p, {number(limit)}, payload);
    add_segment(p, action, shape, begin);
}
void add_tool(Program& p, const char* name) {
    ToolDesc tool;
    tool.name = name;
    tool.segments_begin = tool.segments_end = static_cast<uint32_t>(p.tool_segments.size());
    p.tools.push_back(tool);
}
void run_too(Program& p, uint32_t segment) {
    p.tool_segments.push_back(segment);
    p.tools.back().segments_end = static_cast<uint32_t>(p.tool_segments.size());
}

std::vector<V> around(const std::vector<int64_t>& thresholds) {
    std::vector<V> values{{INT64_MIN, 0}, {INT64_MIN + 1, 0}, {-1, 0},       {0, 0},
                          {1, 0},         {INT64_MAX - 1, 0}, {INT64_MAX, 0}};
    for (const int64_t t : thresholds)
        for (const int64_t d : {-1, 0, 1}) values.push_back({t + d, 0});
    for (int64_t e = 1; e < kErrCount; ++e) values.push_back({77, e});
    return values;
}

bool uses(const Engines& engines, ClassKind kind) {
    for (const Layout& layout : engines.loaded().index().layouts())
        for (const Layout::Dim& dim : layout.dims)
            if (dim.kind == kind) return true;
    return false;
}
bool is_walked(const Engines& engines) {
    const auto ir = native_text(engines.loaded(), NativeText::Llvm);
    REQUIRE(ir.ok());
    return ir->find("@remit_probe_0(") != std::string::npos;
}

}  // namespace

TEST_CASE("numbers are classed alike at every threshold, at the ends and for errors") {
    const std::pair<ClassKind, std::vector<int64_t>> cases[] = {
        {ClassKind::Direct, {3}},
        {ClassKind::Direct, {-2, -1, 0, 1, 2, 3}},
        {ClassKind::Few, {-1000000, 7, 5000000000}},
        {ClassKind::Few, {INT64_MIN + 2, 0, INT64_MAX - 2}},
        {ClassKind::Few, {1, 100, 10000, 1000000, 100000000}},
        {ClassKind::Span, {10, 20, 35, 50, 51, 52, 80, 99, 120, 333}},
        {ClassKind::Search, {-5000000000, -7, 0, 12, 500, 100000, 700000, 8000000, 90000000, 1000000000000}},
    };
    for (const auto& [kind, thresholds] : cases) {
        Program p = empty_program();
        const uint32_t x = add_slot(p, kIntType), y = add_slot(p, kIntType);
        // In the order of the phases, as the compiler has it.
        for (size_t i = 0; i < thresholds.size(); i += 3)
            add_rule(p, Action::Allow, x, Compare::Above, thresholds[i] - 1);
        for (size_t i = 0; i < thresholds.size(); ++i)
            add_rule(p, Action::Risk, x, Compare::Above, thresholds[i] - 1, static_cast<int64_t>(i) + 1);
        for (size_t i = 0; i < thresholds.size(); ++i)
            add_rule(p, Action::Lane, x, Compare::Below, thresholds[i], static_cast<int64_t>(i % 3));
        for (size_t i = 1; i < thresholds.size(); i += 3)
            add_rule(p, Action::Block, x, Compare::Above, thresholds[i] - 1);
        for (size_t i = 2; i < thresholds.size(); i += 3) add_rule(p, Action::Note, x, Compare::Below, thresholds[i]);
        add_rule(p, Action::Allow, y, Compare::Above, 5);
        const Engines engines(std::move(p));
        INFO("kind " << static_cast<int>(kind) << ", " << thresholds.size() << " thresholds");
        CHECK(uses(engines, kind));
        std::vector<V> frame = frame_of(engines.program());
        for (const V value : around(thresholds)) {
            for (const V other : {V{5, 0}, V{6, 0}, error(Err::Null)}) {
                frame[x] = value;
                frame[y] = other;
                engines.agree(frame);
            }
        }
    }
}

TEST_CASE("texts, and pointers that must not be followed") {
    Program p = empty_program();
    const uint32_t name = add_slot(p, kStrType), x = add_slot(p, kIntType);
    add_text_rule(p, Action::Allow, name, "anna");
    add_text_rule(p, Action::Block, name, "otto");
    add_text_rule(p, Action::Note, name, "");
    add_tool(p, "u");  // has no text
    add_rule(p, Action::Allow, x, Compare::Above, 3);
    add_tool(p, "v");
    add_text_rule(p, Action::Allow, name, "zoe");
    const Engines engines(std::move(p));
    CHECK(uses(engines, ClassKind::Text));
    std::vector<V> frame = frame_of(engines.program());
    const Str anna{"anna", 4, 0}, otto{"otto", 4, 0}, ann{"ann", 3, 0}, none{}, zoe{"zoe", 3, 0};
    for (const uint32_t tool : {0u, 1u, 2u, 3u}) {
        for (const V who : {ref(&anna), ref(&otto), ref(&ann), ref(&none), ref(&zoe), error(Err::Absent), V{16, 2}}) {
            frame[name] = who;
            const Said said = engines.agree(frame, tool);
            if (tool == 0) CHECK(said.allowed == (who.bits == ref(&anna).bits ? 1 : 0));
            if (tool == 2) CHECK(said.allowed == (who.bits == ref(&zoe).bits ? 1 : 0));
        }
    }
}

TEST_CASE("risk is summed without overflow and read by later rules") {
    Program p = empty_program();
    const uint32_t x = add_slot(p, kIntType);
    add_rule(p, Action::Risk, x, Compare::Above, 0, 40);
    add_rule(p, Action::Risk, x, Compare::Above, 10, 40);
    add_rule(p, Action::Risk, x, Compare::Above, 1000000, INT64_MAX - 10);
    add_rule(p, Action::Lane, kSlotRisk, Compare::Above, 39, 1);
    add_rule(p, Action::Lane, kSlotRisk, Compare::Above, 79, 2);
    add_rule(p, Action::Block, kSlotLane, Compare::Is, 2);
    add_rule(p, Action::Note, kSlotRisk, Compare::Is, 40);
    add_rule(p, Action::Allow, x, Compare::Below, INT64_MAX);
    const Engines engines(std::move(p));
    std::vector<V> frame = frame_of(engines.program());
    const auto risk = [&](V value) {
        frame[x] = value;
        return engines.agree(frame).frame[kSlotRisk].first;
    };
    CHECK(risk({0, 0}) == 0);
    CHECK(risk({5, 0}) == 40);
    CHECK(risk({11, 0}) == 80);
    CHECK(risk({2000000, 0}) == INT64_MAX);
    CHECK(risk(error(Err::Absent)) == INT64_MAX);
}

TEST_CASE("rows that no table holds are run between tables") {
    Program p = empty_program();
    const uint32_t x = add_slot(p, kIntType), y = add_slot(p, kIntType);
    add_sum_rule(p, Action::Allow, x, y, 10);
    add_rule(p, Action::Allow, x, Compare::Is, 3);
    add_rule(p, Action::Risk, x, Compare::Above, 4, 10);
    add_sum_rule(p, Action::Risk, x, y, 20, 30);
    add_sum_rule(p, Action::Lane, x, y, 30, 2);
    add_rule(p, Action::Block, kSlotRisk, Compare::Above, 35);
    add_sum_rule(p, Action::Block, kSlotLane, kSlotRisk, 100);
    add_sum_rule(p, Action::Note, x, kSlotRisk, 12);
    const Engines engines(std::move(p));
    CHECK(std::any_of(engines.loaded().index().layouts().begin(), engines.loaded().index().layouts().end(),
                      [](const Layout& l) { return l.runs; }));
    std::vector<V> frame = frame_of(engines.program());
    for (const V left : around({3, 4, 10, 20, 30})) {
        for (const V right : {V{0, 0}, V{8, 0}, V{INT64_MAX, 0}, error(Err::Absent)}) {
            frame[x] = left;
            frame[y] = right;
            engines.agree(frame);
        }
    }
}

TEST_CASE("roles: none, up to 63, and more than a word holds") {
    for (const size_t count : {size_t{0}, size_t{3}, size_t{63}, size_t{64}, size_t{130}}) {
        INFO(count << " roles");
        Program p = empty_program();
        const size_t words = (count + 63) / 64;
        for (size_t r = 0; r < count; ++r) {
            p.roles.push_back("r" + std::to_string(1000 + r));
            p.role_closure.emplace_back(words, 0);
            p.role_closure.back()[r / 64] = uint64_t{1} << (r % 64);
        }
        for (size_t w = 0; w < words; ++w) p.slots.push_back({"roles" + std::to_string(w), kIntType});
        const uint32_t x = add_slot(p, kIntType);
        for (size_t r = 0; r < count; r += count > 20 ? 9 : 1) {
            ShapeAssembler a(p);
            const auto bits = static_cast<int64_t>(uint64_t{1} << (r % 64));
            const uint16_t has = a.op(Op::AnyBits, a.slot(static_cast<uint32_t>(kSlotRoles + r / 64)),
                                      a.param(kIntType));
            const uint32_t shape = a.ret(a.op(Op::And, has, a.op(Op::LtI, a.param(kIntType), a.slot(x))));
            const size_t begin = p.rows.size();
            add_row(p, {number(bits), number(static_cast<int64_t>(r))});
            add_segment(p, r % 2 ? Action::Block : r % 4 ? Action::Note : Action::Allow, shape, begin);
            if (p.rules.back().kind == RuleKind::Limit) p.rules.back().kind = RuleKind::Record;
        }
        add_rule(p, Action::Allow, x, Compare::Is, 50);
        const Engines engines(std::move(p));
        std::vector<V> frame = frame_of(engines.program());
        for (size_t r = 0; r <= count; ++r) {
            for (size_t w = 0; w < words; ++w) frame[kSlotRoles + w] = {0, 0};
            if (r < count) frame[kSlotRoles + r / 64] = {static_cast<int64_t>(uint64_t{1} << (r % 64)), 0};
            for (const V value : {V{-1, 0}, V{40, 0}, V{50, 0}, V{500, 0}, error(Err::Absent)}) {
                frame[x] = value;
                engines.agree(frame);
            }
        }
        for (size_t w = 0; w < words; ++w) frame[kSlotRoles + w] = {-1, 0};
        engines.agree(frame);
        // The same by columns, which gather the words of the mask.
        constexpr size_t kCount = 300;
        std::vector<uint32_t> tools(kCount, 0);
        std::vector<std::vector<int64_t>> values(engines.program().slots.size(), std::vector<int64_t>(kCount, 0));
        std::vector<const int64_t*> columns;
        for (size_t i = 0; i < kCount; ++i) {
            for (size_t w = 0; w < words; ++w)
                values[kSlotRoles + w][i] = i % (words + 1) == w ? static_cast<int64_t>(uint64_t{1} << (i % 64)) : 0;
            values[x][i] = static_cast<int64_t>(i / 2);
        }
        for (const auto& column : values) columns.push_back(column.data());
        std::vector<uint8_t> native(kCount, 9), plain(kCount, 8);
        REQUIRE(engines.native().judge_columns({kCount, tools.data(), columns.data(), native.data(), nullptr}));
        REQUIRE(engines.interpreter().judge_columns({kCount, tools.data(), columns.data(), plain.data(), nullptr}));
        CHECK(native == plain);
    }
}

TEST_CASE("leaf numbers of one byte, two and four") {
    for (const auto& [thresholds, bytes] : {std::pair{100, 1}, std::pair{300, 2}, std::pair{66000, 4}}) {
        Program p = empty_program();
        const uint32_t x = add_slot(p, kIntType);
        ShapeAssembler a(p);
        const uint32_t shape = a.ret(a.op(Op::LtI, a.param(kIntType), a.slot(x)));
        const size_t begin = p.rows.size();
        for (int i = 0; i < thresholds; ++i) add_row(p, {number(int64_t{i} * 3)}, 1);
        add_segment(p, Action::Risk, shape, begin);
        auto loaded = LoadedProgram::load(std::move(p));
        REQUIRE(loaded.ok());
        REQUIRE((*loaded)->index().layouts().size() == 1);
        CHECK((*loaded)->index().layouts()[0].cell_bytes == bytes);
        auto native = make_native(*loaded);
        REQUIRE(native.ok());
        std::vector<V> frame = frame_of((*loaded)->program());
        for (const int64_t n : {int64_t{-1}, int64_t{0}, int64_t{1}, int64_t{256} * 3, int64_t{65535} * 3,
                                int64_t{65536} * 3 + 1, INT64_MAX}) {
            frame[x] = {n, 0};
            const Said said = judge(**native, **loaded, 0, frame);
            CHECK(said.frame[kSlotRisk].first == (n <= 0 ? 0 : std::min<int64_t>((n + 2) / 3, thresholds)));
        }
    }
}

TEST_CASE("tools with tables of their own, tables of all, and none") {
    Program p = empty_program();
    const uint32_t x = add_slot(p, kIntType), y = add_slot(p, kIntType);
    add_rule(p, Action::Allow, x, Compare::Above, 3);
    add_rule(p, Action::Risk, y, Compare::Above, 7, 5);
    add_tool(p, "u");
    run_too(p, 0);
    add_rule(p, Action::Block, x, Compare::Is, 9);
    add_rule(p, Action::Block, y, Compare::Is, 100000);
    add_tool(p, "v");
    run_too(p, 0);
    run_too(p, 1);
    add_tool(p, "w");
    const Engines engines(std::move(p));
    CHECK(!is_walked(engines));
    std::vector<V> frame = frame_of(engines.program());
    for (const uint32_t tool : {0u, 1u, 2u, 3u, 4u, UINT32_MAX}) {
        for (const V left : around({3, 9})) {
            for (const V right : around({7, 100000})) {
                frame[x] = left;
                frame[y] = right;
                engines.agree(frame, tool);
            }
        }
    }
}

TEST_CASE("tools that have little in common are walked") {
    Program p = empty_program();
    std::vector<uint32_t> slots;
    for (int i = 0; i < 30; ++i) slots.push_back(add_slot(p, kIntType));
    for (size_t t = 0; t < 10; ++t) {
        add_tool(p, ("u" + std::to_string(t)).c_str());
        add_rule(p, Action::Risk, slots[t], Compare::Above, 5, 7);
        add_sum_rule(p, Action::Risk, slots[t], slots[t + 10], 10, 9);
        for (const size_t s : {t, t + 10, t + 20})
            add_rule(p, s % 3 ? Action::Allow : Action::Block, slots[s], s % 2 ? Compare::Above : Compare::Is,
                     static_cast<int64_t>(s));
        add_rule(p, Action::Note, kSlotRisk, Compare::Above, 8);
    }
    const Engines engines(std::move(p));
    CHECK(is_walked(engines));
    std::mt19937_64 random(1);
    for (uint32_t tool = 0; tool < 12; ++tool) {
        for (int round = 0; round < 40; ++round) {
            std::vector<V> frame = frame_of(engines.program());
            for (const uint32_t s : slots) frame[s] = {static_cast<int64_t>(random() % 34), random() % 9 == 0 ? 1 : 0};
            engines.agree(frame, tool);
        }
    }
}

TEST_CASE("columns give what judging one by one gives") {
    Program p = empty_program();
    p.roles = {"a", "b"};
    p.role_closure = {{1}, {2}};
    p.slots.push_back({"roles", kIntType});
    const uint32_t x = add_slot(p, kIntType), y = add_slot(p, kIntType);
    ShapeAssembler a(p);
    const uint32_t shape = a.ret(a.op(Op::And, a.op(Op::AnyBits, a.slot(kSlotRoles), a.param(kIntType)),
                                      a.op(Op::LtI, a.param(kIntType), a.slot(x))));
    for (const char* name : {"", "u", "v"}) {
        if (*name) add_tool(p, name);
        const auto n = static_cast<int64_t>(p.tools.size());
        add_rule(p, Action::Risk, y, Compare::Above, 10 * n, 30);
        add_rule(p, Action::Risk, y, Compare::Above, 1000000 * n, INT64_MAX);
        const size_t begin = p.rows.size();
        add_row(p, {number(1), number(5 * n)});
        add_row(p, {number(2), number(9 * n)});
        add_segment(p, Action::Allow, shape, begin);
        add_rule(p, Action::Block, x, Compare::Is, 20 + n);
        add_rule(p, Action::Note, kSlotRisk, Compare::Above, 29);
        p.rules.back().kind = RuleKind::Ask;
        p.rules.back().quorum = 1;
    }
    const Engines engines(std::move(p));
    constexpr size_t kCount = 5000;
    std::mt19937_64 random(7);
    std::vector<uint32_t> tools;
    std::vector<std::vector<int64_t>> values(engines.program().slots.size());
    for (size_t i = 0; i < kCount; ++i) {
        tools.push_back(i % 50 == 49 ? UINT32_MAX - static_cast<uint32_t>(i) : static_cast<uint32_t>(random() % 4));
        for (size_t s = 0; s < values.size(); ++s) values[s].push_back(static_cast<int64_t>(random() % 4));
        values[x].back() = i % 9 ? static_cast<int64_t>(random() % 30) : static_cast<int64_t>(random());
        values[y].back() = i % 7 ? static_cast<int64_t>(random() % 60) : static_cast<int64_t>(random());
    }
    for (const bool with_roles : {true, false}) {
        std::vector<const int64_t*> columns;
        for (size_t s = 0; s < values.size(); ++s)
            columns.push_back(s == x || s == y || (s == kSlotRoles && with_roles) ? values[s].data() : nullptr);
        std::vector<uint8_t> native(kCount, 9), plain(kCount, 9);
        std::vector<int64_t> native_risk(kCount), plain_risk(kCount);
        Columns request{kCount, tools.data(), columns.data(), native.data(), native_risk.data()};
        REQUIRE(engines.native().judge_columns(request));
        request.verdict = plain.data();
        request.risk = plain_risk.data();
        REQUIRE(engines.interpreter().judge_columns(request));
        CHECK(native == plain);
        CHECK(native_risk == plain_risk);
        CHECK(std::set<uint8_t>(native.begin(), native.end()).size() == (with_roles ? 3 : 1));
        request.verdict = native.data();
        request.risk = nullptr;
        request.size = 0;
        CHECK(engines.native().judge_columns(request));
        request.size = kCount;
        CHECK(engines.native().judge_columns(request));
        CHECK(native == plain);
        for (size_t i = 0; i < kCount; i += 7) {
            std::vector<V> frame = frame_of(engines.program());
            for (const uint32_t s : {x, y}) frame[s] = {values[s][i], 0};
            if (with_roles) frame[kSlotRoles] = {values[kSlotRoles][i], 0};
            const Said said = judge(engines.native(), engines.loaded(), tools[i], frame);
            const int expected = said.blocked || !said.allowed ? 2 : said.asked ? 1 : 0;
            CHECK(static_cast<int>(plain[i]) == expected);
            CHECK(said.frame[kSlotRisk].first == plain_risk[i]);
        }
    }
}

TEST_CASE("columns are refused where rows are run or texts are read, and where they are not wanted") {
    const auto can = [](Program p, bool wanted) {
        auto loaded = LoadedProgram::load(std::move(p));
        REQUIRE(loaded.ok());
        NativeOptions options;
        options.columns = wanted;
        auto native = make_native(*loaded, options);
        REQUIRE(native.ok());
        return (*native)->judge_columns({});
    };
    Program numbers = empty_program(), texts = empty_program(), runs = empty_program();
    add_rule(numbers, Action::Allow, add_slot(numbers, kIntType), Compare::Above, 3);
    add_text_rule(texts, Action::Allow, add_slot(texts, kStrType), "anna");
    const uint32_t x = add_slot(runs, kIntType);
    add_sum_rule(runs, Action::Allow, x, add_slot(runs, kIntType), 3);
    CHECK(can(numbers, true));
    CHECK(!can(numbers, false));
    CHECK(!can(texts, true));
    CHECK(!can(runs, true));
}

TEST_CASE("the code is the same for ten rules and for ten thousand") {
    std::set<size_t> functions;
    std::vector<size_t> bytes;
    for (const int rows : {10, 100, 10000}) {
        Program p = empty_program();
        const uint32_t x = add_slot(p, kIntType), y = add_slot(p, kIntType);
        ShapeAssembler a(p);
        const uint32_t shape = a.ret(
            a.op(Op::And, a.op(Op::EqI, a.slot(x), a.param(kIntType)), a.op(Op::LtI, a.param(kIntType), a.slot(y))));
        for (const Action action : {Action::Allow, Action::Block}) {
            const size_t begin = p.rows.size();
            for (int i = 0; i < rows / 2; ++i) add_row(p, {number(i % 5 * 1000), number(i % 7 * 1000)});
            add_segment(p, action, shape, begin);
        }
        auto loaded = LoadedProgram::load(std::move(p));
        REQUIRE(loaded.ok());
        NativeOptions options;
        options.explainer = make_interpreter(*loaded);
        NativeStats stats;
        auto native = make_native(*loaded, options, &stats);
        REQUIRE(native.ok());
        functions.insert(stats.functions);
        bytes.push_back(stats.code_bytes);
        WARN(rows << " rules: " << stats.tables_ms << " ms for tables, " << stats.llvm_ms << " ms in LLVM, "
                  << stats.code_bytes << " bytes");
        for (int64_t v = -1000; v < 9000; v += 250) {
            std::vector<V> frame = frame_of((*loaded)->program());
            frame[x] = {v, 0};
            frame[y] = {v * 7 % 9500, 0};
            CHECK((judge(**native, **loaded, 0, frame) == judge(*options.explainer, **loaded, 0, frame)));
        }
    }
    CHECK(functions.size() == 1);
    for (const size_t b : bytes) CHECK(b < 2 * bytes.front());
}
