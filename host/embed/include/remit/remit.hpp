// remit/remit.hpp - the C ABI as C++17: objects that free themselves, results instead of statuses. Header only; link
// Remit::remit, or Remit::vm if nothing is compiled here.
//
//   auto runtime = remit::Runtime::make();
//   auto policy  = runtime->compile({"payments.remit", text});
//   if (!policy) return report(policy.error().message);
//   auto answer  = policy->decide(request_json);                    // JSON -> JSON
//
//   auto session = policy->bind(fields);                            // once for each session
//   auto call    = policy->open_call();                             // once for each thread
//   auto refund  = policy->tool("payments.refund");                 // once for each version of the policy
//   auto amount  = policy->parameter(*refund, "amount");
//   remit::Request request(*session, *refund, now_ns);
//   request.set(*amount, 30000);                                    // 300.00 of a decimal(2)
//   auto ruling  = call->judge(request);
//   if (ruling && ruling->verdict == REMIT_ALLOW) ...
//
// Nothing throws but what std::string, std::vector and std::function throw. Objects keep the runtime alive, and may be
// moved, not copied; an object that was moved from is empty, and its functions fail. Threads are as remit/base.h says.
// A Result that holds an error must not be dereferenced.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "remit/compile.h"

namespace remit {
inline namespace v0 {

// ---- results -----------------------------------------------------------------------------------------------------

struct Error {
    remit_status status = REMIT_OK;
    std::string message;
};

template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
    bool ok() const noexcept { return state_.index() == 0; }
    explicit operator bool() const noexcept { return ok(); }
    T& operator*() noexcept { return *std::get_if<0>(&state_); }
    const T& operator*() const noexcept { return *std::get_if<0>(&state_); }
    T* operator->() noexcept { return std::get_if<0>(&state_); }
    const T* operator->() const noexcept { return std::get_if<0>(&state_); }
    const Error& error() const noexcept { return *std::get_if<1>(&state_); }

private:
    std::variant<T, Error> state_;
};
using Done = Result<std::monostate>;

namespace detail {

inline remit_str str(std::string_view text) noexcept { return {text.data(), text.size()}; }

/// Runs `f(error)`; REMIT_OK makes `value` the result.
template <class T, class F>
Result<T> called(T&& value, const F& f) {
    remit_error error = remit_init<remit_error>();
    const remit_status status = f(&error);
    if (status == REMIT_OK) return std::forward<T>(value);
    return Error{status, error.message};
}
template <class F>
Done done(const F& f) {
    return called(std::monostate(), f);
}

class Text {
public:
    Text() = default;
    ~Text() { remit_text_free(&text_); }
    Text(const Text&) = delete;
    Text& operator=(const Text&) = delete;
    remit_text* get() noexcept { return &text_; }
    std::string string() const { return text_.data == nullptr ? std::string() : std::string(text_.data, text_.size); }

private:
    remit_text text_ = REMIT_TEXT_INIT;
};

using RuntimePtr = std::shared_ptr<remit_runtime>;

/// A handle that frees itself.
template <class H, remit_status (*Free)(remit_runtime*, H) noexcept>
class Owned {
public:
    Owned() = default;
    Owned(RuntimePtr runtime, H handle) : runtime_(std::move(runtime)), handle_(handle) {}
    ~Owned() { reset(); }
    Owned(Owned&& other) noexcept : runtime_(std::move(other.runtime_)), handle_(std::exchange(other.handle_, H{})) {}
    Owned& operator=(Owned&& other) noexcept {
        std::swap(runtime_, other.runtime_);
        std::swap(handle_, other.handle_);
        return *this;
    }
    remit_runtime* runtime() const noexcept { return runtime_.get(); }
    const RuntimePtr& shared() const noexcept { return runtime_; }
    H handle() const noexcept { return handle_; }

private:
    void reset() noexcept {
        if (runtime_) Free(runtime_.get(), handle_);
    }
    RuntimePtr runtime_;
    H handle_{};
};

}  // namespace detail

// ---- sessions ----------------------------------------------------------------------------------------------------

/// As remit_session_fields; texts need to live only until `bind` returns.
struct SessionFields {
    std::string_view id, tier, tenant, owner, retention, principal;
    std::vector<std::string_view> roles, scope;
    int64_t expires = 0;  // ns since 1970
    bool revoked = false;
};

class Session {
public:
    remit_session handle() const noexcept { return owned_.handle(); }

private:
    friend class Policy;
    using Owned = detail::Owned<remit_session, remit_session_free>;
    explicit Session(Owned owned) : owned_(std::move(owned)) {}
    Owned owned_;
};

// ---- typed calls -------------------------------------------------------------------------------------------------

/// One call to be decided. May be changed and used again; the texts that it was given must live as long.
class Request {
public:
    Request(const Session& session, remit_tool tool, int64_t time_ns) {
        request_.session = session.handle();
        request_.tool = tool;
        request_.time = time_ns;
    }
    /// bool, int, decimal times 10 to its scale, duration and timestamp in ns; a symbol for a parameter of an enum.
    Request& set(const remit_parameter& parameter, int64_t number) {
        remit_argument& a = argument(parameter);
        a.kind = parameter.kind == REMIT_VALUE_SYMBOL ? REMIT_VALUE_SYMBOL : REMIT_VALUE_INTEGER;
        a.number = number;
        return *this;
    }
    Request& set(const remit_parameter& parameter, std::string_view text) {
        remit_argument& a = argument(parameter);
        a.kind = REMIT_VALUE_TEXT;
        a.text = detail::str(text);
        return *this;
    }
    Request& set_json(const remit_parameter& parameter, std::string_view json) {
        remit_argument& a = argument(parameter);
        a.kind = REMIT_VALUE_JSON;
        a.text = detail::str(json);
        return *this;
    }
    /// Who supplied an argument, and its class: its label.
    Request& label(const remit_parameter& parameter, const std::vector<remit_origin>& origins,
                   remit_symbol data_class = 0) {
        remit_argument& a = argument(parameter);
        a.origins = origins.data();
        a.origin_count = static_cast<uint32_t>(origins.size());
        a.data_class = data_class;
        return *this;
    }
    Request& set_mark(const remit_state& mark, bool is_set) { return state(mark, is_set ? 1 : 0, {}); }
    Request& set_count(const remit_state& count, int64_t value) { return state(count, value, {}); }
    Request& set_distinct(const remit_state& count, std::string_view json) { return state(count, 0, json); }
    Request& add_fact(std::string_view fact, std::string_view key_json, int64_t as_of, std::string_view value_json) {
        facts_.push_back({detail::str(fact), detail::str(key_json), detail::str(value_json), as_of});
        return *this;
    }
    Request& set_session(const Session& session) {
        request_.session = session.handle();
        return *this;
    }
    /// Everything else that remit_request has: time, data, high_water, low_water, isolation, id, parent.
    remit_request& fields() noexcept { return request_; }

