// bench_cold DIR SECONDS: in a process that has done nothing before, from the text of DIR/policy.remit to the first decision.
#include <fmt/format.h>

#include "bench/ours/cases.h"
#include "bench/ours/measure.h"
#include "vm/interpreter/interpreter.h"

int main(int argc, char** argv) {
    using namespace bench;
    if (argc != 3) {
        fmt::print(stderr, "usage: bench_cold DIR SECONDS\n");
        return 2;
    }
    const double start = now_ns();
    const Engines e = make_engines(std::string(argv[1]) + "/policy.remit", false);
    Scratch scratch(*e.program);
    std::vector<remit::V> frame(e.program->program().slots.size());
    e.interpreter->judge(0, frame.data(), scratch.clean());
    const double first = (now_ns() - start) / 1e6;
    const double native_start = now_ns();
    remit::NativeStats stats;
    if (auto native = remit::make_native(e.program, {}, &stats); !native) fail(native.error());
    fmt::print(
        R"({{"side":"Remit","stat":"cold","first_decision_ms":{:.2f},"compile_ms":{:.2f},"load_ms":{:.2f},"native_ms":{:.2f},)"
        R"("rss_mb":{:.1f}}})"
        "\n",
        first, e.compile_ms, e.load_ms, (now_ns() - native_start) / 1e6, resident_mb());
    return 0;
}
