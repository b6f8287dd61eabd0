// Any bytes as a server's list of tools: what the import makes of it is a policy that compiles.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string_view>

#include "compiler/compile.h"
#include "compiler/source/render.h"
#include "host/import/mcp.h"
#include "tests/fuzz/trap.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace remit;
    const auto imported = import_mcp({reinterpret_cast<const char*>(data), size}, {"fuzz", "vetted", ""});
    if (!imported) {
        fuzz::must(!imported.error().empty(), "a refusal says why");
        return 0;
    }
    const Compilation compilation = compile("fuzz.remit", imported->text, {});
    if (compilation.diagnostics.has_errors())
        std::fprintf(stderr, "%s\n", render_human(compilation.sources, compilation.diagnostics, false).c_str());
    fuzz::must(!compilation.layers.empty(), "what is imported compiles");
    fuzz::must(compilation.layers[0].tools.size() == imported->tools, "every tool that was imported is declared");
    return 0;
}
