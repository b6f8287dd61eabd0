// Compiling one version of a policy after another: a Compiler remembers declarations by their texts and rules by what they refer to, so
// that an edit of one rule in ten thousand costs that rule and a few milliseconds. The result is that of `compile`, byte for byte.
#pragma once

#include <memory>

#include "compiler/compile.h"

namespace remit {

/// Not thread-safe; one for each policy that is reloaded. What it remembers is bounded by limits::kMaxKeptDecls and the latest version.
class Compiler {
public:
    explicit Compiler(CompileOptions options = {});
    ~Compiler();
    Compiler(const Compiler&) = delete;
    Compiler& operator=(const Compiler&) = delete;

    /// As remit::compile. Calls with different main files do not help each other.
    Compilation compile(std::string path, std::string text, const Loader& loader = {});
    /// How many rules the latest call had to check, those of all layers.
    size_t checked() const;

    struct Impl;

private:
    std::unique_ptr<Impl> impl_;
};

}  // namespace remit
