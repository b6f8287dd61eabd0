// Any bytes as a sequence of calls of the C ABI: right and wrong handles, nulls, sizes of structs, strings that are
// huge, sessions and tools of another policy, things that were freed. What must hold besides not crashing: a status is
// one of ours, a refused judge says deny, and at the end a right request is still decided right.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "remit/compile.h"
#include "tests/fuzz/trap.h"

namespace {

using remit::fuzz::must;

constexpr std::string_view kPolicy = R"(policy fuzz.embed
tiers dev < prod
trust untrusted < vetted
role  clerk
enum  speed { slow, fast }
mark  warned for write
count paid = sum args.amount for pay.out over 1h per session
tool pay.out(to: string, amount: decimal(2) min 0.00, how: speed optional, urls: list<url> max 3 optional) write
tool pay.read(id: int) read
fact order(id: string) { paid: decimal(2) } fresh 60s
allow clerk to pay.read
allow clerk to pay.out when args.amount <= order(args.to).paid
ask owner for pay.out when state.paid > 900.00 or trust(args.to) < vetted within 1h
)";
constexpr std::string_view kPlain = R"(policy fuzz.plain
role  clerk
tool pay.out(to: string, amount: decimal(2) min 0.00) write
allow clerk to pay.out when args.amount <= 500.00
ask owner for pay.out when args.amount > 100.00 within 1h
)";
constexpr int64_t kNow = 1'790'000'000'000'000'000;

remit_str str(std::string_view text) { return {text.data(), text.size()}; }

/// The input, eaten from the front; zeros when it is at its end.
class Bytes {
public:
    Bytes(const uint8_t* data, size_t size) : at_(data), end_(data + size) {}
    bool more() const { return at_ < end_; }
    uint8_t byte() { return more() ? *at_++ : uint8_t{0}; }
    uint64_t number(int bytes) {
        uint64_t n = 0;
        for (int i = 0; i < bytes; ++i) n = n << 8 | byte();
        return n;
    }
    bool once_in(unsigned n) { return byte() % n == 1; }  // an exhausted input does nothing unusual
    std::string_view rest(size_t most) {
        const size_t size = std::min<size_t>(byte() % (most + 1), static_cast<size_t>(end_ - at_));
        const std::string_view out(reinterpret_cast<const char*>(at_), size);
        at_ += size;
        return out;
    }

private:
    const uint8_t *at_, *end_;
};

remit_status seen(remit_status status) {
    must(std::strcmp(remit_status_name(status), "unknown status") != 0, "a status is one of ours");
    must(status != REMIT_INTERNAL, "no mistake of ours shows");
    return status;
}

/// An image of a policy, compiled once.
const std::string& image_of(std::string_view policy) {
    const auto compile = [](std::string_view text) {
        remit_runtime* runtime = nullptr;
        must(remit_runtime_new(nullptr, &runtime, nullptr) == REMIT_OK, "there is a runtime");
        remit_text image = REMIT_TEXT_INIT;
        remit_source source = remit_init<remit_source>();
        source.text = str(text);
        remit_compiled compiled = remit_init<remit_compiled>();
        compiled.image = &image;
        remit_error error = remit_init<remit_error>();
        must(remit_compile(runtime, &source, &compiled, &error) == REMIT_OK, error.message);
        std::string out(image.data, image.size);
        remit_text_free(&image);
        remit_runtime_free(runtime);
        return out;
    };
    static const std::string kFirst = compile(kPolicy), kSecond = compile(kPlain);
    return policy == kPolicy ? kFirst : kSecond;
}

class Session {
public:
    explicit Session(Bytes bytes) : in_(bytes) {
        must(remit_runtime_new(nullptr, &runtime_, nullptr) == REMIT_OK, "there is a runtime");
        options_.engine = REMIT_ENGINE_INTERPRETER;
        for (size_t i = 0; i < 2; ++i) {
            const std::string& image = image_of(i == 0 ? kPolicy : kPlain);
            must(remit_policy_load(runtime_, str(image), &options_, &policies_[i], nullptr) == REMIT_OK,
                 "an image loads");
            bind(policies_[i], sessions_[i]);
            (void)remit_call_open(runtime_, policies_[i], &calls_[i], nullptr);
            (void)remit_tool_find(runtime_, policies_[i], str("pay.out"), &tools_[i], nullptr);
        }
    }
    ~Session() {
        remit_text_free(&out_);
        remit_runtime_free(runtime_);
    }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    void run() {
        for (int steps = 0; in_.more() && steps < 200; ++steps) step();
        still_decides();
    }

private:
    static constexpr size_t kKept = 4;

