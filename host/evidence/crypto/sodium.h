// The one place that starts libsodium. Whoever calls a function of it that draws random numbers or chooses an implementation calls
// `start_sodium` first.
#pragma once

namespace remit::evidence {

/// Once for the process, from whatever thread comes first. Traps if there is no source of random numbers: nothing could be signed.
void start_sodium();

}  // namespace remit::evidence
