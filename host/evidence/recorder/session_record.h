// What `session.open` and `session.close` say, and who a session is.
#pragma once

#include <string>

#include "host/evidence/recorder/chain_book.h"

namespace remit::evidence {

/// `request` null: nobody said.
Identity identity_of(const Request* request);
std::string session_text(std::string_view session);

std::string opening_record(const Identity& identity, uint64_t ordinal, const std::optional<ChainId>& continues);
std::string closing_record(const std::string& session, uint64_t count, std::string_view reason);

}  // namespace remit::evidence
