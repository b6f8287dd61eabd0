#include "compiler/syntax/format_layout.h"

#include <algorithm>

namespace remit::syntax {

namespace {

constexpr size_t kContinued = 4, kTestIndent = 2;

/// Words that begin a clause, where no bracket is open.
bool begins_clause(const LayoutDeclaration& d, size_t i) {
    const LayoutToken& t = d.tokens[i];
    if (t.depth > 0 || i <= d.verb + 1 || d.tokens[i - 1].is(".")) return false;
    const LayoutToken& verb = d.tokens[d.verb];
    if (d.sort == Sort::Rule) {
        if (verb.is("allow") && t.is("to")) return true;
        return one_of(t.text, {"for", "when", "except", "including", "within", "with", "over", "per", "unless",
                               "override", "because"});
    }
    if (verb.is("policy")) return one_of(t.text, {"under", "from", "pinned"});
    if (verb.is("fact")) return t.is("fresh");
    if (verb.is("window")) return t.is("except");
    return verb.is("tool") && d.tokens[i - 1].is(")") && t.shape == Shape::Word;
}

bool joins(const LayoutToken& t) { return t.shape == Shape::Word && (t.is("and") || t.is("or")); }

/// Whether a line may break before token `i`, by what it takes: 1 for the clauses, 2 for the parts of one, 3 within brackets.
bool breaks(const LayoutDeclaration& d, size_t i, int level) {
    if (level == 1) return begins_clause(d, i);
    if (level == 3 && d.sort != Sort::Rule) return false;
    const size_t outside = d.sort == Sort::Test || d.sort == Sort::Table ? 1 : 0;
    if (level == 2 && d.tokens[i].depth > outside) return false;
    return d.tokens[i - 1].is(",") || (d.sort == Sort::Rule && joins(d.tokens[i]) && !d.tokens[i - 1].is("."));
}

class Layouter {
public:
    explicit Layouter(const LayoutDeclaration& d) : d_(d), tokens_(d.tokens) {}

    std::string run() {
        if (d_.sort == Sort::Test || d_.sort == Sort::Table)
            block();
        else
            fill(0, tokens_.size(), 1, kContinued);
        return std::move(out_);
    }
    bool fits(size_t from, size_t to) const { return fits(from, to, 0); }

private:
    // ---- writing: what must break breaks here, whatever the layout wants ----

    void line(size_t indent) {
        out_ += '\n';
        out_.append(indent, ' ');
        column_ = indent_ = indent;
        fresh_ = true;
        must_break_ = false;
    }
    void write(std::string_view text) {
        out_ += text;
        column_ += width_of(text);
        fresh_ = false;
    }
    void token(size_t i, size_t indent) {
        const LayoutToken& t = tokens_[i];
        if (must_break_) line(indent);
        for (const std::string_view comment : t.above) {
            if (!fresh_) line(indent);
            write(comment);
            line(indent);
        }
        if (t.space && !fresh_) write(" ");
        write(t.text);
        if (t.beside.empty()) return;
        write("  ");
        write(t.beside);
        must_break_ = true;
    }
    void flat(size_t from, size_t to, size_t indent) {
        for (size_t i = from; i < to; ++i) token(i, indent);
    }

    // ---- measuring ----

    bool fits(size_t from, size_t to, size_t column) const {
        size_t width = column;
        for (size_t i = from; i < to; ++i) {
            const LayoutToken& t = tokens_[i];
            if (!t.above.empty() || (!t.beside.empty() && i + 1 < to)) return false;
            if (t.is(",") && i + 1 < to && tokens_[i + 1].closes()) return false;
            width += width_of(t.text) + (t.space && (i > from || column > 0) ? 1 : 0);
            if (width > kLineWidth) return false;
        }
        return true;
    }
    bool fits_here(size_t from, size_t to) const { return !must_break_ && fits(from, to, column_); }

    // ---- filling lines ----

    void fill(size_t from, size_t to, int level, size_t indent) {
        if (fits_here(from, to) || level > 3) return level > 3 ? explode(from, to, indent) : flat(from, to, indent);
        const size_t deeper = level == 1 ? indent + kContinued : indent;
        for (size_t i = from; i < to;) {
            size_t end = i + 1;
            while (end < to && !breaks(d_, end, level)) ++end;
            if (i > from && !fresh_ && !must_break_ && !fits(i, end, column_)) line(indent);
            if (must_break_) line(indent);
            fill(i, end, level + 1, deeper);
            i = end;
        }
    }

    // ---- brackets, one element a line ----

    void explode(size_t from, size_t to, size_t indent) {
        for (size_t i = from; i < to; ++i) {
            token(i, indent);
            const LayoutToken& t = tokens_[i];
            if (d_.sort == Sort::Rule || !t.opens() || t.match <= i || fits_here(i + 1, t.match + 1)) continue;
            elements(i, indent_);
            i = t.match;
        }
    }
    /// The inside of the bracket at `open` and its closer, which stands at `indent`.
    void elements(size_t open, size_t indent) {
        const size_t close = tokens_[open].match, inside = indent + step();
        for (size_t i = open + 1; i < close;) {
            size_t end = i;
            while (end < close && !(tokens_[end].is(",") && tokens_[end].depth == tokens_[open].depth + 1)) ++end;
            if (end < close) ++end;
            line(inside);
            if (fits_here(i, end))
                flat(i, end, inside);
            else
                explode(i, end, inside + kContinued);
            i = end;
        }
        for (const std::string_view comment : tokens_[close].above) {
            line(inside);
            write(comment);
        }
        line(indent);
        write(tokens_[close].text);
        beside(close);
    }
    void beside(size_t i) {
        if (tokens_[i].beside.empty()) return;
        write("  ");
        write(tokens_[i].beside);
        must_break_ = true;
    }
    size_t step() const { return d_.sort == Sort::Test ? kTestIndent : kContinued; }

