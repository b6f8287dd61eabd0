#include "host/evidence/recorder/recorder.h"

#include <fmt/format.h>

#include <set>
#include <shared_mutex>

#include "host/evidence/log/config.h"
#include "host/evidence/recorder/asks.h"
#include "host/evidence/recorder/call_record.h"
#include "host/evidence/recorder/chain_book.h"
#include "host/evidence/recorder/intent_reading.h"
#include "host/evidence/recorder/outcome_record.h"
#include "host/evidence/recorder/permits.h"
#include "host/evidence/recorder/redaction.h"
#include "host/evidence/recorder/session_record.h"
#include "host/evidence/recorder/watch.h"

namespace remit::evidence {

namespace {

constexpr size_t kHeadRoom = 384;        // of an entry, for its head
constexpr size_t kMostInReserve = 4096;  // bytes of payloads of a record, once the reserve is in use

const Hash& version_of(const Policy& policy) { return policy.layers().front().program->program().hash; }

/// The decision as the caller must obey it.
void withhold(Decision& decision, const std::string& why) {
    decision.verdict = Verdict::Deny;
    SpokenRule rule;
    rule.rule = fmt::format("builtin:{}", kUnavailable);
    rule.kind = "deny";
    rule.because = why;
    decision.rules.push_back(std::move(rule));
}

}  // namespace

struct Recorder::Impl {
    Impl(Log& l, Keyring& k) : log(l), keyring(k), book(l), watch(l) {
        const uint64_t segment = log.config().segment_bytes;
        const uint64_t most = Journal::most_bytes(segment);
        constexpr uint64_t kOther = kMaxEntryBytes + 4096;
        most_payload = most > 2 * kOther ? most - kOther : most / 2;
        most_entry = std::min<uint64_t>(kMaxEntryBytes, most / 4) - kHeadRoom;
    }

    Pending start(Decider& decider, std::string_view text, const CallContext& context, Purpose purpose);
    Begun finish_begin(Pending&& pending);
    Result<Placed> record(const CallRecord& call, std::string_view text, Kind kind);
    uint64_t key_of(const CallRecord& call);
    size_t payload_bytes() const { return log.mode() == Mode::Reserve ? kMostInReserve : most_payload; }
    Pending deny(Decision decision, const std::string& why);
    bool knows(const Hash& version) const {
        const std::shared_lock lock(policies_mutex);
        return policies.count(version) != 0;
    }
    DiskStatus wait(const Result<Placed>& placed) {
        return placed ? log.wait(placed->ticket) : DiskStatus{DiskError::Io, placed.error()};
    }

