#include "bench/ours/edits.h"

#include <cctype>

#include "bench/ours/engine.h"

namespace bench {

EditedPolicy::EditedPolicy(std::string text) : text_(std::move(text)) {
    constexpr std::string_view kBefore = "args.score > ";
    const auto digit = [&](size_t at) { return std::isdigit(static_cast<unsigned char>(text_[at])) != 0; };
    for (size_t at = 0; (at = text_.find(kBefore, at)) != std::string::npos;) {
        at += kBefore.size();
        if (at + 2 < text_.size() && digit(at) && digit(at + 1)) thresholds_.push_back(at);
    }
    if (thresholds_.empty()) fail("the policy has no threshold to edit");
}

void EditedPolicy::edit() {
    // Far from the last one, and another digit each time round.
    const size_t at = thresholds_[edits_ * 7919 % thresholds_.size()];
    text_[at + 1] = static_cast<char>('0' + (text_[at + 1] - '0' + 1) % 10);
    ++edits_;
}

}  // namespace bench
