// `remit test --watch`: when has something changed? Files are looked at a few times a second, which works on every file system.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace remit::cli {

/// What tells two states of the files apart: names, sizes and times of all policies below `paths` and of `more` files.
std::string fingerprint(const std::vector<std::string>& paths, const std::vector<std::string>& more);

/// Calls `run`, which gives the files that it read, and again whenever something has changed. `runs` 0: until the process ends.
void watch(const std::vector<std::string>& paths, size_t runs, const std::function<std::vector<std::string>()>& run);

}  // namespace remit::cli
