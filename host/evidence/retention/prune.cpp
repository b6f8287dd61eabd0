#include "host/evidence/retention/prune.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "host/evidence/log/chains.h"
#include "host/evidence/record/canonical.h"
#include "host/evidence/retention/held.h"
#include "host/evidence/review/doubts.h"
#include "host/evidence/review/members.h"
#include "vm/engine/json.h"
#include "vm/value/scalar.h"

namespace remit::evidence {

namespace {

/// Knows the retention class of each chain whose `session.open` it has seen, and which records must stay.
class Keeper {
public:
    Keeper(const KeepTimes& keep, int64_t now_ns) : keep_(keep), now_ns_(now_ns) {}

    /// Why the record must be kept; empty if it need not be.
    std::string reason(const RecordView& record) {
        const auto entry = read_entry(record.entry);
        if (!entry) return "it cannot be read";
        // The log's own records explain the others and go with them.
        if (record.meta.chain == ChainId{}) return "";
        const auto retention = class_of(record, entry->record);
        if (!retention) return "its session's retention class is not known";
        const auto time = keep_.of(*retention);
        if (!time) return fmt::format("no time is given for its retention class `{}`", *retention);
        const bool decides = record.meta.kind == Kind::Decision || record.meta.kind == Kind::Intent;
        const int64_t at_least = decides ? held_by(entry->record).at_least_ns.value_or(0) : 0;
        const int64_t span = std::max(*time, at_least);
        if (entry->head.wall_ns >= now_ns_ - span)
            return fmt::format("it is to be kept for {}{}", format_duration(span),
                               span == *time ? fmt::format(" (class `{}`)", *retention) : " (its decision says so)");
        return "";
    }

private:
    std::optional<std::string> class_of(const RecordView& record, std::string_view text) {
        const auto known = classes_.find(record.meta.chain);
        const bool says = record.meta.kind == Kind::SessionOpen || record.meta.kind == Kind::Decision ||
                          record.meta.kind == Kind::Intent;
        if (!says) return known == classes_.end() ? std::nullopt : std::optional(known->second);
        arena_.reset();
        const Json* value = json_.read(member_of(text, "retention"), arena_);
        std::string retention(value != nullptr && value->is(JsonKind::String) ? value->text : std::string_view());
        if (known == classes_.end()) classes_.emplace(record.meta.chain, retention);
        return retention;
    }

    const KeepTimes& keep_;
    const int64_t now_ns_;
    std::unordered_map<ChainId, std::string, Chains::HashOfChain> classes_;
    Arena arena_;
    JsonReader json_;
};

std::string pruned_record(const PrunePlan& plan, const KeepTimes& keep, std::string_view by) {
    std::string text;
    CanonicalWriter w(text);
    w.open_object();
    w.number("below", static_cast<int64_t>(plan.below));
    w.text("by", by);
    w.key("keep");
    w.open_array();
    const auto one = [&](std::string_view retention, int64_t span) {
        w.open_object();
        w.text("class", retention);
        w.text("for", format_duration(span));
        w.close_object();
    };
    for (const auto& [retention, span] : keep.of_class) one(retention, span);
    if (keep.otherwise) one("*", *keep.otherwise);
    w.close_array();
    w.number("segments", static_cast<int64_t>(plan.segments));
    w.close_object();
    return text;
}

}  // namespace

std::optional<int64_t> KeepTimes::of(std::string_view retention) const {
    const auto found = of_class.find(std::string(retention));
    return found == of_class.end() ? otherwise : std::optional(found->second);
}

Result<KeepTimes> parse_keep_times(std::string_view text) {
    KeepTimes keep;
    while (!text.empty()) {
        const size_t comma = text.find(',');
        const std::string_view part = text.substr(0, comma);
        text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
        const size_t equals = part.rfind('=');
        const auto span = equals == std::string_view::npos ? std::nullopt : parse_duration(part.substr(equals + 1));
        if (!span || *span < 0) return Failure{fmt::format("`{}` is not CLASS=DURATION (standard=400d)", part)};
        const std::string retention(part.substr(0, equals));
        const bool fresh = retention == "*" ? !keep.otherwise.has_value() : keep.of_class.count(retention) == 0;
        if (!fresh) return Failure{fmt::format("class `{}` is given twice", retention)};
        if (retention == "*") {
            keep.otherwise = span;
        } else {
            keep.of_class.emplace(retention, *span);
        }
    }
    return keep;
}

Result<PrunePlan> plan_prune(Reading& log, const KeepTimes& keep, int64_t now_ns) {
    JournalReader& reader = log.journal();
    PrunePlan plan;
    plan.first = plan.below = plan.keeper = reader.first();
    const auto doubts = doubts_of(log);
    if (!doubts) return Failure{doubts.error()};
    const uint64_t doubt = doubts->empty() ? UINT64_MAX : doubts->front().index;
    const auto found = reader.seek(plan.first);
    if (!found) return Failure{found.error()};
    Keeper keeper(keep, now_ns);
    for (bool more = *found; more;) {
        const auto record = reader.next();
        if (!record) return Failure{record.error()};
        if (*record == nullptr) {
            plan.why = "there is no record yet";
            break;
        }
        plan.keeper = (*record)->index;
        plan.why = plan.keeper == doubt ? "it is an intent in doubt" : keeper.reason(**record);
        more = plan.why.empty();
    }
    for (const SegmentInfo& segment : reader.segments()) {
        if (segment.first <= plan.first || segment.first > plan.keeper) continue;
        plan.below = segment.first;
        ++plan.segments;
    }
    return plan;
}

Result<uint64_t> prune(Log& log, const PrunePlan& plan, const KeepTimes& keep, std::string_view by) {
    if (plan.below <= plan.first) return plan.first;
    // What is published is read from the segments: afterwards it could not be.
    if (const DiskStatus published = log.publish(); !published.ok()) return Failure{published.message};
    const auto ticket = log.submit_own(Kind::Pruned, pruned_record(plan, keep, by));
    if (!ticket) return Failure{ticket.error()};
    if (const DiskStatus durable = log.wait(*ticket); !durable.ok()) return Failure{durable.message};
    if (const auto head = log.sign_now(); !head) return Failure{head.error()};
    return log.drop_before(plan.below);
}

}  // namespace remit::evidence
