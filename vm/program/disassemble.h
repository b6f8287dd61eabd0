// Text of a Program for people: `remit build --emit program`. Every table, every shape with its mnemonics, what each tool runs.
// Total on verified programs; on others it writes `?` where an index leads nowhere.
#pragma once

#include <string>

#include "vm/program/program.h"

namespace remit {

std::string disassemble(const Program& program);

}  // namespace remit