    void step() {
        remit_error error = remit_init<remit_error>();
        remit_error* e = in_.once_in(8) ? nullptr : &error;
        if (in_.once_in(32)) sized(error);
        focus_ = in_.byte() % 2;
        switch (in_.byte() % 16) {
            case 0: load(e); break;
            case 1: seen(remit_policy_reload(runtime_, policy(), in_.once_in(4) ? text() : image(), e)); break;
            case 2: bind_fuzzed(e); break;
            case 3:
                seen(remit_call_open(runtime_, policy(), in_.once_in(16) ? nullptr : &calls_[in_.byte() % kKept], e));
                break;
            case 4:
                seen(remit_tool_find(runtime_, policy(), name(),
                                     in_.once_in(16) ? nullptr : &tools_[in_.byte() % kKept], e));
                break;
            case 5: parameter(e); break;
            case 6: symbol_and_state(e); break;
            case 7:
            case 8:
            case 9:
            case 10: judge(e); break;
            case 11: effects(e); break;
            case 12:
                seen(remit_decide(runtime_, policy(), text(), in_.once_in(8) ? in_.byte() : 0, output(), e));
                break;
            case 13: release(); break;
            case 14: compile(e); break;
            case 15: look(e); break;
        }
    }

    // ---- arguments: right more often than not

    template <class T>
    void sized(T& versioned) {
        versioned.size = static_cast<uint32_t>(in_.number(1 + in_.byte() % 4));
    }
    uint64_t any_id() {
        switch (in_.byte() % 5) {
            case 0: return 0;
            case 1: return in_.number(8);
            case 2: return policies_[in_.byte() % kKept].id;
            case 3: return sessions_[in_.byte() % kKept].id ^ uint64_t { 1 } << in_.byte() % 64;
            default: return calls_[in_.byte() % kKept].id;
        }
    }
    /// Things at one place are mostly of one policy; a step stays with one, mostly.
    size_t place() { return in_.once_in(10) ? in_.byte() % kKept : focus_; }
    remit_policy policy() { return in_.once_in(12) ? remit_policy{any_id()} : policies_[place()]; }
    remit_session session() { return in_.once_in(12) ? remit_session{any_id()} : sessions_[place()]; }
    remit_call call() { return in_.once_in(12) ? remit_call{any_id()} : calls_[place()]; }
    remit_tool tool() {
        remit_tool t = tools_[place()];
        if (in_.once_in(12)) t.id ^= uint64_t{1} << in_.byte() % 64;
        return t;
    }
    remit_str text() {
        switch (in_.byte()) {
            case 1: return {nullptr, static_cast<size_t>(in_.byte())};
            case 2: return {"x", size_t{1} << (33 + in_.byte() % 30)};
            case 3: return str("[]");
            default: return in_.byte() % 2 == 0 ? str("1.00") : str(in_.rest(31));
        }
    }
    remit_str image() { return str(image_of(in_.byte() % 2 == 0 ? kPolicy : kPlain)); }
    remit_str name() {
        static constexpr std::array<std::string_view, 8> kNames = {"pay.out", "pay.read", "amount", "to",
                                                                   "how",     "clerk",    "paid",   "warned"};
        return in_.once_in(6) ? text() : str(kNames[in_.byte() % kNames.size()]);
    }
    remit_text* output() { return in_.once_in(16) ? nullptr : &out_; }

    // ---- functions

