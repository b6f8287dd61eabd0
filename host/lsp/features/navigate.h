// Places of a name, in every policy that has a file where it is declared.
#pragma once

#include "host/lsp/features/feature.h"

namespace remit::lsp {

struct Place {
    const Snapshot* snapshot = nullptr;
    const Occurrence* occurrence = nullptr;
};
/// Each place once, whatever the number of policies that its file is part of.
std::vector<Place> places_of(Context& context, const Spot& spot, const Named& what);

}  // namespace remit::lsp
