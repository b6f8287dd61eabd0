#include "host/evidence/lines/lines.h"

#include <fmt/format.h>

#include <algorithm>

#include "host/evidence/lines/members.h"

namespace remit::evidence {

namespace {

constexpr size_t kMostAhead = 4096;  // lines on their way to the disk

/// Whether the line is an object whose first member is `name`: no request begins with it.
bool begins_with(std::string_view line, std::string_view name) {
    const auto skip = [&] { line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size())); };
    skip();
    if (!line.starts_with('{')) return false;
    line.remove_prefix(1);
    skip();
    return line.starts_with('"') && line.substr(1).starts_with(name) && line.substr(1 + name.size()).starts_with('"');
}

std::string json_text(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

}  // namespace

Lines::Lines(Log& log, Recorder& recorder, std::shared_ptr<const Policy> policy, const LineSettings& settings,
             std::function<void(std::string_view)> answer)
    : log_(log), recorder_(recorder), settings_(settings), answer_(std::move(answer)), decider_(std::move(policy)) {}

Lines::~Lines() { drain(); }

// ---- lines ---------------------------------------------------------------------------------------------------------

void Lines::take(std::string_view line) {
    if (begins_with(line, "evidence")) return decide_with_context(line);
    if (settings_.intents && begins_with(line, "redeem")) return redeem(line);
    if (settings_.intents && begins_with(line, "outcome")) return outcome(line);
    decide(line, {});
}

void Lines::decide(std::string_view request, const CallContext& context) {
    Answer& answer = answers_.emplace_back();
    answer.is_decision = true;
    answer.pending = recorder_.start(decider_, request, context, settings_.intents ? Purpose::Act : Purpose::Answer);
    if (answers_.size() < kMostAhead) return;
    while (answers_.size() > kMostAhead / 2) answer_first();
}

/// `{"evidence":{...},"request":{...}}`. What is wrong with it is wrong with the request: it is denied.
void Lines::decide_with_context(std::string_view line) {
    Arena arena;
    JsonReader reader;
    const Json* root = reader.read(line, arena);
    Members members("evidence");
    CallContext context;
    const Json* request = root != nullptr ? root->find("request") : nullptr;
    if (request != nullptr && root->size == 2) read_context(root->items[0], members, context);
    if (request == nullptr || root->size != 2 || !members.good()) return decide(line, {});
    std::string text;
    append_canonical_json(text, *request);
    decide(text, context);
}

void Lines::redeem(std::string_view line) {
    Arena arena;
    JsonReader reader;
    const Json* root = reader.read(line, arena);
    const bool good = root != nullptr && root->size == 1 && root->items[0].is(JsonKind::String);
    say(good && recorder_.redeem(root->items[0].text) ? R"({"redeemed":true})" : R"({"redeemed":false})");
}

void Lines::outcome(std::string_view line) {
    Arena arena;
    JsonReader reader;
    const Json* root = reader.read(line, arena);
    Members members("outcome");
    std::string action;
    Outcome outcome;
    if (root == nullptr || root->size != 1)
        members.wrong(root == nullptr ? std::string_view(reader.error()) : "one member is wanted");
    else
        read_outcome(root->items[0], members, action, outcome);
    const auto id = parse_action(action);
    if (members.good() && !id) members.wrong("`action` is not an action id");
    Ticket ticket;
    std::string error = members.error();
    if (error.empty()) {
        const DiskStatus started = recorder_.start_finish(*id, outcome, ticket);
        if (!started.ok()) error = started.message;
    }
    if (!error.empty())
        return say(fmt::format(R"({{"action":{},"recorded":false,"error":{}}})", json_text(action), json_text(error)));
    say(fmt::format(R"({{"action":{},"recorded":true}})", json_text(action)));
    answers_.back().waits = true;
    answers_.back().ticket = ticket;
}

// ---- answers -------------------------------------------------------------------------------------------------------

void Lines::say(std::string text) { answers_.emplace_back().text = std::move(text); }

void Lines::answer_first() {
    Answer first = std::move(answers_.front());
    answers_.pop_front();
    if (!first.is_decision) {
        if (first.waits) {
            if (const DiskStatus durable = log_.wait(first.ticket); !durable.ok()) {
                first.text.resize(first.text.find(R"(,"recorded")"));
                first.text += fmt::format(R"(,"recorded":false,"error":{}}})", json_text(durable.message));
            }
        }
        return answer_(first.text);
    }
    const Begun begun = recorder_.finish_begin(std::move(first.pending));
    strictest_ = std::max(strictest_, begun.decision.verdict);
    if (!begun.action) {
        ++unrecorded_;
        trouble_ = begun.trouble;
    }
    std::string line = to_json(begun.decision, settings_.explain);
    line.pop_back();
    if (begun.action) line += fmt::format(R"(,"action":"{}")", action_text(begun.action->chain, begun.action->number));
    if (begun.permit) line += fmt::format(R"(,"permit":"{}")", begun.permit.token());
    line += '}';
    answer_(line);
}

void Lines::drain() {
    while (!answers_.empty()) answer_first();
}

}  // namespace remit::evidence
