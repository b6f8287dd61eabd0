// Sizes, threads, memory, text and objects.
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "tests/jit/engines.h"

using namespace remit;
using namespace remit::test;

namespace {

size_t resident_kb() {
    std::ifstream statm("/proc/self/statm");
    size_t total = 0, resident = 0;
    statm >> total >> resident;
    return resident * static_cast<size_t>(sysconf(_SC_PAGESIZE)) / 1024;
}

/// `shapes` different guards, `rows` rules in all, one tool.
Program wide_program(int shapes, int rows) {
    Program p = empty_program();
    std::vector<uint32_t> ints;
    for (int i = 0; i < 8; ++i) ints.push_back(add_slot(p, kIntType));
    const uint32_t name = add_slot(p, kStrType), items = add_slot(p, kListType);
    for (int k = 0; k < shapes; ++k) {
        ShapeAssembler a(p);
        std::vector<Constant> params;
        const auto param = [&](Constant c) {
            params.push_back(c);
            return a.param(c.type);
        };
        const uint16_t tier = a.op(Op::EqI, a.slot(kSlotTier), param(number(0)));
        a.exit_false(tier);
        uint16_t guard = a.op(Op::And, tier, a.op(Op::LtI, param(number(5)), a.slot(ints[static_cast<size_t>(k % 8)])));
        if (k & 1)
            guard = a.op(Op::And, guard,
                         a.op(Op::AnyBits, a.slot(ints[static_cast<size_t>(k / 8 % 8)]), param(number(3))));
        if (k & 2) {
            a.exit_false(guard);
            guard = a.op(Op::And, guard, a.op(Op::EqS, a.slot(name), param(text("name"))));
        }
        if (k & 4)
            guard = a.op(Op::And, guard,
                         a.op(Op::Not, a.op(Op::InI, a.slot(ints[0]), param(test::list({number(1), number(2)})))));
        if (k & 8) {
            const uint16_t xs = a.slot(items);
            guard = a.op(Op::And, guard, a.loop(Op::ForAny, xs, [&](uint16_t i) {
                return a.op(Op::LeI, a.item(xs, i), param(number(7)));
            }));
        }
        if (k & 16)
            guard = a.op(Op::Or, guard,
                         a.op(Op::LtI, a.op(Op::AddI, a.slot(ints[1]), a.slot(ints[2])), param(number(1))));
        const uint32_t shape = a.ret(guard);
        const size_t begin = p.rows.size();
        const Action action = k % 3 == 0 ? Action::Allow : k % 3 == 1 ? Action::Block : Action::Risk;
        for (int r = 0; r < rows / shapes; ++r) {
            params[0] = number(r % 3);
            params[1] = number((r * 7 + k) % 100);
            add_row(p, params, 3);
        }
        add_segment(p, action, shape, begin);
    }
    return p;
}

NativeOptions at_level(int level) {
    NativeOptions options;
    options.opt_level = level;
    return options;
}

double decide_ns(const Kernel& kernel, const Program& p, std::vector<V> frame) {
    std::vector<uint32_t> matched(p.rules.size() + 1);
    double best = 1e18;
    for (int round = 0; round < 9; ++round) {
        const auto begin = std::chrono::steady_clock::now();
        for (int i = 0; i < 300; ++i) {
            Outcome out;
            out.matched = matched.data();
            frame[kSlotRisk] = {};
            kernel.decide(0, frame.data(), out);
        }
        best = std::min(
            best, std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - begin).count() / 300);
    }
    return best;
}

}  // namespace

