#include "host/solver/solver.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "host/solver/process.h"

namespace remit::smt {

namespace {

constexpr const char* kMark = "remit-done";
constexpr int kGraceMs = 2'000;  // on top of the solver's own timeout, before it is killed

/// Beside this executable, if it is there.
std::string own_solver() {
    char path[4096];
    const ssize_t size = ::readlink("/proc/self/exe", path, sizeof path);
    if (size <= 0) return {};
    std::string name(path, static_cast<size_t>(size));
    name = name.substr(0, name.rfind('/') + 1) + "remit-solver";
    return ::access(name.c_str(), X_OK) == 0 ? name : std::string();
}

std::vector<std::string> command_for(const SolverOptions& options) {
    if (!options.program.empty()) return {options.program, "-in", "-smt2"};
    const std::string own = own_solver();
    return own.empty() ? std::vector<std::string>{"z3", "-in", "-smt2"} : std::vector<std::string>{own};
}

Result<std::unique_ptr<Process>> greet(const SolverOptions& options) {
    const auto command = command_for(options);
    auto process = Process::start(command, kSolverMemoryMb);
    if (!process) return Failure{process.error()};
    const std::string hello = fmt::format("(set-option :timeout {})\n(echo \"{}\")\n", options.timeout_ms, kMark);
    if (!(*process)->ask(hello, kMark, options.timeout_ms + kGraceMs))
        return Failure{fmt::format(
            "no solver: `{}` does not answer; it comes with the build (remit-solver), or install z3", command[0])};
    return process;
}

}  // namespace

Result<std::unique_ptr<Solver>> Solver::start(Terms& terms, SolverOptions options) {
    auto process = greet(options);
    if (!process) return Failure{process.error()};
    return std::unique_ptr<Solver>(new Solver(terms, std::move(options), std::move(*process)));
}

Solver::Solver(Terms& terms, SolverOptions options, std::unique_ptr<Process> process)
    : terms_(terms), options_(std::move(options)), process_(std::move(process)) {}
Solver::~Solver() = default;

void Solver::reset() {
    declared_.clear();
    functions_.clear();
    pending_ = fmt::format("(reset)\n(set-option :timeout {})\n", options_.timeout_ms);
    if (!process_) revive();
}

bool Solver::revive() {
    auto process = greet(options_);
    if (process) process_ = std::move(*process);
    return process_ != nullptr;
}

void Solver::declare(Term t) {
    const Node& n = terms_.node(t);
    const std::string_view sort = n.boolean ? "Bool" : "Int";
    if (n.kind == TermKind::BoolVar || n.kind == TermKind::IntVar) {
        pending_ += fmt::format("(declare-const {} {})\n", terms_.text(t), sort);
        return;
    }
    if (n.operands.empty()) return;
    const std::string function = "f" + std::to_string(n.name);
    if (n.kind == TermKind::Apply && functions_.insert(function).second) {
        std::string sorts;
        for (size_t i = 0; i < n.operands.size(); ++i) sorts += i == 0 ? "Int" : " Int";
        pending_ += fmt::format("(declare-fun {} ({}) {})\n", function, sorts, sort);
    }
    pending_ += fmt::format("(define-fun n{} () {} {})\n", t.id, sort, terms_.text(t));
}

std::string Solver::defined(Term t) {
    std::vector<std::pair<Term, bool>> open{{t, false}};
    while (!open.empty()) {
        const auto [at, operands_done] = open.back();
        open.pop_back();
        if (declared_.size() <= at.id) declared_.resize(at.id + 1024);
        if (declared_[at.id]) continue;
        if (operands_done) {
            declare(at);
            declared_[at.id] = true;
            continue;
        }
        open.emplace_back(at, true);
        for (const Term o : terms_.node(at).operands) open.emplace_back(o, false);
    }
    return terms_.node(t).operands.empty() ? terms_.text(t) : "n" + std::to_string(t.id);
}

void Solver::add(Term assertion) {
    if (terms_.is_true(assertion)) return;
    const std::string name = defined(assertion);
    pending_ += fmt::format("(assert {})\n", name);
}

Answer Solver::check(const std::vector<Term>& assumptions) {
    ++questions_;
    if (std::any_of(assumptions.begin(), assumptions.end(), [&](Term t) { return terms_.is_false(t); }))
        return Answer::Impossible;
    std::vector<std::string> names;
    for (const Term t : assumptions) names.push_back(defined(t));
    pending_ += "(push)\n";
    for (const std::string& name : names) pending_ += fmt::format("(assert {})\n", name);
    pending_ += fmt::format("(check-sat)\n(echo \"{}\")\n", kMark);
    std::optional<std::string> answer;
    if (process_) answer = process_->ask(pending_, kMark, options_.timeout_ms + kGraceMs);
    pending_ = "(pop)\n";
    if (!answer) {
        process_.reset();
        reason_ = "the solver ran out of time or memory";
        return Answer::Unknown;
    }
    if (answer->find("error") != std::string::npos) {
        reason_ = "the solver refused: " + answer->substr(0, answer->find('\n'));
        return Answer::Unknown;
    }
    if (answer->starts_with("sat")) return Answer::Possible;
    if (answer->starts_with("unsat")) return Answer::Impossible;
    reason_ = fmt::format("the solver gave up after {} ms", options_.timeout_ms);
    return Answer::Unknown;
}

std::vector<std::optional<int64_t>> Solver::values(const std::vector<Term>& terms) {
    std::vector<std::optional<int64_t>> out(terms.size());
    if (!process_ || terms.empty()) return out;
    // Still inside the question's scope: the pop is pending. Only what is declared has a value; the rest is free.
    std::string question = "(get-value (";
    std::vector<size_t> asked;
    for (size_t i = 0; i < terms.size(); ++i) {
        const Term t = terms[i];
        const Node& n = terms_.node(t);
        if (n.kind == TermKind::Number || t.id < 2) {
            out[i] = t.id < 2 ? t.id : n.number;
            continue;
        }
        if (t.id >= declared_.size() || !declared_[t.id]) continue;
        question += (n.operands.empty() ? terms_.text(t) : "n" + std::to_string(t.id)) + " ";
        asked.push_back(i);
    }
    if (asked.empty()) return out;
    question += fmt::format("))\n(echo \"{}\")\n", kMark);
    const auto answer = process_->ask(question, kMark, options_.timeout_ms + kGraceMs);
    if (!answer) {
        process_.reset();
        return out;
    }
    // ((name value) (name (- 5)) ...)
    size_t at = 1;
    for (const size_t i : asked) {
        at = answer->find('(', at);
        if (at == std::string::npos) break;
        at = answer->find(' ', at);
        if (at == std::string::npos) break;
        ++at;
        const bool negative = answer->compare(at, 3, "(- ") == 0;
        if (negative) at += 3;
        if (answer->compare(at, 4, "true") == 0) {
            out[i] = 1;
        } else {
            uint64_t magnitude = 0;
            for (size_t d = at; d < answer->size() && (*answer)[d] >= '0' && (*answer)[d] <= '9'; ++d)
                magnitude = magnitude * 10 + static_cast<uint64_t>((*answer)[d] - '0');
            out[i] = static_cast<int64_t>(negative ? 0 - magnitude : magnitude);
        }
    }
    return out;
}

}  // namespace remit::smt
