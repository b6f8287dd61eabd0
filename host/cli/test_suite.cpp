#include "host/cli/test_suite.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <set>

#include "host/cli/files.h"
#include "host/cli/progress.h"
#include "host/testing/parallel.h"
#include "vm/program/limits.h"

namespace remit::cli {

namespace {

/// A `test` stands at column 0. Files below a directory that have none may be parts of others, and are left alone.
bool mentions_tests(std::string_view text) {
    return text.starts_with("test ") || text.find("\ntest ") != std::string_view::npos;
}

/// The files below `paths`, each once.
std::vector<std::string> test_paths(const std::vector<std::string>& paths, const TestSettings& settings,
                                    TestReport& report) {
    std::vector<std::string> out;
    std::set<std::string> known;
    const auto add = [&](const std::string& path) {
        if (known.insert(path).second) out.push_back(path);
    };
    for (const std::string& path : paths) {
        std::error_code ignored;
        if (!std::filesystem::is_directory(path, ignored)) {
            add(path);
            continue;
        }
        const auto below = policy_files_under(path);
        if (!below) report.problem(path, Exit::Environment, error_line(below.error(), settings.color));
        for (const std::string& file : below.ok() ? *below : std::vector<std::string>()) {
            const auto text = read_file(file, limits::kMaxSourceBytes);
            if (!text)
                report.problem(file, Exit::Environment, error_line(text.error(), settings.color));
            else if (mentions_tests(*text))
                add(file);
        }
    }
    return out;
}

std::unique_ptr<TestFile> open_file(const std::string& path, const TestSettings& settings, TestReport& report) {
    Opened opened = open_policy(path, settings.color);
    if (opened.ok() && opened.is_image) {
        opened.exit = Exit::Wrong;
        opened.report = error_line(path + ": this is a compiled policy; tests are in the text that it was made from",
                                   settings.color);
    }
    if (!opened.ok()) {
        report.problem(path, opened.exit, opened.report);
        return nullptr;
    }
    report.warnings += opened.report;
    auto out = std::make_unique<TestFile>();
    out->path = path;
    out->compilation = std::move(*opened.compilation);
    out->cases = test_cases(out->compilation.files, out->compilation.sources);
    std::erase_if(out->cases, [&](const TestCase& test) { return !title_fits(test.title, settings.filter); });
    for (const Engine engine : settings.engines) {
        auto policy = make_policy(out->compilation.layers, engine);
        if (!policy) {
            report.problem(path, Exit::Environment,
                           error_line(fmt::format("{}: {}", path, policy.error()), settings.color));
            return nullptr;
        }
        out->policies.push_back(std::move(*policy));
    }
    return out;
}

/// One test on one engine.
struct Job {
    const TestFile* file = nullptr;
    const TestCase* test = nullptr;
    std::shared_ptr<const Policy> policy;
    std::optional<TestResult> result;
};

std::vector<Job> jobs_of(const std::vector<std::unique_ptr<TestFile>>& files) {
    std::vector<Job> jobs;
    for (const auto& file : files)
        for (const auto& policy : file->policies)
            for (const TestCase& test : file->cases) jobs.push_back({file.get(), &test, policy, {}});
    return jobs;
}

}  // namespace

std::vector<std::unique_ptr<TestFile>> open_tests(const std::vector<std::string>& paths, const TestSettings& settings,
                                                  TestReport& report) {
    std::vector<std::unique_ptr<TestFile>> files;
    for (const std::string& path : test_paths(paths, settings, report)) {
        if (auto file = open_file(path, settings, report)) files.push_back(std::move(file));
    }
    return files;
}

void run_suite(const std::vector<std::unique_ptr<TestFile>>& files, const TestSettings& settings, Console& console,
               TestReport& report, Coverage* coverage) {
    std::vector<Job> jobs = jobs_of(files);
    std::atomic<bool> failed{false};
    std::atomic<size_t> done{0};
    Progress progress(console, "tests");
    const auto run = [&](size_t index, size_t worker) {
        Decider decider(jobs[index].policy);
        jobs[index].result = run_test(*jobs[index].test, decider);
        if (!jobs[index].result->passed()) failed = true;
        ++done;
        if (worker == 0) progress.at(done, jobs.size());
    };
    for_each_index(jobs.size(), settings.jobs, run, [&] { return settings.fail_fast && failed; });
    for (const auto& file : files)
        if (coverage != nullptr) coverage->declare(file->compilation);
    for (Job& job : jobs) {
        // Tests are begun in order, so all before the first that failed have run.
        if (!job.result) break;
        const bool passed = job.result->passed();
        if (coverage != nullptr) coverage->add(job.file->compilation, *job.result);
        report.add(job.file->path, job.policy->layers().front().kernel->name(), job.file->compilation.sources,
                   std::move(*job.result));
        if (!passed && settings.fail_fast) break;
    }
}

}  // namespace remit::cli
