#include "compiler/syntax/format.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "compiler/syntax/format_layout.h"
#include "compiler/syntax/layout.h"

namespace remit {

using syntax::kLineWidth;
using syntax::width_of;

namespace {

/// So much space a column may cost a line.
constexpr size_t kMostPadding = 40;

/// What the result is made of: declarations and comments between them.
struct Item {
    bool empty_line = false;  // before it
    bool is_declaration = false;
    syntax::Laid laid;
    std::string_view group;  // neighbours of one group have their first parts in a column
    std::string_view verb;   // and those of one verb the others
    std::string_view beside;
};

/// Verbs whose names stand in one column when they are neighbours.
std::string_view group_of(std::string_view verb) {
    constexpr std::string_view kGroups[][6] = {
        {"tiers", "classes", "trust", "lanes", "role", "egress"},
        {"limit", "quota"},
        {"isolate", "reach"},
        {"record", "redact", "retain"},
        {"mark", "count"},
    };
    for (const auto& group : kGroups)
        if (std::find(std::begin(group), std::end(group), verb) != std::end(group)) return group[0];
    return verb;
}

/// Space, comments and nothing else: what stands between declarations.
class Gap {
public:
    /// False if there is anything else.
    bool read(std::string_view text, std::vector<Item>& items) {
        size_t newlines = 0;
        for (size_t i = 0; i < text.size();) {
            if (text[i] == '/' && i + 1 < text.size() && text[i + 1] == '/') {
                const size_t end = std::min(text.find('\n', i), text.size());
                comment(syntax::comment_of(text.substr(i, end - i)), newlines, items);
                newlines = 0;
                i = end;
            } else if (text[i] == '\n' || text[i] == ' ' || text[i] == '\t' || text[i] == '\r') {
                newlines += text[i++] == '\n' ? 1 : 0;
            } else {
                return false;
            }
        }
        empty_line_ = newlines > 1 || (items.empty() && newlines > 0);
        return true;
    }
    bool empty_line() const { return empty_line_; }

private:
    static void comment(std::string_view text, size_t newlines, std::vector<Item>& items) {
        if (newlines == 0 && !items.empty() && items.back().is_declaration) {
            items.back().beside = text;
            return;
        }
        Item& item = items.emplace_back();
        item.empty_line = newlines > 1;
        item.laid.text = text;
    }
    bool empty_line_ = false;
};

Item declaration(std::string_view text, bool sound) {
    Item out;
    out.is_declaration = true;
    const syntax::LayoutDeclaration d = sound ? syntax::read_declaration(text) : syntax::LayoutDeclaration{};
    if (d.tokens.empty()) {
        out.laid.text = text;
        return out;
    }
    out.laid = lay_out(d);
    out.verb = d.tokens[d.verb].text;
    out.group = group_of(d.verb == 0 ? out.verb : d.tokens[0].text);
    return out;
}

using Items = std::vector<Item*>;

void pad(Item& item, size_t part, size_t column) {
    const size_t at = item.laid.parts[part];
    const size_t width = width_of(std::string_view(item.laid.text).substr(0, at));
    if (column <= width) return;
    item.laid.text.insert(at, column - width, ' ');
    for (size_t i = part; i < item.laid.parts.size(); ++i) item.laid.parts[i] += column - width;
}

size_t column_of(const Item& item, size_t part) {
    return width_of(std::string_view(item.laid.text).substr(0, item.laid.parts[part]));
}

/// Whether `item` may have its part `part` in `column`.
bool reaches(const Item& item, size_t part, size_t column) {
    const size_t at = column_of(item, part);
    return at <= column && column - at <= kMostPadding && width_of(item.laid.text) + column - at <= kLineWidth;
}

/// Brings part `part` into the column that most can have it in, and gives those. The others stay as they are: too long, or too short.
Items align(const Items& items, size_t part) {
    Items with;
    std::copy_if(items.begin(), items.end(), std::back_inserter(with),
                 [&](const Item* i) { return part < i->laid.parts.size(); });
    std::set<size_t> columns;
    for (const Item* i : with) columns.insert(column_of(*i, part));
    size_t best = 0, most = 0;
    for (const size_t column : columns) {
        const auto n = static_cast<size_t>(
            std::count_if(with.begin(), with.end(), [&](const Item* i) { return reaches(*i, part, column); }));
        if (n > most) {
            most = n;
            best = column;
        }
    }
    std::erase_if(with, [&](const Item* i) { return !reaches(*i, part, best); });
    for (Item* i : with) pad(*i, part, best);
    return with;
}

void align_neighbours(const Items& items) {
    align(items, 0);
    std::vector<std::string_view> verbs;
    for (const Item* item : items)
        if (std::find(verbs.begin(), verbs.end(), item->verb) == verbs.end()) verbs.push_back(item->verb);
    for (const std::string_view verb : verbs) {
        Items same;
        std::copy_if(items.begin(), items.end(), std::back_inserter(same),
                     [&](const Item* i) { return i->verb == verb; });
        for (size_t part = 1; part < 3; ++part) same = align(same, part);
    }
}

void align_comments(const Items& items) {
    size_t column = 0;
    for (const Item* i : items) column = std::max(column, width_of(i->laid.text) + 2);
    for (Item* i : items) {
        const size_t width = width_of(i->laid.text);
        i->laid.text.append(std::max(column, width + 2) - width, ' ');
        i->laid.text += i->beside;
    }
}

/// Calls `run` for every longest run of neighbours that `same` says belong together.
template <class Same, class Run>
void runs(std::vector<Item>& items, Same same, Run run) {
    for (size_t i = 0; i < items.size();) {
        Items together{&items[i]};
        size_t end = i + 1;
        while (end < items.size() && !items[end].empty_line && same(items[end - 1], items[end]))
            together.push_back(&items[end++]);
        run(together);
        i = end;
    }
}

std::string joined(std::vector<Item>& items) {
    runs(
        items, [](const Item& a, const Item& b) { return a.group == b.group && !a.group.empty(); },
        [](const Items& together) {
            if (together.size() > 1) align_neighbours(together);
        });
    runs(
        items,
        [](const Item& a, const Item& b) {
            return a.laid.one_line && b.laid.one_line && !a.beside.empty() && !b.beside.empty();
        },
        [](const Items& together) {
            if (together.front()->laid.one_line && !together.front()->beside.empty()) align_comments(together);
        });
    std::string out;
    for (const Item& item : items) {
        if (item.empty_line && !out.empty()) out += '\n';
        out += item.laid.text;
        if (!item.beside.empty() && !item.laid.one_line) (out += "  ") += item.beside;
        out += '\n';
    }
    return out;
}

}  // namespace

std::string format(const SourceFile& source) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    const std::string_view text = source.text();
    Diagnostics ignored;
    const auto cut = cut_declarations(source, 0, ignored);
    if (!cut) return std::string(text);
    std::vector<Item> items;
    size_t at = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
    for (const Piece& piece : cut->pieces) {
        Gap gap;
        if (!gap.read(text.substr(at, piece.begin - at), items)) return std::string(text);
        items.push_back(declaration(text.substr(piece.begin, piece.end - piece.begin), piece.sound));
        items.back().empty_line = gap.empty_line();
        at = piece.end;
    }
    if (!Gap().read(text.substr(at), items)) return std::string(text);
    return joined(items);
}

}  // namespace remit
