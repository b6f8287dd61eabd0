#include "host/import/drift.h"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <set>
#include <tuple>

#include "host/import/fields.h"
#include "host/import/text.h"

namespace remit {

namespace {

constexpr DriftRow kRows[] = {
#define REMIT_DRIFT(Id, id, fails, about) {id, about, fails},
#include "host/import/drift.def"
#undef REMIT_DRIFT
};

template <class T>
const T* named(const std::vector<T>& in, std::string_view name) {
    const auto found = std::find_if(in.begin(), in.end(), [&](const T& t) { return t.name == name; });
    return found == in.end() ? nullptr : &*found;
}

/// `file:line:column` in the order of a reader.
std::tuple<std::string, uint64_t, uint64_t> place_key(const std::string& at) {
    const size_t column = at.rfind(':'),
                 line = column == std::string::npos || column == 0 ? std::string::npos : at.rfind(':', column - 1);
    if (line == std::string::npos) return {at, 0, 0};
    const auto number = [](const char* text) { return std::strtoull(text, nullptr, 10); };
    return {at.substr(0, line), number(at.c_str() + line + 1), number(at.c_str() + column + 1)};
}

std::vector<std::string> sorted(const std::set<std::string>& places) {
    std::vector<std::string> out(places.begin(), places.end());
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return place_key(a) < place_key(b); });
    return out;
}

/// The slots that say something about one parameter: its value, its labels, and facts that are looked up by it.
std::set<uint32_t> slots_of(const Program& program, const ToolDesc& tool, size_t param) {
    const ParamSlots& slots = tool.slots[param];
    std::set<uint32_t> out = {slots.value, slots.trust, slots.data_class, slots.sources};
    out.erase(kNoSlot);
    for (const uint32_t use : tool.facts) {
        const FactUse& fact = program.fact_uses[use];
        const bool keyed = std::any_of(fact.keys.begin(), fact.keys.end(), [&](const FactKey& key) {
            return !key.is_constant && key.slot == slots.value && slots.value != kNoSlot;
        });
        for (const auto& [field, slot] : fact.fields) {
            if (keyed) out.insert(slot);
        }
    }
    return out;
}

bool reads(const Program& program, uint32_t shape, const std::set<uint32_t>& slots) {
    if (shape == kNoShape) return false;
    const Shape& s = program.shapes[shape];
    return std::any_of(program.code.begin() + s.begin, program.code.begin() + s.end,
                       [&](const Instr& i) { return i.op == Op::Slot && slots.contains(i.imm); });
}

/// Calls `each(rule, segment)` for every rule of the tool.
void for_rules(const Program& program, const ToolDesc& tool,
               const std::function<void(const RuleInfo&, const Segment&)>& each) {
    for (uint32_t i = tool.segments_begin; i < tool.segments_end; ++i) {
        const Segment& segment = program.segments[program.tool_segments[i]];
        for (uint32_t row = segment.row_begin; row < segment.row_end; ++row)
            each(program.rules[program.rows[row].rule], segment);
    }
}

/// The rules that read a parameter of a tool, or take it out of records.
std::vector<std::string> rules_reading(const std::vector<Program>& layers, const std::string& tool,
                                       const std::string& param) {
    std::set<std::string> out;
    for (const Program& program : layers) {
        const ToolDesc* desc = named(program.tools, tool);
        const FieldDesc* field = desc == nullptr ? nullptr : named(desc->params, param);
        if (field == nullptr) continue;
        const auto slots = slots_of(program, *desc, static_cast<size_t>(field - desc->params.data()));
        const std::string path = "/" + param;
        for_rules(program, *desc, [&](const RuleInfo& rule, const Segment& segment) {
            const bool redacts = rule.path == path || rule.path.starts_with(path + "/");
            if (redacts || reads(program, segment.shape, slots) || reads(program, segment.value_shape, slots))
                out.insert(rule.at);
        });
    }
    return sorted(out);
}

/// One tool on both sides.
class Comparison {
public:
    Comparison(const Pinned& pinned, const Program& live, std::vector<Drift>& out)
        : pinned_(pinned), live_(live), out_(out) {}

