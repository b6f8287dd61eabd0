// bench_evidence_replay FOLDER EXAMPLE [RUNS]: replay by one thread of a log that the recorder makes in FOLDER, of the requests in EXAMPLE
// (support.remit, requests.jsonl) with sessions, tenants, ids, amounts and times that vary: under the recorded policy, under a stricter
// one, and stage by stage. One JSON line for each case. The first run warms the page cache and is not counted; the rest give the median.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <deque>
#include <functional>
#include <sstream>

#include "compiler/compile.h"
#include "host/evidence/record/decision_text.h"
#include "host/evidence/recorder/recorder.h"
#include "host/evidence/replay/answers.h"
#include "host/evidence/replay/recorded.h"
#include "host/evidence/replay/replay.h"
#include "vm/interpreter/interpreter.h"
#include "vm/program/image.h"
#ifdef REMIT_WITH_JIT
#include "vm/jit/jit.h"
#endif

namespace {

using namespace remit;
using namespace remit::evidence;

[[noreturn]] void fail(const std::string& what) {
    fmt::print(stderr, "bench: {}\n", what);
    std::exit(1);
}

/// The process's time on processors: what a core does is the question, not who else is on it.
double now_ns() { return static_cast<double>(std::clock()) * (1e9 / CLOCKS_PER_SEC); }

std::string read_text(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) fail("cannot read " + path.string());
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

Result<std::shared_ptr<const Policy>> make_policy(std::vector<Program> programs, bool native) {
    std::vector<Layer> layers;
    for (Program& program : programs) {
        auto loaded = LoadedProgram::load(std::move(program));
        if (!loaded) return Failure{loaded.error()};
        std::shared_ptr<const Kernel> kernel = make_interpreter(*loaded);
#ifdef REMIT_WITH_JIT
        if (native) {
            auto made = make_native(*loaded);
            if (!made) return Failure{made.error()};
            kernel = *made;
        }
#else
        if (native) return Failure{"built without native code"};
#endif
        layers.push_back({*loaded, kernel});
    }
    return Policy::make(std::move(layers));
}

std::vector<Program> compile_text(const std::filesystem::path& folder, std::string text) {
    const Loader loader = [&](const std::string& name, std::string&) -> std::optional<std::string> {
        return read_text(folder / name);
    };
    Compilation made = compile("support.remit", std::move(text), loader);
    if (made.layers.empty()) fail(made.diagnostics.sorted()[0].message);
    return std::move(made.layers);
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size()) text.replace(at, from.size(), to);
}

/// Request `i`: one of the example's, as another session's, at another time.
std::string varied(std::string text, uint64_t i) {
    static constexpr const char* kTenants[] = {"acme", "globex", "initech"};
    const uint64_t some = i * 2'654'435'761u >> 8;
    replace_all(text, "\"s-9\"", fmt::format("\"s-{}\"", some % 2000));
    replace_all(text, "\"tenant\": \"acme\"", fmt::format("\"tenant\": \"{}\"", kTenants[some % 3]));
    replace_all(text, "\"c-", fmt::format("\"c{}-", i));
    replace_all(text, "10:00:00Z", fmt::format("10:00:{:02}Z", some % 5));
    if (const size_t at = text.find("\"amount\": \""); at != text.npos)
        if (const size_t point = text.find(".00\"", at); point != text.npos)
            text.replace(point, 3, fmt::format(".{:02}", some % 50));
    return text;
}

/// A new log of `count` decisions.
void record(Disk& disk, const std::filesystem::path& example, uint64_t count) {
    std::vector<std::string> requests;
    std::ifstream lines(example / "requests.jsonl");
    for (std::string line; std::getline(lines, line);)
        if (!line.empty()) requests.push_back(line);
    if (requests.empty()) fail("no requests");
    const auto programs = compile_text(example, read_text(example / "support.remit"));
    const auto policy = make_policy(programs, false);
    if (!policy) fail(policy.error());
    LogOptions options;
    options.disk = &disk;
    options.publish = false;
    auto log = Log::create("bench.example/log", kDefaultSegmentBytes, std::move(options));
    if (!log) fail(log.error());
    auto keyring = Keyring::open(disk, true);
    if (!keyring) fail(keyring.error());
    {
        Recorder recorder(**log, **keyring);
        if (const auto used = recorder.use_policy(**policy, write_images(programs)); !used) fail(used.error());
        Decider decider(*policy);
        constexpr size_t kInFlight = 256;
        std::deque<Pending> flying;
        const auto land = [&] {
            const Begun begun = recorder.finish_begin(std::move(flying.front()));
            if (!begun.action) fail(begun.trouble);
            flying.pop_front();
        };
        for (uint64_t i = 0; i < count; ++i) {
            if (flying.size() == kInFlight) land();
            flying.push_back(recorder.start(decider, varied(requests[i % requests.size()], i), {}, Purpose::Answer));
        }
        while (!flying.empty()) land();
        recorder.close_all_sessions();
    }
    if (const DiskStatus closed = (*log)->close(); !closed.ok()) fail(closed.message);
}

/// Median nanoseconds a record of `runs` runs, after one that is not counted. `run` returns how many records there were.
double median_ns(int runs, const std::function<uint64_t()>& run) {
    std::vector<double> each;
    for (int i = 0; i <= runs; ++i) {
        const double start = now_ns();
        const uint64_t records = run();
        if (i > 0) each.push_back((now_ns() - start) / static_cast<double>(std::max<uint64_t>(1, records)));
    }
    std::sort(each.begin(), each.end());
    return each[each.size() / 2];
}

