// Batch: a call of a tool that says `each items as TOOL` is decided as a whole and, element by element, as calls of TOOL (docs/semantics.md
// section 8b). Here are the calls that the elements make; vm/engine/decider decides them.
#pragma once

#include <optional>

#include "vm/engine/bind.h"

namespace remit {

struct Batch {
    std::string_view tool;   // of the elements
    std::string_view param;  // the list
    std::span<const Json> elements;
};

/// What the call is a batch of, by the first layer that could read it. Nothing: it is none, or no layer could.
std::optional<Batch> batch_of(const Request& request, std::span<const Bound> bounds);

/// The element as JSON pointer into the arguments: `/items/3`.
std::string place_of(const Batch& batch, size_t element);

/// The request that an element makes: all of `request` but tool, arguments and labels. The element's label, else the list's, is that of
/// each of its arguments. Texts lie in `arena`.
void make_request(const Request& request, const Batch& batch, size_t element, Arena& arena, Request& out);

/// What was said of an element says of which.
void name_element(const std::string& place, Denials& denials);

}  // namespace remit
