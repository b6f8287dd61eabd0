// The pipeline on one screen: text -> Ast -> Ir -> folded Ir -> Program, for the policy and for each policy it stands under.
#include "compiler/compile.h"

#include <algorithm>
#include <memory>
#include <set>

#include "compiler/check/check.h"
#include "compiler/emit/emit.h"
#include "compiler/syntax/parse.h"
#include "stdlib/modules.h"
#include "vm/program/limits.h"

namespace remit {

namespace {

/// `path` seen from the file `from`, with `.` and `..` resolved where they can be.
std::string relative_to(const std::string& from, const std::string& path) {
    if (!path.empty() && path.front() == '/') return path;
    const size_t slash = from.rfind('/');
    std::string joined = slash == std::string::npos ? path : from.substr(0, slash + 1) + path;
    std::vector<std::string> parts;
    std::string part;
    for (size_t i = 0; i <= joined.size(); ++i) {
        if (i < joined.size() && joined[i] != '/') {
            part += joined[i];
            continue;
        }
        const bool up = part == ".." && !parts.empty() && parts.back() != ".." && !parts.back().empty();
        if (up)
            parts.pop_back();
        else if (part != "." && (!part.empty() || i == 0))
            parts.push_back(part);
        part.clear();
    }
    std::string out;
    for (size_t i = 0; i < parts.size(); ++i) out += (i > 0 ? "/" : "") + parts[i];
    return out;
}

/// One policy: its main file and all that it uses.
struct Unit {
    std::vector<size_t> files;                // indices into Compilation::files
    const ast::PolicyDecl* policy = nullptr;  // of the main file
};

class Pipeline {
public:
    Pipeline(Compilation& out, const Loader& loader, const CompileOptions& options)
        : out_(out), loader_(loader), options_(options) {}

    void run(std::string path, std::string text) {
        std::vector<Unit> units;
        std::set<std::string> paths = {path};
        units.push_back(read_unit(path, std::move(text)));
        while (const ast::PolicyDecl* child = units.back().policy) {
            if (!child->parent) break;
            path = relative_to(path, child->parent_file->text);
            if (!may_read_parent(*child, path, paths, units.size())) return;
            std::optional<std::string> parent = load(path, child->parent_file->span);
            if (!parent) return;
            units.push_back(read_unit(path, std::move(*parent)));
            if (!is_named(units.back(), *child)) return;
        }
        if (!units.front().policy) return missing_policy();
        compile_units(units);
    }

private:
    // ---- files -------------------------------------------------------------------------------------------------

    Unit read_unit(const std::string& path, std::string text) {
        Unit unit;
        std::set<std::string> seen = {path};
        read_file(unit, path, std::move(text));
        for (size_t i = 0; i < unit.files.size(); ++i)  // grows as files are used
            follow_uses(unit, unit.files[i], seen);
        unit.policy = policy_of(unit);
        return unit;
    }

    void read_file(Unit& unit, const std::string& path, std::string text) {
        const FileId id = out_.sources.add(path, std::move(text));
        out_.files.push_back(parse_file(out_.sources, id, out_.diagnostics));
        unit.files.push_back(out_.files.size() - 1);
    }

    void follow_uses(Unit& unit, size_t file, std::set<std::string>& seen) {
        const std::string from = out_.sources.file(out_.files[file].file).name();
        std::vector<ast::UseDecl> uses;
        for (const ast::Decl& d : out_.files[file].decls)
            if (const auto* use = std::get_if<ast::UseDecl>(&d.body)) uses.push_back(*use);
        for (const ast::UseDecl& use : uses) {
            const std::string path = use.is_file ? relative_to(from, use.what.text) : use.what.text;
            if (!seen.insert(path).second) continue;
            if (out_.files.size() >= limits::kMaxFiles) {
                out_.diagnostics.report<DiagId::TooMany>(use.what.span, limits::kMaxFiles, "files");
                return;
            }
            if (use.is_file) {
                if (std::optional<std::string> text = load(path, use.what.span))
                    read_file(unit, path, std::move(*text));
            } else if (const auto text = find_module(path)) {
                read_file(unit, path, std::string(*text));
            } else {
                unknown_module(use.what);
            }
        }
    }

