// Solver: decides formulas. An SMT solver runs as a process of its own and is spoken to in SMT-LIB 2, so that it costs nothing where
// it is not needed, its memory and time can be bounded from outside, and its crash is an answer ("unknown") and not ours.
// One thread. Nothing here is trusted: what it says to be possible is run through the interpreter before it is shown.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "host/solver/term.h"
#include "vm/value/result.h"

namespace remit::smt {

enum class Answer : uint8_t { Possible, Impossible, Unknown };

inline constexpr int kDefaultTimeoutMs = 5'000;  // for one question
inline constexpr int kSolverMemoryMb = 2'048;    // of the solver's process

struct SolverOptions {
    std::string program;  // empty: `remit-solver` beside this executable, else `z3` in the search path
    int timeout_ms = kDefaultTimeoutMs;
};

class Process;

class Solver {
public:
    /// Fails if there is no solver to start.
    static Result<std::unique_ptr<Solver>> start(Terms& terms, SolverOptions options);
    ~Solver();

    /// Forgets all assertions.
    void reset();
    void add(Term assertion);
    /// Whether the assertions and `assumptions` can hold together.
    Answer check(const std::vector<Term>& assumptions);
    /// After Possible: the values that make them hold; booleans are 0 and 1. Nothing: no assertion speaks of it.
    std::vector<std::optional<int64_t>> values(const std::vector<Term>& terms);
    /// After Unknown: why, in a few words.
    const std::string& reason() const { return reason_; }
    size_t questions() const { return questions_; }

private:
    Solver(Terms& terms, SolverOptions options, std::unique_ptr<Process> process);
    /// SMT-LIB text for `t`; what it needs is declared first.
    std::string defined(Term t);
    void declare(Term t);
    bool revive();

    Terms& terms_;
    SolverOptions options_;
    std::unique_ptr<Process> process_;
    std::vector<bool> declared_;       // by term
    std::set<std::string> functions_;  // declared
    std::string pending_;              // text not yet sent
    std::string reason_;
    size_t questions_ = 0;
};

}  // namespace remit::smt
