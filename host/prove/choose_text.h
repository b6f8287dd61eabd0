// Choosing texts: from what a solver's model says of a text (it has this prefix, lies in that network, is not "x") to a text of which it
// is true. May fail, for the model knows only part of what is true of texts; then the answer to the question stays open.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "host/prove/texts.h"
#include "vm/program/program.h"

namespace remit::prove {

struct Wanted {
    Kind kind = Kind::Str;
    std::set<ValueKind> forms;  // every form that it must have: Path, Host, ...
    std::vector<std::pair<Predicate, bool>> answers;
    std::optional<int64_t> length;
    std::string word = "x";  // to make it up from, where nothing else is asked
};

/// Not one of `taken`.
std::optional<std::string> choose_text(const Wanted& wanted, const std::set<std::string>& taken);

}  // namespace remit::prove
