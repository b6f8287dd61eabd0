// Random numbers that are the same everywhere for one seed.
#pragma once

#include <cstdint>
#include <string>

namespace remit::evidence::testing {

class Random {
public:
    explicit Random(uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15 + 0x853c49e6748fea9b) {}

    uint64_t next() {  // splitmix64
        uint64_t z = state_ += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
    uint64_t below(uint64_t n) { return next() % n; }
    bool one_in(uint64_t n) { return below(n) == 0; }
    std::string bytes(size_t n) {
        std::string out(n, '\0');
        for (char& c : out) c = static_cast<char>(next());
        return out;
    }

private:
    uint64_t state_;
};

}  // namespace remit::evidence::testing