    Log& log;
    Keyring& keyring;
    ChainBook book;
    Watch watch;
    Permits permits;
    Asks asks;
    size_t most_payload = 0, most_entry = 0;
    mutable std::shared_mutex policies_mutex;
    std::set<Hash> policies;
};

Recorder::Recorder(Log& log, Keyring& keyring) : impl_(std::make_unique<Impl>(log, keyring)) {}
Recorder::~Recorder() = default;

// ---- policies ------------------------------------------------------------------------------------------------------

Result<bool> Recorder::use_policy(const Policy& policy, std::string_view image) {
    const Program& program = policy.layers().front().program->program();
    if (impl_->knows(program.hash)) return false;
    Disk& disk = impl_->log.disk();
    const std::string path = policy_image_path(program.hash);
    std::string kept;
    const DiskStatus known = read_file(disk, path, kept, image.size() + 1);
    if (!known.ok() || kept != image) {
        DiskStatus done = disk.make_folder(kPoliciesFolder);
        if (done.ok()) done = disk.sync_folder("");
        if (done.ok()) done = replace_file(disk, path, image);
        if (!done.ok()) return Failure{done.message};
    }
    std::string out;
    BoundedWriter w(out, kBounds[0]);
    w.open_object();
    w.text("hash", remit::to_text(program.hash));
    w.text("image", remit::to_text(sha256(image)));
    w.list("layers", policy.layers(),
           [&](const Layer& layer) { w.text(remit::to_text(layer.program->program().hash)); });
    w.bounded("name", program.name);
    w.number("size", static_cast<int64_t>(image.size()));
    w.close_object();
    impl_->watch.look();
    auto ticket = impl_->log.submit_own(Kind::Policy, out);
    if (!ticket) return Failure{ticket.error()};
    if (const DiskStatus durable = impl_->log.wait(*ticket); !durable.ok()) return Failure{durable.message};
    const std::unique_lock lock(impl_->policies_mutex);
    impl_->policies.insert(program.hash);
    return true;
}

// ---- calls ---------------------------------------------------------------------------------------------------------

/// Nothing can be recorded: the call is denied and counted.
Pending Recorder::Impl::deny(Decision decision, const std::string& why) {
    watch.missed(why);
    Pending pending;
    withhold(decision, why);
    pending.begun.decision = std::move(decision);
    pending.begun.trouble = why;
    return pending;
}

/// The key of what the call's payloads hold; 0 if there is none to be had.
uint64_t Recorder::Impl::key_of(const CallRecord& call) {
    std::string_view tenant, subject, retention;
    if (call.request != nullptr) {
        const SessionIn& session = call.request->session;
        tenant = session.tenant;
        subject = session.principal.empty() ? session.id : session.principal;
        retention = session.retention;
    }
    if (!call.context->subject.empty()) subject = call.context->subject;
    const auto key = keyring.key_for(tenant, subject, retention, log.clock().wall_ns());
    return key ? *key : 0;
}

Result<Placed> Recorder::Impl::record(const CallRecord& call, std::string_view text, Kind kind) {
    CallRecord said = call;
    std::optional<Redacted> redacted;
    if (!call.decision->redact.empty()) redacted = redact(text, *call.decision);
    if (redacted) said.redacted = redacted->paths;
    Sealing sealing(keyring, key_of(call), payload_bytes());
    sealing.add(PayloadRole::Request, redacted ? redacted->text : text);
    if (!call.context->prompt.empty()) sealing.add(PayloadRole::Prompt, call.context->prompt);
    const std::string out = call_record(said, sealing, most_entry);
    ChainBook::Addition addition;
    addition.kind = kind;
    addition.record = out;
    addition.payloads = sealing.payloads();
    if (kind == Kind::Intent) {
        addition.intent.key = sealing.key();
        addition.intent.missing = missing_of(call);
    }
    return book.append(identity_of(call.request), addition);
}

Pending Recorder::Impl::start(Decider& decider, std::string_view text, const CallContext& context, Purpose purpose) {
    const int64_t began = log.clock().monotonic_ns();
    Decision decision = decider.decide(text);
    CallRecord call;
    call.decide_ns = std::clamp<int64_t>(log.clock().monotonic_ns() - began, 0, kMaxJsonInteger);
    if (!knows(version_of(decider.policy()))) return deny(std::move(decision), "the policy's image is not kept");
    watch.look();
    const Mode mode = log.mode();
    if (mode == Mode::Broken) return deny(std::move(decision), log.trouble());

    call.request = decider.request();
    call.decision = &decision;
    call.context = &context;
    if (call.request != nullptr) {
        const Program& program = decider.policy().layers().front().program->program();
        const uint32_t tool = decider.policy().names().tool(call.request->call.tool);
        if (tool != kUnknownName) call.tool = &program.tools[tool];
    }
    call.asked_by = [this](std::string_view digest) { return asks.find(digest); };
    const bool changes = call.tool == nullptr || call.tool->write || call.tool->destructive;
    const bool allowed = decision.verdict == Verdict::Allow;
    std::string why;
    if (mode == Mode::Reserve && allowed && changes)
        why = fmt::format("only a reserve is left to record: {}", log.trouble());
    call.withheld = !why.empty();
    call.window = context.window && !changes;
    const bool act = purpose == Purpose::Act && allowed && !call.withheld && !decision.after;  // a result is no effect
    auto placed = record(call, text, act ? Kind::Intent : Kind::Decision);
    if (!placed) return deny(std::move(decision), placed.error());

    Pending pending;
    pending.recorded = true;
    pending.waits = !call.window;
    pending.intent = act;
    pending.ticket = placed->ticket;
    pending.begun.action = placed->action;
    pending.begun.index = placed->ticket.index;
    pending.begun.trouble = why;
    if (decision.verdict == Verdict::Ask) asks.note(decision.digest, placed->action);
    if (call.withheld) withhold(decision, why);
    pending.begun.decision = std::move(decision);
    return pending;
}

Begun Recorder::Impl::finish_begin(Pending&& pending) {
    Begun begun = std::move(pending.begun);
    if (!pending.recorded) return begun;
    if (pending.waits) {
        if (const DiskStatus durable = log.wait(pending.ticket); !durable.ok()) {
            withhold(begun.decision, durable.message);
            begun.trouble = durable.message;
            begun.action.reset();
            return begun;  // the log itself tells of records that were lost
        }
    }
    if (pending.intent) {
        // Action ids can be told beforehand, so the outcome may have come before the answer.
        const bool waits = book.while_open(*begun.action, [&] { begun.permit.token_ = permits.give(*begun.action); });
        if (!waits) {
            begun.trouble = "its outcome was recorded before it was answered";
            withhold(begun.decision, begun.trouble);
            return begun;
        }
        begun.permit.action_ = *begun.action;
    }
    return begun;
}

Pending Recorder::start(Decider& decider, std::string_view request_json, const CallContext& context, Purpose purpose) {
    try {
        return impl_->start(decider, request_json, context, purpose);
    } catch (const std::exception& e) {  // no memory
        impl_->watch.missed(e.what());
        Pending pending;
        pending.begun.trouble = e.what();
        withhold(pending.begun.decision, pending.begun.trouble);
        return pending;
    }
}

Begun Recorder::finish_begin(Pending pending) { return impl_->finish_begin(std::move(pending)); }

Begun Recorder::begin(Decider& decider, std::string_view request_json, const CallContext& context, Purpose purpose) {
    return finish_begin(start(decider, request_json, context, purpose));
}

// ---- effects -------------------------------------------------------------------------------------------------------

bool Recorder::redeem(const Permit& permit) { return redeem(permit.token()); }
bool Recorder::redeem(std::string_view token) { return impl_->permits.redeem(token); }

DiskStatus Recorder::finish(const ActionId& action, const Outcome& outcome) {
    Ticket ticket;
    DiskStatus started = start_finish(action, outcome, ticket);
    return started.ok() ? impl_->log.wait(ticket) : started;
}

DiskStatus Recorder::start_finish(const ActionId& action, const Outcome& outcome, Ticket& ticket) {
    auto intent = impl_->book.take_intent(action);
    if (!intent) return {DiskError::NotFound, intent.error()};
    impl_->permits.revoke(action);
    impl_->watch.look();
    if (intent->unread) read_intent(impl_->log.disk(), action, *intent->unread, *intent);  // begun before a restart
    Sealing sealing(impl_->keyring, intent->key, impl_->payload_bytes());
    if (!outcome.output.empty()) sealing.add(PayloadRole::Output, outcome.output);
    const std::string record = outcome_record(action, *intent, outcome, sealing, impl_->most_entry);
    ChainBook::Addition addition;
    addition.kind = Kind::Outcome;
    addition.answers = action.number;
    addition.record = record;
    addition.payloads = sealing.payloads();
    const auto placed = impl_->book.finish_intent(action, addition);
    if (!placed) return {DiskError::Io, placed.error()};
    ticket = placed->ticket;
    return {};
}

DiskStatus Recorder::record_vote(std::string_view session, const Vote& vote) {
    const std::string record = vote_record(session, vote, impl_->asks.find(vote.digest));
    ChainBook::Addition addition;
    addition.kind = Kind::Approval;
    addition.record = record;
    impl_->watch.look();
    return impl_->wait(impl_->book.append_to(session_text(session), addition));
}

DiskStatus Recorder::record_note(std::string_view session, std::string_view note) {
    const auto record = note_record(session, note, impl_->most_entry);
    if (!record) return {DiskError::Io, record.error()};
    ChainBook::Addition addition;
    addition.kind = Kind::Note;
    addition.record = *record;
    impl_->watch.look();
    return impl_->wait(impl_->book.append_to(session_text(session), addition));
}

// ---- sessions ------------------------------------------------------------------------------------------------------

DiskStatus Recorder::close_session(std::string_view session) {
    const auto closed = impl_->book.close_session(session_text(session), "closed");
    if (!closed) return {DiskError::Exists, closed.error()};
    return *closed ? impl_->log.wait(**closed) : DiskStatus();
}

void Recorder::close_all_sessions() {
    impl_->watch.flush();
    if (const auto last = impl_->book.close_all("closed")) (void)impl_->log.wait(*last);
}

std::vector<InDoubt> Recorder::in_doubt() const { return impl_->book.in_doubt(); }
uint64_t Recorder::unrecorded() const { return impl_->watch.unrecorded(); }

}  // namespace remit::evidence
