// One policy of a stack: from its parsed files to its Program. A LayerCompiler that is kept compiles the next version by redoing only the rules
// that changed, as long as what they refer to did not.
//
// When is that the same as compiling from nothing? Rules are independent but for three things. What they refer to: any change of a
// declaration that is no rule starts over. What is handed out to them in the order of first use (slots, layouts, facts): that order is
// played back, and if it would differ, it starts over. And what they must not be to one another: that is checked for all of them.
#pragma once

#include <memory>
#include <optional>

#include "compiler/source/diagnostic.h"
#include "compiler/version.h"

namespace remit {

class LayerCompiler {
public:
    /// `keep`: `compile` will be called again.
    explicit LayerCompiler(bool keep);
    ~LayerCompiler();
    LayerCompiler(const LayerCompiler&) = delete;
    LayerCompiler& operator=(const LayerCompiler&) = delete;

    /// Nothing after an error, which has been reported.
    std::optional<Program> compile(const LayerInput& input, Diagnostics& diagnostics);
    /// How many rules the latest compile had to check.
    size_t checked() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace remit
