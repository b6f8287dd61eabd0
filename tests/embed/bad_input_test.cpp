// What a host may do wrong, one thing at a time: a status says so, and the next right call works.
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "tests/embed/fixture.h"

using namespace remit::test;

namespace {

constexpr size_t kHuge = size_t{1} << 40;  // no memory is behind it: it must be refused before it is read

}  // namespace

TEST_CASE("null pointers") {
    Host host;
    const remit_source from = source(kPolicy);
    remit_compiled compiled = remit_init<remit_compiled>();
    remit_policy policy{};
    remit_call call{};
    remit_request request = host.request(9900);
    remit_runtime* none = nullptr;
    CHECK(remit_runtime_new(nullptr, nullptr, nullptr) == REMIT_BAD_ARGUMENT);
    CHECK(remit_policy_load(none, str(""), nullptr, &policy, nullptr) == REMIT_BAD_ARGUMENT);
    CHECK(remit_policy_load(host.runtime, str(""), nullptr, nullptr, nullptr) == REMIT_BAD_ARGUMENT);
    CHECK(remit_policy_load(host.runtime, {nullptr, 5}, nullptr, &policy, nullptr) == REMIT_BAD_ARGUMENT);
    CHECK(remit_policy_reload(host.runtime, host.policy, {nullptr, 5}, nullptr) == REMIT_BAD_ARGUMENT);
    CHECK(remit_compile(host.runtime, nullptr, &compiled, nullptr) == REMIT_BAD_ARGUMENT);
    CHECK(remit_compile(host.runtime, &from, nullptr, nullptr) == REMIT_BAD_ARGUMENT);
    CHECK(remit_policy_compile(host.runtime, &from, nullptr, nullptr, nullptr, nullptr) == REMIT_BAD_ARGUMENT);
    CHECK(remit_decide(host.runtime, host.policy, str("{}"), 0, nullptr, nullptr) == REMIT_BAD_ARGUMENT);
    CHECK(remit_decide_all(host.runtime, host.policy, nullptr, 1, 0, nullptr, nullptr) == REMIT_BAD_ARGUMENT);
    CHECK(remit_policy_inspect(host.runtime, host.policy, nullptr, nullptr) == REMIT_BAD_ARGUMENT);
    CHECK(remit_policy_describe(host.runtime, host.policy, nullptr, nullptr) == REMIT_BAD_ARGUMENT);
    CHECK(remit_tool_find(host.runtime, host.policy, str("x"), nullptr, nullptr) == REMIT_BAD_ARGUMENT);
    CHECK(remit_tool_find(host.runtime, host.policy, {nullptr, 1}, &host.refund, nullptr) == REMIT_BAD_ARGUMENT);
    CHECK(remit_session_bind(host.runtime, host.policy, nullptr, &host.session, nullptr) == REMIT_BAD_ARGUMENT);
    CHECK(remit_call_open(host.runtime, host.policy, nullptr, nullptr) == REMIT_BAD_ARGUMENT);
    CHECK(remit_call_open(none, host.policy, &call, nullptr) == REMIT_BAD_ARGUMENT);
    CHECK(remit_judge(host.runtime, host.call, nullptr, &host.ruling, nullptr) == REMIT_BAD_ARGUMENT);
    CHECK(remit_judge(host.runtime, host.call, &request, nullptr, nullptr) == REMIT_BAD_ARGUMENT);
    CHECK(remit_next_effect(host.runtime, host.call, nullptr, nullptr) == REMIT_BAD_ARGUMENT);
    CHECK(remit_explain(host.runtime, host.call, &request, 0, nullptr, nullptr) == REMIT_BAD_ARGUMENT);
    CHECK(remit_text_set(nullptr, str("x")) == REMIT_BAD_ARGUMENT);
    remit_runtime_free(nullptr);
    remit_text_free(nullptr);

    request.arguments = nullptr;
    CHECK(host.judge(request) == REMIT_BAD_ARGUMENT);
    request = host.request(9900);
    request.states = nullptr;
    CHECK(host.judge(request) == REMIT_BAD_ARGUMENT);
    request = host.request(9900);
    request.fact_count = 1;
    CHECK(host.judge(request) == REMIT_BAD_ARGUMENT);
    request = host.request(9900);
    host.arguments[0].text = {nullptr, 3};
    CHECK(host.judge(request) == REMIT_BAD_ARGUMENT);
    request = host.request(9900);
    host.arguments[0].origin_count = 1;
    CHECK(host.judge(request) == REMIT_BAD_ARGUMENT);
    CHECK(host.ruling.verdict == REMIT_DENY);

    remit_session_fields fields = clerk();
    fields.roles = nullptr;
    CHECK(remit_session_bind(host.runtime, host.policy, &fields, &host.session, nullptr) == REMIT_BAD_ARGUMENT);
    fields = clerk();
    fields.tier = {nullptr, 4};
    CHECK(remit_session_bind(host.runtime, host.policy, &fields, &host.session, nullptr) == REMIT_BAD_ARGUMENT);
    request = host.request(9900);
    CHECK(host.judge(request) == REMIT_OK);
    CHECK(host.ruling.verdict == REMIT_ALLOW);
}

