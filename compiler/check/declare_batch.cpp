// `each items as TOOL`: do the elements of a list make calls of another tool?
#include "compiler/check/declare_batch.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/types/type.h"

namespace remit {

namespace {

class BatchDeclarer {
public:
    BatchDeclarer(World& world, const ast::ToolDecl& decl)
        : world_(world), decl_(decl), tool_(world.schema.tools[world.tools.at(decl.name.text)]) {}

    void run() {
        const auto target = world_.tools.find(decl_.each_as->text);
        if (target == world_.tools.end()) {
            world_.diagnostics.report<DiagId::UnknownTool>(decl_.each_as->span, decl_.each_as->text);
            return;
        }
        const auto named = [&](const FieldDesc& f) { return f.name == decl_.each->text; };
        const auto param = std::find_if(tool_.params.begin(), tool_.params.end(), named);
        const bool records = param != tool_.params.end() && param->type.kind == ValueKind::List &&
                             param->type.item[0].kind == ValueKind::Record && !param->has_default;
        if (!records) {
            world_.diagnostics.report<DiagId::EachForm>(decl_.each->span, decl_.each->text);
            return;
        }
        elements(param->type.item[0].fields, world_.schema.tools[target->second]);
        tool_.each_param = static_cast<uint32_t>(param - tool_.params.begin());
        tool_.each_tool = target->second;
    }

private:
    void wrong(const ToolDesc& target, const std::string& what) {
        world_.diagnostics.report<DiagId::EachField>(decl_.each->span, target.name, what);
    }

    void elements(const std::vector<FieldDesc>& fields, const ToolDesc& target) {
        for (const FieldDesc& field : fields) {
            const auto same = [&](const FieldDesc& p) { return p.name == field.name; };
            const auto param = std::find_if(target.params.begin(), target.params.end(), same);
            if (param == target.params.end())
                wrong(target, fmt::format("they have `{}`, which it does not take", field.name));
            else if (!same_type(field.type, param->type))
                wrong(target, fmt::format("`{}` is {}, and there {}", field.name, world_.name_of(field.type),
                                          world_.name_of(param->type)));
            else if (field.nullable && !param->nullable)
                wrong(target, fmt::format("`{}` may be null, and there it may not", field.name));
            else if (field.optional && !field.has_default && !param->optional && !param->has_default)
                wrong(target, fmt::format("`{}` is optional, and there it is needed", field.name));
        }
        for (const FieldDesc& param : target.params) {
            const auto same = [&](const FieldDesc& f) { return f.name == param.name; };
            if (!param.optional && !param.has_default && std::none_of(fields.begin(), fields.end(), same))
                wrong(target, fmt::format("they lack `{}`", param.name));
        }
    }

    World& world_;
    const ast::ToolDecl& decl_;
    ToolDesc& tool_;
};

}  // namespace

void declare_batch(World& world, const ast::ToolDecl& decl) { BatchDeclarer(world, decl).run(); }

void check_batches(World& world, const ast::ToolDecl& decl) {
    const ToolDesc& tool = world.schema.tools[world.tools.at(decl.name.text)];
    if (tool.each_tool != kNoTool && world.schema.tools[tool.each_tool].each_tool != kNoTool)
        world.diagnostics.report<DiagId::EachNested>(decl.each_as->span, decl.each_as->text);
}

}  // namespace remit
