// Coverage as text for people and as LCOV for tools.
#include <fmt/format.h>

#include "host/testing/coverage.h"

namespace remit {

std::string coverage_text(const Coverage& coverage) {
    std::string out;
    for (const Covered* covered : coverage.all()) {
        if (covered->full()) continue;
        std::vector<std::string_view> missing;
        for (const SeenOutcome& outcome : covered->outcomes) {
            if (outcome.times == 0) missing.push_back(outcome.what);
        }
        const bool never = covered->asked == 0;
        out += fmt::format(
            "  {}:{}: {}{}: {}\n", covered->file, covered->line, covered->is_tool ? "tool " : "", covered->text,
            never ? std::string(covered->is_tool ? "is never called" : "no call comes to it")
                  : fmt::format("no test in which it {}{}", covered->is_tool ? "gets " : "", fmt::join(missing, ", ")));
    }
    return fmt::format("coverage: {} of {} outcomes seen ({:.1f}%)\n", coverage.seen(), coverage.outcomes(),
                       coverage.percent()) +
           out;
}

std::string coverage_lcov(const Coverage& coverage) {
    std::string out;
    const auto all = coverage.all();
    for (const auto& [file, text] : coverage.sources()) {
        std::map<uint32_t, size_t> lines;
        std::string branches;
        size_t found = 0, hit = 0, block = 0;
        for (const Covered* covered : all) {
            if (covered->file != file) continue;
            for (uint32_t line = covered->line; line <= covered->end_line; ++line)
                lines[line] += covered->is_tool ? covered->asked : covered->outcomes[0].times;
            for (size_t i = 0; i < covered->outcomes.size(); ++i) {
                const size_t times = covered->outcomes[i].times;
                branches += fmt::format("BRDA:{},{},{},{}\n", covered->line, block, i,
                                        covered->asked == 0 ? "-" : std::to_string(times));
                ++found;
                hit += times > 0 ? 1 : 0;
            }
            ++block;
        }
        out += fmt::format("TN:\nSF:{}\n{}BRF:{}\nBRH:{}\n", file, branches, found, hit);
        size_t lines_hit = 0;
        for (const auto& [line, times] : lines) {
            out += fmt::format("DA:{},{}\n", line, times);
            lines_hit += times > 0 ? 1 : 0;
        }
        out += fmt::format("LF:{}\nLH:{}\nend_of_record\n", lines.size(), lines_hit);
    }
    return out;
}

}  // namespace remit
