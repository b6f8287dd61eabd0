#include "vm/engine/carry.h"

#include <algorithm>

#include "vm/ops/actions.h"

namespace remit {

namespace {

constexpr int64_t kBuckets = 64;

int64_t width_of(int64_t over_ns) { return std::max<int64_t>(1, over_ns / kBuckets + (over_ns % kBuckets != 0)); }

int64_t bucket_of(int64_t now, int64_t over_ns) {
    const int64_t width = width_of(over_ns);
    const int64_t n = now / width;
    return now % width < 0 ? n - 1 : n;
}

}  // namespace

void WindowedCount::advance(int64_t now, int64_t over_ns) {
    if (over_ns <= 0) return;
    int64_t start = 0;
    if (__builtin_sub_overflow(now, over_ns, &start)) return;
    const int64_t oldest = bucket_of(start, over_ns);  // the bucket in which the window begins, counted whole
    buckets_.erase(buckets_.begin(), buckets_.lower_bound(oldest));
    std::erase_if(values_, [&](const auto& value) { return value.second < oldest; });
}

void WindowedCount::add(int64_t now, int64_t over_ns, int64_t amount) {
    begun_ = true;
    int64_t& sum = buckets_[bucket_of(now, over_ns)];
    sum = saturating_add(sum, amount);
}

void WindowedCount::note(int64_t now, int64_t over_ns, const std::string& value, uint32_t most) {
    const int64_t bucket = bucket_of(now, over_ns);
    if (const auto it = values_.find(value); it != values_.end())
        it->second = std::max(it->second, bucket);
    else if (values_.size() < most)
        values_.emplace(value, bucket);
}

int64_t WindowedCount::total() const {
    int64_t sum = 0;
    for (const auto& [bucket, amount] : buckets_) sum = saturating_add(sum, amount);
    return sum;
}

std::vector<std::string> WindowedCount::values() const {
    std::vector<std::string> out;
    for (const auto& [value, bucket] : values_) out.push_back(value);
    return out;
}

WindowedCount* Carry::find(const StateDesc& state, const std::string& key) const {
    const auto it = tenant->counts.find(state.name + '\n' + key);
    return it == tenant->counts.end() ? nullptr : &it->second;
}

std::vector<std::string> Carry::keys(const StateDesc& state, int64_t now) const {
    const std::string prefix = state.name + '\n';
    std::vector<std::string> out;
    auto it = tenant->counts.lower_bound(prefix);
    while (it != tenant->counts.end() && it->first.starts_with(prefix)) {
        it->second.advance(now, state.over_ns);
        if (it->second.empty()) {
            it = tenant->counts.erase(it);
            continue;
        }
        out.push_back(it->first.substr(prefix.size()));
        ++it;
    }
    return out;
}

WindowedCount* Carry::room(const StateDesc& state, const std::string& key, int64_t now) const {
    const size_t known = keys(state, now).size();
    if (WindowedCount* count = find(state, key)) return count;
    return known < state.max_keys ? &tenant->counts[state.name + '\n' + key] : nullptr;
}

}  // namespace remit
