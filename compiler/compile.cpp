// The pipeline from its files' side: which files make up a policy and the policies it stands under, and each of these in turn through
// compiler/layer: text -> Ast -> Ir -> folded Ir -> Program.
#include "compiler/compile.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "compiler/incremental.h"
#include "compiler/layer.h"
#include "compiler/syntax/parsed.h"
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
    std::vector<size_t> files;                // in the order of reading
    const ast::PolicyDecl* policy = nullptr;  // of the main file
};

/// The latest version of a file.
struct KeptFile {
    std::shared_ptr<const SourceFile> source;
    ParsedFile parsed;
};

}  // namespace

/// What lasts from one version to the next.
struct Compiler::Impl {
    Impl(CompileOptions o, bool k) : options(o), keep(k), parser(k) {}

    CompileOptions options;
    bool keep;
    FileParser parser;
    std::map<std::string, KeptFile> files;               // by path
    std::vector<std::unique_ptr<LayerCompiler>> layers;  // the policy itself first
    size_t checked = 0;
};

namespace {

class Pipeline {
public:
    Pipeline(Compilation& out, const Loader& loader, Compiler::Impl& kept)
        : out_(out), loader_(loader), options_(kept.options), kept_(kept) {}

    void run(std::string path, std::string text) {
        read_and_compile(std::move(path), std::move(text));
        out_.files.resize(options_.keep_files ? parsed_.size() : 0);
        for (size_t i = 0; i < out_.files.size(); ++i) out_.files[i] = std::move(ast_of(i));
        keep_files();
    }

private:
    void read_and_compile(std::string path, std::string text) {
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
        std::optional<FileBefore> before;
        const auto kept = kept_.files.extract(path);
        if (!kept.empty()) before.emplace(FileBefore{kept.mapped().source->text(), std::move(kept.mapped().parsed)});
        parsed_.push_back(kept_.parser.parse(out_.sources.file(id), id, out_.diagnostics, before ? &*before : nullptr));
        unit.files.push_back(parsed_.size() - 1);
    }

    /// The file as the later stages read it.
    ast::File& ast_of(size_t file) {
        if (placed_.size() < parsed_.size()) placed_.resize(parsed_.size());
        if (!placed_[file]) placed_[file] = place(parsed_[file]);
        return *placed_[file];
    }

    /// The files of this version, for the next.
    void keep_files() {
        if (!kept_.keep) return;
        std::map<std::string, KeptFile> files;
        for (ParsedFile& f : parsed_) {
            KeptFile kept{out_.sources.share(f.file), std::move(f)};
            files.insert_or_assign(kept.source->name(), std::move(kept));
        }
        kept_.files = std::move(files);
        kept_.parser.trim();
    }

    /// The declarations of a kind, in place.
    template <class T>
    std::vector<T> declarations(size_t file) const {
        std::vector<T> out;
        for (const PlacedDecl& d : parsed_[file].decls)
            if (d.sort == DeclSort::Schema && d.as<T>())
                out.push_back(std::get<T>(place(d, parsed_[file].file).decls[0].body));
        return out;
    }

