#include "host/prove/search.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace remit::prove {

Search::Search(Context& context, Inputs& inputs, smt::Solver& solver)
    : c_(context), inputs_(inputs), solver_(solver), plain_(plain_conditions(context, inputs)) {
    solver_.reset();
}

/// What has been learnt of the variables since the last question.
void Search::tell() {
    for (; told_ < c_.facts.size(); ++told_) solver_.add(c_.facts[told_]);
    size_t texts = c_.texts.size();
    for (const auto& [text, predicates] : c_.texts.asked()) texts += predicates.size();
    if (texts == texts_told_) return;
    texts_told_ = texts;
    for (const Term axiom : c_.texts.axioms()) solver_.add(axiom);
}

smt::Answer Search::ask(std::vector<Term> assumptions, const std::vector<Term>& more) {
    assumptions.insert(assumptions.end(), more.begin(), more.end());
    return solver_.check(assumptions);
}

void Search::keep(const std::vector<Term>& base, std::vector<Term>& kept, size_t from, size_t to) {
    if (from == to || ++steps_ > kMaxMinimisingSteps) return;
    std::vector<Term> tried = kept;
    tried.insert(tried.end(), plain_.begin() + static_cast<std::ptrdiff_t>(from),
                 plain_.begin() + static_cast<std::ptrdiff_t>(to));
    if (ask(base, tried) == smt::Answer::Possible) {
        kept = std::move(tried);
        return;
    }
    if (to - from == 1) return;
    const size_t middle = from + (to - from) / 2;
    keep(base, kept, from, middle);
    keep(base, kept, middle, to);
}

std::vector<Term> Search::minimise(const std::vector<Term>& base) {
    std::vector<Term> kept;
    steps_ = 0;
    keep(base, kept, 0, plain_.size());
    return kept;
}

std::string Search::unknown_reason() const {
    if (!c_.unknown.empty())
        return fmt::format("it depends on {}, of which the prover knows too little", fmt::join(c_.unknown, ", "));
    return "what the solver found does not hold when it is run";
}

smt::Answer Search::possible(Term condition) {
    tell();
    return ask(c_.settled_lists(), {condition});
}

Found Search::find(Term condition, const std::vector<std::string>& evidence,
                   const std::function<bool(Example&)>& shows) {
    Found out;
    if (c_.terms.is_false(condition)) {
        out.answer = Existence::No;
        return out;
    }
    tell();
    std::vector<Term> base = c_.settled_lists();
    base.push_back(condition);
    const std::vector<Term> whole_question = base;
    bool weakened = false;
    for (const Term abstracted : c_.abstracted)
        if (!c_.terms.is_true(abstracted)) base.push_back(c_.terms.no(abstracted));
    for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
        const smt::Answer answer = solver_.check(base);
        if (answer == smt::Answer::Unknown) {
            out.reason = solver_.reason();
            return out;
        }
        if (answer == smt::Answer::Impossible) {
            if (weakened) {
                out.reason = unknown_reason();
                return out;
            }
            const smt::Answer whole = base.size() == whole_question.size() ? answer : solver_.check(whole_question);
            if (whole == smt::Answer::Impossible) out.answer = Existence::No;
            out.reason = whole == smt::Answer::Unknown
                             ? solver_.reason()
                             : fmt::format("lists with more than {} items may show it", kListItems);
            return out;
        }
        const std::vector<Term> kept = minimise(base);
        if (ask(base, kept) != smt::Answer::Possible) break;
        const std::vector<Term> guessed = guesses(c_, solver_);
        std::optional<Example> example = example_of(c_, inputs_, solver_, evidence);
        if (example && shows(*example)) {
            out.answer = Existence::Yes;
            out.example = std::move(example);
            return out;
        }
        weakened = true;
        // Another model: of other texts, or at least a less plain one.
        std::vector<Term> other = guessed.empty() ? kept : guessed;
        if (other.empty()) break;
        base.push_back(c_.terms.no(c_.terms.all(other)));
    }
    out.reason = unknown_reason();
    return out;
}

}  // namespace remit::prove
