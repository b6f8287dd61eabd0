// What a `never` or `always` rule claims, as a term: the decision has its property.
#pragma once

#include "host/prove/model.h"

namespace remit::prove {

/// When the property of `rule` holds of what `layer` says, whatever the verdict is.
Term property_holds(Context& context, const LayerModel& layer, const RuleInfo& rule);
/// When `rule`, of `layer`, is what denies a call that nothing else of `model` denies, given the signatures that it asks for.
Term denies(Context& context, const Model& model, const LayerModel& layer, const RuleInfo& rule);

}  // namespace remit::prove
