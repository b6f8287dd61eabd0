// The table behind the numbers that a host holds. Exact: a number that is zero, was removed, is of another kind or of
// another table is never taken for one that is alive, because each carries a serial that is used once, and serials of a
// table begin at a random place. Thread-safe. Objects are shared: whoever has one keeps it, also while another thread
// removes it.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace remit::embed {

enum class HandleKind : uint8_t { Policy = 1, Session, Call, Evidence };

class HandleTable {
public:
    static constexpr uint32_t kMost = 1u << 20;

    /// `most` is at most kMost.
    explicit HandleTable(uint32_t most);
    ~HandleTable();
    HandleTable(const HandleTable&) = delete;
    HandleTable& operator=(const HandleTable&) = delete;

    /// 0 if the table is full.
    uint64_t insert(HandleKind kind, std::shared_ptr<void> object);
    /// Null if `id` is not alive or not of this kind.
    std::shared_ptr<void> get(HandleKind kind, uint64_t id) const;
    /// What was removed, so that it is destroyed where the caller wants; null as above.
    std::shared_ptr<void> remove(HandleKind kind, uint64_t id);

    /// Without a lock: is `id` alive?
    bool alive(uint64_t id) const noexcept {
        const Slot* slot = slot_of(id);
        return slot != nullptr && slot->id.load(std::memory_order_acquire) == id;
    }
    /// Without a lock and without sharing: for objects that only the calling thread removes.
    void* peek(HandleKind kind, uint64_t id) const noexcept {
        const Slot* slot = slot_of(id);
        const bool is_it = slot != nullptr && kind_of(id) == kind && slot->id.load(std::memory_order_acquire) == id;
        return is_it ? slot->object.get() : nullptr;
    }

private:
    // an id: 20 bits index, 4 bits kind, 40 bits serial
    static constexpr uint32_t kIndexBits = 20, kKindBits = 4, kChunkBits = 10;
    static constexpr uint32_t kChunkSlots = 1u << kChunkBits, kChunks = kMost >> kChunkBits;
    static constexpr uint64_t kSerials = (uint64_t{1} << (64 - kIndexBits - kKindBits)) - 1;
    static_assert(kMost == 1u << kIndexBits);

    struct Slot {
        std::atomic<uint64_t> id{0};  // 0: free
        std::shared_ptr<void> object;
    };
    using Chunk = std::array<Slot, kChunkSlots>;

    static HandleKind kind_of(uint64_t id) noexcept {
        return static_cast<HandleKind>(id >> kIndexBits & ((1u << kKindBits) - 1));
    }
    static uint32_t index_of(uint64_t id) noexcept { return static_cast<uint32_t>(id & (kMost - 1)); }
    Slot* slot_of(uint64_t id) const noexcept {
        if (id == 0) return nullptr;
        const uint32_t index = index_of(id);
        Chunk* chunk = chunks_[index >> kChunkBits].load(std::memory_order_acquire);
        return chunk == nullptr ? nullptr : &(*chunk)[index & (kChunkSlots - 1)];
    }
    uint64_t next_serial();

    std::array<std::atomic<Chunk*>, kChunks> chunks_{};
    mutable std::mutex mutex_;    // of all below, and of every Slot::object
    std::vector<uint32_t> free_;  // indices, the last is used first
    uint32_t used_ = 0, most_ = kMost;
    uint64_t serial_ = 0;
};

}  // namespace remit::embed
