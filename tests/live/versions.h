// Policies that tell their version twice: a child policy in its hash, the parent that it stands under in its sum of risk. A decision that
// mixes versions says two different numbers.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "vm/engine/live.h"

namespace remit::test {

/// Version `n`, two layers, interpreted.
std::shared_ptr<const Policy> version_policy(uint64_t n);

std::shared_ptr<LivePolicy> live_from(uint64_t n, bool asymmetric = true);
LivePolicy::Reader reader_of(LivePolicy& live);

/// An interpreter that says it is something else: native code as far as tiering can tell.
std::shared_ptr<const Kernel> renamed(std::shared_ptr<const LoadedProgram> program, const char* name);

/// The number that a child's program hash tells.
uint64_t number_of(const Program& program);

struct Told {
    uint64_t child = 0, parent = 0;
    bool same() const { return child == parent; }
};
/// By the kernels of both layers, without allocation.
Told ask_kernels(const Policy& policy);
Told told(const Decision& decision);
std::string request();

}  // namespace remit::test
