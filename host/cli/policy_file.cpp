#include "host/cli/policy_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/source/render.h"
#include "host/cli/files.h"
#include "vm/program/image.h"
#include "vm/program/limits.h"

namespace remit::cli {

namespace {

constexpr size_t kMaxBytes = std::max(limits::kMaxSourceBytes, limits::kMaxImageBytes);

Opened failed(Exit exit, std::string_view why, bool color) {
    Opened out;
    out.exit = exit;
    out.report = error_line(why, color);
    return out;
}

Opened open_image(const std::string& path, const std::string& bytes, bool color) {
    auto layers = read_images(bytes);
    if (!layers) return failed(Exit::Wrong, fmt::format("{}: {}", path, layers.error()), color);
    if (layers->empty()) return failed(Exit::Wrong, fmt::format("{}: the image holds no policy", path), color);
    Opened out;
    out.is_image = true;
    out.compilation.emplace();
    out.compilation->layers = std::move(*layers);
    return out;
}

}  // namespace

std::string error_line(std::string_view text, bool color) {
    return fmt::format("{} {}\n", paint(color, Paint::Red, "remit: error:"), printable(text));
}

Compilation compile_text(const std::string& path, std::string text, const CompileOptions& options) {
    const Loader loader = [](const std::string& used, std::string& error) -> std::optional<std::string> {
        const std::string said = "cannot read " + used + ": ";
        auto bytes = read_file(used, limits::kMaxSourceBytes);
        if (bytes) return std::move(*bytes);
        error = bytes.error().substr(std::min(bytes.error().size(), said.size()));  // the diagnostic names the file
        return std::nullopt;
    };
    return compile(path, std::move(text), loader, options);
}

Result<Compilation> compile_file(const std::string& path, const CompileOptions& options) {
    auto text = read_file(path, kMaxBytes);  // of text that is too long the compiler says so
    if (!text) return Failure{text.error()};
    if (!is_image(*text)) return compile_text(path, std::move(*text), options);
    Compilation out;
    const FileId file = out.sources.add(path, "");
    out.diagnostics.report<DiagId::SyntaxError>({file, 0, 0}, "this is a compiled policy")
        .help = "give the text that it was made from";
    return out;
}

Opened open_policy(const std::string& path, bool color, const CompileOptions& options) {
    auto bytes = read_file(path, kMaxBytes);
    if (!bytes) return failed(Exit::Environment, bytes.error(), color);
    if (is_image(*bytes)) return open_image(path, *bytes, color);
    if (bytes->size() > limits::kMaxSourceBytes) {
        return failed(Exit::Wrong, fmt::format("{} has more than {} bytes", path, limits::kMaxSourceBytes), color);
    }
    Opened out;
    out.compilation = compile_text(path, std::move(*bytes), options);
    out.report = render_human(out.compilation->sources, out.compilation->diagnostics, color);
    if (out.compilation->diagnostics.has_errors() || out.compilation->layers.empty()) out.exit = Exit::Wrong;
    return out;
}

Ready open_and_load(const std::string& path, Engine engine, bool color, const std::string& cache) {
    Ready out{open_policy(path, color), nullptr};
    if (!out.opened.ok()) return out;
    auto policy = make_policy(std::move(out.opened.compilation->layers), engine, cache);
    if (policy) {
        out.policy = std::move(*policy);
        return out;
    }
    out.opened.exit = Exit::Environment;
    out.opened.report += error_line(fmt::format("{}: {}", path, policy.error()), color);
    return out;
}

}  // namespace remit::cli
