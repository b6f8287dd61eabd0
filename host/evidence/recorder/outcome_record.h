// What `outcome`, `approval` and `note` records say.
#pragma once

#include <string>
#include <vector>

#include "host/evidence/recorder/chain_book.h"
#include "host/evidence/recorder/recorder.h"
#include "host/evidence/recorder/sealing.h"

namespace remit::evidence {

std::string outcome_record(const ActionId& action, const OpenIntent& intent, const Outcome& outcome,
                           const Sealing& sealing, size_t most_bytes);
std::string vote_record(std::string_view session, const Recorder::Vote& vote, const std::optional<ActionId>& ask);
Result<std::string> note_record(std::string_view session, std::string_view note, size_t most_bytes);

}  // namespace remit::evidence
