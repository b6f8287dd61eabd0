#include "host/cli/log.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "host/cli/files.h"
#include "host/cli/progress.h"
#include "host/evidence/log/config.h"
#include "host/evidence/retention/erase.h"
#include "vm/value/scalar.h"

namespace remit::cli {

using evidence::DiskError;

namespace {

constexpr size_t kMostKeyBytes = 4096;

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.remove_suffix(1);
    return text;
}

}  // namespace

OpenedLog open_log(const std::string& folder, Console& console) {
    OpenedLog out;
    out.disk = evidence::posix_disk(folder);
    auto reading = evidence::Reading::open(*out.disk);
    if (reading) {
        out.reading = std::move(*reading);
    } else {
        console.error(fmt::format("{}: {}", folder, reading.error()));
    }
    return out;
}

WritingLog open_for_writing(const std::string& folder, Console& console) {
    WritingLog out;
    out.disk = evidence::posix_disk(folder);
    evidence::LogOptions options;
    options.disk = out.disk.get();
    auto log = evidence::Log::open(std::move(options));
    if (!log) {
        console.error(fmt::format("{}: {}", folder, log.error()));
        return out;
    }
    auto keyring = evidence::Keyring::open(*out.disk, true);
    if (!keyring) {
        console.error(fmt::format("{}: {}", folder, keyring.error()));
        return out;
    }
    out.log = std::move(*log);
    out.keyring = std::move(*keyring);
    out.recorder = std::make_unique<evidence::Recorder>(*out.log, *out.keyring);
    if (const auto finished = evidence::finish_erasure(*out.log, *out.keyring); !finished)
        console.error(finished.error());
    return out;
}

Exit close_writing(WritingLog& log, Exit exit, Console& console) {
    log.recorder.reset();
    const evidence::DiskStatus closed = log.log->close();
    if (closed.ok()) return exit;
    console.error(closed.message);
    return worse(exit, Exit::Environment);
}

std::optional<int64_t> parse_moment(std::string_view text, int64_t now_ns) {
    if (const auto back = parse_duration(text)) return now_ns - *back;
    return parse_timestamp(text);
}

std::optional<std::vector<evidence::VerifierKey>> read_verifier_keys(const std::string& text, Console& console) {
    std::vector<evidence::VerifierKey> keys;
    std::string_view rest = text;
    while (!rest.empty()) {
        const size_t comma = rest.find(',');
        std::string part(rest.substr(0, comma));
        rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
        auto key = evidence::parse_verifier_key(part);
        if (!key) {
            const auto file = read_file(part, kMostKeyBytes);
            if (!file) {
                console.error(
                    fmt::format("`{}` is neither a verifier key ({}) nor a file with one", part, key.error()));
                return std::nullopt;
            }
            key = evidence::parse_verifier_key(trimmed(*file));
        }
        if (!key) {
            console.error(fmt::format("{}: {}", part, key.error()));
            return std::nullopt;
        }
        keys.push_back(std::move(*key));
    }
    return keys;
}

std::unique_ptr<evidence::FindIndex> open_index(const OpenedLog& log, const std::string& folder, Console& console) {
    Progress progress(console, "records indexed");
    auto index = evidence::FindIndex::open(*log.reading, folder + "/find.sqlite",
                                           [&](uint64_t done, uint64_t total) { progress.at(done, total); });
    if (index) return std::move(*index);
    console.error(index.error());
    return nullptr;
}

std::optional<uint64_t> find_record(const OpenedLog& log, const std::string& folder, const std::string& id,
                                    Console& console) {
    uint64_t number = 0;
    const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
    if (error == std::errc() && end == id.data() + id.size()) return number;
    const auto index = open_index(log, folder, console);
    if (index == nullptr) return std::nullopt;
    if (const auto action = evidence::parse_action(id)) {
        const auto found = index->find_action(*action);
        if (found && *found) return **found;
    } else {
        evidence::FindQuery query;
        query.call = id;
        query.limit = 1;
        const auto found = index->find(query);
        if (found && !found->empty()) return found->front().index;
    }
    console.error(fmt::format("no record is `{}`; an index, CHAIN.NUMBER or a call's id names one", id));
    return std::nullopt;
}

Exit put_out(const Arguments& arguments, std::string_view text, Console& console) {
    if (!arguments.has("output")) {
        console.out().write(text);
        return Exit::Fine;
    }
    const auto written = write_file(arguments.get("output"), text);
    if (written) return Exit::Fine;
    console.error(written.error());
    return Exit::Environment;
}

}  // namespace remit::cli
