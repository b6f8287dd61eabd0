// Parsed: one record as a tree that owns what it points to.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "host/evidence/record/entry.h"
#include "host/evidence/review/reading.h"
#include "vm/engine/json.h"

namespace remit::evidence {

class Parsed {
public:
    /// A failure if the bytes are no record.
    static Result<Parsed> from(uint64_t index, std::string_view entry);
    /// Reads it from the log.
    static Result<Parsed> fetch(Reading& log, uint64_t index);

    uint64_t index() const { return index_; }
    const std::string& entry() const { return *entry_; }
    const EntryHead& head() const { return head_; }
    ActionId action() const { return {head_.chain, head_.number}; }
    const Json& record() const { return *record_; }
    const Json* find(std::string_view name) const { return record_->find(name); }
    /// A member that is a text or a number, as text; empty if it is not there.
    std::string text(std::string_view name) const { return text_in(record_, name); }
    std::optional<uint64_t> number(std::string_view name) const;
    /// Of the decision, whole or abbreviated.
    std::string decision(std::string_view name) const { return text_in(find("decision"), name); }
    bool is_call() const { return head_.kind == Kind::Intent || head_.kind == Kind::Decision; }

    static std::string text_in(const Json* object, std::string_view name);

private:
    uint64_t index_ = 0;
    std::unique_ptr<std::string> entry_;
    std::unique_ptr<Arena> arena_;
    EntryHead head_;
    const Json* record_ = nullptr;
};

/// The record at `index`, its payloads with it; valid until the journal's reader moves on.
Result<const RecordView*> record_at(Reading& log, uint64_t index);

}  // namespace remit::evidence
