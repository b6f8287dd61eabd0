// What the module exports; docs/wasm.md is the reference. Numbers only: texts are an address and a size. Every function
// may be called at any time and with anything that lies inside the memory: before remit_init, and for layers and tools
// that are not there, they answer 0, or "deny".
#include <cstdlib>
#include <cstring>

#include "vm/wasm/kernel/image.h"
#include "vm/wasm/kernel/module.h"

#define REMIT_EXPORT(name) __attribute__((export_name(#name))) name

using remit::V;
using remit::Verdict;
using remit::wasm::Frame;
using remit::wasm::Module;

volatile RemitImage remit_image = {};

namespace {

enum Status : int32_t { kFine = 0, kNoImage = 1, kRefused = 2 };

// An instance has one policy, and this is it.
Module* module = nullptr;
std::string* text = nullptr;  // the last that was returned
Status status = kNoImage;
bool loaded = false;

const char* give(std::string value) {
    if (text == nullptr) text = new std::string;
    *text = std::move(value);
    return text->c_str();
}
Frame* frame_of(uint32_t layer) { return module == nullptr ? nullptr : module->frame(layer); }
bool has_tool(Frame* frame, uint32_t tool) {
    return frame != nullptr && tool < frame->loaded().program().callable().size();
}

}  // namespace

extern "C" {

void __wasm_call_ctors();

int32_t REMIT_EXPORT(remit_init)() {
    if (loaded) return status;
    loaded = true;
    __wasm_call_ctors();
    if (remit_image.size == 0) return status;
    auto made = Module::load({reinterpret_cast<const char*>(remit_image.address), remit_image.size});
    if (!made) {
        give(made.error());
        return status = kRefused;
    }
    module = made->release();
    return status = kFine;
}

/// Memory for what the host hands in; 0 if there is none left.
void* REMIT_EXPORT(remit_alloc)(size_t size) { return std::malloc(size); }
void REMIT_EXPORT(remit_free)(void* memory) { std::free(memory); }

/// The size of the text that was returned last: a decision, a description, or why remit_init failed.
uint32_t REMIT_EXPORT(remit_text_size)() { return text == nullptr ? 0 : static_cast<uint32_t>(text->size()); }
const char* REMIT_EXPORT(remit_error)() {
    return status == kFine ? give("") : text != nullptr ? text->c_str() : give("no policy");
}
const char* REMIT_EXPORT(remit_describe)() { return module == nullptr ? give("{}") : give(module->describe()); }
const uint8_t* REMIT_EXPORT(remit_hash)() { return module == nullptr ? nullptr : module->own().hash.data(); }

/// A request as JSON to a decision as JSON.
const char* REMIT_EXPORT(remit_decide)(const char* request, size_t size) {
    return module == nullptr ? nullptr : give(module->decide({request, size}));
}

uint32_t REMIT_EXPORT(remit_layers)() { return module == nullptr ? 0 : static_cast<uint32_t>(module->layers()); }
V* REMIT_EXPORT(remit_frame)(uint32_t layer) {
    Frame* frame = frame_of(layer);
    return frame == nullptr ? nullptr : frame->slots();
}
void REMIT_EXPORT(remit_clear)(uint32_t layer) {
    if (Frame* frame = frame_of(layer)) frame->clear();
}
int32_t REMIT_EXPORT(remit_set_text)(uint32_t layer, uint32_t slot, const char* bytes, size_t size) {
    Frame* frame = frame_of(layer);
    return frame != nullptr && frame->text(slot, {bytes, size}) ? 1 : 0;
}

/// 0 allow, 1 ask, 2 deny: what the layer's rules say of the frame.
int32_t REMIT_EXPORT(remit_judge)(uint32_t layer, uint32_t tool) {
    Frame* frame = frame_of(layer);
    return static_cast<int32_t>(has_tool(frame, tool) ? frame->judge(tool, frame->slots()) : Verdict::Deny);
}
/// The same for `count` frames that lie one after another.
void REMIT_EXPORT(remit_judge_many)(uint32_t layer, uint32_t count, const uint32_t* tools, V* frames,
                                    uint8_t* verdicts) {
    Frame* frame = frame_of(layer);
    const size_t size = frame == nullptr ? 0 : frame->size();
    for (uint32_t i = 0; i < count; ++i)
        verdicts[i] = static_cast<uint8_t>(has_tool(frame, tools[i]) ? frame->judge(tools[i], frames + i * size)
                                                                     : Verdict::Deny);
}
/// The same for `count` requests as columns; 0 if this policy cannot be decided so.
int32_t REMIT_EXPORT(remit_judge_columns)(uint32_t layer, uint32_t count, const uint32_t* tools,
                                          const int64_t* const* columns, uint8_t* verdicts, int64_t* risks) {
    const Frame* frame = frame_of(layer);
    return frame != nullptr && frame->kernel().judge_columns({count, tools, columns, verdicts, risks}) ? 1 : 0;
}
}
