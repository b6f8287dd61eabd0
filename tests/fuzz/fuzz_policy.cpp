// Any bytes as a policy: the whole way from text to a decision. The bytes are the main file and, after a line `////`, the one
// other file that the loader knows under every name. What must hold besides not crashing: a place in a diagnostic is a place in
// its file, errors and programs exclude one another, what the compiler makes the verifier accepts, and an image gives it back.
#include <cstddef>
#include <cstdint>
#include <string>

#include "compiler/compile.h"
#include "compiler/source/render.h"
#include "host/testing/run_tests.h"
#include "tests/fuzz/trap.h"
#include "vm/engine/json.h"
#include "vm/engine/policy.h"
#include "vm/interpreter/interpreter.h"
#include "vm/program/disassemble.h"
#include "vm/program/image.h"

namespace {

using namespace remit;
using fuzz::must;

constexpr std::string_view kSeparator = "\n////\n";
constexpr std::string_view kVocabulary =
    "role analyst\nrole boss includes analyst\ntool other.read(a: string) read, gives public\n";

void look_at(const Compilation& c) {
    for (const Diagnostic& d : c.diagnostics.sorted()) {
        must(d.span.file < c.sources.size(), "a diagnostic is about a file");
        must(d.span.begin <= d.span.end, "a span begins before it ends");
        must(d.span.end <= c.sources.file(d.span.file).text().size(), "a span is within its file");
        must(!d.message.empty(), "a diagnostic says something");
    }
    for (RenderFormat f :
         {RenderFormat::Human, RenderFormat::Json, RenderFormat::Sarif, RenderFormat::Junit, RenderFormat::Github})
        (void)render(f, c.sources, c.diagnostics);
    must(c.layers.empty() == c.diagnostics.has_errors(), "either errors or programs");
}

void decide_by(const std::shared_ptr<const Policy>& policy, const std::string& tool) {
    std::string request =
        R"({"id":"f","session":{"id":"s","roles":["boss"],"tier":"prod","tenant":"t","owner":"o","scope":["*"],)"
        R"("retention":"r","expires":"2030-01-01T00:00:00Z","revoked":false},"call":{"id":"c","tool":)";
    append_json_string(request, tool);
    request +=
        R"(,"args":{}},"facts":[],"state":{"version":1,"marks":{},"counts":{}},"context":{"time":"2026-01-01T00:00:00Z"}})";
    Decider decider(policy);
    (void)to_json(decider.decide(request), true);
    (void)decider.decide_stateful(request);
}

void run(const Compilation& c) {
    const std::string image = write_images(c.layers);
    auto back = read_images(image);
    must(static_cast<bool>(back), "an image that was written can be read");
    must(write_images(*back) == image, "an image is what it was after reading it");
    std::vector<Layer> layers;
    for (Program& program : *back) {
        (void)disassemble(program);
        auto loaded = LoadedProgram::load(std::move(program));
        if (!loaded) std::fprintf(stderr, "%s\n", loaded.error().c_str());
        must(static_cast<bool>(loaded), "what the compiler makes the verifier accepts");
        layers.push_back({*loaded, make_interpreter(*loaded)});
    }
    auto policy = Policy::make(std::move(layers));
    must(static_cast<bool>(policy), "what the compiler makes is a policy");
    size_t tools = 0;
    for (const ToolDesc& tool : c.layers[0].tools)
        if (++tools <= 4) decide_by(*policy, tool.name);
    remit::Decider decider(*policy);
    for (const remit::TestCase& test : remit::test_cases(c.files, c.sources)) (void)remit::run_test(test, decider);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string text(reinterpret_cast<const char*>(data), size);
    std::string other(kVocabulary);
    if (const size_t at = text.find(kSeparator); at != std::string::npos) {
        other = text.substr(at + kSeparator.size());
        text.resize(at + 1);
    }
    const Loader loader = [&](const std::string& path, std::string& error) -> std::optional<std::string> {
        if (path == "other.remit") return other;
        error = "no such file";
        return std::nullopt;
    };
    CompileOptions options;
    options.keep_ir_text = true;
    const Compilation compilation = compile("fuzz.remit", std::move(text), loader, options);
    look_at(compilation);
    if (!compilation.layers.empty()) run(compilation);
    return 0;
}
