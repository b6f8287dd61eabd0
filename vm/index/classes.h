// The data behind ClassKind::Search and ClassKind::Text.
#pragma once

#include <string_view>
#include <vector>

#include "vm/index/classify.h"
#include "vm/index/role_sets.h"

namespace remit {

struct SearchClasses {
    explicit SearchClasses(std::vector<int64_t> ascending);
    std::vector<int64_t> thresholds;
    uint32_t shift = 0;           // a step is 2^shift values
    std::vector<uint32_t> steps;  // thresholds before each step; one more than there are steps
};

struct TextClasses {
    /// The texts must outlive this.
    explicit TextClasses(const std::vector<std::string_view>& sorted);
    struct Entry {
        uint32_t hash = 0, text_class = 0;  // 0: free
    };
    std::vector<std::string_view> texts;
    std::vector<Entry> entries;  // open addressing, at most half full
};

}  // namespace remit
