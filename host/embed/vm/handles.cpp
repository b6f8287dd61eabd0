#include "host/embed/vm/handles.h"

#include <sys/random.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace remit::embed {

namespace {

/// Where serials begin. Needs to differ from table to table, not to be secret.
uint64_t some_number(const void* salt) {
    uint64_t number = 0;
    if (::getrandom(&number, sizeof number, GRND_NONBLOCK) == sizeof number) return number;
    const auto now = static_cast<uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
    return now * 0x9e3779b97f4a7c15u ^ reinterpret_cast<uintptr_t>(salt);
}

}  // namespace

HandleTable::HandleTable(uint32_t most) : most_(std::min(most, kMost)), serial_(some_number(this)) {}

HandleTable::~HandleTable() {
    for (auto& chunk : chunks_) delete chunk.load(std::memory_order_relaxed);
}

uint64_t HandleTable::next_serial() {
    serial_ = (serial_ + 1) & kSerials;
    if (serial_ == 0) serial_ = 1;
    return serial_;
}

uint64_t HandleTable::insert(HandleKind kind, std::shared_ptr<void> object) {
    const std::lock_guard lock(mutex_);
    uint32_t index = used_;
    if (!free_.empty()) {
        index = free_.back();
    } else {
        if (used_ >= most_) return 0;
        auto& chunk = chunks_[index >> kChunkBits];
        if (chunk.load(std::memory_order_relaxed) == nullptr) chunk.store(new Chunk, std::memory_order_release);
        if (free_.capacity() <= used_)
            free_.reserve(std::max<size_t>(kChunkSlots, 2 * free_.capacity()));  // for `remove`
    }
    if (free_.empty())
        ++used_;
    else
        free_.pop_back();
    const uint64_t id = next_serial() << (kIndexBits + kKindBits) | static_cast<uint64_t>(kind) << kIndexBits | index;
    Slot& slot = *slot_of(id);
    slot.object = std::move(object);
    slot.id.store(id, std::memory_order_release);
    return id;
}

std::shared_ptr<void> HandleTable::get(HandleKind kind, uint64_t id) const {
    if (kind_of(id) != kind) return nullptr;
    const std::lock_guard lock(mutex_);
    return alive(id) ? slot_of(id)->object : nullptr;
}

std::shared_ptr<void> HandleTable::remove(HandleKind kind, uint64_t id) {
    if (kind_of(id) != kind) return nullptr;
    const std::lock_guard lock(mutex_);
    if (!alive(id)) return nullptr;
    Slot& slot = *slot_of(id);
    slot.id.store(0, std::memory_order_release);
    free_.push_back(index_of(id));
    return std::exchange(slot.object, nullptr);
}

}  // namespace remit::embed
