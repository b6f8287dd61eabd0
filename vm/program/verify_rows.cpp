// The verifier's look at rules, segments and rows, and at what each tool runs.
#include <unordered_map>

#include "vm/ops/regex.h"
#include "vm/program/limits.h"
#include "vm/program/verify.h"
#include "vm/program/verify_parts.h"

namespace remit::verifier {
namespace {

constexpr uint32_t kHighestIsolation = 3;
/// Rows may share parameters, so their number alone does not bound the work of looking at them.
constexpr uint64_t kMaxRowParams = 1u << 26;

Problem claim(const Program& p, const RuleInfo& r) {
    if (r.property > Property::Lane || r.order > Order::Ge) return "no such property";
    if (r.property == Property::Reach && !is_in(p.egress, r.egress)) return "no such egress profile";
    if (r.property == Property::Ask && r.quorum == 0) return "nobody is asked";
    if (r.words.size() > limits::kMaxClaimWords) return "too many words in one claim";
    return {};
}

Problem rule(const Program& p, const RuleInfo& r) {
    if (r.kind > RuleKind::Never || r.per > Window::Tenant) return "no such kind";
    if (r.signer != kSignerOwner && !is_in(p.roles, r.signer)) return "no such signer";
    if (r.level > kHighestIsolation) return "no such isolation level";
    if (r.number < 0 || r.window_ns < 0 || r.at_least_ns < -1 || r.at_most_ns < -1) return "a number below zero";
    if (r.kind == RuleKind::Lane && !is_in(p.vocabularies[kVocLanes].symbols, static_cast<uint64_t>(r.number)))
        return "no such lane";
    if (r.overridable && r.kind != RuleKind::Block) return "only a block can be overridden";
    if (r.asks() && r.quorum == 0) return "nobody is asked";
    if (r.kind == RuleKind::Reach && !is_in(p.egress, r.egress)) return "no such egress profile";
    if (r.kind == RuleKind::Never) return claim(p, r);
    return {};
}

bool action_fits(Action action, const RuleInfo& rule) {
    if (rule.watch) return action == Action::Note;
    switch (rule.kind) {
        case RuleKind::Allow: return action == Action::Allow;
        case RuleKind::Block: return action == (rule.overridable ? Action::Note : Action::Block);
        case RuleKind::Risk: return action == Action::Risk;
        case RuleKind::Lane: return action == Action::Lane;
        case RuleKind::Mark: return action == Action::Mark;
        case RuleKind::Count: return action == Action::Count || action == Action::CountDistinct;
        case RuleKind::Ask:
        case RuleKind::Limit:
        case RuleKind::Quota:
        case RuleKind::Isolate:
        case RuleKind::Reach:
        case RuleKind::Record:
        case RuleKind::Redact:
        case RuleKind::Retain:
        case RuleKind::Never: return action == Action::Note;
    }
    return false;
}

/// Rules that give something speak only where their guards must hold.
bool opens(const RuleInfo& r) { return r.kind == RuleKind::Allow || (r.kind == RuleKind::Reach && !r.narrows); }

/// The parameters that a row of a segment needs, and which of them are regular expressions.
struct Needed {
    std::vector<TypeRef> types;
    std::vector<bool> patterns;
};

class SegmentChecker {
public:
    explicit SegmentChecker(const Program& p) : p_(p), patterns_(p.shapes.size()) {
        for (const StateDesc& s : p.states) states_.emplace(s.slot, &s);
    }

    Problem segment(const Segment& s) {
        if (s.action > Action::CountDistinct) return "no such action";
        if (!is_in(p_.shapes, s.shape) || kind_of(s.shape) != Kind::Truth) return "its guard is no guard";
        if (s.row_begin > s.row_end || s.row_end > p_.rows.size()) return "rows out of bounds";
        if (auto problem = value_shape(s)) return problem;
        Needed needed;
        if (s.row_begin != s.row_end) {
            require(needed, s.shape);
            if (s.value_shape != kNoShape) require(needed, s.value_shape);
        }
        looked_at_ += needed.types.size() * (uint64_t{1} + s.row_end - s.row_begin);
        if (looked_at_ > kMaxRowParams) return "too many parameters in all";
        for (uint32_t i = s.row_begin; i < s.row_end; ++i) {
            if (auto problem = row(s, p_.rows[i], needed)) return say("row ", i, ": ", *problem);
        }
        return {};
    }

private:
    Kind kind_of(uint32_t shape) const { return p_.types[p_.shapes[shape].result].kind; }

    Problem value_shape(const Segment& s) const {
        const bool may = s.action == Action::Count || s.action == Action::CountDistinct;
        if (s.value_shape == kNoShape) return s.action == Action::CountDistinct ? "distinct needs a value" : Problem{};
        if (!may || !is_in(p_.shapes, s.value_shape)) return "no such value";
        const Kind kind = kind_of(s.value_shape);
        const bool fits = kind == Kind::Int || (kind == Kind::Str && s.action == Action::CountDistinct);
        return fits ? Problem{} : "value of the wrong kind";
    }

    void require(Needed& needed, uint32_t index) {
        const Shape& shape = p_.shapes[index];
        needed.types.insert(needed.types.end(), shape.params.begin(), shape.params.end());
        auto& patterns = patterns_[index];
        if (!patterns) patterns = pattern_params(p_, shape);
        needed.patterns.insert(needed.patterns.end(), patterns->begin(), patterns->end());
    }