TEST_CASE("sizes of structs") {
    Host host;
    const uint32_t sizes[] = {0, 1, 4, 1000, UINT32_MAX};
    for (const uint32_t size : sizes) {
        INFO(size);
        remit_error error = remit_init<remit_error>();
        error.size = size;
        CHECK(remit_policy_inspect(host.runtime, host.policy, nullptr, &error) == REMIT_BAD_VERSION);
        CHECK(error.status == REMIT_OK);  // not written to
        remit_runtime_options runtime_options = remit_init<remit_runtime_options>();
        runtime_options.size = size;
        remit_runtime* runtime = nullptr;
        CHECK(remit_runtime_new(&runtime_options, &runtime, nullptr) == REMIT_BAD_VERSION);
        CHECK(runtime == nullptr);
        remit_policy_options options = remit_init<remit_policy_options>();
        options.size = size;
        remit_policy policy{};
        CHECK(remit_policy_load(host.runtime, str("x"), &options, &policy, nullptr) == REMIT_BAD_VERSION);
        remit_source from = source(kPolicy);
        from.size = size;
        remit_compiled compiled = remit_init<remit_compiled>();
        CHECK(remit_compile(host.runtime, &from, &compiled, nullptr) == REMIT_BAD_VERSION);
        from = source(kPolicy);
        compiled.size = size;
        CHECK(remit_compile(host.runtime, &from, &compiled, nullptr) == REMIT_BAD_VERSION);
        remit_policy_status status = remit_init<remit_policy_status>();
        status.size = size;
        CHECK(remit_policy_inspect(host.runtime, host.policy, &status, nullptr) == REMIT_BAD_VERSION);
        remit_parameter parameter = host.amount;
        parameter.size = size;
        CHECK(remit_parameter_find(host.runtime, host.policy, host.refund, str("amount"), &parameter, nullptr) ==
              REMIT_BAD_VERSION);
        remit_state state = host.warned;
        state.size = size;
        CHECK(remit_state_find(host.runtime, host.policy, str("warned"), &state, nullptr) == REMIT_BAD_VERSION);
        remit_session_fields fields = clerk();
        fields.size = size;
        remit_session session{};
        CHECK(remit_session_bind(host.runtime, host.policy, &fields, &session, nullptr) == REMIT_BAD_VERSION);
        remit_request request = host.request(9900);
        request.size = size;
        CHECK(host.judge(request) == REMIT_BAD_VERSION);
        CHECK(host.error.status == REMIT_BAD_VERSION);
        request = host.request(9900);
        host.ruling.size = size;
        CHECK(host.judge(request) == REMIT_BAD_VERSION);
        host.ruling = remit_init<remit_ruling>();
        remit_effect effect = remit_init<remit_effect>();
        effect.size = size;
        CHECK(remit_next_effect(host.runtime, host.call, &effect, nullptr) == REMIT_BAD_VERSION);
    }
}

