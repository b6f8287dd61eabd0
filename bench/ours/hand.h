// The rules of generate/rules.h decided by code that a programmer wrote for them, over an index like Remit's: for each tool its
// classes of scores, and for each tier and class the roles that are blocked, asked for and allowed. Reads the same frame.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vm/ops/outcome.h"
#include "vm/value/value.h"

namespace bench {

class Hand {
public:
    /// `role_bits[r]`: the bit of role r in the frame's mask. Slots: where tier, roles and score are.
    Hand(const std::string& rules_file, int tools, const std::vector<uint64_t>& role_bits, uint32_t tier_slot,
         uint32_t roles_slot, uint32_t score_slot);

    /// What Kernel::judge does, for these rules: the answer, and the version that gave it.
    void judge(uint32_t tool, const remit::V* frame, remit::Outcome& out) const noexcept;

private:
    static constexpr int kScores = 101;
    struct Said {
        uint64_t allow = 0, block = 0, ask = 0, pad = 0;
    };
    struct Tool {
        const Said* said = nullptr;  // tier by tier
        int64_t classes = 0;
        uint8_t class_of[kScores] = {};
    };
    uint32_t tier_slot_, roles_slot_, score_slot_;
    uint64_t version_[4] = {1, 2, 3, 4};
    std::vector<Tool> tools_;
    std::vector<Said> said_;
};

}  // namespace bench