    Problem row(const Segment& s, const Row& r, const Needed& needed) {
        if (!is_in(p_.rules, r.rule) || !action_fits(s.action, p_.rules[r.rule])) return "no such rule for this action";
        if (opens(p_.rules[r.rule]) != s.must) return "only what allows or opens needs must";
        if (r.params > p_.params.size() || p_.params.size() - r.params < needed.types.size())
            return "parameters out of bounds";
        for (size_t k = 0; k < needed.types.size(); ++k) {
            const Constant& c = p_.constants[p_.params[r.params + k]];
            if (c.type != needed.types[k]) return say("parameter ", k, ": of another type");
            if (needed.patterns[k] && !is_regex(p_.params[r.params + k]))
                return say("parameter ", k, ": no regular expression");
        }
        return payload(s, r);
    }

    bool is_regex(uint32_t constant) {
        const auto [at, fresh] = regexes_.try_emplace(constant, false);
        if (fresh) at->second = !regex_error(p_.constants[constant].text);
        return at->second;
    }

    Problem payload(const Segment& s, const Row& r) const {
        switch (s.action) {
            case Action::Note:
            case Action::Allow:
            case Action::Block: return {};
            case Action::Risk: return r.payload >= 0 ? Problem{} : "weight below zero";
            case Action::Lane:
                return is_in(p_.vocabularies[kVocLanes].symbols, static_cast<uint64_t>(r.payload)) ? Problem{}
                                                                                                   : "no such lane";
            case Action::Mark: return state(r, [](const StateDesc& d) { return !d.is_count; });
            case Action::Count:
                return state(r, [](const StateDesc& d) { return d.is_count && d.count != CountKind::Distinct; });
            case Action::CountDistinct: break;
        }
        const Kind value = kind_of(s.value_shape);
        return state(r, [&](const StateDesc& d) {
            return d.is_count && d.count == CountKind::Distinct && p_.types[d.distinct_type.layout].kind == value;
        });
    }

    /// Marks and counts go where a state of that kind is: its slots have been checked.
    template <class Fits>
    Problem state(const Row& r, Fits fits) const {
        const auto [begin, end] = states_.equal_range(static_cast<uint64_t>(r.payload));
        for (auto it = begin; it != end; ++it) {
            if (fits(*it->second)) return {};
        }
        return "no such state";
    }

    const Program& p_;
    std::unordered_multimap<uint64_t, const StateDesc*> states_;
    std::unordered_map<uint32_t, bool> regexes_;
    std::vector<std::optional<std::vector<bool>>> patterns_;  // by shape
    uint64_t looked_at_ = 0;
};

}  // namespace

Problem rules(const Program& p) {
    for (size_t i = 0; i < p.rules.size(); ++i) {
        if (auto problem = rule(p, p.rules[i])) return say("rule ", i, ": ", *problem);
    }
    return {};
}

Problem segments(const Program& p) {
    for (const uint32_t constant : p.params) {
        if (!is_in(p.constants, constant)) return "a parameter is no constant";
    }
    SegmentChecker checker(p);
    uint64_t rows = 0;  // segments that share rows could make verifying slow
    for (size_t i = 0; i < p.segments.size(); ++i) {
        if (auto problem = checker.segment(p.segments[i])) return say("segment ", i, ": ", *problem);
        rows += p.segments[i].row_end - p.segments[i].row_begin;
        if (rows > p.rows.size()) return say("segment ", i, ": shares rows with another");
    }
    return {};
}

/// Rules about results belong to the tools that decide them, and no other rules do.
Problem segment_is_for(const Program& p, const Segment& s, const ToolDesc& tool) {
    const bool after = tool.after_of != kNoTool;
    for (uint32_t r = s.row_begin; r < s.row_end; ++r) {
        const RuleInfo& rule = p.rules[p.rows[r].rule];
        if (rule.after != after) return say("tool `", tool.name, "`: a rule of another stage");
    }
    return {};
}

/// The matched list has room for every rule once, so a tool may not have more rows than there are rules.
Problem tool_ranges(const Program& p) {
    std::vector<uint64_t> rows_before(p.tool_segments.size() + 1, 0);
    for (size_t i = 0; i < p.tool_segments.size(); ++i) {
        if (!is_in(p.segments, p.tool_segments[i])) return "tool segments: no such segment";
        const Segment& s = p.segments[p.tool_segments[i]];
        rows_before[i + 1] = rows_before[i] + (s.row_end - s.row_begin);
    }
    std::vector<uint8_t> staged(p.segments.size(), 0);
    for (const ToolDesc& t : p.tools) {
        if (t.segments_begin > t.segments_end || t.segments_end > p.tool_segments.size()) {
            return say("tool `", t.name, "`: segments out of bounds");
        }
        if (rows_before[t.segments_end] - rows_before[t.segments_begin] > p.rules.size()) {
            return say("tool `", t.name, "`: more rows than rules");
        }
        for (uint32_t i = t.segments_begin; i < t.segments_end; ++i) {
            const uint32_t s = p.tool_segments[i];
            const uint8_t stage = t.after_of == kNoTool ? 1 : 2;  // bits
            if ((staged[s] & stage) != 0) continue;
            staged[s] |= stage;
            if (auto problem = segment_is_for(p, p.segments[s], t)) return problem;
        }
    }
    return {};
}

}  // namespace remit::verifier
