// Candidates: completions under construction, and the lists that they come from. Internal to completion.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "host/lsp/features/cursor.h"
#include "host/lsp/index/words.h"

namespace remit::lsp {

/// CompletionItemKind of the protocol.
enum class ItemKind {
    Function = 3,
    Field = 5,
    Variable = 6,
    Class = 7,
    Module = 9,
    Enum = 13,
    Keyword = 14,
    Snippet = 15,
    File = 17,
    EnumMember = 20,
    Constant = 21,
    Struct = 22
};

class Candidates {
public:
    Candidates(const Model& model, std::string_view prefix, bool snippets)
        : model_(model), prefix_(prefix), snippets_(snippets) {}

    void add(std::string_view label, ItemKind kind, std::string_view detail = {}, std::string_view text = {});
    /// `snippet`: with `$1`, for clients that can; others get the label.
    void add_snippet(std::string_view label, std::string_view snippet, std::string_view detail,
                     std::string_view text = {});
    void words(std::initializer_list<std::string_view> all);
    void group(WordGroup group);
    void members(const std::vector<Member>& all);
    void tools();
    void tool_patterns();
    void roles(bool with_anyone, bool with_owner);
    void symbols(std::string_view vocabulary);
    /// Whatever a value of this type may be.
    void values(const Type& type);
    void states();
    void egress();
    void facts();
    Json done(const Context& context, const Spot& spot, const Cursor& cursor);

private:
    const Model& model_;
    std::string_view prefix_;
    bool snippets_;
    std::set<std::string> seen_;
    Json items_ = Json::array();
};

}  // namespace remit::lsp
