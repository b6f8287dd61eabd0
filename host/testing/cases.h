// Tests made ready to run: one for each test, or for each of its cases with the row's values in the place of the holes,
// beside the fixtures that it starts from. Pure; what is returned points into `files`.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "compiler/source/source_file.h"
#include "compiler/syntax/ast.h"

namespace remit {

struct TestCase {
    std::string title;      // with its row: `who may refund what [dev, 10.00]`
    Span at;                // the title; of a case its row
    const ast::File* file;  // whose expressions `test` refers to
    ast::Test test;         // no holes, columns or cases
    std::vector<std::pair<const ast::File*, const ast::Test*>> fixtures;  // in the order of `with`
};

/// How many `test_cases` would give for this file alone.
size_t count_tests(const ast::File& file);
/// The tests of the first file, in its order; fixtures come from all of them. `files` compiled without an error.
std::vector<TestCase> test_cases(std::span<const ast::File> files, const Sources& sources);

}  // namespace remit
