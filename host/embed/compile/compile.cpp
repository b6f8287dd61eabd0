// remit/compile.h: the compiler's front door as a C ABI.
#include "remit/compile.h"

#include <optional>
#include <string>

#include "compiler/incremental.h"
#include "compiler/source/render.h"
#include "host/embed/vm/lookup.h"
#include "vm/program/image.h"
#include "vm/program/limits.h"

using namespace remit;
using namespace remit::embed;

namespace {

constexpr remit_str kDefaultPath = {"policy.remit", 12};

/// A remit_text of our own, for what a callback writes.
class Text {
public:
    Text() = default;
    ~Text() { remit_text_free(&text_); }
    Text(const Text&) = delete;
    Text& operator=(const Text&) = delete;
    remit_text* get() { return &text_; }
    std::string_view view() const { return {text_.data == nullptr ? "" : text_.data, text_.size}; }

private:
    remit_text text_ = REMIT_TEXT_INIT;
};

std::optional<std::string> read_by_host(const remit_source& source, const std::string& path, std::string& why) {
    if (source.read_file == nullptr) {
        why = "no file can be read here";
        return std::nullopt;
    }
    Text text;
    const remit_status status = source.read_file(source.user, {path.data(), path.size()}, text.get());
    if (status == REMIT_OK) return std::string(text.view());
    why = text.view().empty() ? "the host says " + std::string(remit_status_name(status)) : std::string(text.view());
    return std::nullopt;
}

remit_status check(const remit_source* source, const remit_compiled* compiled, remit_error* error) noexcept {
    if (!good(source)) return refuse_version(error, source, "remit_source");
    if (!good(source->path) || (source->text.data == nullptr && source->text.size != 0))
        return fail(error, REMIT_BAD_ARGUMENT, "a text of the source is null");
    if (source->path.size > 4096) return fail(error, REMIT_TOO_LARGE, "the path is over 4096 bytes");
    if (source->text.size > limits::kMaxSourceBytes)
        return fail(error, REMIT_TOO_LARGE, "the policy is over its limit of 64 MiB");
    if (compiled == nullptr) return REMIT_OK;
    if (!good(compiled)) return refuse_version(error, compiled, "remit_compiled");
    for (const remit_text* text : {compiled->image, compiled->diagnostics, compiled->report})
        if (text != nullptr && !good(text)) return fail(error, REMIT_BAD_ARGUMENT, "an output is no remit_text");
    return REMIT_OK;
}

/// Diagnostics, counts and the image, as far as they are wanted.
remit_status report(const Compilation& compilation, remit_compiled* compiled, remit_error* error) {
    if (compiled == nullptr) return REMIT_OK;
    compiled->errors = static_cast<uint32_t>(compilation.diagnostics.errors());
    compiled->warnings = static_cast<uint32_t>(compilation.diagnostics.warnings());
    remit_status status = REMIT_OK;
    if (compiled->diagnostics != nullptr)
        status = put(*compiled->diagnostics, render_json(compilation.sources, compilation.diagnostics), error);
    if (status == REMIT_OK && compiled->report != nullptr)
        status = put(*compiled->report, render_human(compilation.sources, compilation.diagnostics, false), error);
    if (status == REMIT_OK && compiled->image != nullptr && !compilation.layers.empty())
        status = put(*compiled->image, write_images(compilation.layers), error);
    return status;
}

std::shared_ptr<Compiler> new_compiler() {
    CompileOptions options;
    options.keep_files = false;
    return std::make_shared<Compiler>(options);
}

/// On REMIT_OK `layers` is not empty.
remit_status compile_source(Compiler& compiler, const remit_source* source, remit_compiled* compiled,
                            std::vector<Program>& layers, remit_error* error) {
    if (const remit_status status = check(source, compiled, error)) return status;
    const std::string path(view(source->path.size == 0 ? kDefaultPath : source->path));
    std::string text(view(source->text));
    if (source->text.data == nullptr) {
        std::string why;
        auto read = read_by_host(*source, path, why);
        if (!read) return fail(error, REMIT_CALLBACK, "cannot read " + path + ": " + why);
        text = std::move(*read);
    }
    const Loader loader = [&](const std::string& used, std::string& why) { return read_by_host(*source, used, why); };
    Compilation compilation = compiler.compile(path, std::move(text), loader);
    if (const remit_status status = report(compilation, compiled, error)) return status;
    if (compilation.diagnostics.has_errors() || compilation.layers.empty()) {
        const std::vector<Diagnostic> all = compilation.diagnostics.sorted();
        for (const Diagnostic& d : all)
            if (d.severity == Severity::Error)
                return fail(error, REMIT_BAD_POLICY, compilation.sources.at(d.span) + ": " + d.message);
        return fail(error, REMIT_BAD_POLICY, "the policy has errors");
    }
    layers = std::move(compilation.layers);
    return REMIT_OK;
}

}  // namespace

remit_status remit_compile(remit_runtime* runtime, const remit_source* source, remit_compiled* compiled,
                           remit_error* error) noexcept {
    return entered(runtime, error, [&]() -> remit_status {
        if (compiled == nullptr) return fail(error, REMIT_BAD_ARGUMENT, "compiled is null");
        std::vector<Program> layers;
        return compile_source(*new_compiler(), source, compiled, layers, error);
    });
}

remit_status remit_policy_compile(remit_runtime* runtime, const remit_source* source,
                                  const remit_policy_options* options, remit_compiled* compiled, remit_policy* out,
                                  remit_error* error) noexcept {
    return entered(runtime, error, [&]() -> remit_status {
        if (out == nullptr) return fail(error, REMIT_BAD_ARGUMENT, "out is null");
        remit_engine engine = REMIT_ENGINE_AUTO;
        if (const remit_status status = engine_of(options, engine, error)) return status;
        std::vector<Program> layers;
        std::shared_ptr<Compiler> compiler = new_compiler();
        if (const remit_status status = compile_source(*compiler, source, compiled, layers, error)) return status;
        return open_policy(*runtime, std::move(layers), engine, std::move(compiler), *out, error);
    });
}

remit_status remit_policy_recompile(remit_runtime* runtime, remit_policy policy, const remit_source* source,
                                    remit_compiled* compiled, remit_error* error) noexcept {
    return with_policy(runtime, policy, error, [&](HostedPolicy& host) -> remit_status {
        // Taken out while it is in use: a second thread, or `read_file` of this one, begins with a new compiler.
        auto compiler = std::static_pointer_cast<Compiler>(host.take_compiler());
        if (!compiler) compiler = new_compiler();
        std::vector<Program> layers;
        const remit_status status = compile_source(*compiler, source, compiled, layers, error);
        host.keep_compiler(std::move(compiler));
        return status != REMIT_OK ? status : said(host.reload(std::move(layers)), error);
    });
}