TEST_CASE("handles that are none") {
    Host host;
    Host other;
    const remit_request request = host.request(9900);
    const auto status_of = [&](remit_policy policy) {
        Text out;
        return remit_decide(host.runtime, policy, str("{}"), 0, out.get(), nullptr);
    };
    CHECK(status_of({0}) == REMIT_BAD_HANDLE);
    CHECK(status_of({~uint64_t{0}}) == REMIT_BAD_HANDLE);
    CHECK(status_of({host.session.id}) == REMIT_BAD_HANDLE);
    CHECK(status_of(other.policy) == REMIT_BAD_HANDLE);  // of another runtime
    for (const uint64_t id :
         {uint64_t{0}, host.policy.id, host.session.id, other.call.id, host.call.id + (uint64_t{1} << 24)})
        CHECK(remit_judge(host.runtime, {id}, &request, &host.ruling, nullptr) == REMIT_BAD_HANDLE);
    for (const uint64_t id : {uint64_t{0}, host.policy.id, host.call.id, other.session.id}) {
        remit_request wrong = request;
        wrong.session.id = id;
        CHECK(host.judge(wrong) == REMIT_BAD_HANDLE);
    }
    CHECK(host.judge(request) == REMIT_OK);

    CHECK(remit_session_free(host.runtime, {host.call.id}) == REMIT_BAD_HANDLE);
    CHECK(remit_session_free(host.runtime, host.session) == REMIT_OK);
    CHECK(remit_session_free(host.runtime, host.session) == REMIT_BAD_HANDLE);
    CHECK(host.judge(request) == REMIT_BAD_HANDLE);  // though the call had used it before
    CHECK(remit_call_free(host.runtime, host.call) == REMIT_OK);
    CHECK(remit_call_free(host.runtime, host.call) == REMIT_BAD_HANDLE);
    CHECK(host.judge(request) == REMIT_BAD_HANDLE);
}

TEST_CASE("a policy that was freed") {
    Host host;
    remit_request request = host.request(9900);
    CHECK(host.judge(request) == REMIT_OK);
    CHECK(remit_policy_free(host.runtime, host.policy) == REMIT_OK);
    CHECK(remit_policy_free(host.runtime, host.policy) == REMIT_BAD_HANDLE);
    CHECK(host.judge(request) == REMIT_BAD_HANDLE);
    remit_session session{};
    const remit_session_fields fields = clerk();
    CHECK(remit_session_bind(host.runtime, host.policy, &fields, &session, nullptr) == REMIT_BAD_HANDLE);
    CHECK(remit_policy_reload(host.runtime, host.policy, str("x"), nullptr) == REMIT_BAD_HANDLE);
    CHECK(remit_session_free(host.runtime, host.session) == REMIT_OK);
    CHECK(remit_call_free(host.runtime, host.call) == REMIT_OK);
}

TEST_CASE("sessions and tools of another policy") {
    Host host;
    const remit_source from = source(kPolicy);
    remit_policy second{};
    REQUIRE(remit_policy_compile(host.runtime, &from, nullptr, nullptr, &second, nullptr) == REMIT_OK);
    const remit_session_fields fields = clerk();
    remit_session session{};
    REQUIRE(remit_session_bind(host.runtime, second, &fields, &session, nullptr) == REMIT_OK);
    remit_tool tool{};
    REQUIRE(remit_tool_find(host.runtime, second, str("payments.refund"), &tool, nullptr) == REMIT_OK);
    CHECK(tool.id != host.refund.id);

    remit_request request = host.request(9900);
    request.session = session;
    CHECK(host.judge(request) == REMIT_WRONG_POLICY);
    request = host.request(9900);
    request.tool = tool;
    CHECK(host.judge(request) == REMIT_WRONG_POLICY);
    CHECK(remit_parameter_find(host.runtime, host.policy, tool, str("amount"), &host.amount, nullptr) ==
          REMIT_WRONG_POLICY);
    request = host.request(9900);
    CHECK(host.judge(request) == REMIT_OK);
    CHECK(host.ruling.verdict == REMIT_ALLOW);
}

