// Questions: each kind of change as a term over two models of one tool, and how to see it in two decisions.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "host/diff/diff.h"
#include "host/prove/model.h"

namespace remit::diff {

struct Question {
    ChangeKind kind{};
    bool looser = false;
    std::string subject;
    smt::Term when;
    /// (what the stricter side decides, what the looser side decides)
    std::function<bool(const Decision& strict, const Decision& loose)> shows;
};

/// All that could differ between `before` and `after`; of what is the same term on both sides nothing is asked.
std::vector<Question> questions_of(prove::Context& context, const prove::Model& before, const prove::Model& after);

}  // namespace remit::diff
