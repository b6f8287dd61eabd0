// Where the policy's image lies in the module's memory. The kernel is compiled with nothing here; a data segment that
// emit_wasm adds writes it.
#pragma once

#include <cstdint>

struct RemitImage {
    uint32_t address, size;
};
extern "C" volatile RemitImage remit_image;
