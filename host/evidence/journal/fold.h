// Fold: state that is a function of the records alone. The journal applies each record once it is durable, saves the state at the
// start of every segment, and after a crash loads it and applies what follows: so opening costs a segment or two, whatever the log's size.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "host/evidence/journal/meta.h"
#include "vm/value/result.h"
#include "vm/value/sha256.h"

namespace remit::evidence {

class Fold {
public:
    virtual ~Fold() = default;
    /// Records come in the order of their index, each once.
    virtual void apply(uint64_t index, const Meta& meta, std::string_view entry, const Hash& leaf) = 0;
    virtual void save(std::string& out) const = 0;
    /// Replaces the state. Nothing but what `save` wrote is accepted. Empty: the state before the first record.
    virtual Result<bool> load(std::string_view saved) = 0;
};

}  // namespace remit::evidence
