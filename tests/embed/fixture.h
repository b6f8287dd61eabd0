// A host for the tests: a runtime, a policy of refunds, a session, a call, and a request that is allowed.
#pragma once

#include <string>
#include <string_view>

#include "remit/compile.h"
#include "tests/catch.h"

namespace remit::test {

inline remit_str str(std::string_view text) { return {text.data(), text.size()}; }

inline constexpr std::string_view kPolicy = R"(policy acme.gateway

tiers   dev < prod
classes public < internal < confidential
trust   untrusted < vetted
role    clerk
enum    speed { slow, fast }

mark    warned for write when data >= confidential
count   refunded = sum args.amount for payments.refund over 24h per session

tool orders.read(order: string)  read, trust vetted, gives internal
tool payments.refund(order: string, amount: decimal(2) min 0.00, how: speed optional, notes: list<string> max 3 optional)
  write, trust vetted

allow clerk to orders.read
allow clerk to payments.refund when args.amount <= 500.00
ask 2 of clerk for payments.refund when args.amount > 100.00 within 1h with plan because "more than a clerk may give alone"
risk large +25 for payments.refund when args.amount > 100.00
limit 2 parallel per session for payments.*
record prompt, checksum for write
)";

class Text {
public:
    Text() = default;
    ~Text() { remit_text_free(&text_); }
    Text(const Text&) = delete;
    Text& operator=(const Text&) = delete;
    remit_text* get() { return &text_; }
    std::string string() const { return text_.data == nullptr ? "" : std::string(text_.data, text_.size); }

private:
    remit_text text_ = REMIT_TEXT_INIT;
};

inline remit_source source(std::string_view text) {
    remit_source s = remit_init<remit_source>();
    s.text = str(text);
    return s;
}

inline remit_session_fields clerk() {
    static const remit_str kRoles[] = {str("clerk"), str("nobody")}, kScope[] = {str("*")};
    remit_session_fields f = remit_init<remit_session_fields>();
    f.id = str("s-9");
    f.tier = str("prod");
    f.tenant = str("acme");
    f.owner = str("ops@acme.example");
    f.retention = str("standard");
    f.roles = kRoles;
    f.role_count = 2;
    f.scope = kScope;
    f.scope_count = 1;
    f.expires = 1'800'000'000'000'000'000;
    return f;
}

struct Host {
    explicit Host(remit_engine engine = REMIT_ENGINE_INTERPRETER, std::string_view text = kPolicy) {
        REQUIRE(remit_runtime_new(nullptr, &runtime, nullptr) == REMIT_OK);
        remit_policy_options options = remit_init<remit_policy_options>();
        options.engine = engine;
        const remit_source from = source(text);
        Text report;
        remit_compiled compiled = remit_init<remit_compiled>();
        compiled.report = report.get();
        const remit_status status = remit_policy_compile(runtime, &from, &options, &compiled, &policy, &error);
        INFO(report.string() << error.message);
        REQUIRE(status == REMIT_OK);
        const remit_session_fields fields = clerk();
        REQUIRE(remit_session_bind(runtime, policy, &fields, &session, &error) == REMIT_OK);
        REQUIRE(remit_call_open(runtime, policy, &call, &error) == REMIT_OK);
        look_up();
    }
    ~Host() { remit_runtime_free(runtime); }
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;

    void look_up() {
        REQUIRE(remit_tool_find(runtime, policy, str("payments.refund"), &refund, &error) == REMIT_OK);
        REQUIRE(remit_parameter_find(runtime, policy, refund, str("order"), &order, &error) == REMIT_OK);
        REQUIRE(remit_parameter_find(runtime, policy, refund, str("amount"), &amount, &error) == REMIT_OK);
        REQUIRE(remit_state_find(runtime, policy, str("warned"), &warned, &error) == REMIT_OK);
        REQUIRE(remit_state_find(runtime, policy, str("refunded"), &refunded, &error) == REMIT_OK);
    }
    /// Of a refund; refers to this host.
    remit_request request(int64_t cents) {
        arguments[0] = {};
        arguments[0].parameter = order.index;
        arguments[0].kind = REMIT_VALUE_TEXT;
        arguments[0].text = str("A-1");
        arguments[1] = {};
        arguments[1].parameter = amount.index;
        arguments[1].kind = REMIT_VALUE_INTEGER;
        arguments[1].number = cents;
        states[0] = {warned.index, warned.kind, 0, {}};
        states[1] = {refunded.index, refunded.kind, 0, {}};
        remit_request r = remit_init<remit_request>();
        r.session = session;
        r.tool = refund;
        r.time = 1'790'000'000'000'000'000;
        r.arguments = arguments;
        r.argument_count = 2;
        r.states = states;
        r.state_count = 2;
        return r;
    }
    remit_status judge(const remit_request& r) { return remit_judge(runtime, call, &r, &ruling, &error); }

    remit_runtime* runtime = nullptr;
    remit_policy policy{};
    remit_session session{};
    remit_call call{};
    remit_tool refund{};
    remit_parameter order = remit_init<remit_parameter>(), amount = order;
    remit_state warned = remit_init<remit_state>(), refunded = warned;
    remit_argument arguments[2];
    remit_state_value states[2];
    remit_ruling ruling = remit_init<remit_ruling>();
    remit_error error = remit_init<remit_error>();
};

/// The same refund as JSON.
inline std::string refund_json(std::string_view amount) {
    return R"({"id":"r","session":{"id":"s-9","roles":["clerk"],"tier":"prod","tenant":"acme","owner":"ops@acme.example","scope":["*"],)"
           R"("retention":"standard","expires":"2027-01-15T08:00:00Z","revoked":false},)"
           R"("call":{"id":"c","tool":"payments.refund","args":{"order":"A-1","amount":")" +
           std::string(amount) +
           R"("}},"facts":[],"state":{"version":1,"marks":{"warned":false},"counts":{"refunded":"0.00"}},)"
           R"("context":{"time":"2026-09-21T14:13:20Z"},"signatures":[]})";
}

}  // namespace remit::test
