// The Ast as s-expressions: one line for each declaration, and nothing left out, so that two texts that print the same mean the
// same. Recursion is bounded: the parser lets no expression, type or value nest deeper than kMaxNesting.
#include "compiler/syntax/words.h"
#include "compiler/syntax/parse.h"

namespace remit {

namespace {

using namespace ast;

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (char c : text) {
        auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (byte < 0x20) {
            out += fmt::format("\\u{{{:x}}}", byte);
        } else {
            out += c;
        }
    }
    return out + "\"";
}

/// A name as it is when it is made of words, else as a string: tools and parameters may have any name.
std::string symbol(std::string_view text) {
    for (char c : text) {
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                     c == '.' || c == '*';
        if (!plain) return quoted(text);
    }
    return text.empty() ? quoted(text) : std::string(text);
}

class Printer {
public:
    explicit Printer(const File& file) : file_(file) {}

    std::string run() {
        for (const Decl& decl : file_.decls) {
            std::visit([&](const auto& body) { print(body); }, decl.body);
            out_ += '\n';
        }
        return std::move(out_);
    }

private:
    // ---- pieces
    void open(std::string_view word) {
        if (!out_.empty() && out_.back() != '\n' && out_.back() != '(') out_ += ' ';
        out_ += '(';
        out_ += word;
    }
    void close() { out_ += ')'; }
    void word(std::string_view text) {
        if (out_.back() != '(') out_ += ' ';
        out_ += text;
    }
    void list(std::string_view head, const std::vector<Name>& names, bool strings = false) {
        if (names.empty()) return;
        open(head);
        for (const Name& n : names) word(strings ? quoted(n.text) : n.text);
        close();
    }
    void maybe(std::string_view head, const std::optional<Name>& name, bool string = false) {
        if (!name) return;
        open(head);
        word(string ? quoted(name->text) : name->text);
        close();
    }
    void maybe(std::string_view head, ExprId id) {
        if (id == kNoExpr) return;
        open(head);
        expr(id);
        close();
    }
    void maybe(std::string_view head, const std::optional<Signer>& signer) {
        if (!signer) return;
        open(head);
        this->signer(*signer);
        close();
    }
    void signer(const Signer& s) {
        if (!s.quorum) return word(s.who.text);
        open("of");
        word(s.quorum->text);
        word(s.who.text);
        close();
    }

    // ---- expressions
    void form(std::string_view head, const Expr& e, bool with_text) {
        open(head);
        if (with_text) word(e.text);
        for (ExprId kid : e.kids) expr(kid);
        close();
    }
    void expr(ExprId id) {
        const Expr& e = file_.expr(id);
        switch (e.kind) {
            case ExprKind::Int:
            case ExprKind::Decimal:
            case ExprKind::Duration:
            case ExprKind::Timestamp:
            case ExprKind::Bool:
            case ExprKind::Word: return word(e.text);
            case ExprKind::String: return word(quoted(e.text));
            case ExprKind::Member:
                open(".");
                expr(e.kids[0]);
                word(e.text);
                return close();
            case ExprKind::Call: return form("call", e, true);
            case ExprKind::Set: return form("set", e, false);
            case ExprKind::Or: return form("or", e, false);
            case ExprKind::And: return form("and", e, false);
            case ExprKind::Not: return form("not", e, false);
            case ExprKind::Compare: return form(word_of(e.cmp), e, false);
            case ExprKind::Arith: return form(e.text, e, false);
            case ExprKind::Negate: return form("negate", e, false);
            case ExprKind::Has: return form("has", e, false);
            case ExprKind::IsNull: return form("is-null", e, false);
            case ExprKind::Any: return form("any", e, true);
            case ExprKind::All: return form("all", e, true);
            case ExprKind::CountOf: return form("count-of", e, true);
            case ExprKind::SumOf: return form("sum-of", e, true);
        }
    }

    // ---- selectors
    void atom(const SelAtom& a) {
        switch (a.kind) {
            case SelKind::Glob:
            case SelKind::Exact:
                open(a.kind == SelKind::Glob ? "glob" : "tool");
                word(symbol(a.name.text));
                return close();
            case SelKind::Read:
            case SelKind::Write:
            case SelKind::Destructive:
            case SelKind::Idempotent:
            case SelKind::Open: return word(a.name.text);
            case SelKind::Trust:
            case SelKind::Gives:
                open(a.kind == SelKind::Trust ? "trust" : "gives");
                word(word_of(a.cmp));
                word(a.name.text);
                return close();
        }
    }
    void selector(const Selector& s) {
        if (s.any_of.empty()) return;
        open("for");
        for (const auto& all : s.any_of) {
            if (all.size() > 1) open("&");
            for (const SelAtom& a : all) atom(a);
            if (all.size() > 1) close();
        }
        close();
    }

