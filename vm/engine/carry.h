// Carry: what a recorded session has done so far, for `--stateful`. Marks stay; counts live in windows of at most 64 buckets, the
// oldest counted whole; the highest class and the lowest trust that the session has read are kept. Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "vm/program/program.h"

namespace remit {

/// A count over a window. Values are those of a distinct count, as JSON text.
class WindowedCount {
public:
    /// Forgets what lies wholly before `now - over`.
    void advance(int64_t now, int64_t over_ns);
    void add(int64_t now, int64_t over_ns, int64_t amount);
    /// Notes a value (again); at most `most` are kept.
    void note(int64_t now, int64_t over_ns, const std::string& value, uint32_t most);
    int64_t total() const;                 // saturating
    bool begun() const { return begun_; }  // something was ever carried into it
    bool empty() const { return buckets_.empty() && values_.empty(); }
    std::vector<std::string> values() const;  // sorted

private:
    bool begun_ = false;
    std::map<int64_t, int64_t> buckets_;     // number of the bucket -> amount
    std::map<std::string, int64_t> values_;  // value -> number of the bucket that it was last seen in
};

/// One session, or what all sessions of one tenant share (then only `counts` is used).
struct Carried {
    bool known = false;  // what is not carried is unset, not missing
    std::set<std::string> marks;
    std::map<std::string, WindowedCount> counts;
    std::optional<std::string> high_water, low_water;  // symbols
};

/// What is carried into one request.
struct Carry {
    Carried* session = nullptr;
    Carried* tenant = nullptr;
    WindowedCount& count(const StateDesc& state) const {
        return (state.per == Window::Tenant ? tenant : session)->counts[state.name];
    }

    // A count that is kept for each key of the tenant: `counts` has it under its name, a line feed and the key.
    /// Null: nothing is carried under this key.
    WindowedCount* find(const StateDesc& state, const std::string& key) const;
    /// The keys under which something is left in the window; what is empty is forgotten.
    std::vector<std::string> keys(const StateDesc& state, int64_t now) const;
    /// To charge `key`. Null: it is new, and there are `max_keys` already.
    WindowedCount* room(const StateDesc& state, const std::string& key, int64_t now) const;
};

}  // namespace remit
