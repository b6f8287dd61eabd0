// The module binds no sessions, so a policy's bindings are empty and need no lock, which this target does not have.
#include "vm/engine/bindings.h"

namespace remit {

struct Bindings::OfLayer {};
Bindings::Bindings(const std::vector<Layer>&) {}
Bindings::~Bindings() = default;

}  // namespace remit
