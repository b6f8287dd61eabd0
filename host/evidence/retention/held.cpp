#include "host/evidence/retention/held.h"

#include "host/evidence/review/members.h"
#include "vm/value/scalar.h"

namespace remit::evidence {

namespace {

std::optional<int64_t> duration_in(std::string_view object, std::string_view name) {
    const auto text = plain_text_of(object, name);
    return text ? parse_duration(*text) : std::nullopt;
}

}  // namespace

Held held_by(std::string_view record) {
    const std::string_view retain = member_of(member_of(record, "decision"), "retain");
    if (retain.empty()) return {};
    return {duration_in(retain, "at_least"), duration_in(retain, "at_most")};
}

}  // namespace remit::evidence
