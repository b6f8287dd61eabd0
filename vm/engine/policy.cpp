#include "vm/engine/policy.h"

#include "vm/engine/bindings.h"
#include "vm/engine/call_plan.h"
#include "vm/program/limits.h"
#include "vm/value/sha256.h"

namespace remit {

Policy::Policy() = default;
Policy::~Policy() = default;

const LayerPlan& Policy::plan(size_t layer) const { return plans_[layer]; }

Result<std::shared_ptr<const Policy>> Policy::make(std::vector<Layer> layers) {
    if (layers.empty()) return Failure{"a policy needs a program"};
    if (layers.size() > limits::kMaxLayers)
        return Failure{"more than " + std::to_string(limits::kMaxLayers) + " layers of policies"};
    for (size_t i = 0; i < layers.size(); ++i) {
        if (!layers[i].program || !layers[i].kernel) return Failure{"a layer lacks its program or its engine"};
        const Hash& wanted = layers[i].program->program().parent;
        const Hash above = i + 1 < layers.size() ? layers[i + 1].program->program().hash : Hash{};
        if (wanted != above)
            return Failure{layers[i].program->program().name + " stands under " + to_text(wanted) + ", not " +
                           to_text(above)};
    }
    auto policy = std::shared_ptr<Policy>(new Policy);
    policy->layers_ = std::move(layers);
    std::vector<const Program*> programs;
    for (const Layer& layer : policy->layers_) programs.push_back(&layer.program->program());
    policy->names_.build(programs);
    policy->defaults_.resize(programs.size());
    for (size_t i = 0; i < programs.size(); ++i) {
        policy->defaults_[i].build(*programs[i]);
        policy->plans_.push_back(
            plan_layer(*policy->layers_[i].program, policy->defaults_[i], *programs[0], policy->names_));
    }
    policy->bindings_ = std::make_unique<Bindings>(policy->layers_);
    return std::shared_ptr<const Policy>(std::move(policy));
}

}  // namespace remit
