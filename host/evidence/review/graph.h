// Graph: which call of a session caused which, with what was decided and what became of it; as text, DOT and SVG. Names come from
// agents and are hostile: each form escapes them in its own way.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/evidence/review/find.h"
#include "host/evidence/review/reading.h"

namespace remit::evidence {

inline constexpr size_t kMaxGraphCalls = 10'000;

/// A decision or intent. A call that was asked about and then allowed is two of them.
struct GraphCall {
    uint64_t index = 0;
    ActionId action;
    int64_t time_ns = 0;
    bool intent = false;
    std::string call, parent, tool, verdict;
    std::string status;            // of its outcome; "in doubt": an intent that has none
    int64_t duration_us = -1;      // -1: not known
    bool orphan = false;           // names a parent that is not on record before it
    std::vector<size_t> children;  // positions in `calls`
};
struct CallGraph {
    std::string session;
    std::vector<GraphCall> calls;  // by index; a parent stands before its children
    std::vector<size_t> roots;
    uint64_t left_out = 0;  // calls beyond kMaxGraphCalls, the oldest
};

/// A failure if the session has no calls on record.
Result<CallGraph> graph_of(Reading& log, FindIndex& index, const std::string& session);

std::string graph_text(const CallGraph& graph);  // UTF-8, for terminals: no control characters
std::string graph_dot(const CallGraph& graph);
std::string graph_svg(const CallGraph& graph);

}  // namespace remit::evidence
