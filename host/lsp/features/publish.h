// Diagnostics of the policies that open documents are part of, for all their files.
#pragma once

#include <map>
#include <string>

#include "host/lsp/features/feature.h"

namespace remit::lsp {

/// Remembers what was published, so that only what changed is sent, and what is gone is cleared.
class Publisher {
public:
    /// Parameters of textDocument/publishDiagnostics for each file whose diagnostics are not what they were.
    std::vector<Json> changes(Context& context);

private:
    std::map<std::string, std::pair<Json, Json>> published_;  // by URI: diagnostics, and the version that they are of
};

}  // namespace remit::lsp
