// What a `remit_runtime` is: the table of handles.
#pragma once

#include <cstdint>
#include <memory>

#include "host/embed/vm/handles.h"
#include "remit/base.h"

namespace remit {
class ObjectCache;
}

struct remit_runtime {
    static constexpr uint64_t kMagic = 0x52656d6974566d31;  // "RemitVm1"

    explicit remit_runtime(uint32_t max_handles) : handles(max_handles) {}
    ~remit_runtime() { *const_cast<volatile uint64_t*>(&magic) = 0; }
    remit_runtime(const remit_runtime&) = delete;
    remit_runtime& operator=(const remit_runtime&) = delete;

    bool is_one() const noexcept { return magic == kMagic; }

    uint64_t magic = kMagic;
    remit::embed::HandleTable handles;
    std::shared_ptr<remit::ObjectCache> cache;  // of native code; may be null
};
