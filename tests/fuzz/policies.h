// Policies for the fuzz targets, compiled from the files of this folder and of the examples when a target starts, so that they
// can never be of an older format. Aborts when one does not compile: there would be nothing to fuzz.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "vm/engine/policy.h"
#include "vm/program/program.h"

namespace remit::fuzz {

/// The policy at `path` (relative to the repository) and those it stands under.
std::vector<Program> compile_layers(const std::string& path);
/// The same, loaded, with interpreters.
std::shared_ptr<const Policy> load_policy(const std::string& path);

}  // namespace remit::fuzz
