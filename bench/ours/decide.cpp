// bench_decide DIR SECONDS: Remit's sides of the workload in DIR, and the same decided by hand in C++. One line of JSON for each side.
#include <fmt/format.h>

#include <cstdlib>

#include "bench/ours/cases.h"
#include "bench/ours/hand.h"
#include "bench/ours/measure.h"
#include "vm/engine/call.h"

namespace {

using namespace bench;

struct Setup {
    explicit Setup(const std::string& where)
        : folder(where),
          engines(make_engines(folder + "/policy.remit")),
          cases(folder, engines),
          hand(folder + "/rules.txt", cases.tool_count, cases.role_bits, remit::kSlotTier, remit::kSlotRoles,
               cases.score_slot) {}
    std::string folder;
    Engines engines;
    Cases cases;
    Hand hand;
};

Side by_hand(const Setup& s) {
    return {"by hand", "per call", [&s] {
                std::vector<uint32_t> tools;
                for (uint32_t t : s.cases.tools) tools.push_back(s.cases.tool_of_program[t]);
                auto scratch = std::make_shared<Scratch>(*s.engines.program);
                return runner([&s, tools, scratch](size_t i) {
                    remit::Outcome& out = scratch->clean();
                    s.hand.judge(tools[i], s.cases.frame(i), out);
                    return letter(out, s.engines.program->program());
                });
            }};
}

/// From frames that the host has filled.
Side interned(const Setup& s, const char* name, const remit::Kernel& kernel) {
    return {name, "per call", [&s, &kernel] {
                auto scratch = std::make_shared<Scratch>(*s.engines.program);
                auto frames = std::make_shared<std::vector<remit::V>>(s.cases.frames);
                return runner([&s, &kernel, scratch, frames, f = frames->data()](size_t i) {
                    remit::Outcome& out = scratch->clean();
                    kernel.judge(s.cases.tools[i], f + i * s.cases.slots, out);
                    return letter(out, s.engines.program->program());
                });
            }};
}

char letter_of(const remit::Ruling& r) { return "aqd"[static_cast<int>(r.verdict)]; }

/// A session that was bound before; each decision is another session's call of another tool.
Side bound(const Setup& s, const char* name, const std::shared_ptr<const remit::Policy>& policy) {
    return {name, "bound", [&s, policy] {
                auto call = std::make_shared<remit::Call>(policy);
                return runner([&s, call, sessions = bind_sessions(s.cases, policy)](size_t i) {
                    call->begin(*sessions[i], s.cases.tools[i]);
                    call->set_time(kNow);
                    call->set_int(0, s.cases.requests[i].score);
                    return letter_of(call->decide());
                });
            }};
}

/// The same call again with another argument: what a gateway's loop does.
Side bound_again(const Setup& s, const char* name, const std::shared_ptr<const remit::Policy>& policy) {
    return {name, "bound, next", [&s, policy] {
                auto call = std::make_shared<remit::Call>(policy);
                auto sessions = bind_sessions(s.cases, policy);
                call->begin(*sessions[0], s.cases.tools[0]);
                call->set_time(kNow);
                return runner([&s, call, sessions](size_t i) {
                    call->set_int(0, s.cases.requests[i].score);
                    return letter_of(call->decide());
                });
            }};
}

/// Tool, tier and roles come as texts and are looked up for each decision.
Side strings(const Setup& s, const char* name, const std::shared_ptr<const remit::Policy>& policy) {
    return {name, "strings", [&s, policy] {
                const std::string_view all[] = {"*"};
                auto scope = std::make_shared<remit::Scope>(s.engines.program->program(), all);
                auto call = std::make_shared<remit::Call>(policy);
                return runner([&s, policy, scope, call](size_t i) {
                    const remit::Names& names = policy->names();
                    uint32_t roles[kRoles];
                    size_t count = 0;
                    for (const std::string& r : s.cases.role_names[i]) roles[count++] = names.role(r);
                    remit::SessionFields fields;
                    fields.roles = {roles, count};
                    fields.tier = names.symbol(remit::kVocTiers, kTierNames[s.cases.requests[i].tier]);
                    fields.expires = kExpires;
                    fields.id = "s-1";
                    fields.tenant = "acme";
                    fields.owner = "ops@acme.example";
                    fields.retention = "standard";
                    fields.scope = scope.get();
                    call->begin(fields, names.tool(s.cases.tool_names[i]));
                    call->set_time(kNow);
                    call->set_int(0, s.cases.requests[i].score);
                    return letter_of(call->decide());
                });
            }};
}

/// All requests at once, as columns; asked for at index 0 of each pass.
class ColumnRunner final : public Runner {
public:
    ColumnRunner(const Setup& s, const remit::Kernel& kernel)
        : kernel_(kernel), columns_(s.cases, s.engines.program->program()) {}
    char answer(size_t i) override {
        if (i == 0 && !kernel_.judge_columns(columns_.columns)) fail("this policy cannot be decided in columns");
        return "aqd"[columns_.verdicts[i]];
    }
    void pass(size_t count, size_t, std::vector<float>* samples) override {
        const double start = now_ns();
        kernel_.judge_columns(columns_.columns);
        if (samples != nullptr) samples->push_back(static_cast<float>((now_ns() - start) / static_cast<double>(count)));
    }

private:
    const remit::Kernel& kernel_;
    ColumnCase columns_;
};

Side in_columns(const Setup& s, const char* name, const remit::Kernel& kernel) {
    return {name, "columns", [&s, &kernel] { return std::make_unique<ColumnRunner>(s, kernel); },
            s.cases.answers.size()};
}

/// Times the reading of requests alone; the answers, for the check, are what the kernel makes of what was read.
class JsonReader final : public Runner {
public:
    JsonReader(const Setup& s, const std::shared_ptr<const remit::Policy>& policy)
        : program_(s.engines.program->program()), decider_(policy) {
        for (size_t i = 0; i < s.cases.requests.size(); ++i) lines_.push_back(request_json(s.cases, i));
    }
    char answer(size_t i) override {
        remit::Decider::Prepared* read = decider_.prepare(lines_[i]);
        if (read == nullptr) fail("a request was not read: " + lines_[i]);
        return letter(decider_.run(*read), program_);
    }
    void pass(size_t count, size_t cycle, std::vector<float>* samples) override {
        for (size_t i = 0; i < count;) {
            const size_t begin = i, end = std::min(count, i + kBatch);
            const double start = now_ns();
            for (; i < end; ++i) read_ += decider_.prepare(lines_[i & (cycle - 1)]) != nullptr;
            const double each = (now_ns() - start) / static_cast<double>(end - begin);
            if (samples != nullptr) samples->push_back(static_cast<float>(each));
        }
    }

private:
    const remit::Program& program_;
    remit::Decider decider_;
    std::vector<std::string> lines_;
    size_t read_ = 0;
};

Side reading(const Setup& s, const char* name, const std::shared_ptr<const remit::Policy>& policy) {
    return {name, "read JSON", [&s, policy] { return std::make_unique<JsonReader>(s, policy); }};
}

Side from_json(const Setup& s, const char* name, const std::shared_ptr<const remit::Policy>& policy) {
    return {name, "from JSON", [&s, policy] {
                auto decider = std::make_shared<remit::Decider>(policy);
                std::vector<std::string> lines;
                for (size_t i = 0; i < s.cases.requests.size(); ++i) lines.push_back(request_json(s.cases, i));
                return runner(
                    [decider, lines](size_t i) { return "aqd"[static_cast<int>(decider->decide(lines[i]).verdict)]; });
            }};
}

/// What `bound_again` must answer: the first request's session and tool with every score.
std::string answers_again(const Setup& s) {
    Scratch scratch(*s.engines.program);
    std::vector<remit::V> frame(s.cases.frame(0), s.cases.frame(0) + s.cases.slots);
    std::string out;
    for (const Request& q : s.cases.requests) {
        frame[s.cases.score_slot] = {q.score, 0};
        remit::Outcome& o = scratch.clean();
        s.engines.interpreter->judge(s.cases.tools[0], frame.data(), o);
        out += letter(o, s.engines.program->program());
    }
    return out;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        fmt::print(stderr, "usage: bench_decide DIR SECONDS\n");
        return 2;
    }
    const Setup s(argv[1]);
    const double seconds = std::atof(argv[2]), load_ms = s.engines.compile_ms + s.engines.load_ms;
    const auto native = make_policy(s.engines, true), interpreted = make_policy(s.engines, false);
    const char *jit = "Remit native", *interp = "Remit interpreter";
    std::vector<Side> sides = {by_hand(s),
                               interned(s, jit, *s.engines.native),
                               bound(s, jit, native),
                               strings(s, jit, native),
                               in_columns(s, jit, *s.engines.native),
                               interned(s, interp, *s.engines.interpreter),
                               bound(s, interp, interpreted),
                               reading(s, jit, native)};
    // It lists every rule that spoke, so it looks at all rules of a tool: minutes for a hundred thousand on one.
    if (s.engines.program->program().rows.size() < 5'000) sides.push_back(from_json(s, jit, native));
    for (const Measured& m : measure(sides, s.cases.answers, seconds)) fmt::print("{}\n", json_line(m, load_ms));
    for (const Measured& m :
         measure({bound_again(s, jit, native), bound_again(s, interp, interpreted)}, answers_again(s), seconds))
        fmt::print("{}\n", json_line(m, load_ms));
    const remit::IndexStats& index = s.engines.program->index().stats();
    fmt::print(
        R"({{"side":"Remit native","stat":"build","compile_ms":{:.2f},"load_ms":{:.2f},"index_ms":{:.2f},"index_bytes":{},)"
        R"("rows":{},"rows_run":{},"llvm_ms":{:.2f},"code_bytes":{}}})"
        "\n",
        s.engines.compile_ms, s.engines.load_ms, index.build_ms, index.bytes, index.rows, index.rows_run,
        s.engines.stats.llvm_ms, s.engines.stats.code_bytes);
    return 0;
}