    void tool(const ToolDesc& ours, const ToolDesc& theirs, const McpTool& said) {
        tool_ = ours.name;
        effect(ours, said);
        for (const FieldDesc& field : ours.params) parameter(field, named(theirs.params, field.name));
        for (const FieldDesc& field : theirs.params) {
            if (named(ours.params, field.name) != nullptr) continue;
            const bool spare = field.optional || field.has_default;
            // Without it no call of the tool is right any more, so it touches all that is said of the tool.
            add(spare ? DriftKind::ParamAdded : DriftKind::ParamNeeded, field.name, "", field_text(field, live_),
                rules_of(pinned_.layers, tool_));
        }
    }
    void vanished(const ToolDesc& ours) {
        tool_ = ours.name;
        add(DriftKind::ToolVanished, "", "", "", rules_of(pinned_.layers, tool_));
    }
    void text(const std::string& tool, const std::string& ours, const std::string& theirs) {
        tool_ = tool;
        if (remit_string(ours) != remit_string(theirs))
            add(DriftKind::TextChanged, "", ours, theirs, rules_of(pinned_.layers, tool));
    }

private:
    /// A hint that the server does not give says nothing; one that is milder than the policy changes nothing.
    void effect(const ToolDesc& ours, const McpTool& said) {
        if (said.read_only == false && !ours.write)
            add(DriftKind::EffectChanged, "", "read", "write", rules_of(pinned_.layers, tool_));
        const bool may_write = said.read_only != true;
        if (said.destructive == true && may_write && !ours.destructive)
            add(DriftKind::HintChanged, "", "", "destructive", rules_of(pinned_.layers, tool_));
        if (said.open == true && !ours.open)
            add(DriftKind::HintChanged, "", "", "open", rules_of(pinned_.layers, tool_));
    }
    void parameter(const FieldDesc& ours, const FieldDesc* theirs) {
        const std::string here = field_text(ours, pinned_.layers.front());
        if (theirs == nullptr)
            return add(DriftKind::ParamRemoved, ours.name, here, "", rules_reading(pinned_.layers, tool_, ours.name));
        const auto differs = [&](DriftKind kind) {
            add(kind, ours.name, here, field_text(*theirs, live_), rules_reading(pinned_.layers, tool_, ours.name));
        };
        switch (fit_of(ours, *theirs)) {
            case Fit::Same: return;
            case Fit::PolicyNarrower: return differs(DriftKind::ParamWidened);
            case Fit::ServerNarrower: return differs(DriftKind::ParamNarrowed);
            case Fit::Apart: return differs(DriftKind::ParamChanged);
        }
    }
    void add(DriftKind kind, const std::string& param, std::string ours, std::string theirs,
             std::vector<std::string> rules) {
        out_.push_back({kind, tool_, param, std::move(ours), std::move(theirs), std::move(rules)});
    }

    const Pinned& pinned_;
    const Program& live_;
    std::vector<Drift>& out_;
    std::string tool_;
};

}  // namespace

const DriftRow& row_of(DriftKind kind) { return kRows[static_cast<size_t>(kind)]; }

std::vector<std::string> rules_of(const std::vector<Program>& layers, std::string_view tool) {
    std::set<std::string> out;
    for (const Program& program : layers) {
        const ToolDesc* desc = named(program.tools, tool);
        if (desc != nullptr)
            for_rules(program, *desc, [&](const RuleInfo& rule, const Segment&) { out.insert(rule.at); });
    }
    return sorted(out);
}

std::vector<Drift> find_drift(const Pinned& pinned, const Program& live, const McpImport& catalogue) {
    std::vector<Drift> out;
    Comparison compare(pinned, live, out);
    for (const ToolDesc& ours : pinned.layers.front().tools) {
        if (!ours.name.starts_with(pinned.prefix) || ours.after_of != kNoTool) continue;
        const ToolDesc* theirs = named(live.tools, ours.name);
        const McpTool* said = named(catalogue.list, ours.name);
        if (theirs == nullptr || said == nullptr) {
            compare.vanished(ours);
            continue;
        }
        compare.tool(ours, *theirs, *said);
        for (const auto& [tool, about] : pinned.abouts) {
            if (tool == ours.name) compare.text(tool, about, said->about);
        }
    }
    for (const McpTool& tool : catalogue.list) {
        if (named(pinned.layers.front().tools, tool.name) == nullptr)
            out.push_back({DriftKind::ToolAdded, tool.name, "", "", "", {}});
    }
    std::stable_sort(out.begin(), out.end(), [](const Drift& a, const Drift& b) { return a.tool < b.tool; });
    return out;
}

}  // namespace remit
