#include "host/evidence/retention/erase.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>

#include "host/evidence/log/chains.h"
#include "host/evidence/record/canonical.h"
#include "host/evidence/retention/held.h"
#include "host/evidence/review/members.h"
#include "vm/engine/json.h"
#include "vm/value/sha256.h"

namespace remit::evidence {

namespace {

constexpr size_t kKeysOfRecord = 1000;  // ids in one `erased` record

/// What the records say of one key.
struct Use {
    uint64_t payloads = 0;
    bool in_session = false, expired = false;
    std::string held;
};

class Uses {
public:
    Uses(const EraseChoice& choice, int64_t now_ns) : choice_(choice), now_ns_(now_ns) {}

    Result<bool> read(Reading& log) {
        JournalReader& reader = log.journal();
        const auto found = reader.seek(reader.first());
        if (!found || !*found) return found;
        for (;;) {
            const auto record = reader.next();
            if (!record) return Failure{record.error()};
            if (*record == nullptr) return true;
            if (const auto entry = read_entry((*record)->entry)) take(**record, *entry);
        }
    }
    const Use* of(uint64_t key) const {
        const auto found = uses_.find(key);
        return found == uses_.end() ? nullptr : &found->second;
    }

private:
    void take(const RecordView& record, const EntryView& entry) {
        if (record.payloads.empty()) return;
        const bool of_session = choice_.session && says_session(entry.record);
        const Held held = held_by(entry.record);
        const bool expired = held.at_most_ns && entry.head.wall_ns < now_ns_ - *held.at_most_ns;
        const bool needed = held.at_least_ns && entry.head.wall_ns >= now_ns_ - *held.at_least_ns;
        for (const SealedPayload& payload : record.payloads) {
            Use& use = uses_[payload.key_id];
            ++use.payloads;
            use.in_session |= of_session;
            use.expired |= expired;
            if (needed && use.held.empty()) use.held = fmt::format("record {} must still be kept", record.index);
        }
    }
    bool says_session(std::string_view record) {
        arena_.reset();
        const Json* session = json_.read(member_of(record, "session"), arena_);
        return session != nullptr && session->is(JsonKind::String) && session->text == *choice_.session;
    }

    const EraseChoice& choice_;
    const int64_t now_ns_;
    std::map<uint64_t, Use> uses_;
    Arena arena_;
    JsonReader json_;
};

bool chosen(const KeyInfo& key, const EraseChoice& choice) {
    if (key.destroyed) return false;
    return (!choice.key || key.id == *choice.key) &&
           (!choice.subject || key.label.subject == label_text(*choice.subject)) &&
           (!choice.tenant || key.label.tenant == label_text(*choice.tenant)) &&
           (!choice.retention || key.label.retention == label_text(*choice.retention));
}

std::string erased_record(std::span<const EraseKey> keys, std::string_view by, std::string_view why) {
    std::string text;
    CanonicalWriter w(text);
    w.open_object();
    w.text("by", by);
    w.key("keys");
    w.open_array();
    for (const EraseKey& key : keys) w.number(static_cast<int64_t>(key.info.id));
    w.close_array();
    w.text("why", why);
    w.close_object();
    return text;
}

}  // namespace

Result<ErasePlan> plan_erase(Reading& log, const EraseChoice& choice, int64_t now_ns) {
    ErasePlan plan;
    if (log.keyring() == nullptr) return Failure{"there are no payload keys here"};
    if (choice.empty()) return plan;
    Uses uses(choice, now_ns);
    const bool by_record = choice.session.has_value() || choice.expired;
    if (by_record) {
        if (const auto read = uses.read(log); !read) return Failure{read.error()};
    }
    for (const KeyInfo& key : log.keyring()->list()) {
        if (!chosen(key, choice)) continue;
        const Use* use = uses.of(key.id);
        if (by_record && use == nullptr) continue;
        if (choice.session && !use->in_session) continue;
        if (choice.expired && !use->expired) continue;
        EraseKey found{key, use == nullptr ? 0 : use->payloads, choice.expired ? use->held : ""};
        (found.held.empty() ? plan.keys : plan.held).push_back(std::move(found));
    }
    return plan;
}

Result<uint64_t> erase(Log& log, Keyring& keyring, const ErasePlan& plan, std::string_view by, std::string_view why) {
    uint64_t destroyed = 0;
    for (size_t at = 0; at < plan.keys.size(); at += kKeysOfRecord) {
        const std::span part(plan.keys.data() + at, std::min(kKeysOfRecord, plan.keys.size() - at));
        const auto ticket = log.submit_own(Kind::Erased, erased_record(part, by, why));
        if (!ticket) return Failure{ticket.error()};
        if (const DiskStatus durable = log.wait(*ticket); !durable.ok()) return Failure{durable.message};
        for (const EraseKey& key : part) {
            const auto done = keyring.destroy(key.info.id);
            if (!done) return Failure{done.error()};
            if (*done) ++destroyed;
        }
    }
    return destroyed;
}

}  // namespace remit::evidence