    void load(remit_error* e) {
        remit_policy_options options = options_;
        if (in_.once_in(8)) sized(options);
        if (in_.once_in(8)) options.engine = 3 + in_.byte();
        seen(remit_policy_load(runtime_, in_.once_in(4) ? text() : image(), &options, &policies_[in_.byte() % kKept],
                               e));
    }
    static remit_session_fields fields() {
        static const remit_str kRoles[] = {str("clerk"), str("other")}, kScope[] = {str("*"), str("pay.*")};
        remit_session_fields f = remit_init<remit_session_fields>();
        f.id = str("s");
        f.tier = str("dev");
        f.tenant = str("t");
        f.owner = str("o");
        f.retention = str("r");
        f.roles = kRoles;
        f.role_count = 2;
        f.scope = kScope;
        f.scope_count = 2;
        f.expires = kNow + 1;
        return f;
    }
    void bind(remit_policy of, remit_session& out) {
        const remit_session_fields f = fields();
        must(remit_session_bind(runtime_, of, &f, &out, nullptr) == REMIT_OK, "a right session is bound");
    }
    void bind_fuzzed(remit_error* e) {
        remit_session_fields f = fields();
        if (in_.once_in(4)) f.tier = text();
        if (in_.once_in(4)) f.owner = text();
        if (in_.once_in(6)) f.role_count = in_.once_in(2) ? size_t{1} << 40 : in_.byte() % 3;
        if (in_.once_in(6)) f.scope = nullptr;
        if (in_.once_in(6)) f.revoked = in_.byte();
        if (in_.once_in(6)) f.expires = static_cast<int64_t>(in_.number(8));
        if (in_.once_in(16)) sized(f);
        seen(remit_session_bind(runtime_, policy(), &f, &sessions_[in_.byte() % kKept], e));
    }
    void parameter(remit_error* e) {
        remit_parameter p = remit_init<remit_parameter>();
        if (in_.once_in(16)) sized(p);
        seen(remit_parameter_find(runtime_, policy(), tool(), name(), in_.once_in(16) ? nullptr : &p, e));
    }
    void symbol_and_state(remit_error* e) {
        remit_symbol symbol = 0;
        seen(remit_symbol_find(runtime_, policy(),
                               in_.once_in(4) ? static_cast<uint32_t>(in_.number(4)) : in_.byte() % 6, name(), &symbol,
                               e));
        remit_state state = remit_init<remit_state>();
        if (in_.once_in(16)) sized(state);
        seen(remit_state_find(runtime_, policy(), name(), &state, e));
    }
    void judge(remit_error* e) {
        std::array<remit_argument, 6> arguments{};
        std::array<remit_state_value, 4> states{};
        std::array<remit_fact, 2> facts{};
        const std::array<remit_origin, 3> origins = {REMIT_ORIGIN_USER, static_cast<remit_origin>(in_.byte()),
                                                     REMIT_ORIGIN_AGENT};
        const uint32_t parameters = in_.once_in(24) ? 255 : 2;
        for (remit_argument& a : arguments) {
            a.parameter = in_.byte() % parameters;
            a.kind = in_.once_in(64) ? in_.byte() : 1 + in_.byte() % 5;
            a.number = in_.once_in(3) ? static_cast<int64_t>(in_.number(8)) : in_.byte();
            a.text = text();
            if (in_.once_in(4)) {
                a.origins = in_.once_in(32) ? nullptr : origins.data();
                a.origin_count = in_.byte() % 4;
                a.data_class = in_.byte() % 8;
            }
        }
        for (remit_state_value& s : states)
            s = {in_.byte() % 3u, 1 + in_.byte() % (in_.once_in(32) ? 5u : 3u), in_.byte() % 2, text()};
        for (remit_fact& f : facts) f = {in_.once_in(3) ? text() : str("order"), text(), text(), kNow};
        remit_request r = remit_init<remit_request>();
        r.session = session();
        r.tool = tool();
        r.time = in_.once_in(8) ? static_cast<int64_t>(in_.number(8)) : kNow;
        r.arguments = in_.once_in(16) ? nullptr : arguments.data();
        r.argument_count = in_.once_in(16) ? UINT32_MAX : in_.byte() % 7u;
        r.states = states.data();
        r.state_count = in_.once_in(16) ? UINT32_MAX : in_.byte() % 5u;
        r.facts = facts.data();
        r.fact_count = in_.byte() % 3u;
        r.data = in_.byte() % 9u;
        r.high_water = in_.byte() % 9u;
        r.low_water = in_.byte() % 9u;
        r.isolation = in_.byte() % 6u;
        if (in_.once_in(4)) r.id = text();
        if (in_.once_in(4)) r.parent = text();
        if (in_.once_in(32)) sized(r);
        remit_ruling ruling = remit_init<remit_ruling>();
        ruling.verdict = REMIT_ALLOW;
        const remit_call by = call();
        const remit_status status = seen(remit_judge(runtime_, by, in_.once_in(32) ? nullptr : &r, &ruling, e));
        must(status == REMIT_OK || ruling.verdict == REMIT_DENY, "what is refused is denied");
        must(ruling.verdict <= REMIT_DENY, "a verdict is one of three");
        if (in_.once_in(3)) {
            const remit_status explained = seen(remit_explain(runtime_, by, &r, in_.byte() % 2u, &out_, nullptr));
            constexpr std::string_view kVerdicts[] = {R"("verdict":"allow")", R"("verdict":"ask")",
                                                      R"("verdict":"deny")"};
            if (status == REMIT_OK && explained == REMIT_OK)
                must(std::string_view(out_.data, out_.size).find(kVerdicts[ruling.verdict]) != std::string_view::npos,
                     "the long way says the same");
        }
    }
    void effects(remit_error* e) {
        const remit_call of = call();
        for (int i = 0; i < 4; ++i) {
            remit_effect effect = remit_init<remit_effect>();
            if (in_.once_in(32)) sized(effect);
            if (seen(remit_next_effect(runtime_, of, &effect, e)) != REMIT_OK || effect.kind == REMIT_EFFECT_NONE)
                return;
        }
    }
    void release() {
        switch (in_.byte() % 4) {
            case 0: seen(remit_policy_free(runtime_, policy())); break;
            case 1: seen(remit_session_free(runtime_, session())); break;
            case 2: seen(remit_call_free(runtime_, call())); break;
            default: remit_text_free(output()); break;
        }
    }
    void compile(remit_error* e) {
        remit_source source = remit_init<remit_source>();
        source.text = in_.once_in(3) ? str(kPlain) : text();
        if (in_.once_in(8)) source.path = text();
        if (in_.once_in(16)) sized(source);
        remit_compiled compiled = remit_init<remit_compiled>();
        compiled.diagnostics = output();
        if (in_.once_in(16)) sized(compiled);
        if (in_.once_in(2))
            seen(remit_policy_recompile(runtime_, policy(), &source, &compiled, e));
        else
            seen(remit_policy_compile(runtime_, &source, &options_, &compiled, &policies_[in_.byte() % kKept], e));
    }
    void look(remit_error* e) {
        remit_policy_status status = remit_init<remit_policy_status>();
        if (in_.once_in(16)) sized(status);
        seen(remit_policy_inspect(runtime_, policy(), &status, e));
        seen(remit_policy_describe(runtime_, policy(), output(), e));
        seen(remit_policy_await(runtime_, policy(), 0, e));
    }

