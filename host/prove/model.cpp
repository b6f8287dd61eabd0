#include "host/prove/model.h"

#include <algorithm>

namespace remit::prove {

namespace {

class Runner {
public:
    Runner(Context& context, Inputs& inputs, const View& view, LayerModel& out)
        : c_(context), t_(context.terms), inputs_(inputs), view_(view), machine_(context, *view.loaded), out_(out) {}

    void run(uint32_t tool) {
        const Program& p = view_.program();
        out_.allowed = out_.blocked = t_.truth(false);
        frame_ = inputs_.frame(view_, tool);
        const ToolDesc& desc = p.tools[tool];
        for (uint32_t i = desc.segments_begin; i < desc.segments_end; ++i) {
            const Segment& segment = p.segments[p.tool_segments[i]];
            for (uint32_t r = segment.row_begin; r < segment.row_end; ++r) row(segment, p.rows[r]);
        }
        out_.risk = frame_[kSlotRisk].bits;
        out_.lane = frame_[kSlotLane].bits;
    }

private:
    void row(const Segment& segment, const Row& row) {
        const Program& p = view_.program();
        const Shape& shape = p.shapes[segment.shape];
        const Sym guard = machine_.run(shape, row.params, frame_);
        const Term hit = segment.must ? guard.must : guard.may;
        const RuleInfo& rule = p.rules[row.rule];
        if (t_.is_false(hit) || rule.watch) return;
        out_.spoken.push_back({&rule, hit});
        Sym value = c_.number(t_.number(1));
        if (segment.value_shape != kNoShape)
            value = machine_.run(p.shapes[segment.value_shape], row.params + static_cast<uint32_t>(shape.params.size()),
                                 frame_);
        act(segment.action, row, hit, value);
    }

    void act(Action action, const Row& row, Term hit, const Sym& value) {
        switch (action) {
            case Action::Note: return;
            case Action::Allow: out_.allowed = t_.either(out_.allowed, hit); return;
            case Action::Block: out_.blocked = t_.either(out_.blocked, hit); return;
            case Action::Risk: {
                Term& risk = frame_[kSlotRisk].bits;
                most_risk_ = most_risk_ > INT64_MAX - row.payload ? INT64_MAX : most_risk_ + row.payload;
                risk = t_.add(risk, t_.ite(hit, t_.number(row.payload), t_.number(0)));
                if (most_risk_ == INT64_MAX) risk = t_.minimum(risk, t_.number(INT64_MAX));
                return;
            }
            case Action::Lane: {
                Term& lane = frame_[kSlotLane].bits;
                lane = t_.ite(hit, t_.maximum(lane, t_.number(row.payload)), lane);
                return;
            }
            case Action::Mark: {
                Term& mark = frame_[static_cast<size_t>(row.payload)].bits;
                mark = t_.ite(hit, t_.number(1), mark);
                return;
            }
            case Action::Count: return charge(row, hit, summand(value));
            case Action::CountDistinct: {
                const Sym& known = frame_[static_cast<size_t>(row.payload) + 2];
                const Sym found = machine_.member(value, known, value.kind == Kind::Str ? Op::EqS : Op::EqI);
                const Term error = c_.error_of(value);
                const Term counts = t_.both(hit, t_.either(error, t_.no(found.must)));
                return charge(row, counts, t_.ite(error, t_.number(INT64_MAX), t_.number(1)));
            }
        }
    }
    /// Unbounded where it is an error, and never less than nothing.
    Term summand(const Sym& value) {
        return t_.ite(c_.error_of(value), t_.number(INT64_MAX), t_.maximum(value.bits, t_.number(0)));
    }
    void charge(const Row& row, Term hit, Term amount) {
        Term& total = frame_[static_cast<size_t>(row.payload)].bits;
        total = t_.ite(hit, t_.minimum(t_.add(total, amount), t_.number(INT64_MAX)), total);
        frame_[static_cast<size_t>(row.payload) + 1] = c_.number(t_.ite(hit, amount, t_.number(0)));
    }

