#include "compiler/syntax/lexer_table.h"

#include <RemitLexer.h>

namespace remit::syntax {

using antlr4::atn::LexerATNSimulator;

/// What ANTLR's simulator wants to be given: its own automaton in the making, shared with nobody.
struct LexerTable::Memory {
    std::vector<antlr4::dfa::DFA> dfas;
    antlr4::atn::PredictionContextCache contexts;
};

LexerTable::LexerTable(antlr4::Lexer& lexer) : LexerTable(lexer, std::make_unique<Memory>()) {}

LexerTable::LexerTable(antlr4::Lexer& lexer, std::unique_ptr<Memory> memory)
    : LexerATNSimulator(&lexer, lexer.getATN(), memory->dfas, memory->contexts), memory_(std::move(memory)) {
    for (size_t i = 0; i < atn.getNumberOfDecisions(); ++i) memory_->dfas.emplace_back(atn.getDecisionState(i), i);
    start_ = state_of(addDFAState(computeStartState(&no_input_, atn.modeToStartState[0]).release()));
}

LexerTable::~LexerTable() = default;

LexedToken LexerTable::next(std::string_view text, size_t begin) {
    const State* accepted = nullptr;
    size_t end = begin + 1;
    State* at = start_;
    for (size_t i = begin; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        State* to = at->next[byte].load(std::memory_order_acquire);
        if (to == nullptr) to = target(*at, byte);
        if (to == &dead_) break;
        at = to;
        if (!at->dfa->isAcceptState) continue;
        accepted = at;
        end = i + 1;
    }
    // The grammar ends with a token that takes any byte, so something is always accepted.
    if (accepted == nullptr) return {remit_grammar::RemitLexer::BAD_CHARACTER, false, end};
    return {accepted->dfa->prediction, accepted->dfa->lexerActionExecutor != nullptr, end};
}

LexerTable::State* LexerTable::target(State& from, unsigned char byte) {
    const std::lock_guard lock(mutex_);
    if (State* known = from.next[byte].load(std::memory_order_relaxed)) return known;
    antlr4::dfa::DFAState* dfa = computeTargetState(&no_input_, from.dfa, byte);
    State* to = dfa == ERROR.get() ? &dead_ : state_of(dfa);
    from.next[byte].store(to, std::memory_order_release);
    return to;
}

/// The grammar's only actions are `-> skip`, so a state that accepts with an action is one that skips.
LexerTable::State* LexerTable::state_of(antlr4::dfa::DFAState* dfa) {
    const auto [it, is_new] = by_dfa_.try_emplace(dfa, nullptr);
    if (is_new) {
        it->second = &states_.emplace_back();
        it->second->dfa = dfa;
    }
    return it->second;
}

}  // namespace remit::syntax