    /// Whatever was done, a new policy in the same runtime decides.
    void still_decides() {
        remit_policy fresh{};
        remit_session who{};
        remit_call by{};
        remit_tool what{};
        must(remit_policy_load(runtime_, str(image_of(kPlain)), &options_, &fresh, nullptr) == REMIT_OK,
             "an image loads");
        bind(fresh, who);
        must(remit_call_open(runtime_, fresh, &by, nullptr) == REMIT_OK, "a call is opened");
        must(remit_tool_find(runtime_, fresh, str("pay.out"), &what, nullptr) == REMIT_OK, "the tool is there");
        for (const auto& [amount, verdict] :
             {std::pair<int64_t, remit_verdict>{50'00, REMIT_ALLOW}, {200'00, REMIT_ASK}, {600'00, REMIT_DENY}}) {
            std::array<remit_argument, 2> arguments{};
            arguments[0].kind = REMIT_VALUE_TEXT;
            arguments[0].text = str("A");
            arguments[1].parameter = 1;
            arguments[1].kind = REMIT_VALUE_INTEGER;
            arguments[1].number = amount;
            remit_request r = remit_init<remit_request>();
            r.session = who;
            r.tool = what;
            r.time = kNow;
            r.arguments = arguments.data();
            r.argument_count = 2;
            remit_ruling ruling = remit_init<remit_ruling>();
            must(remit_judge(runtime_, by, &r, &ruling, nullptr) == REMIT_OK && ruling.verdict == verdict,
                 "a right request is decided right");
        }
    }

    Bytes in_;
    size_t focus_ = 0;
    remit_runtime* runtime_ = nullptr;
    remit_policy_options options_ = remit_init<remit_policy_options>();
    std::array<remit_policy, kKept> policies_{};
    std::array<remit_session, kKept> sessions_{};
    std::array<remit_call, kKept> calls_{};
    std::array<remit_tool, kKept> tools_{};
    remit_text out_ = REMIT_TEXT_INIT;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    Session(Bytes(data, size)).run();
    return 0;
}
