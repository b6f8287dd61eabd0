// Latencies of single operations, in microseconds, and how they are printed.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace bench {

class Latencies {
public:
    void reserve(size_t count) { us_.reserve(count); }
    void add(double us) { us_.push_back(static_cast<float>(us)); }
    void add(const Latencies& more) { us_.insert(us_.end(), more.us_.begin(), more.us_.end()); }
    size_t count() const { return us_.size(); }
    void sort() { std::sort(us_.begin(), us_.end()); }
    /// Of sorted latencies.
    double at(double share) const {
        if (us_.empty()) return 0;
        return us_[std::min(us_.size() - 1, static_cast<size_t>(share * static_cast<double>(us_.size())))];
    }

private:
    std::vector<float> us_;
};

/// One line of JSON: `case` of `side`, records a second, percentiles in microseconds.
inline std::string json_line(const std::string& side, const std::string& name, double per_second, Latencies& l) {
    l.sort();
    return fmt::format(
        R"({{"side":"{}","case":"{}","per_second":{:.0f},"p50_us":{:.1f},"p99_us":{:.1f},"p999_us":{:.1f},"records":{}}})",
        side, name, per_second, l.at(0.5), l.at(0.99), l.at(0.999), l.count());
}

}  // namespace bench
