// Coverage as one page: every source line, coloured by what was seen of its rule. No script; light and dark by the reader's setting.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/source/render.h"
#include "host/testing/coverage.h"

namespace remit {

namespace {

constexpr std::string_view kStyle = R"(
:root { color-scheme: light dark; --ground: #fff; --ink: #1b1f24; --dim: #6a737d; --full: #dcf5e3; --part: #fdf0cd; --none: #fbdcdc; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #14171a; --ink: #d8dee4; --dim: #8a939c; --full: #16341f; --part: #3b2f10; --none: #431d1d; }
}
body { margin: 2rem; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
table { border-collapse: collapse; width: 100%; }
td { padding: 0 .6rem; vertical-align: top; font: 13px/1.6 ui-monospace, monospace; white-space: pre-wrap; }
td.n { color: var(--dim); text-align: right; width: 1%; user-select: none; }
td.s { color: var(--dim); width: 30%; }
.full { background: var(--full); } .part { background: var(--part); } .none { background: var(--none); }
.key span { padding: .1rem .5rem; margin-right: .5rem; }
)";

std::string_view colour(const Covered& covered) {
    return covered.full() ? "full" : covered.seen() > 0 ? "part" : "none";
}

std::string said(const Covered& covered) {
    std::string out;
    for (const SeenOutcome& outcome : covered.outcomes)
        out += fmt::format("{}{} {}\u00d7", out.empty() ? "" : ", ", outcome.what, outcome.times);
    return out;
}

std::string file_table(std::string_view name, std::string_view text, const std::vector<const Covered*>& all) {
    std::map<uint32_t, const Covered*> by_line;
    for (const Covered* covered : all) {
        if (covered->file != name) continue;
        for (uint32_t line = covered->line; line <= covered->end_line; ++line) by_line[line] = covered;
    }
    std::string out = fmt::format("<h2>{}</h2>\n<table>\n", xml_text(name));
    uint32_t number = 0;
    while (!text.empty()) {
        const size_t end = std::min(text.find('\n'), text.size());
        const auto found = by_line.find(++number);
        const Covered* covered = found == by_line.end() ? nullptr : found->second;
        out += fmt::format("<tr{}><td class=\"n\">{}</td><td>{}</td><td class=\"s\">{}</td></tr>\n",
                           covered == nullptr ? "" : fmt::format(" class=\"{}\"", colour(*covered)), number,
                           xml_text(text.substr(0, end)),
                           covered != nullptr && covered->line == number ? said(*covered) : "");
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out + "</table>\n";
}

}  // namespace

std::string coverage_html(const Coverage& coverage) {
    std::string out = fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Coverage</title>\n"
        "<meta name=\"viewport\" content=\"width=device-width\">\n<style>{}</style>\n</head>\n<body>\n"
        "<h1>Coverage: {:.1f}%</h1>\n<p>{} of {} outcomes were seen.</p>\n"
        "<p class=\"key\"><span class=\"full\">all seen</span><span class=\"part\">some seen</span>"
        "<span class=\"none\">none seen</span></p>\n",
        kStyle, coverage.percent(), coverage.seen(), coverage.outcomes());
    const auto all = coverage.all();
    for (const auto& [name, text] : coverage.sources()) out += file_table(name, text, all);
    return out + "</body>\n</html>\n";
}

}  // namespace remit
