// A policy that is edited: each edit changes the threshold of one rule.
#pragma once

#include <string>
#include <vector>

namespace bench {

class EditedPolicy {
public:
    explicit EditedPolicy(std::string text);
    const std::string& text() const { return text_; }
    void edit();

private:
    std::string text_;
    std::vector<size_t> thresholds_;  // where two digits stand
    size_t edits_ = 0;
};

}  // namespace bench
