#include "host/evidence/retention/erase.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>

#include "host/evidence/disk/disk.h"
#include "host/evidence/log/chains.h"
#include "host/evidence/record/canonical.h"
#include "host/evidence/retention/held.h"
#include "host/evidence/review/members.h"
#include "vm/engine/json.h"
#include "vm/value/scalar.h"
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

/// What is being erased, while it is.
constexpr const char* kErasingPath = "erasing";
constexpr size_t kMostErasingBytes = 48u << 10;  // as an entry it must fit into any log

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

/// The keys that an `erased` record names; nothing if it is none.
std::optional<std::vector<uint64_t>> keys_named(std::string_view record) {
    Arena arena;
    JsonReader json;
    const Json* root = json.read(record, arena);
    if (root == nullptr || !root->is(JsonKind::Object)) return std::nullopt;
    const Json* keys = root->find("keys");
    if (keys == nullptr || !keys->is(JsonKind::Array) || root->size != 3 || root->find("by") == nullptr ||
        root->find("why") == nullptr)
        return std::nullopt;
    std::vector<uint64_t> out;
    for (const Json& key : keys->children()) {
        const auto id = key.is(JsonKind::Number) ? parse_int(key.text) : std::nullopt;
        if (!id || *id < 1) return std::nullopt;
        out.push_back(static_cast<uint64_t>(*id));
    }
    std::string canonical;
    append_canonical_json(canonical, *root);
    return canonical == record ? std::optional(std::move(out)) : std::nullopt;
}

/// Destroys the keys that `record` names, records it, and forgets what was being erased.
Result<uint64_t> carry_out(Log& log, Keyring& keyring, std::string_view record, std::span<const uint64_t> keys) {
    if (log.mode() == Mode::Broken) return Failure{log.trouble()};  // it could not be recorded
    uint64_t destroyed = 0;
    for (const uint64_t key : keys) {
        const auto done = keyring.destroy(key);
        if (!done) return Failure{done.error()};
        if (*done) ++destroyed;
    }
    const auto ticket = log.submit_own(Kind::Erased, record);
    if (!ticket) return Failure{ticket.error()};
    if (const DiskStatus durable = log.wait(*ticket); !durable.ok()) return Failure{durable.message};
    if (const auto head = log.sign_now(); !head) return Failure{head.error()};  // verification believes what was signed
    DiskStatus over = log.disk().remove(kErasingPath);
    if (over.ok()) over = log.disk().sync_folder("");
    if (!over.ok()) return Failure{over.message};
    return destroyed;
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

Result<uint64_t> finish_erasure(Log& log, Keyring& keyring) {
    std::string record;
    const DiskStatus read = read_file(log.disk(), kErasingPath, record, kMostErasingBytes);
    if (read.error == DiskError::NotFound) return uint64_t{0};
    if (!read.ok()) return Failure{read.message};
    const auto keys = keys_named(record);
    if (!keys) return Failure{fmt::format("{}: not what an erasure leaves", kErasingPath)};
    return carry_out(log, keyring, record, *keys);
}

Result<uint64_t> erase(Log& log, Keyring& keyring, const ErasePlan& plan, std::string_view by, std::string_view why) {
    auto destroyed = finish_erasure(log, keyring);
    for (size_t at = 0; destroyed && at < plan.keys.size(); at += kKeysOfRecord) {
        const std::span part(plan.keys.data() + at, std::min(kKeysOfRecord, plan.keys.size() - at));
        const std::string record = erased_record(part, by, why);
        if (record.size() > kMostErasingBytes) return Failure{"a reason too long for a record"};
        if (const DiskStatus noted = replace_file(log.disk(), kErasingPath, record); !noted.ok())
            return Failure{noted.message};
        std::vector<uint64_t> keys;
        for (const EraseKey& key : part) keys.push_back(key.info.id);
        const auto done = carry_out(log, keyring, record, keys);
        if (!done) return done;
        *destroyed += *done;
    }
    return destroyed;
}

}  // namespace remit::evidence
