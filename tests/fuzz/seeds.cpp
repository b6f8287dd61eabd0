// Writes payloads of images for the target fuzz_image, of the policies of today: seeds FOLDER [MUTANTS]. With MUTANTS, as many
// programs with something wrong besides, the same on every run.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "tests/fuzz/mutate_program.h"
#include "tests/fuzz/payload.h"
#include "tests/fuzz/policies.h"

namespace {

void write(const std::filesystem::path& path, const std::vector<remit::Program>& layers) {
    const std::string image = remit::write_images(layers);
    std::ofstream(path, std::ios::binary) << remit::fuzz::payload_of(image);
}

}  // namespace

int main(int argc, char** argv) {
    namespace fs = std::filesystem;
    if (argc < 2) return 2;
    const fs::path folder = argv[1];
    const int mutants = argc > 2 ? std::atoi(argv[2]) : 0;
    fs::create_directories(folder);
    std::mt19937 random(1);
    for (const char* path : {"tests/fuzz/full.remit", "tests/fuzz/child.remit", "examples/support/support.remit",
                             "examples/coding-agent/coding_agent.remit", "tests/fuzz/corpus/policy/small.remit",
                             "tests/fuzz/corpus/policy/types.remit"}) {
        const auto layers = remit::fuzz::compile_layers(path);
        const std::string name = fs::path(path).stem().string();
        write(folder / (name + ".payload"), layers);
        for (int i = 0; i < mutants; ++i) {
            auto mutant = layers;
            for (size_t n = 1 + random() % 3; n > 0; --n) remit::fuzz::mutate(mutant, random);
            write(folder / (name + "-" + std::to_string(i) + ".mutant"), mutant);
        }
    }
    return 0;
}
