// The compiler's front door: policy text in, programs out. Pure: files come through the loader, messages go to `diagnostics`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/source/diagnostic.h"
#include "compiler/source/source_file.h"
#include "compiler/syntax/ast.h"
#include "vm/program/program.h"

namespace remit {

struct Compilation {
    Sources sources;
    Diagnostics diagnostics;
    /// The main file first, then all that it uses (tests: those of the main file). Empty if CompileOptions does without.
    std::vector<ast::File> files;
    /// The policy itself, then its parent, and so on. Empty when there are errors.
    std::vector<Program> layers;
    std::string ir_text;  // filled when CompileOptions asks
};

struct CompileOptions {
    bool keep_ir_text = false;  // for `build --emit ir`
    bool keep_files = true;     // a host that only reloads policies needs no Asts
};

/// Compiles the file `path` (already read as `text`). `use` and `under` are read through `loader`, relative to the file that says so;
/// modules come from the standard library.
Compilation compile(std::string path, std::string text, const Loader& loader, const CompileOptions& options = {});

}  // namespace remit