TEST_CASE("strings that are huge") {
    Host host;
    const remit_str huge = {kPolicy.data(), kHuge};
    remit_source from = source(kPolicy);
    remit_compiled compiled = remit_init<remit_compiled>();
    from.text = huge;
    CHECK(remit_compile(host.runtime, &from, &compiled, nullptr) == REMIT_TOO_LARGE);
    from = source(kPolicy);
    from.path = huge;
    CHECK(remit_compile(host.runtime, &from, &compiled, nullptr) == REMIT_TOO_LARGE);
    remit_policy policy{};
    CHECK(remit_policy_load(host.runtime, huge, nullptr, &policy, nullptr) == REMIT_TOO_LARGE);
    remit_tool tool{};
    CHECK(remit_tool_find(host.runtime, host.policy, huge, &tool, nullptr) == REMIT_TOO_LARGE);
    remit_session_fields fields = clerk();
    fields.tenant = huge;
    CHECK(remit_session_bind(host.runtime, host.policy, &fields, &host.session, nullptr) == REMIT_TOO_LARGE);
    fields = clerk();
    fields.role_count = kHuge;
    CHECK(remit_session_bind(host.runtime, host.policy, &fields, &host.session, nullptr) == REMIT_TOO_LARGE);
    remit_request request = host.request(9900);
    request.id = huge;
    CHECK(host.judge(request) == REMIT_TOO_LARGE);
    request = host.request(9900);
    request.argument_count = UINT32_MAX;
    CHECK(host.judge(request) == REMIT_TOO_LARGE);
    request = host.request(9900);
    request.state_count = UINT32_MAX;
    CHECK(host.judge(request) == REMIT_TOO_LARGE);
    request = host.request(9900);
    host.arguments[0].text = huge;
    CHECK(host.judge(request) == REMIT_TOO_LARGE);
    // What no request may hold is denied, as everywhere.
    Text out;
    CHECK(remit_decide(host.runtime, host.policy, huge, 0, out.get(), nullptr) == REMIT_OK);
    CHECK(out.string().find("\"builtin:limit\"") != std::string::npos);
    const std::string long_text((1u << 20) + 1, 'x');
    request = host.request(9900);
    host.arguments[0].text = str(long_text);
    CHECK(host.judge(request) == REMIT_OK);
    CHECK(host.ruling.verdict == REMIT_DENY);
    CHECK(remit_denial_name(host.ruling.denial) == std::string("limit"));
}

TEST_CASE("numbers that are none of ours") {
    Host host;
    remit_policy_options options = remit_init<remit_policy_options>();
    options.engine = 7;
    const remit_source from = source(kPolicy);
    remit_policy policy{};
    CHECK(remit_policy_compile(host.runtime, &from, &options, nullptr, &policy, nullptr) == REMIT_BAD_ARGUMENT);
    Text out;
    CHECK(remit_decide(host.runtime, host.policy, str("{}"), 0x80, out.get(), nullptr) == REMIT_BAD_ARGUMENT);
    remit_symbol symbol = 0;
    CHECK(remit_symbol_find(host.runtime, host.policy, 99, str("dev"), &symbol, nullptr) == REMIT_BAD_ARGUMENT);
    CHECK(remit_symbol_find(host.runtime, host.policy, REMIT_VOCABULARY_TIERS, str("moon"), &symbol, nullptr) ==
          REMIT_UNKNOWN_NAME);
    CHECK(remit_tool_find(host.runtime, host.policy, str("payments.burn"), &host.refund, &host.error) ==
          REMIT_UNKNOWN_NAME);
    CHECK(std::string(host.error.message) == "there is no tool `payments.burn`");
    remit_request request = host.request(9900);
    host.arguments[0].kind = 9;
    CHECK(host.judge(request) == REMIT_BAD_ARGUMENT);
    request = host.request(9900);
    host.arguments[0].parameter = 77;
    CHECK(host.judge(request) == REMIT_BAD_ARGUMENT);
    request = host.request(9900);
    host.states[0].kind = 9;
    CHECK(host.judge(request) == REMIT_BAD_ARGUMENT);
    request = host.request(9900);
    request.isolation = 9;
    CHECK(host.judge(request) == REMIT_BAD_ARGUMENT);
    request = host.request(9900);
    request.tool.id = 0;
    CHECK(host.judge(request) == REMIT_BAD_ARGUMENT);
    // Numbers that a policy might have are answered by it: they deny.
    request = host.request(9900);
    host.states[0].index = 4000;
    request.data = 4000;
    CHECK(host.judge(request) == REMIT_OK);
    CHECK(host.ruling.verdict == REMIT_DENY);
    for (const int64_t number :
         {std::numeric_limits<int64_t>::min(), int64_t{-1}, std::numeric_limits<int64_t>::max()}) {
        request = host.request(number);
        CHECK(host.judge(request) == REMIT_OK);
        CHECK(host.ruling.verdict == REMIT_DENY);
    }
    CHECK(remit_status_name(99) == std::string("unknown status"));
    CHECK(remit_status_name(-1) == std::string("unknown status"));
    CHECK(remit_denial_name(0) == nullptr);
    CHECK(remit_denial_name(99) == nullptr);
}

