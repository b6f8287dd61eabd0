// What `remit test` found, and its three renderings.
#pragma once

#include <string>
#include <vector>

#include "compiler/source/source_file.h"
#include "host/cli/console.h"
#include "host/testing/run_tests.h"

namespace remit::cli {

struct TestReport {
    struct Failed {
        LineColumn at;
        std::string source_line, expected, got;
    };
    struct Case {
        std::string file, engine, title;
        LineColumn at;
        double seconds = 0;
        std::vector<Failed> failures;   // empty: passed
        std::string request, decision;  // JSON
    };
    struct Problem {
        std::string file, text;  // a file that could not be tested, and why: whole lines
    };
    std::vector<Case> cases;
    std::vector<Problem> problems;
    std::string warnings;
    Exit exit = Exit::Fine;  // of the problems

    void problem(const std::string& file, Exit how_bad, std::string text);
    void add(const std::string& file, const std::string& engine, const Sources& sources, TestResult result);
    size_t failed() const;
    std::string human(bool color) const;
    /// {"passed":N,"failed":N,"tests":[..],"problems":[..]}; a test is {"file","line","title","engine","passed","seconds",
    /// "failures":[..],"request":{..},"decision":{..}}
    std::string json() const;
    /// JUnit XML as Jenkins and others read it: a suite for each file, a case for each test.
    std::string junit() const;
};

}  // namespace remit::cli
