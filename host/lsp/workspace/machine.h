// What the server needs of the machine, as functions: whoever starts it hands them in, so that tests need no disk.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "vm/engine/policy.h"
#include "vm/program/program.h"

namespace remit::lsp {

struct Machine {
    /// The file's text, or nothing with `error` set.
    std::function<std::optional<std::string>(const std::string& path, std::string& error)> read;
    /// All `*.remit` files below a folder.
    std::function<std::vector<std::string>(const std::string& folder)> list;
    /// Makes a policy that tests can be run against; null with `error` set.
    std::function<std::shared_ptr<const Policy>(std::vector<Program> layers, std::string& error)> load;
};

}  // namespace remit::lsp
