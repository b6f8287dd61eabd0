// Progress: says on a terminal, once a second, how far a long run has come. Says nothing elsewhere.
#pragma once

#include <fmt/format.h>

#include <chrono>
#include <string>

#include "host/cli/console.h"

namespace remit::cli {

class Progress {
public:
    /// `what`: "decisions", "records".
    Progress(Console& console, std::string what)
        : console_(console), what_(std::move(what)), on_(console.err_is_terminal()) {}
    ~Progress() { end(); }
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// `total` 0: unknown.
    void at(uint64_t done, uint64_t total = 0) {
        if (!on_) return;
        const auto now = std::chrono::steady_clock::now();
        if (now - last_ < std::chrono::seconds(1)) return;
        last_ = now;
        shown_ = true;
        console_.err(total == 0 ? fmt::format("\r{} {}", done, what_)
                                : fmt::format("\r{} of {} {} ({}%)", done, total, what_, 100 * done / total));
    }
    /// Takes the line away again.
    void end() {
        if (shown_) console_.err("\r\x1b[K");
        shown_ = false;
    }

private:
    Console& console_;
    const std::string what_;
    const bool on_;
    bool shown_ = false;
    std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

}  // namespace remit::cli