    /// With pointers to what this object holds; valid until it changes.
    const remit_request& c_request() const noexcept {
        request_.arguments = arguments_.data();
        request_.argument_count = static_cast<uint32_t>(arguments_.size());
        request_.states = states_.data();
        request_.state_count = static_cast<uint32_t>(states_.size());
        request_.facts = facts_.data();
        request_.fact_count = static_cast<uint32_t>(facts_.size());
        return request_;
    }

private:
    remit_argument& argument(const remit_parameter& parameter) {
        for (remit_argument& a : arguments_)
            if (a.parameter == parameter.index) return a;
        remit_argument& a = arguments_.emplace_back();
        a.parameter = parameter.index;
        return a;
    }
    Request& state(const remit_state& which, int64_t number, std::string_view values) {
        for (remit_state_value& s : states_)
            if (s.index == which.index) {
                s.number = number;
                s.values = detail::str(values);
                return *this;
            }
        states_.push_back({which.index, which.kind, number, detail::str(values)});
        return *this;
    }
    mutable remit_request request_ = remit_init<remit_request>();
    std::vector<remit_argument> arguments_;
    std::vector<remit_state_value> states_;
    std::vector<remit_fact> facts_;
};

/// Memory to decide in, for one thread.
class Call {
public:
    Result<remit_ruling> judge(const Request& request) {
        remit_ruling ruling = remit_init<remit_ruling>();
        remit_error error = remit_init<remit_error>();
        const remit_status status = remit_judge(owned_.runtime(), owned_.handle(), &request.c_request(), &ruling,
                                                &error);
        if (status == REMIT_OK) return ruling;
        return Error{status, error.message};
    }
    /// Of the latest judge, one after another; nullopt after the last. Texts in it live until the next use of this
    /// call.
    std::optional<remit_effect> next_effect() {
        remit_effect effect = remit_init<remit_effect>();
        const remit_status status = remit_next_effect(owned_.runtime(), owned_.handle(), &effect, nullptr);
        if (status != REMIT_OK || effect.kind == REMIT_EFFECT_NONE) return std::nullopt;
        return effect;
    }
    /// The whole decision, as JSON.
    Result<std::string> explain(const Request& request, uint32_t flags = 0) {
        detail::Text text;
        auto done = detail::done([&](remit_error* e) {
            return remit_explain(owned_.runtime(), owned_.handle(), &request.c_request(), flags, text.get(), e);
        });
        if (!done) return done.error();
        return text.string();
    }

private:
    friend class Policy;
    using Owned = detail::Owned<remit_call, remit_call_free>;
    explicit Call(Owned owned) : owned_(std::move(owned)) {}
    Owned owned_;
};

// ---- policies ----------------------------------------------------------------------------------------------------

/// A policy's text, and how files that it names are read: the text of `path`, or nullopt with the reason in `why`.
/// Without a text the main file is read the same way.
struct Source {
    std::string path, text;
    std::function<std::optional<std::string>(std::string_view path, std::string& why)> read_file;
};

namespace detail {

inline remit_status read_file(void* user, remit_str path, remit_text* out) {
    const auto& source = *static_cast<const Source*>(user);
    std::string why;
    const auto text = source.read_file({path.data, path.size}, why);
    const remit_status status = remit_text_set(out, str(text ? *text : why));
    return text ? status : REMIT_CALLBACK;
}
inline remit_source c_source(const Source& source) {
    remit_source c = remit_init<remit_source>();
    c.path = str(source.path);
    c.text = str(source.text);
    if (source.text.empty()) c.text = {source.read_file ? nullptr : "", 0};
    if (source.read_file) c.read_file = read_file;
    c.user = const_cast<Source*>(&source);
    return c;
}

}  // namespace detail

class Policy {
public:
    remit_policy handle() const noexcept { return owned_.handle(); }

