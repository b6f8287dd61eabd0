// The graph as a tree of lines, and as DOT.
#include <fmt/format.h>

#include "host/evidence/review/graph_words.h"

namespace remit::evidence {

namespace {

constexpr size_t kMaxDrawnDepth = 40;  // deeper calls are drawn there, and say how deep they are

std::string line_of(const GraphCall& call) {
    return fmt::format("{} {}  {}", call.index, call.tool.empty() ? "?" : plain(call.tool), state_of(call));
}

std::string dot_text(std::string_view text) {
    std::string out;
    for (const char c : plain(text)) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

std::string_view dot_color(const GraphCall& call) {
    if (call.status == "in doubt" || call.status == "unknown") return "darkorange";
    if (call.status == "failed" || call.verdict == "deny") return "firebrick";
    return call.verdict == "ask" ? "goldenrod" : "darkgreen";
}

}  // namespace

std::string graph_text(const CallGraph& graph) {
    std::string out = fmt::format("session {}: {} calls\n", plain(graph.session), graph.calls.size());
    if (graph.left_out > 0) out += fmt::format("{} older calls are left out\n", graph.left_out);
    struct Level {
        const std::vector<size_t>* calls;
        size_t next;
    };
    std::vector<Level> levels = {{&graph.roots, 0}};
    while (!levels.empty()) {
        Level& level = levels.back();
        if (level.next == level.calls->size()) {
            levels.pop_back();
            continue;
        }
        const GraphCall& call = graph.calls[(*level.calls)[level.next++]];
        for (size_t i = 0; i + 1 < levels.size() && i < kMaxDrawnDepth; ++i)
            out += levels[i].next < levels[i].calls->size() ? "\u2502  " : "   ";
        out += level.next < level.calls->size() ? "\u251c\u2500 " : "\u2514\u2500 ";
        if (levels.size() > kMaxDrawnDepth) out += fmt::format("({}) ", levels.size());
        out += line_of(call) + "\n";
        if (!call.children.empty()) levels.push_back({&call.children, 0});
    }
    return out;
}

std::string graph_dot(const CallGraph& graph) {
    std::string out = fmt::format("digraph \"{}\" {{\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n",
                                  dot_text(graph.session));
    for (size_t i = 0; i < graph.calls.size(); ++i) {
        const GraphCall& call = graph.calls[i];
        out += fmt::format("  c{} [label=\"{}\\n{}\\n{}\", color={}{}];\n", i, dot_text(call.tool),
                           dot_text(state_of(call)), dot_text(action_text(call.action.chain, call.action.number)),
                           dot_color(call), call.intent ? "" : ", style=dashed");
        for (const size_t child : call.children) out += fmt::format("  c{} -> c{};\n", i, child);
    }
    return out + "}\n";
}

}  // namespace remit::evidence
