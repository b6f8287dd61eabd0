// Code actions: repairs of the diagnostics at a place, and a reason for a `block` that has none.
#include <algorithm>

#include "host/lsp/features/repairs.h"
#include "host/lsp/text/uri.h"

namespace remit::lsp {

namespace {

class Actions {
public:
    Actions(const Context& context, const Spot& spot, const Json& params)
        : context_(context), spot_(spot), given_(at(params, "context", "diagnostics")) {}

    Json run(uint32_t begin, uint32_t end) {
        for (const Diagnostic& d : spot_.snapshot->compilation.diagnostics.sorted()) {
            if (d.span.file != spot_.file || d.span.end < begin || d.span.begin > end) continue;
            for (const Repair& r : repairs_of(*spot_.snapshot, d)) add(r, "quickfix", &d);
        }
        reason(begin);
        return std::move(out_);
    }

private:
    void reason(uint32_t offset) {
        const ast::Decl* decl = decl_at(*spot_.snapshot, spot_.file, offset);
        const auto* rule = decl ? std::get_if<ast::Rule>(&decl->body) : nullptr;
        if (!rule || rule->because || (rule->verb != ast::Verb::Block && rule->verb != ast::Verb::Never)) return;
        const uint32_t at = end_of_declaration(spot_.text(), decl->span.begin);
        add({"say why: add `because`", {{{spot_.file, at, at}, " because \"\""}}, false}, "refactor.rewrite", nullptr);
    }

    void add(const Repair& repair, const char* kind, const Diagnostic* d) {
        Json edits = Json::array();
        for (const Edit& e : repair.edits)
            edits.push_back({{"range", json_of(range_of(context_, *spot_.snapshot, e.span))}, {"newText", e.text}});
        Json action = {{"title", repair.title},
                       {"kind", kind},
                       {"edit", {{"changes", {{spot_.document->uri, std::move(edits)}}}}}};
        if (repair.preferred) action["isPreferred"] = true;
        if (d) action["diagnostics"] = answered(*d);
        out_.push_back(std::move(action));
    }

    /// The client's own diagnostics that this is about.
    Json answered(const Diagnostic& d) const {
        Json out = Json::array();
        if (!given_.is_array()) return out;
        for (const Json& g : given_)
            if (text_at(g, "code") == code_of(d.id) &&
                position_of(at(g, "range", "start")) == range_of(context_, *spot_.snapshot, d.span).start)
                out.push_back(g);
        return out;
    }

    const Context& context_;
    const Spot& spot_;
    const Json& given_;
    Json out_ = Json::array();
};

}  // namespace

Json code_action(Context& context, const Json& params) {
    const auto spot = spot_of(context, params);
    if (!spot) return nullptr;
    const Range range = range_of(at(params, "range"));
    const auto offset = [&](Position p) {
        return static_cast<uint32_t>(spot->document->lines.offset(p, context.encoding));
    };
    return Actions(context, *spot, params).run(offset(range.start), offset(range.end));
}

}  // namespace remit::lsp
