// `remit log init`, `keys`, `keygen`, `publish` and `cosign`: keys and who signs.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "host/cli/files.h"
#include "host/cli/log.h"
#include "host/cli/numbers.h"
#include "host/evidence/log/config.h"
#include "host/evidence/review/witness.h"
#include "vm/engine/json.h"

namespace remit::cli {

namespace {

constexpr size_t kMostMemoryBytes = 64u << 10;
constexpr mode_t kSecretMode = 0600;

/// A new file that nobody else may read.
bool write_secret(const std::string& path, std::string_view text, Console& console) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kSecretMode);
    int error = fd < 0 ? errno : write_all(fd, text);
    if (fd >= 0 && error == 0 && ::fsync(fd) != 0) error = errno;
    if (fd >= 0) ::close(fd);
    if (error == 0) return true;
    console.error(fmt::format("cannot write {}: {}", path, std::strerror(error)));
    return false;
}

/// What the witness knows of the log: its state file, else the key that is given, else what the log says of itself, once.
std::optional<evidence::WitnessMemory> memory_of(const Arguments& arguments, Console& console) {
    std::optional<evidence::VerifierKey> given;
    if (arguments.has("key")) {
        const auto keys = read_verifier_keys(arguments.get("key"), console);
        if (!keys || keys->size() != 1) return std::nullopt;
        given = keys->front();
    }
    if (::access(arguments.get("state").c_str(), F_OK) == 0) {
        const auto text = read_file(arguments.get("state"), kMostMemoryBytes);
        auto memory = text ? evidence::parse_witness_memory(*text)
                           : Result<evidence::WitnessMemory>(Failure{text.error()});
        if (memory && given && to_text(*given) != to_text(memory->log))
            memory = Failure{"the witness knows another key of this log"};
        if (memory) return std::move(*memory);
        console.error(fmt::format("{}: {}", arguments.get("state"), memory.error()));
        return std::nullopt;
    }
    if (given) return evidence::WitnessMemory{*given, std::nullopt};
    const OpenedLog log = open_log(arguments.words[0], console);
    if (!log) return std::nullopt;
    console.warning("this witness sees the log for the first time and believes the key that the log names");
    return evidence::WitnessMemory{log.reading->config().key, std::nullopt};
}

}  // namespace

std::optional<evidence::SignerKey> read_signer_file(const std::string& path, Console& console) {
    auto text = read_file(path, kMostMemoryBytes);
    if (!text) {
        console.error(text.error());
        return std::nullopt;
    }
    while (!text->empty() && text->back() == '\n') text->pop_back();
    auto signer = evidence::parse_signer_key(*text);
    if (!signer) {
        console.error(fmt::format("{}: {}", path, signer.error()));
        return std::nullopt;
    }
    return std::move(*signer);
}

std::optional<evidence::SignerKey> read_log_signer(const OpenedLog& log, Console& console) {
    auto signer = evidence::read_signer(*log.disk);
    if (signer) return std::move(*signer);
    console.error(signer.error());
    return std::nullopt;
}

Exit run_log_init(const Arguments& arguments, Console& console) {
    uint64_t segment = evidence::kDefaultSegmentBytes;
    std::string wrong;
    if (arguments.get("origin").empty()) wrong = "--origin NAME is needed: it names log and key";
    if (!wrong.empty() || !take_number(arguments, "segment-size", segment, wrong)) {
        console.error(wrong);
        return Exit::Usage;
    }
    const auto disk = evidence::posix_disk(arguments.words[0]);
    evidence::LogOptions options;
    options.disk = disk.get();
    auto log = evidence::Log::create(arguments.get("origin"), segment, std::move(options));
    if (!log) {
        console.error(fmt::format("{}: {}", arguments.words[0], log.error()));
        return Exit::Environment;
    }
    const std::string key = to_text((*log)->config().key);
    const evidence::DiskStatus closed = (*log)->close();
    if (!closed.ok()) {
        console.error(closed.message);
        return Exit::Environment;
    }
    console.out().line(key);
    return Exit::Fine;
}

Exit run_log_keys(const Arguments& arguments, Console& console) {
    const auto disk = evidence::posix_disk(arguments.words[0]);
    const auto config = evidence::read_config(*disk);
    if (!config) {
        console.error(fmt::format("{}: {}", arguments.words[0], config.error()));
        return Exit::Environment;
    }
    const std::string key = to_text(config->key), pem = evidence::to_pem(config->key.key),
                      &format = arguments.get("format");
    if (format == "vkey") {
        console.out().line(key);
    } else if (format == "pem") {
        console.out().write(pem);
    } else if (format == "json") {
        std::string out = "{\"origin\":";
        append_json_string(out, config->origin);
        out += ",\"vkey\":";
        append_json_string(out, key);
        out += ",\"pem\":";
        append_json_string(out, pem);
        console.out().line(out + "}");
    } else {
        console.out().write(fmt::format("origin  {}\nvkey    {}\n{}", config->origin, key, pem));
    }
    return Exit::Fine;
}

Exit run_log_keygen(const Arguments& arguments, Console& console) {
    if (!arguments.has("output")) {
        console.error("-o FILE is needed: where the private key goes");
        return Exit::Usage;
    }
    const auto signer = evidence::make_signer(arguments.words[0], evidence::PrivateKey::generate(),
                                              evidence::SignatureType::Cosignature);
    if (!signer) {
        console.error(signer.error());
        return Exit::Usage;
    }
    if (!write_secret(arguments.get("output"), to_text(*signer) + "\n", console)) return Exit::Environment;
    console.out().line(to_text(signer->verifier));
    return Exit::Fine;
}

Exit run_log_publish(const Arguments& arguments, Console& console) {
    const auto disk = evidence::posix_disk(arguments.words[0]);
    evidence::LogOptions options;
    options.disk = disk.get();
    auto log = evidence::Log::open(std::move(options));
    if (!log) {
        console.error(fmt::format("{}: {}", arguments.words[0], log.error()));
        return Exit::Environment;
    }
    evidence::DiskStatus done = (*log)->publish();
    if (done.ok()) done = (*log)->close();
    if (!done.ok()) {
        console.error(done.message);
        return Exit::Environment;
    }
    console.out().line(fmt::format("{} records are published", (*log)->head().checkpoint.size));
    return Exit::Fine;
}

Exit run_log_cosign(const Arguments& arguments, Console& console) {
    if (arguments.get("witness-key").empty() || arguments.get("state").empty()) {
        console.error("--witness-key FILE and --state FILE are needed");
        return Exit::Usage;
    }
    const auto signer = read_signer_file(arguments.get("witness-key"), console);
    if (!signer) return Exit::Environment;
    const auto memory = memory_of(arguments, console);
    if (!memory) return Exit::Environment;
    const auto disk = evidence::posix_disk(arguments.words[0]);
    const int64_t now = evidence::system_clock().wall_ns() / 1'000'000'000;
    const auto cosigned = evidence::cosign_head(*disk, *memory, *signer, now);
    if (!cosigned) {
        console.error(cosigned.error());
        return Exit::Wrong;
    }
    // First remembered, then said: a witness that forgets what it signed is none.
    const auto kept = write_file(arguments.get("state"), to_text(cosigned->memory));
    if (!kept) {
        console.error(kept.error());
        return Exit::Environment;
    }
    const auto merged = evidence::keep_cosignature(*disk, cosigned->note);
    if (!merged) console.warning(merged.error());
    return put_out(arguments, cosigned->note, console);
}

}  // namespace remit::cli
