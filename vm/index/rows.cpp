#include "vm/index/rows.h"

#include <algorithm>
#include <bit>

#include "vm/ops/actions.h"

namespace remit::indexing {

namespace {

constexpr size_t kBlock = 4096;

/// Narrows `in` to the values for which the comparison holds. False: there are none.
bool narrow(Interval& in, const Comparison& c, int64_t with) {
    switch (c.op) {
        case Op::EqI:
            in.low = std::max(in.low, with);
            in.high = std::min(in.high, with);
            break;
        case Op::LtI:
            if (with == (c.slot_first ? INT64_MIN : INT64_MAX)) return false;
            if (c.slot_first)
                in.high = std::min(in.high, with - 1);
            else
                in.low = std::max(in.low, with + 1);
            break;
        default:  // LeI; `Comparison` has no other
            if (c.slot_first)
                in.high = std::min(in.high, with);
            else
                in.low = std::max(in.low, with);
            break;
    }
    return in.low <= in.high;
}

bool holds(const Guard& guard, const SlotTest& test, V value, const V* params, bool must) {
    return std::all_of(test.roots.begin(), test.roots.end(),
                       [&](uint32_t root) { return hit_of(guard.evaluate(root, value, params), must) != 0; });
}

}  // namespace

RowReader::RowReader(const Program& program, std::span<const V> params)
    : program_(program),
      params_(params),
      guards_(program.shapes.size()),
      rows_(program.rows.size()),
      is_read_(program.rows.size(), false) {}

const Guard& RowReader::guard(uint32_t shape) {
    auto& known = guards_[shape];
    if (!known) known = std::make_unique<Guard>(read_guard(program_, program_.shapes[shape]));
    return *known;
}

const IndexedRow& RowReader::read(uint32_t segment, uint32_t row) {
    if (!is_read_[row]) rows_[row] = read_new(segment, row);
    is_read_[row] = true;
    return rows_[row];
}

IndexedRow RowReader::read_new(uint32_t segment, uint32_t row) {
    const Segment& s = program_.segments[segment];
    const Row& r = program_.rows[row];
    const V* params = params_.data() + r.params;
    const Guard& g = guard(s.shape);
    IndexedRow out;
    out.segment = segment;
    out.row = row;
    out.run = g.opaque;
    for (const uint32_t root : g.constants)
        if (hit_of(g.evaluate(root, V{}, params), s.must) == 0) out.never = true;
    out.tests_begin = static_cast<uint32_t>(tests_.size());
    for (const SlotTest& test : g.slots) tests_.push_back(read_test(g, test, params, s.must));
    out.tests_end = static_cast<uint32_t>(tests_.size());
    read_roles(g, params, out);
    return out;
}

void RowReader::read_roles(const Guard& guard, const V* params, IndexedRow& out) {
    out.has_roles = !guard.roles.empty();
    out.roles_begin = static_cast<uint32_t>(roles_.size());
    for (const RoleTest& test : guard.roles) {
        auto mask = static_cast<uint64_t>(params[test.param].bits);
        if (program_.roles.size() <= kMaxDirectRoles) {
            out.role_mask |= mask & (kEveryone - 1);
            continue;
        }
        for (; mask != 0; mask &= mask - 1)
            roles_.push_back(test.word * 64 + static_cast<uint32_t>(std::countr_zero(mask)));
    }
    out.roles_end = static_cast<uint32_t>(roles_.size());
    // A set of no roles is nobody.
    if (out.has_roles && out.role_mask == 0 && out.roles_begin == out.roles_end) out.never = true;
}

RowTest RowReader::read_test(const Guard& guard, const SlotTest& test, const V* params, bool must) {
    RowTest out;
    out.slot = test.slot;
    out.text = test.text;
    if (test.text)
        texts(guard, test, params, must, out);
    else
        numbers(guard, test, params, must, out);
    if (!test.text && test.only_comparisons()) {  // strict operations
        out.on_error = must ? Status::No : Status::Yes;
        return out;
    }
    // What holds on an error is asked of every error: a test with `has` tells them apart.
    int64_t hits = 0;
    for (int64_t err = 1; err < kErrCount; ++err) hits += holds(guard, test, V{0, err}, params, must);
    out.on_error = hits == 0 ? Status::No : hits == kErrCount - 1 ? Status::Yes : Status::Maybe;
    return out;
}

void RowReader::numbers(const Guard& guard, const SlotTest& test, const V* params, bool must, RowTest& out) {
    scratch_.clear();
    if (test.only_comparisons()) {
        Interval all;
        const auto next = [&](const Comparison& c) { return narrow(all, c, params[c.param].bits); };
        if (std::all_of(test.comparisons.begin(), test.comparisons.end(), next)) scratch_.push_back(all);
        out.intervals = keep(scratch_);
        return;
    }
    // The guard is constant between the values that it is compared with.
    std::vector<int64_t>& starts = starts_;
    starts.assign({INT64_MIN, 0, 1});  // 0 and 1 for a bool
    const auto add = [&](int64_t value) {
        starts.push_back(value);
        if (value != INT64_MAX) starts.push_back(value + 1);
    };
    for (const uint32_t p : test.params) {
        const V value = params[p];
        if (value.err != 0) continue;
        const Kind kind = kind_of(params + p);
        if (kind == Kind::Int) add(value.bits);
        if (kind != Kind::List) continue;
        const List& list = as<List>(value);
        for (uint32_t i = 0; i < list.size; ++i) add(list.items[i].bits);
    }
    std::sort(starts.begin(), starts.end());
    starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
    for (size_t i = 0; i < starts.size(); ++i) {
        if (!holds(guard, test, V{starts[i], 0}, params, must)) continue;
        const int64_t high = i + 1 < starts.size() ? starts[i + 1] - 1 : INT64_MAX;
        if (!scratch_.empty() && scratch_.back().high + 1 == starts[i])
            scratch_.back().high = high;
        else
            scratch_.push_back({starts[i], high});
    }
    out.intervals = keep(scratch_);
}

void RowReader::texts(const Guard& guard, const SlotTest& test, const V* params, bool must, RowTest& out) {
    std::vector<Str> named;
    for (const uint32_t p : test.params) {
        const V value = params[p];
        if (value.err != 0) continue;
        const Kind kind = kind_of(params + p);
        if (kind == Kind::Str) named.push_back(as<Str>(value));
        if (kind != Kind::List) continue;
        const List& list = as<List>(value);
        for (uint32_t i = 0; i < list.size; ++i) named.push_back(as<Str>(list.items[i]));
    }
    const auto before = [](const Str& a, const Str& b) { return a.view() < b.view(); };
    const auto same = [](const Str& a, const Str& b) { return a.view() == b.view(); };
    std::sort(named.begin(), named.end(), before);
    named.erase(std::unique(named.begin(), named.end(), same), named.end());
    std::vector<NamedText>& kept = texts_.emplace_back();
    std::string other = "x";  // longer than every text that is named
    for (const Str& text : named) {
        kept.push_back({text.view(), holds(guard, test, ref(&text), params, must)});
        if (text.size >= other.size()) other.assign(text.size + 1, 'x');
    }
    const Str any{other.data(), static_cast<uint32_t>(other.size()), 0};
    out.other_texts = holds(guard, test, ref(&any), params, must);
    out.texts = kept;
}

Kind RowReader::kind_of(const V* param) const {
    const auto at = static_cast<size_t>(param - params_.data());
    return program_.types[program_.constants[program_.params[at]].type].kind;
}

std::span<const Interval> RowReader::keep(std::span<const Interval> found) {
    if (interval_blocks_.empty() ||
        interval_blocks_.back().size() + found.size() > interval_blocks_.back().capacity()) {
        interval_blocks_.emplace_back();
        interval_blocks_.back().reserve(std::max(kBlock, found.size()));
    }
    std::vector<Interval>& block = interval_blocks_.back();
    const size_t at = block.size();
    block.insert(block.end(), found.begin(), found.end());
    return {block.data() + at, found.size()};
}

}  // namespace remit::indexing
