// Repairs: what can be done about a diagnostic, as edits of its file. Internal to code actions.
#pragma once

#include <string>
#include <vector>

#include "host/lsp/features/feature.h"

namespace remit::lsp {

struct Edit {
    Span span;  // replaced; empty: inserted before
    std::string text;
};
struct Repair {
    std::string title;
    std::vector<Edit> edits;
    bool preferred = false;
};

std::vector<Repair> repairs_of(const Snapshot& snapshot, const Diagnostic& diagnostic);

/// The texts between the backquotes of a message.
std::vector<std::string> quoted_names(std::string_view message);
/// One past the last word or sign of a declaration, comments left out.
uint32_t end_of_declaration(std::string_view text, uint32_t inside);
/// Where a clause before `because` goes.
uint32_t place_before_because(std::string_view text, uint32_t inside);

}  // namespace remit::lsp