    Result<std::string> decide(std::string_view request, uint32_t flags = 0) const {
        detail::Text text;
        auto done = detail::done([&](remit_error* e) {
            return remit_decide(owned_.runtime(), handle(), detail::str(request), flags, text.get(), e);
        });
        if (!done) return done.error();
        return text.string();
    }
    Result<std::string> describe() const {
        detail::Text text;
        auto done = detail::done(
            [&](remit_error* e) { return remit_policy_describe(owned_.runtime(), handle(), text.get(), e); });
        if (!done) return done.error();
        return text.string();
    }

    Done reload(std::string_view image) {
        return detail::done(
            [&](remit_error* e) { return remit_policy_reload(owned_.runtime(), handle(), detail::str(image), e); });
    }
    Done recompile(const Source& source) {
        return detail::done([&](remit_error* e) {
            const remit_source c = detail::c_source(source);
            return remit_policy_recompile(owned_.runtime(), handle(), &c, nullptr, e);
        });
    }
    Result<remit_policy_status> inspect() const {
        return out<remit_policy_status>(
            [&](auto* o, auto* e) { return remit_policy_inspect(owned_.runtime(), handle(), o, e); });
    }
    Done await_native(uint32_t milliseconds) {
        return detail::done(
            [&](remit_error* e) { return remit_policy_await(owned_.runtime(), handle(), milliseconds, e); });
    }

    Result<remit_tool> tool(std::string_view name) const {
        remit_tool tool{};
        auto done = detail::done(
            [&](remit_error* e) { return remit_tool_find(owned_.runtime(), handle(), detail::str(name), &tool, e); });
        if (!done) return done.error();
        return tool;
    }
    Result<remit_parameter> parameter(remit_tool tool, std::string_view name) const {
        return out<remit_parameter>([&](auto* o, auto* e) {
            return remit_parameter_find(owned_.runtime(), handle(), tool, detail::str(name), o, e);
        });
    }
    Result<remit_symbol> symbol(uint32_t vocabulary, std::string_view name) const {
        remit_symbol symbol = 0;
        auto done = detail::done([&](remit_error* e) {
            return remit_symbol_find(owned_.runtime(), handle(), vocabulary, detail::str(name), &symbol, e);
        });
        if (!done) return done.error();
        return symbol;
    }
    Result<remit_state> state(std::string_view name) const {
        return out<remit_state>(
            [&](auto* o, auto* e) { return remit_state_find(owned_.runtime(), handle(), detail::str(name), o, e); });
    }

