#include "host/evidence/review/problems.h"

#include <fmt/format.h>

namespace remit::evidence {

std::string_view text_of(ProblemKind kind) {
    switch (kind) {
#define REMIT_PROBLEM(name, text, what) \
    case ProblemKind::name: return text;
        REMIT_PROBLEMS(REMIT_PROBLEM)
#undef REMIT_PROBLEM
    }
    return "";
}

std::string_view meaning_of(ProblemKind kind) {
    switch (kind) {
#define REMIT_PROBLEM(name, text, what) \
    case ProblemKind::name: return what;
        REMIT_PROBLEMS(REMIT_PROBLEM)
#undef REMIT_PROBLEM
    }
    return "";
}

void Problems::add(ProblemKind kind, std::string where, std::string detail) {
    if (list_.size() == kMostProblems) {
        ++more_;
        return;
    }
    list_.push_back({kind, std::move(where), std::move(detail)});
}

void Problems::at_record(ProblemKind kind, uint64_t index, std::string detail) {
    add(kind, fmt::format("record {}", index), std::move(detail));
}

}  // namespace remit::evidence
