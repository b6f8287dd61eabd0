// Export: records for other systems, one a line. Nothing is left out and nothing is changed; what a form has no member for stands in it
// as the record's own text.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "host/evidence/review/packet.h"
#include "host/evidence/review/reading.h"

namespace remit::evidence {

enum class ExportForm : uint8_t {
    Lines,        // {"index":17,"entry":{...}}: JSON Lines
    CloudEvents,  // CloudEvents 1.0 in JSON; id = origin/index, so that a second delivery shows
    Ocsf,         // OCSF 1.9.0: API Activity (6003) for decisions and intents, Base Event (0) for what is no call
};
std::optional<ExportForm> export_form_named(std::string_view text);  // jsonl, cloudevents, ocsf

/// One record in that form, without a newline.
Result<std::string> export_record(const LogConfig& log, uint64_t index, std::string_view entry, ExportForm form);

/// Records [from, to) as lines; `write` returns false to stop. Gives the number of records.
Result<uint64_t> export_range(Reading& log, uint64_t from, uint64_t to, ExportForm form,
                              const std::function<bool(std::string_view lines)>& write);

/// One action with its outcome as an OCSF event, out of a packet that holds.
Result<std::string> ocsf_of_action(const PacketReport& packet);

}  // namespace remit::evidence