    Result<Session> bind(const SessionFields& from) const {
        std::vector<remit_str> roles, scope;
        for (std::string_view role : from.roles) roles.push_back(detail::str(role));
        for (std::string_view glob : from.scope) scope.push_back(detail::str(glob));
        remit_session_fields fields = remit_init<remit_session_fields>();
        fields.id = detail::str(from.id);
        fields.tier = detail::str(from.tier);
        fields.tenant = detail::str(from.tenant);
        fields.owner = detail::str(from.owner);
        fields.retention = detail::str(from.retention);
        fields.principal = detail::str(from.principal);
        fields.roles = roles.data();
        fields.role_count = roles.size();
        fields.scope = scope.data();
        fields.scope_count = scope.size();
        fields.expires = from.expires;
        fields.revoked = from.revoked ? 1 : 0;
        remit_session session{};
        auto done = detail::done(
            [&](remit_error* e) { return remit_session_bind(owned_.runtime(), handle(), &fields, &session, e); });
        if (!done) return done.error();
        return Session({owned_.shared(), session});
    }
    Result<Call> open_call() const {
        remit_call call{};
        auto done = detail::done([&](remit_error* e) { return remit_call_open(owned_.runtime(), handle(), &call, e); });
        if (!done) return done.error();
        return Call({owned_.shared(), call});
    }

private:
    friend class Runtime;
    using Owned = detail::Owned<remit_policy, remit_policy_free>;
    explicit Policy(Owned owned) : owned_(std::move(owned)) {}
    /// Of functions that fill a struct with a size.
    template <class T, class F>
    static Result<T> out(const F& f) {
        T value = remit_init<T>();
        remit_error error = remit_init<remit_error>();
        const remit_status status = f(&value, &error);
        if (status == REMIT_OK) return value;
        return Error{status, error.message};
    }
    Owned owned_;
};

// ---- the runtime -------------------------------------------------------------------------------------------------

class Runtime {
public:
    static Result<Runtime> make() {
        remit_runtime* runtime = nullptr;
        auto done = detail::done([&](remit_error* e) { return remit_runtime_new(nullptr, &runtime, e); });
        if (!done) return done.error();
        return Runtime(detail::RuntimePtr(runtime, remit_runtime_free));
    }
    remit_runtime* get() const noexcept { return runtime_.get(); }

    Result<Policy> load(std::string_view image, remit_engine engine = REMIT_ENGINE_AUTO) const {
        return policy(engine, [&](const remit_policy_options* options, remit_policy* out, remit_error* e) {
            return remit_policy_load(get(), detail::str(image), options, out, e);
        });
    }
    /// Errors of the policy are in the error's message, with their lines.
    Result<Policy> compile(const Source& source, remit_engine engine = REMIT_ENGINE_AUTO) const {
        detail::Text report;
        auto compiled = policy(engine, [&](const remit_policy_options* options, remit_policy* out, remit_error* e) {
            const remit_source c = detail::c_source(source);
            remit_compiled results = remit_init<remit_compiled>();
            results.report = report.get();
            return remit_policy_compile(get(), &c, options, &results, out, e);
        });
        if (!compiled && compiled.error().status == REMIT_BAD_POLICY) return Error{REMIT_BAD_POLICY, report.string()};
        return compiled;
    }
    /// Bytes for `load`, here or elsewhere.
    Result<std::string> compile_image(const Source& source) const {
        detail::Text image, report;
        auto done = detail::done([&](remit_error* e) {
            const remit_source c = detail::c_source(source);
            remit_compiled results = remit_init<remit_compiled>();
            results.image = image.get();
            results.report = report.get();
            return remit_compile(get(), &c, &results, e);
        });
        if (done) return image.string();
        if (done.error().status == REMIT_BAD_POLICY) return Error{REMIT_BAD_POLICY, report.string()};
        return done.error();
    }

private:
    explicit Runtime(detail::RuntimePtr runtime) : runtime_(std::move(runtime)) {}
    template <class F>
    Result<Policy> policy(remit_engine engine, const F& f) const {
        remit_policy_options options = remit_init<remit_policy_options>();
        options.engine = engine;
        remit_policy policy{};
        auto done = detail::done([&](remit_error* e) { return f(&options, &policy, e); });
        if (!done) return done.error();
        return Policy({runtime_, policy});
    }
    detail::RuntimePtr runtime_;
};

}  // namespace v0
}  // namespace remit
