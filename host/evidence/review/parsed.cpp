#include "host/evidence/review/parsed.h"

#include <fmt/format.h>

#include "vm/value/scalar.h"

namespace remit::evidence {

Result<const RecordView*> record_at(Reading& log, uint64_t index) {
    const auto found = log.journal().seek(index);
    if (!found) return Failure{found.error()};
    auto record = *found ? log.journal().next() : Result<const RecordView*>(nullptr);
    if (!record) return record;
    if (*record == nullptr)
        return Failure{fmt::format("there is no record {} (the oldest is {})", index, log.journal().first())};
    return record;
}

Result<Parsed> Parsed::from(uint64_t index, std::string_view entry) {
    Parsed out;
    out.index_ = index;
    out.entry_ = std::make_unique<std::string>(entry);
    out.arena_ = std::make_unique<Arena>();
    const auto view = read_entry(*out.entry_);
    if (!view) return Failure{fmt::format("record {}: {}", index, view.error())};
    out.head_ = view->head;
    JsonReader reader;
    out.record_ = reader.read(view->record, *out.arena_);
    if (out.record_ == nullptr) return Failure{fmt::format("record {}: {}", index, reader.error())};
    if (!out.record_->is(JsonKind::Object)) return Failure{fmt::format("record {} is no object", index)};
    return out;
}

Result<Parsed> Parsed::fetch(Reading& log, uint64_t index) {
    const auto record = record_at(log, index);
    if (!record) return Failure{record.error()};
    return from(index, (*record)->entry);
}

std::string Parsed::text_in(const Json* object, std::string_view name) {
    const Json* member = object == nullptr || !object->is(JsonKind::Object) ? nullptr : object->find(name);
    if (member == nullptr || !(member->is(JsonKind::String) || member->is(JsonKind::Number))) return "";
    return std::string(member->text);
}

std::optional<uint64_t> Parsed::number(std::string_view name) const {
    const Json* member = find(name);
    const auto value = member != nullptr && member->is(JsonKind::Number) ? parse_int(member->text) : std::nullopt;
    if (!value || *value < 0) return std::nullopt;
    return static_cast<uint64_t>(*value);
}

}  // namespace remit::evidence
