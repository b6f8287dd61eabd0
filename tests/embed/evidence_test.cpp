// remit/evidence.h: intents, permits and outcomes through the C ABI, and everything that can be wrong with its arguments.
#include <atomic>
#include <filesystem>
#include <thread>

#include "remit/evidence.h"
#include "tests/embed/fixture.h"

using namespace remit::test;

namespace {

class Folder {
public:
    Folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "remit-embed-XXXXXX").string();
        REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        path = pattern + "/log";
    }
    ~Folder() { std::filesystem::remove_all(std::filesystem::path(path).parent_path()); }
    std::string path;
};

std::string image_of(Host& host, std::string_view policy) {
    Text image, report;
    remit_compiled compiled = remit_init<remit_compiled>();
    compiled.report = report.get();
    compiled.image = image.get();
    const remit_source from = source(policy);
    REQUIRE(remit_compile(host.runtime, &from, &compiled, &host.error) == REMIT_OK);
    return image.string();
}

remit_evidence_options options_for(const Folder& folder, uint32_t flags = 0) {
    remit_evidence_options options = remit_init<remit_evidence_options>();
    options.folder = str(folder.path);
    options.origin = str("test.example/gateway");
    options.flags = flags;
    return options;
}

remit_evidence open(Host& host, const Folder& folder, uint32_t flags = 0) {
    const remit_evidence_options options = options_for(folder, flags);
    remit_evidence evidence{};
    const remit_status status = remit_evidence_open(host.runtime, &options, &evidence, &host.error);
    INFO(host.error.message);
    REQUIRE(status == REMIT_OK);
    const std::string image = image_of(host, kPolicy);
    REQUIRE(remit_evidence_use(host.runtime, evidence, host.policy, str(image), &host.error) == REMIT_OK);
    return evidence;
}

std::string line(Host& host, remit_evidence evidence, const std::string& text) {
    Text answer;
    REQUIRE(remit_evidence_line(host.runtime, evidence, host.policy, str(text), answer.get(), nullptr) == REMIT_OK);
    return answer.string();
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// The value of a member that is a text; empty if it is not there.
std::string member(const std::string& json, const std::string& name) {
    const std::string key = "\"" + name + "\":\"";
    const size_t at = json.find(key);
    if (at == std::string::npos) return "";
    return json.substr(at + key.size(), json.find('"', at + key.size()) - at - key.size());
}

}  // namespace

TEST_CASE("a gateway's call on record: intent, permit, outcome") {
    Host host;
    Folder folder;
    const remit_evidence evidence = open(host, folder);
    const std::string allowed = line(host, evidence, refund_json("99.00"));
    CHECK(has(allowed, R"("verdict":"allow")"));
    const std::string action = member(allowed, "action"), permit = member(allowed, "permit");
    REQUIRE_FALSE(action.empty());
    REQUIRE_FALSE(permit.empty());
    CHECK(line(host, evidence, R"({"redeem":")" + permit + "\"}") == R"({"redeemed":true})");
    CHECK(line(host, evidence, R"({"redeem":")" + permit + "\"}") == R"({"redeemed":false})");
    const std::string outcome = R"({"outcome":{"action":")" + action + R"(","status":"done"}})";
    CHECK(has(line(host, evidence, outcome), R"("recorded":true)"));
    CHECK(has(line(host, evidence, outcome), R"("recorded":false)"));

    const std::string denied = line(host, evidence, refund_json("999.00"));
    CHECK(has(denied, R"("verdict":"deny")"));
    CHECK_FALSE(member(denied, "action").empty());
    CHECK(member(denied, "permit").empty());
    CHECK(has(line(host, evidence, "no JSON"), "malformed"));

    Text status;
    REQUIRE(remit_evidence_status(host.runtime, evidence, status.get(), nullptr) == REMIT_OK);
    CHECK(member(status.string(), "mode") == "normal");
    CHECK(has(status.string(), "test.example/gateway"));
    CHECK(remit_evidence_close(host.runtime, evidence, &host.error) == REMIT_OK);
    Text answer;
    CHECK(remit_evidence_line(host.runtime, evidence, host.policy, str("{}"), answer.get(), nullptr) ==
          REMIT_BAD_HANDLE);
    CHECK(remit_evidence_close(host.runtime, evidence, nullptr) == REMIT_BAD_HANDLE);
    // It opens again, and permits from before are worth nothing.
    const remit_evidence again = open(host, folder);
    CHECK(line(host, again, R"({"redeem":")" + permit + "\"}") == R"({"redeemed":false})");
    CHECK(remit_evidence_close(host.runtime, again, nullptr) == REMIT_OK);
}

