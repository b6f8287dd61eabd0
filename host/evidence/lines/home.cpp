#include "host/evidence/lines/home.h"

#include <fmt/format.h>

#include <filesystem>

#include "host/evidence/log/config.h"

namespace remit::evidence {

namespace {

/// A log's name for who gave none.
std::string origin_after(const std::string& folder) {
    std::error_code error;
    const auto whole = std::filesystem::absolute(folder, error).lexically_normal();
    std::string name = (whole.has_filename() ? whole : whole.parent_path()).filename().string();
    for (char& c : name)
        if (static_cast<unsigned char>(c) <= ' ' || c == '+' || c == '\x7F') c = '-';
    return "remit.local/" + (name.empty() ? "log" : name);
}

}  // namespace

Result<Home> open_home(const std::string& folder, const std::string& origin) {
    const auto failed = [&](const std::string& why) { return Failure{fmt::format("{}: {}", folder, why)}; };
    Home home;
    home.disk = posix_disk(folder);
    LogOptions options;
    options.disk = home.disk.get();
    std::unique_ptr<File> config;
    const bool is_there = home.disk->open(kConfigPath, OpenMode::Read, config).error != DiskError::NotFound;
    auto log = is_there ? Log::open(std::move(options))
                        : Log::create(origin.empty() ? origin_after(folder) : origin, kDefaultSegmentBytes,
                                      std::move(options));
    if (!log) return failed(log.error());
    home.log = std::move(*log);
    const std::string& name = home.log->config().origin;
    if (!origin.empty() && origin != name) return failed(fmt::format("the log is {}, not {}", name, origin));
    auto keyring = Keyring::open(*home.disk, true);
    if (!keyring) return failed(keyring.error());
    home.keyring = std::move(*keyring);
    home.recorder = std::make_unique<Recorder>(*home.log, *home.keyring);
    return home;
}

DiskStatus Home::close() {
    recorder->close_all_sessions();
    return log->close();
}

}  // namespace remit::evidence
