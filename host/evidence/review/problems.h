// Problems: names of what verification finds, and where it collects them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/evidence/review/problems.def"

namespace remit::evidence {

enum class ProblemKind : uint8_t {
#define REMIT_PROBLEM(name, text, what) name,
    REMIT_PROBLEMS(REMIT_PROBLEM)
#undef REMIT_PROBLEM
};
std::string_view text_of(ProblemKind kind);
std::string_view meaning_of(ProblemKind kind);

struct Problem {
    ProblemKind kind = ProblemKind::Segment;
    std::string where;  // "record 17", "segments/00000003.seg", "tlog/tile/0/000"
    std::string detail;
};

inline constexpr size_t kMostProblems = 100;

/// Keeps the first kMostProblems and counts the rest.
class Problems {
public:
    void add(ProblemKind kind, std::string where, std::string detail);
    void at_record(ProblemKind kind, uint64_t index, std::string detail);
    bool none() const { return list_.empty(); }
    const std::vector<Problem>& list() const { return list_; }
    uint64_t more() const { return more_; }

private:
    std::vector<Problem> list_;
    uint64_t more_ = 0;
};

}  // namespace remit::evidence
