// Numbers in bytes, least significant first.
#pragma once

#include <cstdint>
#include <cstring>

namespace remit::evidence {

template <class T>
T get_number(const char* at) {
    T value;
    std::memcpy(&value, at, sizeof(T));  // the machines we run on are little-endian: crc32c.cpp asserts it
    return value;
}
template <class T>
void put_number(char* at, T value) {
    std::memcpy(at, &value, sizeof(T));
}

}  // namespace remit::evidence
