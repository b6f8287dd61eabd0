// Myers' greedy algorithm ("An O(ND) Difference Algorithm and Its Variations", 1986), with a bound on D.
#include "host/cli/line_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "host/cli/console.h"

namespace remit::cli {

namespace {

constexpr size_t kContext = 3;
constexpr int kMostEdits = 2000;  // memory is their square

enum class Edit : char { Keep = ' ', Remove = '-', Add = '+' };
struct Line {
    Edit edit;
    std::string_view text;
};
using Lines = std::vector<std::string_view>;

Lines lines_of(std::string_view text) {
    Lines out;
    while (!text.empty()) {
        const size_t end = std::min(text.find('\n'), text.size());
        out.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

/// How far along `b` each path of `d` edits comes, by its diagonal; one row for each `d`. Empty if there are too many edits.
std::vector<std::vector<int>> trace(const Lines& a, const Lines& b) {
    const int n = static_cast<int>(a.size()), m = static_cast<int>(b.size());
    std::vector<std::vector<int>> rows;
    for (int d = 0; d <= std::min(n + m, kMostEdits); ++d) {
        std::vector<int> row(static_cast<size_t>(2 * d + 1));  // x on diagonal k, at k + d
        for (int k = -d; k <= d; k += 2) {
            int x = 0;
            if (d > 0) {
                const std::vector<int>& last = rows.back();
                const auto at = [&](int diagonal) {
                    return diagonal < 1 - d || diagonal > d - 1 ? -1 : last[static_cast<size_t>(diagonal + d - 1)];
                };
                x = k == -d || (k != d && at(k - 1) < at(k + 1)) ? at(k + 1) : at(k - 1) + 1;
            }
            while (x < n && x - k < m && a[static_cast<size_t>(x)] == b[static_cast<size_t>(x - k)]) ++x;
            row[static_cast<size_t>(k + d)] = x;
            if (x >= n && x - k >= m) {
                rows.push_back(std::move(row));
                return rows;
            }
        }
        rows.push_back(std::move(row));
    }
    return {};
}

std::vector<Line> edits(const Lines& a, const Lines& b) {
    std::vector<Line> out;
    const auto rows = trace(a, b);
    if (rows.empty() && !(a.empty() && b.empty())) {
        for (const std::string_view line : a) out.push_back({Edit::Remove, line});
        for (const std::string_view line : b) out.push_back({Edit::Add, line});
        return out;
    }
    int x = static_cast<int>(a.size()), y = static_cast<int>(b.size());
    for (int d = static_cast<int>(rows.size()) - 1; d >= 0; --d) {
        int from_x = 0, from_y = 0;
        if (d > 0) {
            const std::vector<int>& last = rows[static_cast<size_t>(d - 1)];
            const auto at = [&](int k) { return k < 1 - d || k > d - 1 ? -1 : last[static_cast<size_t>(k + d - 1)]; };
            const int k = x - y;
            const int before = k == -d || (k != d && at(k - 1) < at(k + 1)) ? k + 1 : k - 1;
            from_x = at(before);
            from_y = from_x - before;
        }
        while (x > from_x && y > from_y && a[static_cast<size_t>(x - 1)] == b[static_cast<size_t>(y - 1)]) {
            out.push_back({Edit::Keep, a[static_cast<size_t>(--x)]});
            --y;
        }
        if (d == 0) break;
        if (x > from_x)
            out.push_back({Edit::Remove, a[static_cast<size_t>(--x)]});
        else
            out.push_back({Edit::Add, b[static_cast<size_t>(--y)]});
    }
    std::reverse(out.begin(), out.end());
    return out;
}

}  // namespace

std::string unified_diff(std::string_view path, std::string_view before, std::string_view after, bool color) {
    if (before == after) return {};
    const std::vector<Line> all = edits(lines_of(before), lines_of(after));
    std::string out = paint(color, Paint::Bold, fmt::format("--- {0}\n+++ {0}", path)) + "\n";
    size_t a = 0, b = 0;  // lines passed
    for (size_t i = 0; i < all.size();) {
        size_t change = i;
        while (change < all.size() && all[change].edit == Edit::Keep) ++change;
        if (change == all.size()) break;
        const size_t from = std::max(i, change > kContext ? change - kContext : 0);
        a += from - i;
        b += from - i;
        size_t end = change, kept = 0;  // the block ends where enough lines are kept
        while (end < all.size() && kept <= 2 * kContext) kept = all[end++].edit == Edit::Keep ? kept + 1 : 0;
        end -= kept > kContext ? kept - kContext : 0;
        size_t removed = 0, added = 0;
        std::string body;
        for (size_t k = from; k < end; ++k) {
            const Line& line = all[k];
            removed += line.edit != Edit::Add ? 1 : 0;
            added += line.edit != Edit::Remove ? 1 : 0;
            const std::string text = fmt::format("{}{}", static_cast<char>(line.edit), line.text);
            body += (line.edit == Edit::Keep ? text
                                             : paint(color, line.edit == Edit::Add ? Paint::Green : Paint::Red, text));
            body += '\n';
        }
        out += paint(
            color, Paint::Cyan,
            fmt::format("@@ -{},{} +{},{} @@", removed > 0 ? a + 1 : a, removed, added > 0 ? b + 1 : b, added));
        out += '\n' + body;
        a += removed;
        b += added;
        i = end;
    }
    return out;
}

}  // namespace remit::cli
