// Files as the verbs need them: read with a limit, written all or not at all. Failures name the path and the reason.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "vm/value/result.h"

namespace remit::cli {

/// Writes all of `bytes`; errno of the failure, or 0.
int write_all(int fd, std::string_view bytes);

/// The bytes of a regular file or a pipe. Refuses directories, devices and sockets, and more than `max_bytes`.
Result<std::string> read_file(const std::string& path, size_t max_bytes);

/// Writes a temporary file beside `path`, flushes it to the disk and renames it into place; on failure `path` is as
/// it was. A `path` that is no regular file (a pipe, /dev/null, /dev/full) is written to directly.
Result<bool> write_file(const std::string& path, std::string_view bytes);

/// A regular file (or pipe) is itself; a directory gives all `*.remit` files below it, sorted.
Result<std::vector<std::string>> policy_files_under(const std::string& path);

}  // namespace remit::cli