TEST_CASE("images and texts that are none") {
    Host host;
    remit_policy policy{};
    Text image;
    const remit_source from = source(kPolicy);
    remit_compiled compiled = remit_init<remit_compiled>();
    compiled.image = image.get();
    REQUIRE(remit_compile(host.runtime, &from, &compiled, nullptr) == REMIT_OK);
    std::string bytes = image.string();
    bytes[bytes.size() / 2] ^= 1;
    CHECK(remit_policy_load(host.runtime, str(bytes), nullptr, &policy, nullptr) == REMIT_BAD_IMAGE);
    CHECK(remit_policy_load(host.runtime, str(""), nullptr, &policy, nullptr) == REMIT_BAD_IMAGE);
    CHECK(remit_policy_load(host.runtime, str(kPolicy), nullptr, &policy, nullptr) == REMIT_BAD_IMAGE);
    CHECK(remit_policy_reload(host.runtime, host.policy, str(bytes), nullptr) == REMIT_BAD_IMAGE);
    const remit_source wrong = source("policy p\nallow anyone to nothing.here\n");
    CHECK(remit_policy_recompile(host.runtime, host.policy, &wrong, nullptr, &host.error) == REMIT_BAD_POLICY);
    CHECK(std::string(host.error.message).find("policy.remit:2:") == 0);
    const remit_request request = host.request(9900);
    CHECK(host.judge(request) == REMIT_OK);  // goes on as it was
    CHECK(host.ruling.verdict == REMIT_ALLOW);
}

TEST_CASE("more handles than there may be") {
    remit_runtime_options options = remit_init<remit_runtime_options>();
    options.max_handles = (1u << 20) + 1;
    remit_runtime* runtime = nullptr;
    CHECK(remit_runtime_new(&options, &runtime, nullptr) == REMIT_TOO_LARGE);
    options.max_handles = 3;
    REQUIRE(remit_runtime_new(&options, &runtime, nullptr) == REMIT_OK);
    const remit_source from = source(kPolicy);
    remit_policy_options interpreter = remit_init<remit_policy_options>();
    interpreter.engine = REMIT_ENGINE_INTERPRETER;
    remit_policy policy{};
    REQUIRE(remit_policy_compile(runtime, &from, &interpreter, nullptr, &policy, nullptr) == REMIT_OK);
    remit_call calls[3];
    CHECK(remit_call_open(runtime, policy, &calls[0], nullptr) == REMIT_OK);
    CHECK(remit_call_open(runtime, policy, &calls[1], nullptr) == REMIT_OK);
    CHECK(remit_call_open(runtime, policy, &calls[2], nullptr) == REMIT_TOO_LARGE);
    CHECK(remit_call_free(runtime, calls[0]) == REMIT_OK);
    CHECK(remit_call_open(runtime, policy, &calls[2], nullptr) == REMIT_OK);
    remit_runtime_free(runtime);
}
