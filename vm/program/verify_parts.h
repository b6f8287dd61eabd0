// The parts of the verifier; see verify.h. Each returns what is wrong, or nothing.
#pragma once

#include <optional>
#include <string>

#include "vm/program/program.h"

namespace remit::verifier {

using Problem = std::optional<std::string>;

template <class... Parts>
std::string say(const Parts&... parts) {
    std::string out;
    const auto add = [&](const auto& part) {
        if constexpr (std::is_arithmetic_v<std::decay_t<decltype(part)>>)
            out += std::to_string(part);
        else
            out += part;
    };
    (add(parts), ...);
    return out;
}

template <class T>
bool is_in(const std::vector<T>& table, uint64_t index) {
    return index < table.size();
}

// verify_schema.cpp: vocabularies, roles, types, slots, tools, facts, states
Problem vocabularies(const Program& p);
Problem types(const Program& p);
Problem slots(const Program& p);
Problem tools(const Program& p);
Problem facts(const Program& p);
Problem states(const Program& p);
/// Does the layout `t` say what a reader of `value` makes?
bool layout_fits(const Program& p, const ValueType& value, TypeRef t);

// verify_code.cpp: constants and shapes; needs types and slots to be right
Problem constants(const Program& p);
Problem shapes(const Program& p);

// verify_rows.cpp: rules, segments and rows, what each tool runs; needs all of the above
Problem rules(const Program& p);
Problem segments(const Program& p);
Problem tool_ranges(const Program& p);

}  // namespace remit::verifier
