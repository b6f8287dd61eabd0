// Runs a fuzz target over files, as a test of every build: replay FOLDER... Of a file *.jsonl each line is an input.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

namespace fs = std::filesystem;

constexpr size_t kVariants = 48;  // of one input, each way

void run(const std::string& text) {
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(text.data()), text.size());
}

/// The input, what is left of it when its end is missing, and the input with one byte wrong: the cheapest fuzzer there is.
void run_with_variants(const std::string& text) {
    run(text);
    const size_t step = 1 + text.size() / kVariants;
    for (size_t n = 0; n < text.size(); n += step) run(text.substr(0, n));
    std::string wrong = text;
    for (size_t n = step / 2; n < text.size(); n += step) {
        wrong[n] = static_cast<char>(wrong[n] ^ (1 << (n % 8)));
        run(wrong);
        wrong[n] = text[n];
    }
}

std::vector<std::string> inputs_of(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (path.extension() != ".jsonl") return {std::move(text)};
    std::vector<std::string> lines;
    std::istringstream all(text);
    for (std::string line; std::getline(all, line);) lines.push_back(line);
    return lines;
}

}  // namespace

int main(int argc, char** argv) {
    size_t inputs = 0;
    for (int i = 1; i < argc; ++i) {
        std::vector<fs::path> paths;
        for (const auto& entry : fs::directory_iterator(argv[i]))
            if (entry.is_regular_file()) paths.push_back(entry.path());
        std::sort(paths.begin(), paths.end());
        for (const fs::path& path : paths) {
            for (const std::string& input : inputs_of(path)) {
                if (path.extension() == ".mutant")
                    run(input);
                else
                    run_with_variants(input);
                ++inputs;
            }
        }
    }
    std::printf("%zu inputs\n", inputs);
    return inputs > 0 ? 0 : 1;
}