    void follow_uses(Unit& unit, size_t file, std::set<std::string>& seen) {
        const std::string from = out_.sources.file(parsed_[file].file).name();
        for (const ast::UseDecl& use : declarations<ast::UseDecl>(file)) {
            const std::string path = use.is_file ? relative_to(from, use.what.text) : use.what.text;
            if (!seen.insert(path).second) continue;
            if (parsed_.size() >= limits::kMaxFiles) {
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
            for (ast::PolicyDecl& policy : declarations<ast::PolicyDecl>(i)) {
                if (found)
                    out_.diagnostics.report<DiagId::PolicyTwice>(policy.name.span, found->name.text, policy.name.text);
                else
                    found = policies_.emplace_back(std::make_unique<ast::PolicyDecl>(std::move(policy))).get();
            }
        return found;
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
        if (!parsed_.empty()) span.file = parsed_[0].file;
        if (!out_.diagnostics.has_errors()) out_.diagnostics.report<DiagId::PolicyMissing>(span);
    }

    /// `units[at]`, with parameters as the units from `lowest` on give them their values.
    std::optional<Program> compile_unit(const std::vector<Unit>& units, size_t at, size_t lowest, const Hash& parent,
                                        LayerCompiler& layer, std::string* ir_text, Diagnostics& diagnostics) {
        LayerInput input{out_.sources, units[at].policy->name.text, parent, {}, {}, {}, {}, ir_text};
        for (size_t i : units[at].files) input.own.push_back(&parsed_[i]);
        for (size_t u = at + 1; u < units.size(); ++u)
            for (size_t i : units[u].files) input.inherited.push_back(&parsed_[i]);
        for (size_t u = at; u-- > lowest;)
            for (size_t i : units[u].files) input.below.push_back(&parsed_[i]);
        input.ast = [this](const ParsedFile& f) -> const ast::File& {
            return ast_of(static_cast<size_t>(&f - parsed_.data()));
        };
        return layer.compile(input, diagnostics);
    }

    bool gives_values(const Unit& unit) const {
        for (size_t i : unit.files)
            for (const PlacedDecl& d : parsed_[i].decls)
                if (const auto* p = d.as<ast::ParamDecl>(); p != nullptr && !p->field) return true;
        return false;
    }

    /// The hash that `units[main]` has when it is compiled by itself: what a policy under it pins. `compiled`: its hash in this stack.
    Hash hash_as_declared(const std::vector<Unit>& units, size_t main, const Hash& compiled) {
        const auto below = units.begin() + static_cast<std::ptrdiff_t>(main);
        if (std::none_of(units.begin(), below, [this](const Unit& u) { return gives_values(u); })) return compiled;
        Hash hash{};
        for (size_t u = units.size(); u-- > main;) {
            LayerCompiler once(false);
            Diagnostics unsaid;
            const std::optional<Program> program = compile_unit(units, u, main, hash, once, nullptr, unsaid);
            if (!program) return Hash{};
            hash = program->hash;
        }
        return hash;
    }

    void check_pin(const std::vector<Unit>& units, size_t at, const Hash& parent) {
        const std::optional<ast::Name>& pinned = units[at].policy->pinned;
        if (!pinned || at + 1 == units.size()) return;
        const std::string hash = to_text(hash_as_declared(units, at + 1, parent));
        if (pinned->text != hash) out_.diagnostics.report<DiagId::PinMismatch>(pinned->span, hash);
    }

    /// The outermost parent first: a child's hash contains its parent's.
    void compile_units(const std::vector<Unit>& units) {
        Hash parent{};
        std::vector<Program> layers;
        while (kept_.layers.size() < units.size()) kept_.layers.push_back(std::make_unique<LayerCompiler>(kept_.keep));
        kept_.layers.resize(units.size());
        for (size_t u = units.size(); u-- > 0;) {
            check_pin(units, u, parent);
            std::optional<Program> program = compile_unit(units, u, 0, parent, *kept_.layers[u],
                                                          options_.keep_ir_text ? &out_.ir_text : nullptr,
                                                          out_.diagnostics);
            kept_.checked += kept_.layers[u]->checked();
            if (!program) return;
            parent = program->hash;
            layers.insert(layers.begin(), std::move(*program));
        }
        out_.layers = std::move(layers);
    }

    Compilation& out_;
    const Loader& loader_;
    const CompileOptions& options_;
    Compiler::Impl& kept_;
    std::vector<ParsedFile> parsed_;
    std::vector<std::optional<ast::File>> placed_;  // those that were asked for
    std::vector<std::unique_ptr<ast::PolicyDecl>> policies_;
};

}  // namespace

Compiler::Compiler(CompileOptions options) : impl_(std::make_unique<Impl>(options, true)) {}
Compiler::~Compiler() = default;
size_t Compiler::checked() const { return impl_->checked; }

Compilation Compiler::compile(std::string path, std::string text, const Loader& loader) {
    Compilation out;
    impl_->checked = 0;
    Pipeline(out, loader, *impl_).run(std::move(path), std::move(text));
    return out;
}

Compilation compile(std::string path, std::string text, const Loader& loader, const CompileOptions& options) {
    Compilation out;
    Compiler::Impl once(options, false);
    Pipeline(out, loader, once).run(std::move(path), std::move(text));
    return out;
}

}  // namespace remit
