// Places of rules, as programs write them (`file:line:column`), found again in the sources.
#pragma once

#include <optional>
#include <string>

#include "compiler/source/findings.h"
#include "compiler/source/source_file.h"

namespace remit::cli {

/// The line without white space around it; empty if the file is not among the sources.
std::string line_at(const Sources& sources, const std::string& place);
/// The whole line.
std::optional<Region> region_at(const Sources& sources, const std::string& place);

}  // namespace remit::cli
