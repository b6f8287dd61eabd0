// Arena: memory for one request, given back all at once. A bump allocator whose blocks are kept from request to request, so a
// million requests use as much memory as the largest of them. What it hands out is never destroyed: plain data only.
// Not thread-safe; each Decider has its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <type_traits>
#include <vector>

#include "vm/value/value.h"

namespace remit {

class Arena {
public:
    void* allocate(size_t size, size_t align) {
        for (;;) {
            if (block_ < blocks_.size()) {
                const size_t start = (used_ + align - 1) & ~(align - 1);
                if (start + size <= blocks_[block_].size) {
                    used_ = start + size;
                    return blocks_[block_].bytes.get() + start;
                }
                if (block_ + 1 < blocks_.size()) {
                    ++block_;
                    used_ = 0;
                    continue;
                }
            }
            add_block(size + align);
        }
    }
    /// `n` values of T, each as T{}.
    template <class T>
    T* array(size_t n) {
        static_assert(std::is_trivially_destructible_v<T>);
        T* p = static_cast<T*>(allocate(n * sizeof(T), alignof(T)));
        std::uninitialized_value_construct_n(p, n);
        return p;
    }
    template <class T>
    T* make(const T& value) {
        T* p = array<T>(1);
        *p = value;
        return p;
    }
    std::string_view copy(std::string_view text) {
        char* p = static_cast<char*>(allocate(text.size(), 1));
        if (!text.empty()) std::memcpy(p, text.data(), text.size());
        return {p, text.size()};
    }
    /// A Str over bytes that already live long enough.
    static Str str(std::string_view text) { return {text.data(), static_cast<uint32_t>(text.size()), 0}; }
    /// All that was handed out is gone. Keeps at most kKeep bytes for the next request.
    void reset() {
        if (block_ == 0 && used_ == 0) return;  // nothing was handed out since the last time
        size_t kept = 0, n = 0;
        while (n < blocks_.size() && kept + blocks_[n].size <= kKeep) kept += blocks_[n++].size;
        blocks_.resize(n);
        block_ = 0;
        used_ = 0;
    }
    size_t capacity() const {
        size_t sum = 0;
        for (const Block& b : blocks_) sum += b.size;
        return sum;
    }

private:
    static constexpr size_t kFirst = 16u << 10, kKeep = 1u << 20;
    struct Block {
        std::unique_ptr<std::byte[]> bytes;
        size_t size = 0;
    };
    void add_block(size_t at_least) {
        size_t size = blocks_.empty() ? kFirst : blocks_.back().size * 2;
        if (size < at_least) size = at_least;
        blocks_.push_back({std::unique_ptr<std::byte[]>(new std::byte[size]), size});
        block_ = blocks_.size() - 1;
        used_ = 0;
    }
    std::vector<Block> blocks_;
    size_t block_ = 0, used_ = 0;
};

}  // namespace remit
