#include "vm/jit/object_plan.h"

#include <algorithm>
#include <set>

#include "vm/index/classify.h"

namespace remit::jit {
namespace {

/// Rows whose numbers lie on the stack of the function.
constexpr uint32_t kMostMatched = 16384;

class Planner {
public:
    explicit Planner(const LoadedProgram& loaded)
        : program_(loaded.program()), index_(loaded.index()), checked_(program_.shapes.size()) {
        out_.plan = make_plan(loaded, /*columns=*/false, /*decide=*/false);
    }

    Result<ObjectPlan> run() {
        out_.name = identifier(program_.name.empty() ? "policy" : program_.name);
        out_.symbol = out_.name + "_decide";
        for (const Layout& layout : index_.layouts())
            for (const Layout::Dim& dim : layout.dims) reads_.insert(dim.slot);
        for (uint32_t w = 0; w < program_.role_words(); ++w) reads_.insert(kSlotRoles + w);
        for (uint32_t list = 0; list < index_.run_list_count(); ++list)
            for (const Run& r : index_.runs(list)) check(r);
        count_matched();
        if (!why_.empty())
            return Failure{why_ + "; an object file holds tables and plain code alone, link libremit_vm instead"};
        reads_.erase(kSlotRisk);
        reads_.erase(kSlotLane);
        out_.reads.assign(reads_.begin(), reads_.end());
        out_.writes.assign(writes_.begin(), writes_.end());
        return std::move(out_);
    }

private:
    void check(const Run& r) {
        const Segment& s = program_.segments[r.segment];
        const RuleInfo& rule = program_.rules[program_.rows[r.row].rule];
        check_shape(s.shape, rule);
        if (rule.kind == RuleKind::Never && rule.property != Property::Allow && rule.property != Property::Block)
            refuse(rule, "claims more of a decision than its verdict");
        if (s.value_shape != kNoShape) check_shape(s.value_shape, rule);
        const auto state = static_cast<uint32_t>(program_.rows[r.row].payload);
        switch (s.action) {
            case Action::Note:
            case Action::Allow:
            case Action::Block:
            case Action::Risk:
            case Action::Lane: return;
            case Action::CountDistinct: refuse(rule, "counts distinct values"); return;
            case Action::Count: writes_.insert(state + 1); [[fallthrough]];
            case Action::Mark:
                writes_.insert(state);
                reads_.insert(state);
                return;
        }
    }
    void check_shape(uint32_t index, const RuleInfo& rule) {
        if (checked_[index]) return;
        checked_[index] = true;
        const Shape& shape = program_.shapes[index];
        for (const TypeRef type : shape.params)
            if (!is_plain_literal(type)) refuse(rule, "has a literal that is neither number, text nor a list of them");
        for (uint32_t at = shape.begin; at < shape.end; ++at) {
            const Instr& i = program_.code[at];
            if (i.op == Op::MatchesS) refuse(rule, "matches a regular expression");
            if (i.op != Op::Slot) continue;
            reads_.insert(i.imm);
            const SlotDesc& slot = program_.slots[i.imm];
            if (!is_plain(slot.type)) refuse(rule, "reads `" + slot.name + "`, which is neither a number nor a text");
        }
    }
    bool is_plain(TypeRef type) const {
        switch (program_.types[type].kind) {
            case Kind::Truth:
            case Kind::Int:
            case Kind::Str: return true;
            case Kind::Url:
            case Kind::Email:
            case Kind::Net:
            case Kind::List:
            case Kind::Record:
            case Kind::Any: return false;
        }
        return false;
    }
    bool is_plain_literal(TypeRef type) const {
        const TypeDesc& t = program_.types[type];
        return is_plain(t.kind == Kind::List ? t.item : type);
    }
    void refuse(const RuleInfo& rule, const std::string& why) {
        if (why_.empty()) why_ = "the rule at " + (rule.at.empty() ? to_text(rule.id) : rule.at) + " " + why;
    }

    /// At most all rows that the tables of one tool may leave to be run.
    void count_matched() {
        std::vector<uint32_t> of_table(index_.tables().size());
        std::vector<bool> known(of_table.size());
        for (uint32_t t = 0; t < program_.tools.size(); ++t) {
            uint64_t sum = 0;
            for (const Probe& probe : index_.probes(t)) {
                const Layout& layout = index_.layouts()[probe.layout];
                const uint32_t id = probe.table->id;
                if (!known[id] && layout.runs)
                    for (uint32_t c = 0; c < cell_count(layout, *probe.table); ++c)
                        of_table[id] = std::max(
                            of_table[id],
                            static_cast<uint32_t>(index_.runs(leaf_at(layout, *probe.table, c).runs).size()));
                known[id] = true;
                sum += of_table[id];
            }
            if (sum > kMostMatched && why_.empty())
                why_ = "the tool `" + program_.tools[t].name + "` has too many rules that no table holds";
            out_.most_matched = std::max(out_.most_matched, static_cast<uint32_t>(std::min<uint64_t>(sum, UINT32_MAX)));
        }
    }

    const Program& program_;
    const Index& index_;
    ObjectPlan out_;
    std::vector<bool> checked_;  // by shape
    std::set<uint32_t> reads_, writes_;
    std::string why_;
};

}  // namespace

Result<ObjectPlan> plan_object(const LoadedProgram& program) { return Planner(program).run(); }

std::string identifier(std::string_view text) {
    const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
    std::string out;
    for (const char c : text) out += fits(c) ? c : '_';
    if (out.empty() || (out[0] >= '0' && out[0] <= '9')) return std::string(1, '_').append(out);
    return out;
}

}  // namespace remit::jit