    // ---- tests and tables: `HEAD { items }`, each item on its line ----

    void block() {
        size_t open = d_.verb;
        while (open < tokens_.size() && !(tokens_[open].is("{") && tokens_[open].depth == 0)) ++open;
        if (open == tokens_.size() || tokens_[open].match <= open) return flat(0, tokens_.size(), kContinued);
        const size_t close = tokens_[open].match;
        flat(0, open + 1, kContinued);
        const std::vector<size_t> items = items_between(open + 1, close);
        const size_t keyword = d_.sort == Sort::Test ? keyword_width(items) : 0;
        for (size_t k = 0; k < items.size(); ++k) {
            const size_t from = items[k], to = k + 1 < items.size() ? items[k + 1] : close;
            if (k > 0 && tokens_[from].empty_line) out_ += '\n';
            line(step());
            item(from, to, keyword);
        }
        for (const std::string_view comment : tokens_[close].above) {
            line(step());
            write(comment);
        }
        if (close > open + 1 || !tokens_[close].above.empty() || must_break_) line(0);
        write(tokens_[close].text);
        beside(close);
        flat(close + 1, tokens_.size(), kContinued);
    }
    void item(size_t from, size_t to, size_t keyword) {
        const size_t indent = step() + kContinued;
        first_of_item(from);
        if (from + 1 == to) return;
        if (keyword > 0 && pads(from) && !must_break_) {
            const size_t width = width_of(tokens_[from].text);
            write(std::string(keyword > width ? keyword - width : 0, ' '));
        }
        fill(from + 1, to, 1, indent);
    }
    void first_of_item(size_t i) {
        for (const std::string_view comment : tokens_[i].above) {
            write(comment);
            line(step());
        }
        write(tokens_[i].text);
        beside(i);
    }

    std::vector<size_t> items_between(size_t from, size_t to) const {
        std::vector<size_t> out;
        for (size_t i = from; i < to; ++i)
            if (i == from || (d_.sort == Sort::Test ? begins_item(i) : begins_row(from, i))) out.push_back(i);
        return out;
    }
    /// A word at which an item of a test begins, as far as tokens tell: `expect ask owner` has none but its first.
    bool begins_item(size_t i) const {
        const LayoutToken &t = tokens_[i], &before = tokens_[i - 1];
        if (t.depth != 1 || t.shape != Shape::Word || before.is(".") || before.is(",")) return false;
        if (one_of(before.text, {"call", "fact", "data", "as", "with", "not"})) return false;
        if (one_of(t.text, {"session", "state", "context", "result"})) return tokens_[i + 1].is("{");
        return one_of(t.text, {"fact", "call", "signed", "expect", "cases", "case"});
    }
    /// A row ends with the literal after its colon.
    bool begins_row(size_t from, size_t i) const {
        if (tokens_[i].depth != 1) return false;
        size_t k = i;  // one past the literal that ends before `i`
        if (tokens_[k - 1].is("}")) {
            for (--k; k > from && !(tokens_[k].opens() && tokens_[k].match + 1 == i);) --k;
        } else {
            --k;
        }
        if (k > from && tokens_[k - 1].is("-")) --k;
        return k > from && tokens_[k - 1].is(":") && tokens_[k - 1].depth == 1;
    }
    bool pads(size_t i) const { return !one_of(tokens_[i].text, {"signed", "cases", "case"}); }
    size_t keyword_width(const std::vector<size_t>& items) const {
        size_t width = 0;
        for (const size_t i : items)
            if (pads(i)) width = std::max(width, width_of(tokens_[i].text));
        return width;
    }

    const LayoutDeclaration& d_;
    const std::vector<LayoutToken>& tokens_;
    std::string out_;
    size_t column_ = 0;
    size_t indent_ = 0;        // of the line
    bool fresh_ = true;        // nothing stands on the line yet
    bool must_break_ = false;  // a comment ends it
};

/// The tokens at which columns begin: after the verb, after what it speaks of, and what is particular to a verb.
std::vector<size_t> part_tokens(const LayoutDeclaration& d) {
    const auto& tokens = d.tokens;
    const std::string_view verb = tokens[d.verb].text;
    std::vector<size_t> out;
    if (one_of(verb, {"policy", "use", "enum", "param", "window", "fact"}) || d.sort == Sort::Test || tokens.size() < 2)
        return out;
    out.push_back(d.verb + 1);
    size_t i = d.verb + 2;
    if (verb == "risk" && i < tokens.size() && tokens[i].is("+")) out.push_back(i++);
    for (; i < tokens.size(); ++i) {
        if (begins_clause(d, i) || (verb == "egress" && tokens[i].is("{"))) {
            out.push_back(i);
            break;
        }
    }
    if (verb == "tool" && i + 2 < tokens.size() && tokens[i + 1].is(",")) out.push_back(i + 2);
    return out;
}

}  // namespace

Laid lay_out(const LayoutDeclaration& declaration) {
    Laid out;
    Layouter layouter(declaration);
    const bool block = declaration.sort == Sort::Test || declaration.sort == Sort::Table;
    out.one_line = !block && layouter.fits(0, declaration.tokens.size());
    out.text = layouter.run();
    if (!out.one_line) return out;
    size_t at = 0, next = 0;
    const std::vector<size_t> parts = part_tokens(declaration);
    for (size_t i = 0; i < declaration.tokens.size() && next < parts.size(); ++i) {
        if (declaration.tokens[i].space) ++at;
        if (i == parts[next]) {
            out.parts.push_back(at);
            ++next;
        }
        at += declaration.tokens[i].text.size();
    }
    return out;
}

}  // namespace remit::syntax
