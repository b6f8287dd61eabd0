// Index::text: what `build --emit program` shows of the index.
#include <string>

#include "vm/index/index.h"

namespace remit {

namespace {

const char* phase_name(Layout::Phase phase) {
    switch (phase) {
        case Layout::Phase::Facts: return "facts";
        case Layout::Phase::Risk: return "risk";
        case Layout::Phase::Lane: return "lane";
        case Layout::Phase::LateState: return "late state";
        case Layout::Phase::Rest: return "rest";
    }
    return "?";
}

const char* class_name(ClassKind kind) {
    switch (kind) {
        case ClassKind::Direct: return "direct";
        case ClassKind::Few: return "few";
        case ClassKind::Span: return "span";
        case ClassKind::Search: return "search";
        case ClassKind::Text: return "text";
    }
    return "?";
}

}  // namespace

std::string Index::text(const Program& program) const {
    std::string out = "index " + std::to_string(stats_.tables) + " tables, " + std::to_string(stats_.cells) +
                      " cells, " + std::to_string(stats_.leaves) + " leaves; " + std::to_string(stats_.rows) +
                      " rows, of which " + std::to_string(stats_.rows_run) + " are run\n";
    for (size_t i = 0; i < layouts_.size(); ++i) {
        const Layout& layout = layouts_[i];
        out += "layout " + std::to_string(i) + " " + phase_name(layout.phase);
        for (const Layout::Dim& d : layout.dims)
            out += " " + program.slots[d.slot].name + ":" + class_name(d.kind) + (d.session ? "*" : "");
        if (layout.runs) out += " runs";
        if (layout.items) out += " items";
        if (layout.role_sets && !program.roles.empty()) out += " role sets";
        out += " " + std::to_string(layout.cell_bytes) + " bytes";
        out += "\n";
    }
    for (uint32_t t = 0; t < program.tools.size(); ++t) {
        out += "tool " + program.tools[t].name + ":";
        for (const Probe& p : probes(t))
            out += " " + std::to_string(p.layout) + "[" + std::to_string(p.table->id) + "]";
        out += "\n";
    }
    return out;
}

}  // namespace remit
