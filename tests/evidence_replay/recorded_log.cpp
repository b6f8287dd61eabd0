#include "tests/evidence_replay/recorded_log.h"

#include <fmt/format.h>

#include "compiler/compile.h"
#include "host/evidence/record/decision_text.h"
#include "host/evidence/recorder/recorder.h"
#include "host/evidence/review/policies.h"
#include "vm/interpreter/interpreter.h"
#include "vm/program/image.h"
#ifdef REMIT_WITH_JIT
#include "vm/jit/jit.h"
#endif

namespace remit::evidence::testing {

const char* const kDesk = R"(policy desk
tiers   dev < prod
classes public < secret
trust   low < high
role    clerk
tool crm.lookup(customer: string)                 read, trust high
tool pay.refund(order: string, amount: decimal(2) min 0.00) write, trust high, undo pay.void
tool pay.void(order: string)                      write, trust high
fact order(id: string) { paid: decimal(2) } fresh 60s
allow clerk to crm.lookup
allow clerk to pay.refund including write
risk large +30 for pay.refund when args.amount > 250.00
block pay.refund when args.amount > order(args.order).paid because "more than was paid"
ask owner when risk >= 30 within 1h
limit 4 parallel per session
quota 60 over 1m per tenant for crm.*
record prompt for write
count refunded = sum args.amount for pay.refund over 24h per session
mark paid for pay.refund
never allow write when session.tier == prod unless signed by owner
)";

const char* const kStrictDesk = R"(policy desk
tiers   dev < prod
classes public < secret
trust   low < high
role    clerk
tool crm.lookup(customer: string)                 read, trust high
tool pay.refund(order: string, amount: decimal(2) min 0.00) write, trust high, undo pay.void
tool pay.void(order: string)                      write, trust high
fact order(id: string) { paid: decimal(2) } fresh 60s
allow clerk to crm.lookup
allow clerk to pay.refund including write
risk large +30 for pay.refund when args.amount > 200.00
block pay.refund when args.amount > order(args.order).paid because "more than was paid"
ask owner when risk >= 30 within 1h
limit 4 parallel per session
quota 60 over 1m per tenant for crm.*
record prompt for write
count refunded = sum args.amount for pay.refund over 24h per session
mark paid for pay.refund
never allow write when session.tier == prod unless signed by owner
block pay.refund when args.amount > 400.00 because "too much for a desk"
)";

namespace {

std::vector<Program> programs_of(const std::string& text) {
    Compilation made = compile("desk.remit", text, {});
    if (made.layers.empty()) FAIL(made.diagnostics.sorted()[0].message);
    return std::move(made.layers);
}

}  // namespace

std::vector<On> engines() {
#ifdef REMIT_WITH_JIT
    return {On::Interpreter, On::Native};
#else
    return {On::Interpreter};
#endif
}

std::string image_of(const std::string& text) { return write_images(programs_of(text)); }

Result<std::shared_ptr<const Policy>> load_image(std::string_view image, On engine) {
    auto programs = read_images(image);
    if (!programs) return Failure{programs.error()};
    std::vector<Layer> layers;
    for (Program& program : *programs) {
        auto loaded = LoadedProgram::load(std::move(program));
        if (!loaded) return Failure{loaded.error()};
        std::shared_ptr<const Kernel> kernel = make_interpreter(*loaded);
#ifdef REMIT_WITH_JIT
        if (engine == On::Native) {
            auto native = make_native(*loaded);
            if (!native) return Failure{native.error()};
            kernel = *native;
        }
#endif
        layers.push_back({*loaded, kernel});
    }
    REQUIRE((engine == On::Interpreter || engines().size() == 2));
    return Policy::make(std::move(layers));
}

std::shared_ptr<const Policy> policy_of(const std::string& text, On engine) {
    auto policy = load_image(image_of(text), engine);
    if (!policy) FAIL(policy.error());
    return *policy;
}

std::string version_of(const std::string& text) { return remit::to_text(programs_of(text).front().hash); }