    std::optional<std::string> load(const std::string& path, Span span) {
        std::string error = "no file can be read here";
        std::optional<std::string> text;
        if (loader_) text = loader_(path, error);
        if (!text) out_.diagnostics.report<DiagId::FileUnreadable>(span, path, error);
        return text;
    }

    void unknown_module(const ast::Name& name) {
        std::string known;
        for (std::string_view m : module_names()) known += (known.empty() ? "" : ", ") + std::string(m);
        out_.diagnostics.report<DiagId::UnknownModule>(name.span, name.text).help = "modules: " + known;
    }

    // ---- policies ----------------------------------------------------------------------------------------------

    const ast::PolicyDecl* policy_of(const Unit& unit) {
        const ast::PolicyDecl* found = nullptr;
        for (size_t i : unit.files)
            for (const ast::Decl& d : out_.files[i].decls) {
                const auto* policy = std::get_if<ast::PolicyDecl>(&d.body);
                if (!policy) continue;
                if (found)
                    out_.diagnostics.report<DiagId::PolicyTwice>(policy->name.span, found->name.text,
                                                                 policy->name.text);
                found = found ? found : policy;
            }
        if (found) policies_.push_back(std::make_unique<ast::PolicyDecl>(*found));  // files_ may still move
        return found ? policies_.back().get() : nullptr;
    }

    bool may_read_parent(const ast::PolicyDecl& child, const std::string& path, std::set<std::string>& paths,
                         size_t depth) {
        if (!paths.insert(path).second) {
            out_.diagnostics.report<DiagId::UseCycle>(child.parent_file->span, child.name.text);
            return false;
        }
        if (depth < limits::kMaxLayers) return true;
        out_.diagnostics.report<DiagId::TooMany>(child.parent_file->span, limits::kMaxLayers,
                                                 "policies under one another");
        return false;
    }

    bool is_named(const Unit& unit, const ast::PolicyDecl& child) {
        const std::string name = unit.policy ? unit.policy->name.text : "";
        if (name == child.parent->text) return true;
        out_.diagnostics.report<DiagId::ParentMismatch>(child.parent->span, name, child.parent->text);
        return false;
    }

    void missing_policy() {
        Span span;
        if (!out_.files.empty()) span.file = out_.files[0].file;
        if (!out_.diagnostics.has_errors()) out_.diagnostics.report<DiagId::PolicyMissing>(span);
    }

    /// The outermost parent first: a child's hash contains its parent's.
    void compile_units(const std::vector<Unit>& units) {
        Hash parent{};
        std::vector<Program> layers;
        for (size_t u = units.size(); u-- > 0;) {
            const Unit& unit = units[u];
            if (unit.policy->pinned && u + 1 < units.size() && unit.policy->pinned->text != to_text(parent))
                out_.diagnostics.report<DiagId::PinMismatch>(unit.policy->pinned->span, to_text(parent));
            CheckInput input;
            input.policy_name = unit.policy->name.text;
            input.parent = parent;
            for (size_t i : unit.files) input.own.push_back(&out_.files[i]);
            for (size_t p = u + 1; p < units.size(); ++p)
                for (size_t i : units[p].files) input.inherited.push_back(&out_.files[i]);

            ir::Policy policy = check(out_.sources, input, out_.diagnostics, &out_.canonical_text);
            if (out_.diagnostics.has_errors()) return;
            parent = policy.schema.hash;
            if (options_.keep_ir_text) out_.ir_text = ir::print(policy);
            ir::fold(policy);
            layers.insert(layers.begin(), emit(std::move(policy), out_.diagnostics));
            if (out_.diagnostics.has_errors()) return;
        }
        out_.layers = std::move(layers);
    }

    Compilation& out_;
    const Loader& loader_;
    const CompileOptions& options_;
    std::vector<std::unique_ptr<ast::PolicyDecl>> policies_;
};

}  // namespace

Compilation compile(std::string path, std::string text, const Loader& loader, const CompileOptions& options) {
    Compilation out;
    Pipeline(out, loader, options).run(std::move(path), std::move(text));
    return out;
}

}  // namespace remit
