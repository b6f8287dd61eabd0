#include "host/lsp/features/test_runs.h"

#include <fmt/format.h>

#include "host/lsp/features/feature.h"
#include "host/testing/run_tests.h"

namespace remit::lsp {

namespace {

const ast::Decl* test_named(const Snapshot& snapshot, const std::string& title) {
    if (snapshot.files().empty()) return nullptr;
    for (const ast::Decl& d : snapshot.files().front().decls)
        if (const auto* t = std::get_if<ast::Test>(&d.body); t && t->title.text == title) return &d;
    return nullptr;
}

std::string policy_hash(const Snapshot& snapshot) {
    const auto& layers = snapshot.compilation.layers;
    return layers.empty() ? std::string() : hex(layers.front().hash);
}

std::set<std::string> rules_that_spoke(const Decision& decision) {
    std::set<std::string> out;
    for (const SpokenRule& rule : decision.rules) out.insert(rule.rule);
    return out;
}

Json json_of_result(const TestResult& result) {
    Json out = {{"title", result.title},
                {"passed", result.passed()},
                {"milliseconds", result.seconds * 1000},
                {"request", result.request},
                {"decision", to_json(result.decision, true)}};
    for (const Mismatch& m : result.mismatches) out["mismatches"].push_back({{"expected", m.expected}, {"got", m.got}});
    return out;
}

}  // namespace

Json TestRuns::run(const Workspace& workspace, const Snapshot& snapshot, const std::string& root,
                   const std::string& title) {
    if (snapshot.compilation.layers.empty()) return {{"ok", false}, {"error", "the policy has errors"}};
    if (!title.empty() && !test_named(snapshot, title)) return {{"ok", false}, {"error", "no such test"}};
    std::string error;
    const auto policy = workspace.machine().load(snapshot.compilation.layers, error);
    if (!policy) return {{"ok", false}, {"error", error}};

    Run& run = runs_[root];
    if (run.policy != policy_hash(snapshot)) run = {policy_hash(snapshot), {}, {}, {}, {}};
    Json tests = Json::array();
    size_t passed = 0;
    Decider decider(policy);
    std::set<std::string> begun;  // the cases of a test are one test here
    for (const TestCase& test : test_cases(snapshot.files(), snapshot.compilation.sources)) {
        const std::string& name = test.test.title.text;
        const ast::Decl* decl = title.empty() || name == title ? test_named(snapshot, name) : nullptr;
        if (!decl) continue;
        const TestResult result = run_test(test, decider);
        if (begun.insert(name).second) {
            run.texts[name] = std::string(text_of(snapshot, decl->span));
            run.states[name] = {true, 0};
            run.spoke[name].clear();
            run.failures[name].clear();
        }
        run.states[name].passed = run.states[name].passed && result.passed();
        run.states[name].milliseconds += result.seconds * 1000;
        run.spoke[name].merge(rules_that_spoke(result.decision));
        for (const Mismatch& m : result.mismatches) {
            // What a fixture got wrong is shown at the test that uses it.
            const bool inside = m.span.file == decl->span.file && m.span.begin >= decl->span.begin &&
                                m.span.end <= decl->span.end;
            const Span at = inside ? m.span : test.at;
            const Span span{at.file, at.begin - decl->span.begin, at.end - decl->span.begin};
            run.failures[name].push_back({span, fmt::format("expected {}\ngot {}", m.expected, m.got)});
        }
        passed += result.passed() ? 1 : 0;
        tests.push_back(json_of_result(result));
    }
    const size_t failed = tests.size() - passed;
    return {{"ok", failed == 0}, {"passed", passed}, {"failed", failed}, {"tests", std::move(tests)}};
}

/// What was run of this very policy.
const TestRuns::Run* TestRuns::current(const Snapshot& snapshot) const {
    if (runs_.empty()) return nullptr;
    const auto it = runs_.find(snapshot.path(0));
    return it == runs_.end() || it->second.policy != policy_hash(snapshot) ? nullptr : &it->second;
}

std::optional<TestState> TestRuns::state(const Snapshot& snapshot, const std::string& title) const {
    const Run* run = current(snapshot);
    const ast::Decl* decl = run ? test_named(snapshot, title) : nullptr;
    if (!decl) return std::nullopt;
    const auto text = run->texts.find(title);
    if (text == run->texts.end() || text->second != text_of(snapshot, decl->span)) return std::nullopt;
    return run->states.at(title);
}

std::optional<RuleUse> TestRuns::use(const Snapshot& snapshot, Span rule) const {
    const Run* run = current(snapshot);
    if (!run || run->spoke.empty()) return std::nullopt;
    const SourceFile& source = snapshot.compilation.sources.file(rule.file);
    const std::string line = fmt::format("{}:{}:", source.name(), source.locate(rule.begin).line);
    for (const RuleInfo& info : snapshot.compilation.layers.front().rules) {
        if (!info.at.starts_with(line)) continue;
        const std::string id = "sha256:" + hex(info.id);
        RuleUse out{0, run->spoke.size()};
        for (const auto& [title, spoke] : run->spoke) out.spoke += spoke.count(id);
        return out;
    }
    return std::nullopt;
}

std::vector<FailedTest> TestRuns::failures(const Snapshot& snapshot) const {
    std::vector<FailedTest> out;
    const Run* run = current(snapshot);
    if (!run) return out;
    for (const auto& [title, failed] : run->failures) {
        const ast::Decl* decl = test_named(snapshot, title);
        if (failed.empty() || !state(snapshot, title)) continue;
        for (const FailedTest& f : failed)
            out.push_back({{f.span.file, f.span.begin + decl->span.begin, f.span.end + decl->span.begin}, f.message});
    }
    return out;
}

}  // namespace remit::lsp
