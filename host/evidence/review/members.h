// Members of a record read where they stand, without a tree: for work on millions of records.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace remit::evidence {

/// The members of a canonical object, one after another.
class MemberCursor {
public:
    explicit MemberCursor(std::string_view object) : object_(object) {}
    /// False at the end, or where it is no canonical object any more. `value` is text as it stands.
    bool next(std::string_view& name, std::string_view& value);

private:
    std::string_view object_;
    size_t at_ = 1;
};

/// The text of a member's value in a canonical object (a record); empty if it is not there or the object is none. Total: bytes that
/// are no canonical JSON give something or nothing, but never more than is there.
std::string_view member_of(std::string_view object, std::string_view name);
/// Likewise, a whole number.
std::optional<uint64_t> number_of(std::string_view object, std::string_view name);
/// Likewise, a text without escapes; nothing for one that has some.
std::optional<std::string_view> plain_text_of(std::string_view object, std::string_view name);

}  // namespace remit::evidence
