#include "host/cli/test_watch.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "host/cli/files.h"

namespace remit::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::milliseconds kPause{200};

void append(std::string& out, const std::string& path) {
    std::error_code error;
    const auto size = fs::file_size(path, error);
    const auto time = fs::last_write_time(path, error);
    if (error)
        out += fmt::format("{} missing\n", path);
    else
        out += fmt::format("{} {} {}\n", path, size, time.time_since_epoch().count());
}

}  // namespace

std::string fingerprint(const std::vector<std::string>& paths, const std::vector<std::string>& more) {
    std::string out;
    for (const std::string& path : paths) {
        const auto below = policy_files_under(path);
        for (const std::string& file : below.ok() ? *below : std::vector{path}) append(out, file);
    }
    for (const std::string& path : more) append(out, path);
    return out;
}

void watch(const std::vector<std::string>& paths, size_t runs, const std::function<std::vector<std::string>()>& run) {
    for (size_t done = 1;; ++done) {
        // Before the run, so that a change in the middle of it is seen.
        std::string own = fingerprint(paths, {});
        const std::vector<std::string> used = run();
        if (done == runs) return;
        const std::string others = fingerprint({}, used);
        while (fingerprint(paths, {}) == own && fingerprint({}, used) == others) std::this_thread::sleep_for(kPause);
    }
}

}  // namespace remit::cli
