#include "tests/evidence_review_packet/scenario.h"

#include <cstdio>
#include <cstdlib>

#include "tests/engine/builder.h"

namespace remit::evidence::testing {

namespace {

constexpr int64_t kAskedNs = 1'795'427'940'000'000'000;

void need(bool holds, const std::string& what) {
    if (holds) return;
    std::fprintf(stderr, "the scenario cannot be made: %s\n", what.c_str());
    std::exit(1);
}

template <class T>
T must(Result<T> result) {
    need(result.ok(), result.ok() ? "" : result.error());
    return std::move(*result);
}

/// Everything is allowed; refunds are asked about.
std::shared_ptr<const Policy> shop() {
    test::Shop out;
    out.allow();
    RuleInfo ask = out.rule(RuleKind::Ask);
    ask.quorum = 1;
    ask.window_ns = test::kHour;
    out.always(ask, {test::kRefund});
    return out.policy();
}

std::string json(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

}  // namespace

SignerKey scenario_key() { return must(make_signer("remit.example/gateway-1", PrivateKey::from_seed({7}))); }

Begun Scenario::begin(const std::string& call, const std::string& parent, const std::string& tool,
                      const std::string& signatures) {
    test::Ask ask;
    ask.session =
        R"({"id":"s-9","roles":["responder"],"tier":"prod","tenant":"acme","owner":"ops@acme.example","scope":["*"],)"
        R"("principal":"agent-1","retention":"standard","expires":"2026-11-23T18:00:00Z","revoked":false})";
    ask.tool = "TOOL";
    if (tool == "crm.lookup") ask.args = R"({"customer":"C-1"})";
    if (tool == "mail.send") ask.args = R"({"to":["c@d.example"],"body":"Your refund is on its way."})";
    if (!parent.empty()) ask.call_more = ",\"parent\":" + json(parent);
    ask.signatures = signatures;
    std::string text = ask.text();
    const auto replace = [&text](const std::string& from, const std::string& to) {
        text.replace(text.find(from), from.size(), to);
    };
    replace("\"c-7\"", json(call));
    replace("\"TOOL\"", json(tool));
    CallContext context;
    context.prompt = "Please refund order A-1.";
    context.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    Begun begun = recorder->begin(*decider, text, context);
    need(begun.action.has_value(), begun.trouble);
    return begun;
}

void Scenario::publish() {
    must(log->sign_now());
    const DiskStatus done = log->publish();
    need(done.ok(), done.message);
    reading = must(Reading::open(*disk));
    find = must(FindIndex::open(*reading, ":memory:"));
}

Scenario::Scenario(const std::string& folder)
    : disk(posix_disk(folder)), policy(shop()), decider(std::make_unique<Decider>(policy)) {
    LogOptions options;
    options.disk = disk.get();
    options.publish = false;
    options.signer = scenario_key();
    log = must(Log::create("remit.example/gateway-1", 1u << 20, std::move(options)));
    keyring = must(Keyring::open(*disk, true));
    recorder = std::make_unique<Recorder>(*log, *keyring);
    must(recorder->use_policy(*policy, "the policy's image"));

    const auto finish = [&](const Begun& begun, Outcome outcome) {
        const DiskStatus done = recorder->finish(*begun.action, outcome);
        need(done.ok(), done.message);
    };
    const Begun first = begin("c-1", "", "crm.lookup");
    lookup = first.index;
    finish(first, {});
    const Begun question = begin("c-2", "c-1", "pay.refund");
    asked = question.index;
    need(question.decision.verdict == Verdict::Ask, "the refund is not asked about");
    Recorder::Vote vote{
        question.decision.digest, "ops@acme.example", "webauthn", {"owner"}, true, kAskedNs, kAskedNs, "ok"};
    const DiskStatus voted = recorder->record_vote("s-9", vote);
    need(voted.ok(), voted.message);
    const Begun paid = begin(
        "c-2", "c-1", "pay.refund",
        R"([{"by":"ops@acme.example","kind":"webauthn","digest":")" + question.decision.digest +
            R"(","asked":"2026-11-23T09:59:00Z","signed":"2026-11-23T09:59:30Z","roles":["owner"]}])");
    need(paid.decision.verdict == Verdict::Allow, "the refund is not allowed");
    refund = paid.index;
    Outcome outcome;
    outcome.artifacts = {{"receipt.pdf", sha256("a receipt"), 9}, {"ledger.csv", sha256("a ledger"), 8}};
    outcome.output = "refunded 300.00";
    outcome.duration_ns = 12'400'000;
    finish(paid, outcome);
    letter = begin("c-3", "c-2", "mail.send").index;
    hostile = begin(kHostile, "c-0", kHostile).index;
    publish();
}

Scenario::~Scenario() {
    find.reset();
    reading.reset();
    recorder.reset();
    static_cast<void>(log->close());
}

}  // namespace remit::evidence::testing