void print(const std::string& what, double ns, const std::string& more = "") {
    fmt::print(R"({{"side":"Remit","case":"{}","per_second":{:.0f},"ns":{:.0f}{}}})"
               "\n",
               what, 1e9 / ns, ns, more);
    std::fflush(stdout);
}

void measure_replay(Reading& log, const std::string& engine, const std::shared_ptr<const Policy>& instead, int runs) {
    ReplayOptions options;
    std::shared_ptr<const Policy> ready;  // compiled once: the log has one policy, and the first run is not counted
    options.load = [&](std::string_view image) -> Result<std::shared_ptr<const Policy>> {
        if (ready) return ready;
        auto programs = read_images(image);
        if (!programs) return Failure{programs.error()};
        auto made = make_policy(std::move(*programs), engine == "native");
        if (made) ready = *made;
        return made;
    };
    options.instead = instead;
    std::string counts;
    const double ns = median_ns(runs, [&] {
        const auto report = replay(log, options);
        if (!report) fail(report.error());
        counts = fmt::format(R"(,"records":{},"same":{},"differing":{},"left_out":{})", report->records, report->same,
                             report->differing, report->records - report->same - report->differing);
        return report->records;
    });
    print(fmt::format("replay{}{}", instead ? ", another policy" : "", engine == "native" ? "" : ", interpreter"), ns,
          counts);
}

/// Every record with a decision and a request that can be read.
uint64_t each_decision(Reading& log, const std::function<void(const RecordView&)>& take) {
    auto reader = log.another_reader();
    if (!reader) fail(reader.error());
    uint64_t records = 0;
    for (;;) {
        const auto record = (*reader)->next();
        if (!record) fail(record.error());
        if (*record == nullptr) return records;
        const evidence::Kind kind = (*record)->meta.kind;
        if (kind != evidence::Kind::Decision && kind != evidence::Kind::Intent) continue;
        ++records;
        take(**record);
    }
}

/// What one step costs by itself, over the same records.
void measure_stages(Reading& log, const std::shared_ptr<const Policy>& policy, int runs) {
    uint64_t sink = 0;
    print("stage: read and check the frames",
          median_ns(runs, [&] { return each_decision(log, [](const RecordView&) {}); }));
    std::vector<std::string> requests, records;
    constexpr size_t kMost = 50'000;
    std::vector<SealedPayload> sealed;
    std::vector<std::string> ciphertexts;
    double request_bytes = 0, record_bytes = 0;
    std::string request;
    each_decision(log, [&](const RecordView& record) {
        const SealedPayload* payload = payload_in(record, PayloadRole::Request);
        const auto entry = read_entry(record.entry);
        if (payload == nullptr || !entry || log.keyring() == nullptr || requests.size() >= kMost) return;
        if (!log.keyring()->decrypt(*payload, request)) return;
        requests.push_back(request);
        records.emplace_back(entry->record);
        sealed.push_back(*payload);
        ciphertexts.emplace_back(payload->ciphertext);
        request_bytes += static_cast<double>(request.size());
        record_bytes += static_cast<double>(record.entry.size());
    });
    if (requests.empty()) fail("no request can be read");
    const auto count = static_cast<double>(requests.size());
    fmt::print(R"({{"requests":{},"request_bytes":{:.0f},"entry_bytes":{:.0f}}})"
               "\n",
               requests.size(), request_bytes / count, record_bytes / count);
    const auto stage = [&](const std::string& name, const std::function<void(size_t)>& step) {
        print("stage: " + name, median_ns(runs, [&] {
                  for (size_t i = 0; i < requests.size(); ++i) step(i);
                  return requests.size();
              }));
    };
    stage("decrypt", [&](size_t i) {
        sealed[i].ciphertext = ciphertexts[i];
        sink += log.keyring()->decrypt(sealed[i], request);
    });
    stage("find members of the record", [&](size_t i) { sink += read_recorded(records[i])->tool.size(); });
    Arena arena;
    JsonReader json;
    stage("read JSON", [&](size_t i) {
        arena.reset();
        sink += json.read(requests[i], arena) != nullptr;
    });
    Decider decider(policy);
    stage("read, bind, run the rules", [&](size_t i) { sink += decider.hear(requests[i]).has_value(); });
    Answers answers(policy);
    stage("the same and the answer's text", [&](size_t i) { sink += answers.decide(requests[i]).size(); });
    std::string text;
    stage("the same without patterns", [&](size_t i) {
        text.clear();
        append_decision(text, decider.decide(requests[i]));
        sink += text.size();
    });
    fmt::print(stderr, "{} answers filled in, {} written; {}\n", answers.filled(), answers.written(), sink % 10);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::fputs("usage: bench_evidence_replay FOLDER EXAMPLE [RUNS]\n", stderr);
        return 2;
    }
    constexpr uint64_t kRecords = 60'000;
    const int runs = argc > 3 ? std::max(1, std::atoi(argv[3])) : 5;
    const std::filesystem::path folder = std::filesystem::path(argv[1]) / "replay", example = argv[2];
    std::filesystem::remove_all(folder);
    const auto disk = posix_disk(folder.string());
    record(*disk, example, kRecords);
    const auto log = Reading::open(*disk);
    if (!log) fail(log.error());
    std::string text = read_text(example / "support.remit");
    replace_all(text, "args.amount > 250.00", "args.amount > 35.00");
    const auto stricter = compile_text(example, text);
    for (const bool native : {false, true}) {
        const auto instead = make_policy(stricter, native);
        if (!instead) continue;  // not in this build
        measure_replay(**log, native ? "native" : "interpreter", nullptr, runs);
        measure_replay(**log, native ? "native" : "interpreter", *instead, runs);
        if (!native) measure_stages(**log, *instead, runs);
    }
    std::filesystem::remove_all(folder);
    return 0;
}
