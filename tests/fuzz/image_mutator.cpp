// libFuzzer's mutations of images: a quarter are of bytes, the rest of the program that the bytes are.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>

#include "tests/fuzz/mutate_program.h"
#include "tests/fuzz/payload.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned seed) {
    using namespace remit;
    std::mt19937 random(seed);
    if (random() % 4 == 0) return LLVMFuzzerMutate(data, size, max_size);
    auto layers = read_images(fuzz::sealed(fuzz::payload_of({reinterpret_cast<const char*>(data), size})));
    if (!layers) return LLVMFuzzerMutate(data, size, max_size);
    for (size_t n = 1 + random() % 3; n > 0; --n) fuzz::mutate(*layers, random);
    const std::string image = write_images(*layers);
    const std::string_view payload = fuzz::payload_of(image);
    if (payload.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
    std::memcpy(data, payload.data(), payload.size());
    return payload.size();
}
