// Search: is there a request of which a condition is true? Yes, with the smallest that was found, after it was run; no; or not known.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "host/prove/example.h"

namespace remit::prove {

inline constexpr int kMaxAttempts = 6;             // models that are tried before the answer is "unknown"
inline constexpr size_t kMaxMinimisingSteps = 80;  // questions spent on making an example small

enum class Existence : uint8_t { No, Yes, Unknown };
struct Found {
    Existence answer = Existence::Unknown;
    std::optional<Example> example;  // Yes
    std::string reason;              // Unknown
};

class Search {
public:
    /// All three must outlive this; the solver is reset.
    Search(Context& context, Inputs& inputs, smt::Solver& solver);

    /// `shows` runs an example, and says whether it is one; it may sign it. `evidence` is put beside the call.
    Found find(Term condition, const std::vector<std::string>& evidence, const std::function<bool(Example&)>& shows);

    /// Whether the condition can hold, as far as the solver sees; nothing is run.
    smt::Answer possible(Term condition);

private:
    void tell();
    smt::Answer ask(std::vector<Term> assumptions, const std::vector<Term>& more);
    std::vector<Term> minimise(const std::vector<Term>& base);
    void keep(const std::vector<Term>& base, std::vector<Term>& kept, size_t from, size_t to);
    std::string unknown_reason() const;

    Context& c_;
    Inputs& inputs_;
    smt::Solver& solver_;
    std::vector<Term> plain_;
    size_t told_ = 0, steps_ = 0, texts_told_ = 0;
};

}  // namespace remit::prove
