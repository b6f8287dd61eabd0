#include "host/embed/vm/last_request.h"

namespace remit::embed {

namespace {

/// Of two arguments for one parameter the later counts; to know which of them changed is not worth the trouble.
bool is_each_once(const std::vector<remit_argument>& arguments) noexcept {
    constexpr size_t kMost = 32;
    if (arguments.size() > kMost) return false;
    for (size_t i = 0; i < arguments.size(); ++i)
        for (size_t j = 0; j < i; ++j)
            if (arguments[i].parameter == arguments[j].parameter) return false;
    return true;
}

}  // namespace

void LastRequest::remember(const remit_request& request) {
    known_ = false;
    arguments_.assign(request.arguments, request.arguments + request.argument_count);
    states_.assign(request.states, request.states + request.state_count);
    request_ = request;
    known_ = is_each_once(arguments_);
}

bool LastRequest::has_form_of(const remit_request& r) const noexcept {
    const remit_request& last = request_;
    const bool same = known_ && last.session.id == r.session.id && last.tool.id == r.tool.id && last.data == r.data &&
                      last.high_water == r.high_water && last.low_water == r.low_water &&
                      last.isolation == r.isolation && (last.id.size == 0) == (r.id.size == 0) &&
                      (last.parent.size == 0) == (r.parent.size == 0) && last.fact_count == 0 && r.fact_count == 0 &&
                      arguments_.size() == r.argument_count && states_.size() == r.state_count;
    if (!same) return false;
    for (size_t i = 0; i < arguments_.size(); ++i) {
        const remit_argument &a = arguments_[i], &b = r.arguments[i];
        const bool labelled = (a.origin_count | a.data_class | b.origin_count | b.data_class) != 0;
        if (a.parameter != b.parameter || a.kind != b.kind || labelled) return false;
    }
    for (size_t i = 0; i < states_.size(); ++i)
        if (states_[i].index != r.states[i].index || states_[i].kind != r.states[i].kind) return false;
    return true;
}

}  // namespace remit::embed
