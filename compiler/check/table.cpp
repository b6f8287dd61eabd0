#include "compiler/check/table.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/check/declare_types.h"
#include "compiler/check/literal.h"
#include "vm/program/limits.h"

namespace remit {

int64_t key_count(const World& world, const ValueType& type) {
    if (type.kind == ValueKind::Bool) return 2;
    if (type.kind != ValueKind::Symbol) return 0;
    return static_cast<int64_t>(world.schema.vocabularies[type.vocabulary].symbols.size());
}

namespace {

class TableCompiler {
public:
    TableCompiler(World& world, const ast::File& file, const ast::TableDecl& decl)
        : world_(world), file_(file), decl_(decl) {}

    TableFunction run() {
        head();
        if (!fine_) return std::move(out_);
        cells_.assign(static_cast<size_t>(total_), nullptr);
        values_.assign(cells_.size(), Literal{});
        for (const ast::TableRow& row : decl_.rows) fill(row);
        if (fine_) find_gap();
        for (Literal& value : values_) {
            out_.natural = out_.natural && value.constant.number >= 0;
            out_.text += (out_.text.empty() ? "" : " ") + value.text;
            out_.values.items.push_back(std::move(value.constant));
        }
        out_.natural = out_.natural && is_number(out_.result);
        return std::move(out_);
    }

private:
    void head() {
        std::string text;
        for (const FieldDesc& key : read_fields(world_, file_, decl_.keys, text)) {
            const ast::Field& written = decl_.keys[out_.keys.size()];
            const int64_t count = key_count(world_, key.type);
            const bool plain = !key.optional && !key.nullable && !key.has_default && written.one_of == ast::kNoExpr;
            if (count == 0 || !plain)
                wrong<DiagId::BadTableType>(written.name.span, "key", "a symbol or a bool", world_.name_of(key.type));
            out_.keys.push_back(key.type);
            if (total_ <= static_cast<int64_t>(limits::kMaxTableCells)) total_ *= std::max<int64_t>(count, 1);
        }
        ast::Field result;
        result.name = decl_.name;
        result.type = decl_.result;
        out_.result = read_fields(world_, file_, {result}, text)[0].type;
        out_.result_text = std::move(text);
        if (kind_of(out_.result) != Kind::Int)
            wrong<DiagId::BadTableType>(decl_.result.name.span, "result", "a number, a time, a symbol or a bool",
                                        world_.name_of(out_.result));
        if (total_ > static_cast<int64_t>(limits::kMaxTableCells) || decl_.rows.size() > limits::kMaxTableCells)
            wrong<DiagId::TooMany>(decl_.name.span, limits::kMaxTableCells, "combinations or rows in a table");
        out_.values.type = static_cast<TypeRef>(Kind::List);
    }

    template <DiagId kId, class... Args>
    void wrong(Span span, Args&&... args) {
        world_.diagnostics.report<kId>(span, std::forward<Args>(args)...);
        fine_ = false;
    }

    /// What a cell stands for, as ranks.
    std::vector<int64_t> ranks(ast::ExprId cell, const ValueType& type) {
        const ast::Expr& e = file_.expr(cell);
        std::vector<int64_t> out;
        if (e.kind == ast::ExprKind::Word && e.text == "_") {
            for (int64_t r = 0; r < key_count(world_, type); ++r) out.push_back(r);
            return out;
        }
        const std::vector<ast::ExprId> one = {cell};
        for (const ast::ExprId id : e.kind == ast::ExprKind::Set ? e.kids : one) {
            if (const auto literal = read_literal(world_, file_, id, type))
                out.push_back(literal->constant.number);
            else
                fine_ = false;
        }
        return out;
    }

    void fill(const ast::TableRow& row) {
        if (row.cells.size() != out_.keys.size())
            return wrong<DiagId::TableArity>(row.span, decl_.name.text, out_.keys.size(), row.cells.size());
        const std::optional<Literal> value = read_literal(world_, file_, row.value, out_.result);
        if (!value) fine_ = false;
        std::vector<int64_t> places = {0};
        for (size_t k = 0; k < row.cells.size(); ++k) {
            std::vector<int64_t> more;
            for (const int64_t rank : ranks(row.cells[k], out_.keys[k]))
                for (const int64_t place : places) more.push_back(place * key_count(world_, out_.keys[k]) + rank);
            places = std::move(more);
        }
        if (!value) return;
        std::sort(places.begin(), places.end());
        for (const int64_t place : places)
            if (!set(static_cast<size_t>(place), row, *value)) return;
    }

    bool set(size_t place, const ast::TableRow& row, const Literal& value) {
        if (cells_[place] != nullptr && values_[place].constant.number != value.constant.number) {
            Diagnostic& d = world_.diagnostics.report<DiagId::TableConflict>(row.span, combination(place),
                                                                             values_[place].text, value.text);
            d.notes.push_back({cells_[place]->span, "the other row"});
            return fine_ = false;
        }
        cells_[place] = &row;
        values_[place] = value;
        return true;
    }

    void find_gap() {
        const auto it = std::find(cells_.begin(), cells_.end(), nullptr);
        if (it != cells_.end())
            wrong<DiagId::TableGap>(decl_.name.span, decl_.name.text,
                                    combination(static_cast<size_t>(it - cells_.begin())));
    }

    /// `dev, usd`
    std::string combination(size_t place) const {
        std::string out;
        auto rest = static_cast<int64_t>(place);
        for (size_t k = out_.keys.size(); k-- > 0;) {
            const int64_t count = key_count(world_, out_.keys[k]), rank = rest % count;
            rest /= count;
            const std::string word = out_.keys[k].kind == ValueKind::Bool
                                         ? (rank == 1 ? "true" : "false")
                                         : world_.schema.vocabularies[out_.keys[k].vocabulary]
                                               .symbols[static_cast<size_t>(rank)];
            out = word + (out.empty() ? "" : ", ") + out;
        }
        return out;
    }

    World& world_;
    const ast::File& file_;
    const ast::TableDecl& decl_;
    TableFunction out_;
    bool fine_ = true;
    int64_t total_ = 1;
    std::vector<const ast::TableRow*> cells_;  // by combination: the row that says it
    std::vector<Literal> values_;
};

}  // namespace

TableFunction compile_table(World& world, const ast::File& file, const ast::TableDecl& decl) {
    return TableCompiler(world, file, decl).run();
}

}  // namespace remit
