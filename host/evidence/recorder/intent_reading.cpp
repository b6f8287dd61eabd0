#include "host/evidence/recorder/intent_reading.h"

#include "host/evidence/journal/reader.h"
#include "host/evidence/log/config.h"
#include "host/evidence/record/canonical.h"
#include "vm/engine/json.h"

namespace remit::evidence {

void read_intent(Disk& disk, const ActionId& action, uint64_t index, OpenIntent& out) {
    const auto reader = JournalReader::open(disk, kSegmentsFolder);
    if (!reader) return;
    if (const auto there = (*reader)->seek(index); !there || !*there) return;
    const auto next = (*reader)->next();
    if (!next || *next == nullptr) return;
    const RecordView& record = **next;
    if (record.index != index || record.meta.kind != Kind::Intent || record.meta.chain != action.chain ||
        record.meta.number != action.number)
        return;
    if (!record.payloads.empty()) out.key = record.payloads.front().key_id;
    const auto entry = read_entry(record.entry);
    if (!entry) return;
    Arena arena;
    JsonReader json;
    const Json* root = json.read(entry->record, arena);
    const Json* missing = root != nullptr ? root->find("missing") : nullptr;
    if (missing == nullptr || !missing->is(JsonKind::Array)) return;
    for (const Json& name : missing->children())
        if (name.is(JsonKind::String)) out.missing.emplace_back(name.text);
}

}  // namespace remit::evidence
