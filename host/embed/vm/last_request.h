// What a call was last asked, so that the next request of the same form costs only what differs. Requests have the same
// form if they set the same things of the engine's call: then each can be set again, and nothing has to be taken back.
#pragma once

#include <cstddef>
#include <vector>

#include "remit/vm.h"

namespace remit::embed {

class LastRequest {
public:
    void forget() noexcept { known_ = false; }
    /// Pointers and counts of `request` have been checked.
    void remember(const remit_request& request);
    bool has_form_of(const remit_request& request) const noexcept;
    /// The same for a request that has this form.
    void update(const remit_request& request) noexcept {
        request_.time = request.time;
        for (size_t i = 0; i < arguments_.size(); ++i) arguments_[i].number = request.arguments[i].number;
    }

    // After has_form_of: what need not be set again. Texts always are, because the same address may hold other bytes.
    bool has_time(int64_t time) const noexcept { return time == request_.time; }
    bool has(size_t argument, int64_t number) const noexcept { return arguments_[argument].number == number; }

private:
    bool known_ = false;
    remit_request request_{};  // its pointers are not used
    std::vector<remit_argument> arguments_;
    std::vector<remit_state_value> states_;
};

}  // namespace remit::embed
