#include "tests/prove/subject.h"

#include "compiler/compile.h"
#include "tests/catch.h"
#include "vm/index/loaded.h"
#include "vm/interpreter/interpreter.h"

namespace remit::test {

std::shared_ptr<const Policy> policy_of(const oracle::Bundle& files, std::string* trouble) {
    const Loader loader = [&](const std::string& name, std::string& error) -> std::optional<std::string> {
        for (const auto& file : files)
            if (file.name == name) return file.text;
        error = "no such file";
        return std::nullopt;
    };
    const Compilation compilation = compile(files[0].name, files[0].text, loader);
    if (trouble != nullptr)
        for (const Diagnostic& d : compilation.diagnostics.sorted()) *trouble += d.message + "\n";
    if (compilation.diagnostics.has_errors() || compilation.layers.empty()) return nullptr;
    std::vector<Layer> layers;
    for (const Program& program : compilation.layers) {
        auto loaded = LoadedProgram::load(program);
        REQUIRE(loaded.ok());
        layers.push_back({*loaded, make_interpreter(*loaded)});
    }
    auto policy = Policy::make(std::move(layers));
    REQUIRE(policy.ok());
    return *policy;
}

std::shared_ptr<const Policy> policy_of(const std::string& text) {
    std::string trouble;
    auto policy = policy_of({{"policy.remit", text}}, &trouble);
    INFO(text << trouble);
    REQUIRE(policy != nullptr);
    return policy;
}

std::string solver() { return REMIT_SOLVER; }

}  // namespace remit::test
