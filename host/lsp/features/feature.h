// Features: one function for each request of the protocol, JSON in and JSON out. They keep nothing; what lasts is in the Workspace.
// A request about what is not there has the answer null.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "host/lsp/features/json.h"
#include "host/lsp/workspace/workspace.h"

namespace remit::lsp {

class TestRuns;

struct Context {
    Workspace& workspace;
    TestRuns& runs;
    Encoding encoding = Encoding::Utf16;
    Json client;  // its capabilities
};

/// A document in the policy that it is part of, and a place in it.
struct Spot {
    const Document* document = nullptr;
    const Snapshot* snapshot = nullptr;
    FileId file = 0;
    uint32_t offset = 0;
    std::string_view text() const { return document->text; }
};
/// Of `textDocument` and (if there is one) `position`.
std::optional<Spot> spot_of(Context& context, const Json& params);

Range range_of(const Context& context, const Snapshot& snapshot, Span span);
Json location_of(const Context& context, const Snapshot& snapshot, Span span);
std::string_view text_of(const Snapshot& snapshot, Span span);
/// The declaration that a place lies in; null if it has errors.
const ast::Decl* decl_at(const Snapshot& snapshot, FileId file, uint32_t offset);

/// The protocol's markup.
Json markdown(const std::string& text);

using Feature = Json (*)(Context&, const Json& params);

Json hover(Context&, const Json&);
Json completion(Context&, const Json&);
Json signature_help(Context&, const Json&);
Json definition(Context&, const Json&);
Json references(Context&, const Json&);
Json document_highlight(Context&, const Json&);
Json prepare_rename(Context&, const Json&);
Json rename(Context&, const Json&);
Json document_symbol(Context&, const Json&);
Json workspace_symbol(Context&, const Json&);
Json formatting(Context&, const Json&);
Json range_formatting(Context&, const Json&);
Json semantic_tokens(Context&, const Json&);
Json semantic_tokens_range(Context&, const Json&);
Json folding_range(Context&, const Json&);
Json selection_range(Context&, const Json&);
Json code_action(Context&, const Json&);
Json inlay_hint(Context&, const Json&);
Json code_lens(Context&, const Json&);
Json document_link(Context&, const Json&);
Json execute_command(Context&, const Json&);
/// The text of a module of the standard library: `{"uri": "remit-std:/std.mcp"}`. An addition of ours.
Json module_text(Context&, const Json&);

/// What a client shows to a rename that cannot be: thrown inside this room, and an error of the protocol outside it.
struct Refusal {
    std::string why;
};

}  // namespace remit::lsp
