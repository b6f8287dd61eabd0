#include "vm/wasm/kernel/module.h"

#include <algorithm>

#include "vm/interpreter/interpreter.h"
#include "vm/program/image.h"

namespace remit::wasm {

Result<std::unique_ptr<Module>> Module::load(std::string_view image) {
    auto programs = read_images(image);
    if (!programs) return Failure{programs.error()};
    std::vector<Layer> layers;
    for (Program& program : *programs) {
        auto loaded = LoadedProgram::load(std::move(program));
        if (!loaded) return Failure{loaded.error()};
        layers.push_back({*loaded, make_interpreter(*loaded)});
    }
    auto policy = Policy::make(std::move(layers));
    if (!policy) return Failure{policy.error()};
    return std::unique_ptr<Module>(new Module(std::move(*policy)));
}

Module::Module(std::shared_ptr<const Policy> policy) : policy_(std::move(policy)), decider_(policy_) {
    for (const Layer& layer : policy_->layers()) frames_.emplace_back(layer);
}

}  // namespace remit::wasm