    // ---- declarations
    void print(const PolicyDecl& d) {
        open("policy");
        word(d.name.text);
        maybe("under", d.parent);
        maybe("from", d.parent_file, true);
        maybe("pinned", d.pinned, true);
        close();
    }
    void print(const UseDecl& d) {
        open("use");
        word(d.is_file ? quoted(d.what.text) : d.what.text);
        close();
    }
    void print(const VocabularyDecl& d) {
        switch (d.kind) {
            case VocabularyKind::Tiers: return list("tiers", d.symbols);
            case VocabularyKind::Classes: return list("classes", d.symbols);
            case VocabularyKind::Trust: return list("trust", d.symbols);
            case VocabularyKind::Lanes: return list("lanes", d.symbols);
        }
    }
    void print(const EnumDecl& d) {
        open("enum");
        word(d.name.text);
        list(d.ordered ? "<" : "one-of", d.symbols);
        close();
    }
    void print(const RoleDecl& d) {
        open("role");
        word(d.name.text);
        list("includes", d.includes);
        close();
    }
    void print(const EgressDecl& d) {
        open("egress");
        word(d.name.text);
        list("to", d.endpoints, true);
        close();
    }
    void type(const TypeExpr& t) {
        bool plain = t.args.empty() && t.fields.empty() && !t.number && !t.max_items;
        if (plain) return word(t.name.text);
        open(t.name.text);
        if (t.number) word(*t.number);
        for (const TypeExpr& a : t.args) type(a);
        for (const Field& f : t.fields) field(f);
        if (t.max_items) word("max " + *t.max_items);
        close();
    }
    void field(const Field& f) {
        open(symbol(f.name.text));
        type(f.type);
        maybe("min", f.min);
        maybe("max", f.max);
        maybe("in", f.one_of);
        if (f.optional) word("optional");
        if (f.nullable) word("or-null");
        maybe("default", f.default_value);
        close();
    }
    void fields(std::string_view head, const std::vector<Field>& all) {
        open(head);
        for (const Field& f : all) field(f);
        close();
    }
    void print(const ToolDecl& d) {
        open("tool");
        word(symbol(d.name.text));
        fields("params", d.params);
        for (const Name& f : d.flags) word(f.text);
        maybe("trust", d.trust);
        maybe("gives", d.gives);
        if (d.undo) list("undo", {Name{symbol(d.undo->text), {}}});
        maybe("about", d.about, true);
        if (d.returns) fields("returns", *d.returns);
        if (d.each) list("each", {Name{symbol(d.each->text), {}}, Name{symbol(d.each_as->text), {}}});
        close();
    }
    void print(const FactDecl& d) {
        open("fact");
        word(d.name.text);
        fields("keys", d.keys);
        fields("fields", d.fields);
        open("fresh");
        word(d.fresh.text);
        close();
        close();
    }
    void print(const ParamDecl& d) {
        open("param");
        if (d.field) {
            field(*d.field);
        } else {
            word(d.name.text);
            expr(d.value);
        }
        close();
    }
    void print(const TableDecl& d) {
        open("table");
        word(d.name.text);
        fields("keys", d.keys);
        type(d.result);
        for (const TableRow& row : d.rows) {
            open("row");
            for (ExprId cell : row.cells) expr(cell);
            expr(row.value);
            close();
        }
        close();
    }
    void print(const WindowDecl& d) {
        open("window");
        word(d.name.text);
        word(quoted(d.zone.text));
        list("at", d.moments, true);
        list("except", d.except, true);
        close();
    }
    void property(const Rule& r) {
        if (r.property == Property::Allow && !r.always) return;
        open(word_of(r.property));
        if (r.property == Property::Risk || r.property == Property::Lane) word(word_of(r.cmp));
        close();
    }
    void print(const Rule& r) {
        if (r.watch) open("watch");
        open(r.always ? "always" : word_of(r.verb));
        if (r.after) word("after");
        if (r.verb == Verb::Never) property(r);
        for (const Name& n : r.names) word(n.text);
        maybe("level", r.level);
        maybe("number", r.number);
        const bool unless = r.verb == Verb::Never && r.property == Property::Allow;
        if (!unless) maybe("by", r.signer);
        maybe("at-least", r.at_least);
        maybe("at-most", r.at_most);
        if (r.verb == Verb::Count && r.count == CountKind::Number) word("number");
        maybe(r.count == CountKind::Sum ? "sum" : "distinct", r.summand);
        maybe("path", r.path);
        selector(r.selector);
        if (r.including_write) word("including-write");
        maybe("when", r.when);
        maybe("except", r.except);
        maybe("within", r.within);
        list("with", r.with);
        maybe("over", r.over);
        maybe("per", r.per);
        maybe("per-key", r.key);
        maybe("max-keys", r.max_keys);
        if (unless) maybe("unless-signed-by", r.signer);
        maybe("because", r.because, true);
        close();
        if (r.watch) close();
    }

