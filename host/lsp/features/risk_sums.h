// How much risk the terms of a policy can add up to for a tool, as far as selectors tell: guards count as if they held.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "host/lsp/index/model.h"

namespace remit::lsp {

struct RiskTerm {
    std::string name;
    int64_t weight = 0;
};
struct RiskSum {
    int64_t most = 0;
    std::vector<RiskTerm> terms;  // the heaviest first
};

class RiskSums {
public:
    explicit RiskSums(const Model& model);
    const RiskSum& of(const std::string& tool) const;
    /// The tool of these that can reach most; null if there is none.
    const std::string* riskiest(const std::vector<std::string>& tools) const;

private:
    std::map<std::string, RiskSum> sums_;
};

}  // namespace remit::lsp
