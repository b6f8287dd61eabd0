// The graph as SVG: time runs to the right with the depth of calls, each leaf has a row of its own, and a caller stands in the middle of
// what it called. No scripts, no links, nothing from elsewhere.
#include <fmt/format.h>

#include "host/evidence/review/graph_words.h"

namespace remit::evidence {

namespace {

constexpr double kWidth = 220, kHeight = 52, kColumn = 270, kRow = 66, kMargin = 16, kTitle = 34;
constexpr size_t kMaxLabel = 30;

struct Spot {
    size_t depth = 0;
    double row = 0;
};

std::string xml(std::string_view text) {
    std::string out;
    for (const char c : plain(text)) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\'': out += "&#39;"; break;
            default: out += c;
        }
    }
    return out;
}

/// Children stand behind their parents, so rows are given from the back: first the leaves in the order of the drawing, then callers.
std::vector<Spot> layout(const CallGraph& graph) {
    std::vector<Spot> spots(graph.calls.size());
    std::vector<size_t> open(graph.roots.rbegin(), graph.roots.rend());
    double rows = 0;
    while (!open.empty()) {
        const size_t at = open.back();
        open.pop_back();
        const std::vector<size_t>& children = graph.calls[at].children;
        if (children.empty()) spots[at].row = rows++;
        for (auto child = children.rbegin(); child != children.rend(); ++child) {
            spots[*child].depth = spots[at].depth + 1;
            open.push_back(*child);
        }
    }
    for (size_t i = spots.size(); i-- > 0;) {
        const std::vector<size_t>& children = graph.calls[i].children;
        if (!children.empty()) spots[i].row = (spots[children.front()].row + spots[children.back()].row) / 2;
    }
    return spots;
}

double left(const Spot& spot) { return kMargin + kColumn * static_cast<double>(spot.depth); }
double top(const Spot& spot) { return kMargin + kTitle + kRow * spot.row; }

std::string_view color(const GraphCall& call) {
    if (call.status == "in doubt" || call.status == "unknown") return "#b45f06";
    if (call.status == "failed" || call.verdict == "deny") return "#a61c1c";
    return call.verdict == "ask" ? "#8a6d00" : "#1e6b2f";
}

std::string box(const GraphCall& call, const Spot& spot) {
    const double x = left(spot), y = top(spot);
    const std::string tool = call.tool.empty() ? "?" : call.tool, state = state_of(call);
    std::string out = fmt::format(
        "<g><title>{} {} ({})</title><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"6\" fill=\"#fff\" "
        "stroke=\"{}\" "
        "stroke-width=\"1.5\"{}/>",
        xml(tool), xml(state), xml(action_text(call.action.chain, call.action.number)), x, y, kWidth, kHeight,
        color(call), call.intent ? "" : " stroke-dasharray=\"5 3\"");
    out += fmt::format("<text x=\"{}\" y=\"{}\" font-weight=\"600\">{}</text>", x + 10, y + 21,
                       xml(shortened(plain(tool), kMaxLabel)));
    out += fmt::format("<text x=\"{}\" y=\"{}\" fill=\"{}\">{}</text></g>\n", x + 10, y + 40, color(call),
                       xml(fmt::format("{}  {}", call.index, shortened(state, kMaxLabel))));
    return out;
}

std::string edge(const Spot& from, const Spot& to) {
    const double x1 = left(from) + kWidth, y1 = top(from) + kHeight / 2, x2 = left(to), y2 = top(to) + kHeight / 2;
    const double middle = (x1 + x2) / 2;
    return fmt::format("<path d=\"M{} {}C{} {} {} {} {} {}\"/>\n", x1, y1, middle, y1, middle, y2, x2, y2);
}

}  // namespace

std::string graph_svg(const CallGraph& graph) {
    const std::vector<Spot> spots = layout(graph);
    double width = 0, height = 0;
    for (const Spot& spot : spots) {
        width = std::max(width, left(spot) + kWidth + kMargin);
        height = std::max(height, top(spot) + kHeight + kMargin);
    }
    const std::string title = "Session " + plain(graph.session);
    std::string out = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" role=\"img\" "
        "aria-label=\"{2}\" font-family=\"system-ui, sans-serif\" font-size=\"13\">\n<rect width=\"100%\" "
        "height=\"100%\" "
        "fill=\"#f7f7f5\"/>\n<text x=\"{3}\" y=\"{4}\" font-size=\"15\" font-weight=\"600\">{2}</text>\n",
        width, height, xml(title), kMargin, kMargin + 14);
    out += "<g fill=\"none\" stroke=\"#888\" stroke-width=\"1.2\">\n";
    for (size_t i = 0; i < spots.size(); ++i) {
        for (const size_t child : graph.calls[i].children) out += edge(spots[i], spots[child]);
    }
    out += "</g>\n<g fill=\"#222\">\n";
    for (size_t i = 0; i < spots.size(); ++i) out += box(graph.calls[i], spots[i]);
    return out + "</g>\n</svg>\n";
}

}  // namespace remit::evidence
