#include "host/testing/cases.h"

#include <algorithm>
#include <map>

#include "host/testing/literal.h"

namespace remit {

namespace {

/// Puts the values of one row where the holes are. A list in a place that takes several values becomes all of them.
class Filler {
public:
    Filler(const ast::File& file, const ast::Test& test, const ast::Case& row) : file_(file) {
        for (size_t i = 0; i < test.columns.size(); ++i) cells_.emplace(test.columns[i].text, &row.cells[i]);
    }

    void fill(ast::Test& test) const {
        for (auto* settings : {&test.session, &test.state, &test.context})
            for (ast::Setting& setting : *settings) fill(setting.values);
        for (ast::TestFact& fact : test.facts) {
            for (ast::Value& key : fact.keys) fill(key);
            fill(fact.fields);
            fill(fact.as_of);
        }
        for (ast::TestCall& call : test.calls) {
            fill(call.tool);
            fill(call.args);
            fill(call.data);
        }
        if (test.result) fill(*test.result);
        for (ast::TestSignature& signature : test.signatures) fill(signature.by);
        for (ast::Expectation& expectation : test.expect) fill(expectation);
    }

private:
    /// A string may begin with `$` too, but its text is shorter than what was written.
    const ast::Cell* cell_of(const ast::Name& name) const {
        const auto found = cells_.find(name.text);
        return found == cells_.end() || name.span.end - name.span.begin != name.text.size() ? nullptr : found->second;
    }
    const ast::Cell* cell_of(ast::ExprId id) const {
        if (id == ast::kNoExpr || file_.expr(id).kind != ast::ExprKind::Word) return nullptr;
        const auto found = cells_.find(file_.expr(id).text);
        return found == cells_.end() ? nullptr : found->second;
    }
    std::string text_of(const ast::Value& value) const {
        if (value.kind == ast::Value::Kind::Scalar) return literal_text(file_, value.scalar);
        return json_of(file_, value);
    }
    bool is_absent(const ast::Value& value) const {
        if (value.kind != ast::Value::Kind::Scalar) return false;
        const ast::Expr& expr = file_.expr(value.scalar);
        return expr.kind == ast::ExprKind::Word && expr.text == "absent";
    }

    void fill(ast::Name& name) const {
        if (const ast::Cell* cell = cell_of(name)) name.text = text_of(cell->value);
    }
    void fill(std::optional<ast::Name>& name) const {
        const ast::Cell* cell = name ? cell_of(*name) : nullptr;
        if (cell != nullptr && is_absent(cell->value))
            name.reset();
        else if (name)
            fill(*name);
    }
    void fill(std::vector<ast::ExprId>& values) const {
        std::vector<ast::ExprId> out;
        for (const ast::ExprId id : values) {
            const ast::Cell* cell = cell_of(id);
            if (cell == nullptr)
                out.push_back(id);
            else
                append(cell->value, out);
        }
        values = std::move(out);
    }
    static void append(const ast::Value& value, std::vector<ast::ExprId>& out) {
        if (value.kind == ast::Value::Kind::Scalar) out.push_back(value.scalar);
        for (const ast::Value& item : value.items) append(item, out);
    }
    /// Labels that the test gives stand beside those of the row.
    void fill(ast::Value& value) const {
        for (ast::Name& source : value.sources) fill(source);
        fill(value.label_class);
        for (ast::Value& item : value.items) fill(item);
        if (value.kind != ast::Value::Kind::Scalar) return;
        const ast::Cell* cell = cell_of(value.scalar);
        if (cell == nullptr) return;
        ast::Value filled = cell->value;
        if (!value.sources.empty()) filled.sources = value.sources;
        if (value.label_class) filled.label_class = value.label_class;
        value = std::move(filled);
    }
    /// A value that is the word `absent` in the row takes its name away.
    void fill(std::vector<ast::NamedValue>& values) const {
        std::erase_if(values, [&](const ast::NamedValue& named) {
            const ast::Cell* cell = named.value.kind == ast::Value::Kind::Scalar ? cell_of(named.value.scalar)
                                                                                 : nullptr;
            return cell != nullptr && is_absent(cell->value);
        });
        for (ast::NamedValue& named : values) fill(named.value);
    }
    /// A mismatch then points at the row.
    void fill(ast::Expectation& expectation) const {
        const ast::Cell* cell = cell_of(expectation.what);
        for (const ast::ExprId id : expectation.values) {
            if (const ast::Cell* of_value = cell_of(id)) expectation.what.span = of_value->value.span;
        }
        if (cell != nullptr) {
            expectation.what.span = cell->value.span;
            expectation.what.text = text_of(cell->value);
            expectation.signers = cell->signers;
        }
        for (ast::ExpectedSigner& expected : expectation.signers) {
            fill(expected.signer.who);
            fill(expected.signer.quorum);
            fill(expected.within);
            for (ast::Name& name : expected.with) fill(name);
        }
        fill(expectation.values);
    }

    const ast::File& file_;
    std::map<std::string, const ast::Cell*> cells_;
};

/// The row as it was written, on one line.
std::string row_text(const ast::Case& row, const Sources& sources) {
    const std::string_view text = sources.file(row.span.file).text();
    std::string out;
    for (const char c : text.substr(row.span.begin, row.span.end - row.span.begin)) {
        const bool space = c == ' ' || c == '\n' || c == '\r' || c == '\t';
        if (!space || (!out.empty() && out.back() != ' ')) out += space ? ' ' : c;
    }
    constexpr std::string_view kWord = "case ";
    return out.starts_with(kWord) ? out.substr(kWord.size()) : out;
}

}  // namespace

size_t count_tests(const ast::File& file) {
    size_t count = 0;
    for (const ast::Decl& decl : file.decls) {
        if (const auto* test = std::get_if<ast::Test>(&decl.body)) count += std::max<size_t>(test->cases.size(), 1);
    }
    return count;
}

std::vector<TestCase> test_cases(std::span<const ast::File> files, const Sources& sources) {
    std::map<std::string, std::pair<const ast::File*, const ast::Test*>> fixtures;
    for (const ast::File& file : files) {
        for (const ast::Decl& decl : file.decls) {
            if (const auto* fixture = std::get_if<ast::Fixture>(&decl.body))
                fixtures.emplace(fixture->setup.title.text, std::pair{&file, &fixture->setup});
        }
    }
    std::vector<TestCase> out;
    if (files.empty()) return out;
    for (const ast::Decl& decl : files[0].decls) {
        const auto* test = std::get_if<ast::Test>(&decl.body);
        if (test == nullptr) continue;
        TestCase plain{test->title.text, test->title.span, &files[0], *test, {}};
        plain.test.columns.clear();
        plain.test.cases.clear();
        for (const ast::Name& name : test->with) {
            const auto found = fixtures.find(name.text);
            if (found != fixtures.end()) plain.fixtures.push_back(found->second);
        }
        for (const ast::Case& row : test->cases) {
            TestCase& filled = out.emplace_back(plain);
            filled.title += " [" + row_text(row, sources) + "]";
            filled.at = row.span;
            Filler(files[0], *test, row).fill(filled.test);
        }
        if (test->cases.empty()) out.push_back(std::move(plain));
    }
    return out;
}

}  // namespace remit