TEST_CASE("LLVM's time depends on shapes, not on rules") {
    for (const auto& [shapes, rows] : {std::pair{1, 1}, std::pair{1, 10}, std::pair{20, 1000}, std::pair{40, 1000},
                                       std::pair{40, 10000}, std::pair{150, 1000}}) {
        auto loaded = LoadedProgram::load(wide_program(shapes, rows));
        REQUIRE(loaded.ok());
        std::vector<V> frame = frame_of((*loaded)->program());
        for (uint32_t i = kSlotRoles; i < kSlotRoles + 8; ++i) frame[i] = {60, 0};
        const auto interpreter = make_interpreter(*loaded);
        const Said expected = decide(*interpreter, **loaded, 0, frame);
        CHECK(expected.matched.size() > 0);
        const double walked = decide_ns(*interpreter, (*loaded)->program(), frame);
        for (const int level : {0, 1, 2}) {
            NativeStats stats;
            auto native = make_native(*loaded, at_level(level), &stats);
            REQUIRE(native.ok());
            CHECK((decide(**native, **loaded, 0, frame) == expected));
            CHECK(stats.functions >= static_cast<size_t>(shapes) + 2);
            CHECK(stats.functions <= static_cast<size_t>(shapes) * 3 + 3);
            CHECK(stats.code_bytes > 100);
            CHECK(stats.llvm_ms > 0);
            CHECK(stats.llvm_ms < 10000);
            WARN(shapes << " shapes, " << rows << " rows, level " << level << ": " << stats.llvm_ms << " ms in LLVM, "
                        << stats.code_bytes << " bytes; a decision takes "
                        << decide_ns(**native, (*loaded)->program(), frame) << " ns, interpreted " << walked);
        }
    }
}

TEST_CASE("threads share a kernel, and make kernels side by side") {
    auto loaded = LoadedProgram::load(wide_program(12, 200));
    REQUIRE(loaded.ok());
    auto native = make_native(*loaded);
    REQUIRE(native.ok());
    const Program& p = (*loaded)->program();
    const auto frame_for = [&](int64_t n) {
        std::vector<V> frame = frame_of(p);
        for (uint32_t i = kSlotRoles; i < kSlotRoles + 8; ++i) frame[i] = {n, 0};
        return frame;
    };
    const auto interpreter = make_interpreter(*loaded);
    std::vector<Said> expected;
    for (int64_t n = 0; n < 100; ++n) expected.push_back(decide(*interpreter, **loaded, 0, frame_for(n)));
    std::vector<int> wrong(4, 0);
    std::vector<std::thread> threads;
    for (size_t t = 0; t < wrong.size(); ++t) {
        threads.emplace_back([&, t] {
            std::shared_ptr<const Kernel> own;
            if (t % 2) {
                auto made = make_native(*loaded);
                if (made) own = *made;
            }
            const Kernel& kernel = own ? *own : **native;
            for (int round = 0; round < 20; ++round)
                for (int64_t n = 0; n < 100; ++n)
                    wrong[t] += decide(kernel, **loaded, 0, frame_for(n)) == expected[static_cast<size_t>(n)] ? 0 : 1;
        });
    }
    for (std::thread& t : threads) t.join();
    CHECK(wrong == std::vector<int>(4, 0));
}

TEST_CASE("a kernel keeps its program and gives back its memory") {
    std::weak_ptr<const LoadedProgram> watched;
    size_t before = 0;
    for (int i = 0; i < 1000; ++i) {
        auto loaded = LoadedProgram::load(wide_program(2, 10));
        REQUIRE(loaded.ok());
        auto native = make_native(*loaded, at_level(i % 3));
        REQUIRE(native.ok());
        watched = *loaded;
        loaded = Failure{"dropped"};
        REQUIRE(!watched.expired());
        const auto program = watched.lock();
        std::vector<V> frame = frame_of(program->program());
        REQUIRE(judge(**native, *program, 0, frame).policy.size() == 4);
        if (i == 200) before = resident_kb();
    }
    CHECK(watched.expired());
    CHECK(resident_kb() < before + 20 * 1024);
}

TEST_CASE("text holds no addresses, and names what it needs") {
    auto loaded = LoadedProgram::load(wide_program(3, 9));
    REQUIRE(loaded.ok());
    for (const int level : {0, 2}) {
        const NativeOptions options = at_level(level);
        const auto ir = native_text(**loaded, NativeText::Llvm, options);
        const auto assembly = native_text(**loaded, NativeText::Asm, options);
        REQUIRE(ir.ok());
        REQUIRE(assembly.ok());
        for (const std::string name : {"remit_judge", "remit_judge_bound", "remit_segment_0_allow_shape0"}) {
            CHECK(ir->find("define void @" + name + "(") != std::string::npos);
            CHECK(assembly->find(name + ":") != std::string::npos);
        }
        CHECK(ir->find("inttoptr (i64") == std::string::npos);
        CHECK(*native_text(**loaded, NativeText::Llvm, options) == *ir);
    }
}
