// One expectation at work. Internal to host/testing: its rows are functions of a Check.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "host/testing/expect.h"

namespace remit::expecting {

inline std::string join(const std::vector<std::string>& parts, std::string_view separator) {
    return fmt::format("{}", fmt::join(parts, separator));
}

/// The words of an expectation, and the decision that they are held against.
struct Check {
    const Decision& decision;
    const ast::Expectation& expectation;
    std::vector<std::string> words;  // after the first, as they were written
    std::vector<Mismatch>& mismatches;

    std::string_view what() const { return expectation.what.text; }
    std::string written() const { return fmt::format("{} {}", what(), join(words, " ")); }
    bool says_nothing() const { return words.size() == 1 && words[0] == "nothing"; }
    void require(bool holds, std::string expected, std::string got) const {
        if (holds != expectation.negated) return;
        mismatches.push_back(
            {expectation.what.span, (expectation.negated ? "not " : "") + std::move(expected), std::move(got)});
    }
    /// Every word is among `have`; `nothing` is that there are none.
    void require_all(const std::vector<std::string>& have) const {
        const bool all = std::all_of(words.begin(), words.end(), [&](const std::string& w) {
            return std::find(have.begin(), have.end(), w) != have.end();
        });
        require(says_nothing() ? have.empty() : all && !words.empty(), written(),
                fmt::format("{} {}", what(), have.empty() ? "nothing" : join(have, " ")));
    }
};

#define REMIT_EXPECTATION(word, function, says) void function(const Check& check);
#include "host/testing/expectations.def"

}  // namespace remit::expecting
