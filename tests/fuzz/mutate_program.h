// Changes one thing somewhere in a program, of whatever type it is: flips a flag, moves an index, doubles an entry of a table.
// Through the list of fields that images are read by, so that a new field is fuzzed as soon as it is in the image. Most results
// are wrong in exactly one place, which is what the verifier has to find.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "vm/program/program.h"

namespace remit::fuzz {

void mutate(std::vector<Program>& layers, std::mt19937& random);

}  // namespace remit::fuzz
