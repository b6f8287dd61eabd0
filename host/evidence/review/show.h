// Show: records as people read them. The texts hold what records hold: who prints them to a terminal escapes control characters.
#pragma once

#include <string>
#include <string_view>

#include "host/evidence/review/reading.h"

namespace remit::evidence {

/// `17  2026-11-23T10:00:00.123Z  intent  s-9  payments.refund  allow`: one line, without a newline.
std::string line_of(uint64_t index, std::string_view entry);
/// The whole record, a member a line. Ends with a newline.
std::string page_of(uint64_t index, std::string_view entry);
/// `{"index":17,"entry":{...}}`, the entry's bytes as they are.
std::string json_of(uint64_t index, std::string_view entry);

/// What of a record's payloads can be read: as a section of the page, or as members `"payloads":{ROLE:TEXT or null}` of the JSON form.
std::string payloads_page(const Reading& log, const RecordView& record);
std::string payloads_json(const Reading& log, const RecordView& record);

}  // namespace remit::evidence
