// A gateway in C++: compiles a policy, binds a session, decides calls, and takes a new version of the policy while it runs.
//
//   gateway POLICY NEXT_POLICY
#include <remit/remit.hpp>

#include <cstdio>
#include <fstream>
#include <iterator>

namespace {

constexpr const char* kVerdicts[] = {"allow", "ask", "deny"};
constexpr int64_t kNow = 1'790'000'000'000'000'000;

/// A policy in a file; this host lets it name any other.
remit::Source source_of(const char* path) {
    return {path, "", [](std::string_view name, std::string& why) -> std::optional<std::string> {
                std::ifstream in(std::string(name), std::ios::binary);
                if (in) return std::string(std::istreambuf_iterator<char>(in), {});
                why = "no such file";
                return std::nullopt;
            }};
}

int failed(const char* what, const remit::Error& error) {
    std::fprintf(stderr, "%s: %s: %s\n", what, remit_status_name(error.status), error.message.c_str());
    return 1;
}

/// What the gateway looks up once for each version of the policy.
struct Names {
    remit_tool refund;
    remit_parameter order, amount;

    static remit::Result<Names> of(const remit::Policy& policy) {
        const auto refund = policy.tool("payments.refund");
        if (!refund) return refund.error();
        const auto order = policy.parameter(*refund, "order"), amount = policy.parameter(*refund, "amount");
        if (!order) return order.error();
        if (!amount) return amount.error();
        return Names{*refund, *order, *amount};
    }
};

remit::Result<remit_ruling> refund(remit::Call& call, const remit::Session& session, const Names& names,
                                   int64_t cents) {
    remit::Request request(session, names.refund, kNow);
    request.set(names.order, "A-1").set(names.amount, cents);
    return call.judge(request);
}

/// A few refunds. A version that was reloaded meanwhile is noticed here, and its names are looked up again.
int serve(const remit::Policy& policy, remit::Call& call, const remit::Session& session, Names& names) {
    for (const int64_t cents : {9900, 30000, 99900}) {
        auto ruling = refund(call, session, names, cents);
        if (!ruling && ruling.error().status == REMIT_STALE) {
            auto again = Names::of(policy);
            if (!again) return failed("look up", again.error());
            names = *again;
            ruling = refund(call, session, names, cents);
        }
        if (!ruling) return failed("judge", ruling.error());
        std::printf("refund %d.%02d: %s", static_cast<int>(cents / 100), static_cast<int>(cents % 100),
                    kVerdicts[ruling->verdict]);
        while (const auto effect = call.next_effect())
            if (ruling->verdict == REMIT_ASK && effect->kind == REMIT_EFFECT_ASK)
                std::printf(" %d of %.*s", static_cast<int>(effect->number), static_cast<int>(effect->name.size),
                            effect->name.data);
        std::printf("\n");
    }
    return 0;
}

int run(const char* path, const char* next_path) {
    const auto runtime = remit::Runtime::make();
    if (!runtime) return failed("runtime", runtime.error());
    auto policy = runtime->compile(source_of(path));
    if (!policy) return failed(path, policy.error());

    remit::SessionFields fields;
    fields.id = "s-9";
    fields.tier = "prod";
    fields.tenant = "acme";
    fields.owner = "ops@acme.example";
    fields.retention = "standard";
    fields.roles = {"clerk"};
    fields.scope = {"*"};
    fields.expires = 1'800'000'000'000'000'000;
    const auto session = policy->bind(fields);
    if (!session) return failed("bind", session.error());
    auto call = policy->open_call();  // one for each thread
    if (!call) return failed("open", call.error());
    auto names = Names::of(*policy);
    if (!names) return failed("look up", names.error());

    if (serve(*policy, *call, *session, *names) != 0) return 1;
    if (auto done = policy->recompile(source_of(next_path)); !done) return failed(next_path, done.error());
    std::printf("reloaded\n");
    return serve(*policy, *call, *session, *names);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc == 3) return run(argv[1], argv[2]);
    std::fprintf(stderr, "usage: gateway POLICY NEXT_POLICY\n");
    return 2;
}
