// Making modules: what is refused, and the reading of modules that are not ours.
#include "tests/catch.h"
#include "tests/compiler/files.h"
#include "vm/wasm/binary.h"
#include "vm/wasm/emit_wasm.h"
#include "vm/wasm/kernel_data.h"

using namespace remit;

namespace {

std::vector<Program> program_of(const std::string& rule) {
    const std::string text =
        "policy p\ntiers dev < prod\nclasses low < high\ntrust none < some\nrole clerk\n"
        "tool say(text: string) read, trust some\n" +
        rule + "\n";
    Compilation made = test::compile_files("p.remit", {{"p.remit", text}});
    INFO(test::messages(made));
    REQUIRE(made.layers.size() == 1);
    return std::move(made.layers);
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// A module with one page of memory and a global `place` that points to address 16.
const std::string kSmall(
    "\0asm\1\0\0\0"
    "\5\4\1\1\1\2"
    "\6\6\1\x7F\0\x41\x10\x0B"
    "\7\x09\1\5place\3\0"
    "\x0B\1\0",
    8 + 6 + 8 + 11 + 3);

}  // namespace

TEST_CASE("a policy becomes a module, unless it needs what a module has not") {
    const auto plain = emit_wasm(program_of("allow clerk to say"));
    const auto regex = emit_wasm(program_of("allow clerk to say\nblock say when args.text matches \"a+\""));
    REQUIRE_FALSE(regex.ok());
    if (wasm::kernel_bytes().empty()) {
        REQUIRE_FALSE(plain.ok());
        CHECK(contains(plain.error(), "has no WebAssembly"));
        return;
    }
    REQUIRE(plain.ok());
    CHECK(plain->substr(0, 4) == std::string("\0asm", 4));
    CHECK(plain->size() < (1u << 20));
    CHECK(contains(regex.error(), "`p` uses `matches`"));
}

TEST_CASE("data goes above the memory that a module has, and its place is written down") {
    const auto memory = wasm::memory_of(kSmall);
    REQUIRE(memory.ok());
    CHECK(memory->initial == wasm::kPageBytes);
    CHECK(memory->most == 2 * wasm::kPageBytes);
    const auto made = wasm::with_data(kSmall, "hello", "place");
    REQUIRE(made.ok());
    CHECK(wasm::memory_of(*made)->initial == 2 * wasm::kPageBytes);
    CHECK(contains(*made, std::string("\0\x41\x80\x80\x04\x0B\5hello", 11)));       // at 65536
    CHECK(contains(*made, std::string("\0\x41\x10\x0B\x08\0\0\1\0\5\0\0\0", 13)));  // at 16: 65536 and 5
}

TEST_CASE("modules that are not as expected are failures") {
    CHECK_FALSE(wasm::with_data(kSmall, std::string(wasm::kPageBytes + 1, 'x'), "place").ok());
    CHECK_FALSE(wasm::with_data(kSmall, "hello", "other").ok());
    CHECK_FALSE(wasm::with_data("", "hello", "place").ok());
    for (size_t size = 0; size < kSmall.size(); ++size) {
        INFO(size);
        CHECK_FALSE(wasm::with_data(kSmall.substr(0, size), "hello", "place").ok());
    }
    for (size_t at = 0; at < kSmall.size(); ++at)
        for (int bit = 0; bit < 8; ++bit) {
            std::string bent = kSmall;
            bent[at] = static_cast<char>(bent[at] ^ 1 << bit);
            (void)wasm::with_data(bent, "hello", "place");  // whatever it gives: it reads no byte that is not there
        }
}
