// Coverage: which outcomes of a policy its tests have seen. An outcome of a rule is that it spoke, or that it was asked and kept silent; an
// outcome of a tool is a verdict. What cannot happen is no outcome: the silence of a rule without a condition, the allow of a tool that
// nothing allows. What `never` forbids need not have happened, it is enough that the rule was asked. Modules of the standard library have
// tests of their own and are left out. Pure; not thread-safe.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/compile.h"
#include "host/testing/run_tests.h"

namespace remit {

/// One thing that tests should have seen.
struct SeenOutcome {
    std::string_view what;  // `speaks`, `is silent`, `allow`, `ask`, `deny`
    size_t times = 0;
};

/// A rule or a tool.
struct Covered {
    std::string file;
    uint32_t line = 1, end_line = 1;
    std::string text;  // its first line; of a tool its name
    bool is_tool = false;
    size_t asked = 0;  // tests that came as far as this
    std::vector<SeenOutcome> outcomes;

    size_t seen() const;
    bool full() const { return seen() == outcomes.size(); }
};

class Coverage {
public:
    /// The rules and tools of a policy. Those that are known already, from another file that uses them, are the same.
    void declare(const Compilation& compilation);
    /// What a test of that policy has seen.
    void add(const Compilation& compilation, const TestResult& result);

    /// By file and line.
    std::vector<const Covered*> all() const;
    size_t outcomes() const;
    size_t seen() const;
    /// 100 if there is nothing to see.
    double percent() const;
    /// The text of a file that has something to cover.
    const std::map<std::string, std::string>& sources() const { return sources_; }

private:
    void declare_rule(const Sources& sources, const ast::Decl& decl);
    void declare_tools(const Compilation& compilation, const std::map<std::string, Span>& places);

    std::map<std::string, Covered> rules_;  // by `file:line:column`
    std::map<std::string, Covered> tools_;  // by name
    std::map<std::string, std::string> sources_;
};

/// A summary and what is missing, a line each.
std::string coverage_text(const Coverage& coverage);
/// LCOV: lines are the lines of rules and tools, branches their outcomes.
std::string coverage_lcov(const Coverage& coverage);
/// One page that needs nothing else.
std::string coverage_html(const Coverage& coverage);

}  // namespace remit
