#include "host/cli/eval_evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "vm/engine/json.h"
#include "vm/value/scalar.h"

namespace remit::cli {

namespace ev = remit::evidence;

namespace {

constexpr size_t kMostAhead = 4096;  // lines on their way to the disk

/// A log's name for who gave none.
std::string origin_after(const std::string& folder) {
    std::error_code error;
    const auto whole = std::filesystem::absolute(folder, error).lexically_normal();
    std::string name = (whole.has_filename() ? whole : whole.parent_path()).filename().string();
    for (char& c : name)
        if (static_cast<unsigned char>(c) <= ' ' || c == '+' || c == '\x7F') c = '-';
    return "remit.local/" + (name.empty() ? "log" : name);
}

/// Whether the line is an object whose first member is `name`: no request begins with it.
bool begins_with(std::string_view line, std::string_view name) {
    const auto skip = [&] { line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size())); };
    skip();
    if (!line.starts_with('{')) return false;
    line.remove_prefix(1);
    skip();
    return line.starts_with('"') && line.substr(1).starts_with(name) && line.substr(1 + name.size()).starts_with('"');
}

/// Reads an object's members; what is unknown or of the wrong kind is an error.
class Members {
public:
    explicit Members(std::string where) : where_(std::move(where)) {}
    bool good() const { return error_.empty(); }
    const std::string& error() const { return error_; }
    void wrong(std::string_view what) {
        if (error_.empty()) error_ = fmt::format("{}: {}", where_, what);
    }
    void text(const Json& m, std::string_view& out) {
        if (m.is(JsonKind::String))
            out = m.text;
        else
            wrong(fmt::format("`{}` is not a text", m.key));
    }
    void text(const Json& m, std::string& out) {
        std::string_view view;
        text(m, view);
        out = view;
    }
    int64_t number(const Json& m, int64_t least) {
        const auto n = m.is(JsonKind::Number) ? parse_int(m.text) : std::nullopt;
        if (n && *n >= least) return *n;
        wrong(fmt::format("`{}` is not a whole number", m.key));
        return 0;
    }

private:
    std::string where_, error_;
};

void read_artifact(const Json& item, Members& members, ev::Artifact& out) {
    if (!item.is(JsonKind::Object)) return members.wrong("an artifact is an object");
    std::string hash;
    for (const Json& m : item.children()) {
        if (m.key == "name")
            members.text(m, out.name);
        else if (m.key == "sha256")
            members.text(m, hash);
        else if (m.key == "size")
            out.size = static_cast<uint64_t>(members.number(m, 0));
        else
            members.wrong(fmt::format("an artifact has no `{}`", m.key));
    }
    const auto parsed = parse_hash(hash.starts_with("sha256:") ? hash : "sha256:" + hash);
    if (!parsed || out.name.empty()) return members.wrong("an artifact needs `name` and `sha256`");
    out.sha256 = *parsed;
}

/// `action` is filled in as soon as it is known, so that errors can name it.
void read_outcome(const Json& root, Members& members, std::string& action, ev::Outcome& out) {
    if (!root.is(JsonKind::Object)) return members.wrong("not an object");
    bool has_status = false;
    for (const Json& m : root.children()) {
        if (m.key == "action") {
            members.text(m, action);
        } else if (m.key == "status") {
            const auto status = m.is(JsonKind::String) ? ev::outcome_named(m.text) : std::nullopt;
            has_status = status.has_value();
            if (status) out.status = *status;
        } else if (m.key == "artifacts") {
            if (!m.is(JsonKind::Array)) members.wrong("`artifacts` is not a list");
            for (const Json& item : m.children()) read_artifact(item, members, out.artifacts.emplace_back());
        } else if (m.key == "output") {
            members.text(m, out.output);
        } else if (m.key == "error") {
            members.text(m, out.error);
        } else if (m.key == "note") {
            members.text(m, out.note);
        } else if (m.key == "resolved_by") {
            members.text(m, out.resolved_by);
        } else if (m.key == "duration_us") {
            out.duration_ns = std::min<int64_t>(members.number(m, 0), INT64_MAX / 1000) * 1000;
        } else {
            members.wrong(fmt::format("there is no `{}`", m.key));
        }
    }
    if (!has_status) members.wrong("`status` is one of done, failed, not-done, unknown");
}