    // ---- tests
    void settings(std::string_view head, const std::vector<Setting>& all) {
        if (all.empty()) return;
        open(head);
        for (const Setting& s : all) {
            open(s.name.text);
            for (ExprId v : s.values) expr(v);
            close();
        }
        close();
    }
    void value(const Value& v) {
        bool labelled = !v.sources.empty() || v.label_class;
        if (labelled) open("label");
        switch (v.kind) {
            case Value::Kind::Scalar: expr(v.scalar); break;
            case Value::Kind::Null: word("null"); break;
            case Value::Kind::List:
                open("list");
                for (const Value& item : v.items) value(item);
                close();
                break;
            case Value::Kind::Record:
                open("record");
                for (size_t i = 0; i < v.items.size(); ++i) {
                    open(symbol(v.keys[i].text));
                    value(v.items[i]);
                    close();
                }
                close();
                break;
        }
        if (!labelled) return;
        if (!v.sources.empty()) {
            open("from");
            for (const Name& source : v.sources) word(symbol(source.text));
            close();
        }
        maybe("class", v.label_class);
        close();
    }
    void named(std::string_view head, const std::vector<NamedValue>& all) {
        open(head);
        for (const NamedValue& n : all) {
            open(symbol(n.name.text));
            value(n.value);
            close();
        }
        close();
    }
    void fact(const TestFact& f) {
        open("fact");
        word(f.fact.text);
        open("key");
        for (const Value& k : f.keys) value(k);
        close();
        named("fields", f.fields);
        maybe("as-of", f.as_of);
        close();
    }
    void expectation(const Expectation& e) {
        open(e.negated ? "not" : "expect");
        word(e.what.text);
        for (const ExpectedSigner& s : e.signers) expected(s);
        for (ExprId v : e.values) expr(v);
        close();
    }
    void expected(const ExpectedSigner& s) {
        signer(s.signer);
        maybe("within", s.within);
        list("with", s.with);
    }
    void cases(const Test& t) {
        list("cases", t.columns);
        for (const Case& c : t.cases) {
            open("case");
            for (const Cell& cell : c.cells) {
                value(cell.value);
                for (const ExpectedSigner& s : cell.signers) expected(s);
            }
            close();
        }
    }
    void print(const Fixture& f) {
        open("fixture");
        word(f.setup.title.text);
        setup(f.setup);
        close();
    }
    void print(const Test& t) {
        open("test");
        word(quoted(t.title.text));
        list("with", t.with);
        cases(t);
        setup(t);
        for (const Expectation& e : t.expect) expectation(e);
        close();
    }
    void setup(const Test& t) {
        settings("session", t.session);
        settings("state", t.state);
        settings("context", t.context);
        for (const TestFact& f : t.facts) fact(f);
        for (const TestCall& c : t.calls) {
            open("call");
            word(symbol(c.tool.text));
            named("args", c.args);
            maybe("data", c.data);
            close();
        }
        if (t.result) named("result", *t.result);
        for (const TestSignature& s : t.signatures) {
            open("signed");
            word(quoted(s.by.text));
            list("as", s.roles);
            if (s.agent) word("agent");
            list("with", s.evidence);
            close();
        }
    }

    const File& file_;
    std::string out_;
};

}  // namespace

std::string print(const ast::File& file) { return Printer(file).run(); }

}  // namespace remit
