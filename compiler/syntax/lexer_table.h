// The lexer as one table, made from ANTLR's automaton as it is needed: for each state and byte the next state. ANTLR's own simulator asks a
// hash table behind a process-wide lock for every byte, which costs half of all parsing and forbids threads; this asks an array.
// The grammar stays the only definition of a token.
//
// Thread-safe: known transitions are read without a lock, new ones are added under one.
#pragma once

#include <antlr4-runtime.h>

#include <array>
#include <atomic>
#include <deque>
#include <mutex>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "compiler/syntax/byte_stream.h"

namespace remit::syntax {

struct LexedToken {
    size_t type = 0;
    bool skip = false;  // space or a comment
    size_t end = 0;     // one past its last byte
};

class LexerTable final : private antlr4::atn::LexerATNSimulator {
public:
    /// `lexer` gives the automaton and must outlive this.
    explicit LexerTable(antlr4::Lexer& lexer);
    ~LexerTable() override;

    /// The longest token of `text` at `begin`, which is before its end.
    LexedToken next(std::string_view text, size_t begin);

private:
    struct State {
        std::array<std::atomic<State*>, 256> next{};
        antlr4::dfa::DFAState* dfa = nullptr;
    };
    struct Memory;

    LexerTable(antlr4::Lexer& lexer, std::unique_ptr<Memory> memory);
    State* target(State& from, unsigned char byte);
    State* state_of(antlr4::dfa::DFAState* dfa);

    std::unique_ptr<Memory> memory_;
    ByteStream no_input_;  // the simulator asks where its input stands, which only matters to actions we have not
    std::mutex mutex_;     // of all below, and of adding to a State
    std::deque<State> states_;
    std::unordered_map<antlr4::dfa::DFAState*, State*> by_dfa_;
    State dead_;
    State* start_ = nullptr;
};

}  // namespace remit::syntax
