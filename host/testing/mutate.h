// Mutants: copies of a policy with one thing changed, as a careless edit would. A test suite that does not notice a mutant does not hold the
// policy to what the mutant broke. Pure: places come from the Ast, and a mutant is a piece of text put in the place of another.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/source/source_file.h"
#include "compiler/syntax/ast.h"

namespace remit {

enum class Mutator : uint8_t {
#define REMIT_MUTATOR(id, what) id,
#include "host/testing/mutators.def"
};
std::string_view name_of(Mutator mutator);  // "Boundary"
std::string_view what_of(Mutator mutator);  // "the comparison has another boundary"

struct Mutant {
    Mutator mutator{};
    Span span;         // what is replaced
    std::string with;  // by what
};

/// All mutants of the rules of `files`, by file and place; many will not compile. Modules of the standard library are left as they are.
std::vector<Mutant> mutants(std::span<const ast::File> files, const Sources& sources);
/// The text of the mutant's file.
std::string mutated(const Mutant& mutant, const Sources& sources);

}  // namespace remit