    Context& c_;
    smt::Terms& t_;
    Inputs& inputs_;
    const View& view_;
    Machine machine_;
    LayerModel& out_;
    std::vector<Sym> frame_;
    int64_t most_risk_ = 0;
};

void add_ask(Context& c, LayerModel& layer, const Spoken& s) {
    smt::Terms& t = c.terms;
    const auto [it, is_new] = layer.asks.try_emplace(signer_name(*layer.program, s.rule->signer));
    AskModel& ask = it->second;
    if (is_new) ask = {t.number(0), t.number(INT64_MAX), {}};
    const int64_t quorum = std::max<uint32_t>(1, s.rule->quorum);
    ask.quorum = t.ite(s.when, t.maximum(ask.quorum, t.number(quorum)), ask.quorum);
    ask.within = t.ite(s.when, t.minimum(ask.within, t.number(s.rule->window_ns)), ask.within);
    for (const std::string& word : s.rule->words) {
        const auto [wanted, first] = ask.evidence.try_emplace(word, s.when);
        if (!first) wanted->second = t.either(wanted->second, s.when);
    }
    layer.asked = t.either(layer.asked, s.when);
}

LayerModel layer_of(Context& c, Inputs& inputs, const View& view, const std::string& tool) {
    LayerModel out;
    out.program = &view.program();
    out.risk = out.lane = c.terms.number(0);
    out.denied = c.yes();
    const uint32_t index = tool_named(view.program(), tool);
    if (index == kNoTool) return out;
    out.declared = true;
    Runner(c, inputs, view, out).run(index);
    out.denied = c.terms.either(c.terms.no(out.allowed), out.blocked);
    for (const Spoken& s : out.spoken)
        if (asks(*s.rule)) add_ask(c, out, s);
    return out;
}

Retention retention_of(Context& c, const std::vector<LayerModel>& layers) {
    smt::Terms& t = c.terms;
    Retention r{t.number(-1), t.number(INT64_MAX)};
    for (const LayerModel& layer : layers) {
        for (const Spoken& s : layer.spoken) {
            if (s.rule->kind != RuleKind::Retain) continue;
            if (s.rule->at_least_ns >= 0)
                r.at_least = t.ite(s.when, t.maximum(r.at_least, t.number(s.rule->at_least_ns)), r.at_least);
            if (s.rule->at_most_ns >= 0)
                r.at_most = t.ite(s.when, t.minimum(r.at_most, t.number(s.rule->at_most_ns)), r.at_most);
        }
    }
    return r;
}

bool includes(const Program& p, uint32_t role, uint32_t wanted) {
    const auto& closure = p.role_closure[role];
    return wanted / 64 < closure.size() && (closure[wanted / 64] >> (wanted % 64) & 1) != 0;
}

}  // namespace

bool asks(const RuleInfo& rule) {
    return rule.kind == RuleKind::Ask || (rule.kind == RuleKind::Block && rule.overridable);
}

std::string signer_name(const Program& program, uint32_t signer) {
    return signer == kSignerOwner ? "owner" : program.roles[signer];
}

Model model_of(Context& c, Inputs& inputs, const std::vector<View>& views, const std::string& tool) {
    smt::Terms& t = c.terms;
    Model out;
    out.denied = out.asked = t.truth(false);
    out.risk = t.number(0);
    for (const View& view : views) {
        out.layers.push_back(layer_of(c, inputs, view, tool));
        const LayerModel& layer = out.layers.back();
        out.denied = t.either(out.denied, layer.denied);
        out.asked = t.either(out.asked, layer.asked);
        out.risk = t.maximum(out.risk, layer.risk);
    }
    out.retention = retention_of(c, out.layers);
    out.denied = t.either(out.denied, t.less(out.retention.at_most, out.retention.at_least));
    return out;
}

Term implied_by_obligations(Context& c, const LayerModel& layer, const RuleInfo& never) {
    smt::Terms& t = c.terms;
    if (never.quorum == 0) return t.no(c.yes());
    const Program& p = *layer.program;
    std::vector<Term> some;
    for (const Spoken& s : layer.spoken) {
        if (!asks(*s.rule) || std::max<uint32_t>(1, s.rule->quorum) < never.quorum) continue;
        const bool owner = s.rule->signer == kSignerOwner, wants_owner = never.signer == kSignerOwner;
        if (owner != wants_owner) continue;
        if (owner || includes(p, s.rule->signer, never.signer)) some.push_back(s.when);
    }
    return t.any(some);
}

Term unsignable(Context& c, const LayerModel& layer) {
    const auto owners = layer.asks.find("owner");
    return owners == layer.asks.end() ? c.terms.truth(false) : c.terms.less(c.terms.number(1), owners->second.quorum);
}

}  // namespace remit::prove