TEST_CASE("a version that is not in use is denied, also after a reload") {
    Host host;
    Folder folder;
    const remit_evidence evidence = open(host, folder);
    std::string stricter(kPolicy);
    stricter.replace(stricter.find("<= 500.00") + 3, 6, "50.00");
    const std::string image = image_of(host, stricter);
    CHECK(remit_evidence_use(host.runtime, evidence, host.policy, str(image), &host.error) == REMIT_WRONG_POLICY);
    REQUIRE(remit_policy_reload(host.runtime, host.policy, str(image), &host.error) == REMIT_OK);
    const std::string unknown = line(host, evidence, refund_json("20.00"));
    CHECK(has(unknown, R"("verdict":"deny")"));
    CHECK(has(unknown, "evidence-unavailable"));
    REQUIRE(remit_evidence_use(host.runtime, evidence, host.policy, str(image), &host.error) == REMIT_OK);
    CHECK(has(line(host, evidence, refund_json("20.00")), R"("verdict":"allow")"));
    CHECK(has(line(host, evidence, refund_json("99.00")), R"("verdict":"deny")"));
}

TEST_CASE("decisions alone: nothing is released") {
    Host host;
    Folder folder;
    const remit_evidence evidence = open(host, folder, REMIT_EVIDENCE_DECISIONS);
    const std::string allowed = line(host, evidence, refund_json("99.00"));
    CHECK(has(allowed, R"("verdict":"allow")"));
    CHECK(member(allowed, "permit").empty());
}

TEST_CASE("many threads, and one that closes") {
    Host host;
    Folder folder;
    const remit_evidence evidence = open(host, folder);
    std::atomic<int> allowed{0}, refused{0}, other{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            Text answer;
            const std::string request = refund_json("99.00");
            for (int i = 0; i < 100; ++i) {
                const remit_status status = remit_evidence_line(host.runtime, evidence, host.policy, str(request),
                                                                answer.get(), nullptr);
                const bool allows = status == REMIT_OK && has(answer.string(), R"("verdict":"allow")");
                ++(allows ? allowed : status == REMIT_BAD_HANDLE ? refused : other);
            }
        });
    }
    while (allowed < 50) std::this_thread::yield();
    CHECK(remit_evidence_close(host.runtime, evidence, nullptr) == REMIT_OK);
    for (std::thread& thread : threads) thread.join();
    // Who had the log in hand when it closed was denied, not lied to.
    CHECK(allowed + refused + other == 400);
    CHECK(other <= 4);
}

TEST_CASE("what is wrong with arguments of evidence is a status") {
    Host host;
    Folder folder;
    remit_evidence evidence{}, none{};
    remit_evidence_options options = options_for(folder);
    CHECK(remit_evidence_open(nullptr, &options, &evidence, nullptr) == REMIT_BAD_ARGUMENT);
    CHECK(remit_evidence_open(host.runtime, nullptr, &evidence, nullptr) == REMIT_BAD_ARGUMENT);
    CHECK(remit_evidence_open(host.runtime, &options, nullptr, nullptr) == REMIT_BAD_ARGUMENT);
    options.size = 3;
    CHECK(remit_evidence_open(host.runtime, &options, &evidence, nullptr) == REMIT_BAD_VERSION);
    options = options_for(folder, 8);
    CHECK(remit_evidence_open(host.runtime, &options, &evidence, nullptr) == REMIT_BAD_ARGUMENT);
    options = options_for(folder);
    options.folder = {nullptr, 5};
    CHECK(remit_evidence_open(host.runtime, &options, &evidence, nullptr) == REMIT_BAD_ARGUMENT);
    options.folder = str("");
    CHECK(remit_evidence_open(host.runtime, &options, &evidence, nullptr) == REMIT_BAD_ARGUMENT);
    options.folder = str("/proc/no/such");
    CHECK(remit_evidence_open(host.runtime, &options, &evidence, &host.error) == REMIT_NOT_READY);
    CHECK(std::string(host.error.message).find("/proc/no/such") != std::string::npos);
    evidence = open(host, folder);
    options = options_for(folder);
    remit_evidence second{};
    CHECK(remit_evidence_open(host.runtime, &options, &second, &host.error) == REMIT_NOT_READY);
    CHECK(std::string(host.error.message).find("another process") != std::string::npos);
    Text answer;
    CHECK(remit_evidence_line(host.runtime, none, host.policy, str("{}"), answer.get(), nullptr) == REMIT_BAD_HANDLE);
    CHECK(remit_evidence_line(host.runtime, evidence, remit_policy{}, str("{}"), answer.get(), nullptr) ==
          REMIT_BAD_HANDLE);
    CHECK(remit_evidence_line(host.runtime, evidence, host.policy, str("{}"), nullptr, nullptr) == REMIT_BAD_ARGUMENT);
    CHECK(remit_evidence_line(host.runtime, evidence, host.policy, {nullptr, 1}, answer.get(), nullptr) ==
          REMIT_BAD_ARGUMENT);
    CHECK(remit_evidence_use(host.runtime, evidence, host.policy, str("no image"), nullptr) == REMIT_BAD_IMAGE);
    CHECK(remit_evidence_status(host.runtime, evidence, nullptr, nullptr) == REMIT_BAD_ARGUMENT);
}