void read_lease(const Json& item, Members& members, ev::CallContext::Lease& out) {
    if (!item.is(JsonKind::Object)) return members.wrong("a lease is an object");
    for (const Json& m : item.children()) {
        if (m.key == "rule")
            members.text(m, out.rule);
        else if (m.key == "fence")
            out.fence = static_cast<uint64_t>(members.number(m, 0));
        else if (const auto t = m.is(JsonKind::String) ? parse_timestamp(m.text) : std::nullopt;
                 m.key == "deadline" && t)
            out.deadline_ns = *t;
        else
            members.wrong("a lease has `rule`, `fence` and `deadline`");
    }
}

void read_context(const Json& root, Members& members, ev::CallContext& out) {
    if (!root.is(JsonKind::Object)) return members.wrong("not an object");
    for (const Json& m : root.children()) {
        if (m.key == "traceparent")
            members.text(m, out.traceparent);
        else if (m.key == "subject")
            members.text(m, out.subject);
        else if (m.key == "isolation")
            members.text(m, out.isolation_profile);
        else if (m.key == "egress")
            members.text(m, out.egress_profile);
        else if (m.key == "prompt")
            members.text(m, out.prompt);
        else if (m.key == "window" && m.is(JsonKind::Bool))
            out.window = m.truth;
        else if (m.key == "leases" && m.is(JsonKind::Array))
            for (const Json& item : m.children()) read_lease(item, members, out.leases.emplace_back());
        else
            members.wrong(fmt::format("there is no such `{}`", m.key));
    }
}

std::string json_text(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

}  // namespace

Result<std::unique_ptr<EvidenceEval>> EvidenceEval::open(const EvidenceSettings& settings,
                                                         std::shared_ptr<const Policy> policy, std::string_view image,
                                                         Console& console) {
    auto out = std::unique_ptr<EvidenceEval>(new EvidenceEval(settings, console));
    out->disk_ = ev::posix_disk(settings.folder);
    ev::LogOptions options;
    options.disk = out->disk_.get();
    std::unique_ptr<ev::File> config;
    const bool is_there = out->disk_->open("log.json", ev::OpenMode::Read, config).error != ev::DiskError::NotFound;
    const std::string origin = settings.origin.empty() ? origin_after(settings.folder) : settings.origin;
    auto log = is_there ? ev::Log::open(std::move(options))
                        : ev::Log::create(origin, ev::kDefaultSegmentBytes, std::move(options));
    if (!log) return Failure{fmt::format("{}: {}", settings.folder, log.error())};
    out->log_ = std::move(*log);
    if (is_there && !settings.origin.empty() && settings.origin != out->log_->config().origin)
        return Failure{
            fmt::format("{}: the log is {}, not {}", settings.folder, out->log_->config().origin, settings.origin)};
    auto keyring = ev::Keyring::open(*out->disk_, true);
    if (!keyring) return Failure{fmt::format("{}: {}", settings.folder, keyring.error())};
    out->keyring_ = std::move(*keyring);
    out->recorder_ = std::make_unique<ev::Recorder>(*out->log_, *out->keyring_);
    if (auto used = out->recorder_->use_policy(*policy, image); !used)
        return Failure{fmt::format("{}: {}", settings.folder, used.error())};
    out->decider_ = std::make_unique<Decider>(std::move(policy));
    return out;
}

// ---- lines ---------------------------------------------------------------------------------------------------------

void EvidenceEval::take(std::string_view line) {
    if (begins_with(line, "evidence")) return decide_with_context(line);
    if (settings_.intents && begins_with(line, "redeem")) return redeem(line);
    if (settings_.intents && begins_with(line, "outcome")) return outcome(line);
    decide(line, {});
}

void EvidenceEval::decide(std::string_view request, const ev::CallContext& context) {
    Answer& answer = answers_.emplace_back();
    answer.is_decision = true;
    answer.pending = recorder_->start(*decider_, request, context,
                                      settings_.intents ? ev::Purpose::Act : ev::Purpose::Answer);
    if (answers_.size() < kMostAhead) return;
    while (answers_.size() > kMostAhead / 2) answer_first();
}