std::string request(uint64_t i) {
    if (i % 97 == 50) return "no request at all";
    const char* const tier = i % 5 == 4 ? "prod" : "dev";
    const std::string session = fmt::format(
        R"({{"id":"s-{}","roles":["clerk"],"tier":"{}","tenant":"{}","owner":"o\u00e9@acme.example","scope":["crm.*","pay.*"],)"
        R"("retention":"standard","expires":"2026-11-23T{}:00:00Z","revoked":false}})",
        i % 11, tier, i % 3 == 0 ? "acme" : "globex", i % 13 == 12 ? 9 : 18);
    const std::string order = fmt::format("A-{}", i);
    std::string call;
    if (i % 2 == 0)
        call = fmt::format(R"({{"id":"c-{}","tool":"crm.lookup","args":{{"customer":"C-{}"}}}})", i, i);
    else
        call = fmt::format(R"({{"id":"c-{}","tool":"pay.refund","args":{{"order":"{}","amount":"{}.{:02}"}}}})", i,
                           order, i * 37 % 500, i % 100);
    return fmt::format(
        R"({{"id":"r-{}","session":{},"call":{},"facts":[{{"fact":"order","key":["{}"],"as_of":"2026-11-23T09:59:30Z",)"
        R"("value":{{"paid":"450.00"}}}}],"state":{{"version":{},"marks":{{"paid":false}},"counts":{{"refunded":"0.00"}}}},)"
        R"("context":{{"time":"2026-11-23T10:00:{:02}Z"}}}})",
        i, session, call, i % 7 == 6 ? "other" : order, i, i % 30);
}

MadeLog record_all(const std::vector<std::string>& policies, uint64_t count, On engine) {
    constexpr uint64_t kSegment = 256u << 10;
    return make_log(
        [&](Log& log, Keyring& keyring) {
            Recorder recorder(log, keyring);
            for (const std::string& text : policies) {
                const auto policy = policy_of(text, engine);
                const auto used = recorder.use_policy(*policy, image_of(text));
                if (!used) FAIL(used.error());
                Decider decider(policy);
                for (uint64_t i = 0; i < count; ++i) {
                    const Begun begun = recorder.begin(decider, request(i), {}, Purpose::Answer);
                    if (!begun.action) FAIL(begun.trouble);
                }
            }
            recorder.close_all_sessions();
        },
        kSegment);
}

Forged rightly(const std::string& text, const std::string& request_json) {
    Decider decider(policy_of(text));
    Forged out;
    append_decision(out.decision, decider.decide(request_json));
    out.request = request_json;
    out.policy = version_of(text);
    return out;
}

MadeLog forge(const std::vector<std::string>& policies, const std::vector<Forged>& records) {
    constexpr uint64_t kSegment = 256u << 10;
    return make_log(
        [&](Log& log, Keyring& keyring) {
            REQUIRE(log.disk().make_folder("policies").ok());
            for (const std::string& text : policies)
                REQUIRE(replace_file(log.disk(), policy_path(version_of(text)), image_of(text)).ok());
            const auto key = keyring.key_for({"acme", "customer-1", "standard"}, 1);
            if (!key) FAIL(key.error());
            SessionWriter writer(log, 1, "s-1");
            writer.open(1);
            for (const Forged& record : records) {
                std::string ciphertext;
                auto sealed = keyring.seal(*key, static_cast<uint8_t>(PayloadRole::Request), record.request,
                                           ciphertext);
                if (!sealed) FAIL(sealed.error());
                sealed->payload.ciphertext = ciphertext;
                writer.put(Kind::Decision,
                           fmt::format(R"({{"call":"c","decision":{},"policy":"{}"{},"tenant":"acme","tool":"t"}})",
                                       record.decision, record.policy, record.more),
                           0, {&sealed->payload, 1});
            }
            writer.close();
        },
        kSegment);
}

ReplayReport replay_files(const Files& files, ReplayOptions options, On engine) {
    MemoryDisk disk = disk_of(files);
    auto log = Reading::open(disk);
    if (!log) FAIL(log.error());
    options.load = [engine](std::string_view image) { return load_image(image, engine); };
    auto report = replay(**log, options);
    if (!report) FAIL(report.error());
    return std::move(*report);
}

}  // namespace remit::evidence::testing
