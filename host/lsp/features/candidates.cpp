#include "host/lsp/features/candidates.h"

#include <fmt/format.h>

#include "host/lsp/workspace/limits.h"

namespace remit::lsp {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// The letters of `prefix` stand in `label` in this order, the first at the beginning of a word.
bool fits(std::string_view label, std::string_view prefix) {
    if (prefix.empty()) return true;
    for (size_t start = 0; start < label.size(); ++start) {
        const bool word = start == 0 || label[start - 1] == '.' || label[start - 1] == '_';
        if (!word || lower(label[start]) != lower(prefix[0])) continue;
        size_t p = 0;
        for (size_t i = start; i < label.size() && p < prefix.size(); ++i)
            p += lower(label[i]) == lower(prefix[p]) ? 1 : 0;
        if (p == prefix.size()) return true;
    }
    return false;
}

}  // namespace

void Candidates::add(std::string_view label, ItemKind kind, std::string_view detail, std::string_view text) {
    if (items_.size() >= limits::kMaxItems || !fits(label, prefix_) || !seen_.insert(std::string(label)).second) return;
    // The order of adding is the order of showing.
    Json item = {{"label", std::string(label)},
                 {"kind", static_cast<int>(kind)},
                 {"sortText", fmt::format("{:04}", items_.size())}};
    if (!detail.empty()) item["detail"] = std::string(detail);
    if (!text.empty()) item["documentation"] = markdown(std::string(text));
    items_.push_back(std::move(item));
}

void Candidates::add_snippet(std::string_view label, std::string_view snippet, std::string_view detail,
                             std::string_view text) {
    const size_t before = items_.size();
    add(label, ItemKind::Snippet, detail, text);
    if (items_.size() == before || !snippets_) return;
    items_.back()["insertText"] = std::string(snippet);
    items_.back()["insertTextFormat"] = 2;
}

void Candidates::words(std::initializer_list<std::string_view> all) {
    for (const std::string_view word : all) {
        const WordRow* row = find_word(word.substr(0, word.find(' ')));
        add(word, ItemKind::Keyword, "", row ? row->text : "");
    }
}

void Candidates::group(WordGroup group) {
    for (const WordRow& row : word_rows())
        if (row.group == group) add(row.word, ItemKind::Keyword, "", row.text);
}

void Candidates::members(const std::vector<Member>& all) {
    for (const Member& m : all) add(m.name, ItemKind::Field, m.type.text, m.detail);
}

void Candidates::tools() {
    for (const auto& [name, tool] : model_.tools)
        add(name, ItemKind::Function, tool->flags.empty() ? "tool" : tool->flags[0].text,
            tool->about ? tool->about->text : "");
}

/// Tools, and a pattern for each common beginning.
void Candidates::tool_patterns() {
    std::map<std::string, size_t> beginnings;
    for (const auto& [name, tool] : model_.tools)
        for (size_t dot = name.find('.'); dot != std::string::npos; dot = name.find('.', dot + 1))
            ++beginnings[name.substr(0, dot)];
    for (const auto& [beginning, count] : beginnings)
        if (count > 1) add(beginning + ".*", ItemKind::Function, fmt::format("{} tools", count));
    tools();
}

void Candidates::roles(bool with_anyone, bool with_owner) {
    for (const auto& [name, role] : model_.roles) {
        std::string includes;
        for (const ast::Name& n : role->includes) includes += (includes.empty() ? "includes " : ", ") + n.text;
        add(name, ItemKind::Class, includes);
    }
    if (with_anyone) add("anyone", ItemKind::Class, "every role, and none");
    if (with_owner) add("owner", ItemKind::Class, "who answers for the session");
}

void Candidates::symbols(std::string_view vocabulary) {
    if (vocabulary == "roles") return roles(false, false);
    if (vocabulary == "sources") {
        words({"user", "agent"});
        return tools();
    }
    if (const SymbolList* list = model_.vocabulary(vocabulary))
        for (size_t i = 0; i < list->symbols.size(); ++i)
            add(list->symbols[i], ItemKind::EnumMember,
                list->ordered ? fmt::format("{}, {} of {}", list->name, i + 1, list->symbols.size()) : list->name);
}

void Candidates::values(const Type& type) {
    if (!type.vocabulary.empty()) symbols(type.vocabulary);
    if (type.text == "bool") words({"true", "false"});
}

void Candidates::states() {
    for (const Member& m : members_of(model_, {}, "state")) add(m.name, ItemKind::Variable, m.type.text, m.detail);
}

void Candidates::egress() {
    for (const auto& [name, profile] : model_.egress)
        add(name, ItemKind::Constant, profile->endpoints.empty() ? "nothing" : profile->endpoints[0].text);
}

void Candidates::facts() {
    for (const auto& [name, fact] : model_.facts) add(name, ItemKind::Struct, "fact");
    for (const auto& [name, table] : model_.tables) add(name, ItemKind::Function, "table");
}

/// A label may be longer than the word at the cursor (`crm.lookup` after `crm.`): each says what it replaces.
Json Candidates::done(const Context& context, const Spot& spot, const Cursor& cursor) {
    const std::string_view text = spot.text();
    for (Json& item : items_) {
        const std::string label = item["label"].get<std::string>();
        size_t begin = cursor.prefix_begin();
        for (size_t dot = label.find('.'); dot != std::string::npos; dot = label.find('.', dot + 1))
            if (text.substr(0, begin).ends_with(label.substr(0, dot + 1)) &&
                !(begin > dot + 1 && text[begin - dot - 2] == '.'))
                begin -= dot + 1, dot = label.size() - 1;
        const std::string inserted = item.contains("insertText") ? item["insertText"].get<std::string>() : label;
        const Range range = spot.document->lines.range(begin, spot.offset, context.encoding);
        item["textEdit"] = {{"range", json_of(range)}, {"newText", inserted}};
        item["filterText"] = std::string(text.substr(begin, cursor.prefix_begin() - begin)) +
                             std::string(label.substr(std::min(label.size(), cursor.prefix_begin() - begin)));
        item.erase("insertText");
    }
    return {{"isIncomplete", items_.size() >= limits::kMaxItems}, {"items", std::move(items_)}};
}

}  // namespace remit::lsp