/// `{"evidence":{...},"request":{...}}`. What is wrong with it is wrong with the request: it is denied.
void EvidenceEval::decide_with_context(std::string_view line) {
    Arena arena;
    JsonReader reader;
    const Json* root = reader.read(line, arena);
    Members members("evidence");
    ev::CallContext context;
    const Json* request = root != nullptr ? root->find("request") : nullptr;
    if (request != nullptr && root->size == 2) read_context(root->items[0], members, context);
    if (request == nullptr || root->size != 2 || !members.good()) return decide(line, {});
    std::string text;
    append_canonical_json(text, *request);
    decide(text, context);
}

void EvidenceEval::redeem(std::string_view line) {
    Arena arena;
    JsonReader reader;
    const Json* root = reader.read(line, arena);
    const bool good = root != nullptr && root->size == 1 && root->items[0].is(JsonKind::String);
    say(good && recorder_->redeem(root->items[0].text) ? R"({"redeemed":true})" : R"({"redeemed":false})");
}

void EvidenceEval::outcome(std::string_view line) {
    Arena arena;
    JsonReader reader;
    const Json* root = reader.read(line, arena);
    Members members("outcome");
    std::string action;
    ev::Outcome outcome;
    if (root == nullptr || root->size != 1)
        members.wrong(root == nullptr ? std::string_view(reader.error()) : "one member is wanted");
    else
        read_outcome(root->items[0], members, action, outcome);
    const auto id = ev::parse_action(action);
    if (members.good() && !id) members.wrong("`action` is not an action id");
    ev::Ticket ticket;
    std::string error = members.error();
    if (error.empty()) {
        const ev::DiskStatus started = recorder_->start_finish(*id, outcome, ticket);
        if (!started.ok()) error = started.message;
    }
    if (!error.empty())
        return say(fmt::format(R"({{"action":{},"recorded":false,"error":{}}})", json_text(action), json_text(error)));
    say(fmt::format(R"({{"action":{},"recorded":true}})", json_text(action)));
    answers_.back().waits = true;
    answers_.back().ticket = ticket;
}

// ---- answers -------------------------------------------------------------------------------------------------------

void EvidenceEval::say(std::string text) { answers_.emplace_back().text = std::move(text); }

void EvidenceEval::answer_first() {
    Answer answer = std::move(answers_.front());
    answers_.pop_front();
    if (!answer.is_decision) {
        if (answer.waits) {
            if (const ev::DiskStatus durable = log_->wait(answer.ticket); !durable.ok()) {
                answer.text.resize(answer.text.find(R"(,"recorded")"));
                answer.text += fmt::format(R"(,"recorded":false,"error":{}}})", json_text(durable.message));
            }
        }
        return console_.out().line(answer.text);
    }
    const ev::Begun begun = recorder_->finish_begin(std::move(answer.pending));
    strictest_ = std::max(strictest_, begun.decision.verdict);
    if (!begun.action) {
        ++unrecorded_;
        trouble_ = begun.trouble;
    }
    std::string line = to_json(begun.decision, settings_.explain);
    line.pop_back();
    if (begun.action)
        line += fmt::format(R"(,"action":"{}")", ev::action_text(begun.action->chain, begun.action->number));
    if (begun.permit) line += fmt::format(R"(,"permit":"{}")", begun.permit.token());
    line += '}';
    console_.out().line(line);
}

void EvidenceEval::drain() {
    while (!answers_.empty()) answer_first();
}

Exit EvidenceEval::close() {
    drain();
    recorder_->close_all_sessions();
    const ev::DiskStatus closed = log_->close();
    if (!closed.ok()) console_.error(fmt::format("{}: {}", settings_.folder, closed.message));
    if (unrecorded_ > 0)
        console_.error(fmt::format("{}: {} calls were denied because they could not be recorded: {}", settings_.folder,
                                   unrecorded_, trouble_));
    return closed.ok() && unrecorded_ == 0 ? Exit::Fine : Exit::Environment;
}

}  // namespace remit::cli
