// A runtime that keeps native code in a folder.
#include <filesystem>

#include "tests/embed/fixture.h"

using namespace remit::test;
namespace fs = std::filesystem;

namespace {

size_t files_in(const std::string& folder) {
    size_t files = 0;
    for (const auto& entry : fs::directory_iterator(folder)) files += entry.is_regular_file();
    return files;
}

}  // namespace

TEST_CASE("native code is kept in the folder that the host names") {
    if (remit_has_native() == 0) return;
    std::string folder = (fs::temp_directory_path() / "remit-embed-XXXXXX").string();
    REQUIRE(::mkdtemp(folder.data()) != nullptr);
    for (int start = 0; start < 2; ++start) {
        remit_runtime* runtime = nullptr;
        REQUIRE(remit_runtime_new(nullptr, &runtime, nullptr) == REMIT_OK);
        REQUIRE(remit_runtime_cache(runtime, str(folder), nullptr) == REMIT_OK);
        remit_policy_options options = remit_init<remit_policy_options>();
        options.engine = REMIT_ENGINE_NATIVE;
        const remit_source from = source(kPolicy);
        remit_compiled compiled = remit_init<remit_compiled>();
        remit_policy policy{};
        REQUIRE(remit_policy_compile(runtime, &from, &options, &compiled, &policy, nullptr) == REMIT_OK);
        CHECK(files_in(folder) > 0);
        remit_runtime_free(runtime);
    }
    fs::remove_all(folder);
}

TEST_CASE("a folder that cannot be used is an error, and the runtime goes on without") {
    Host host;
    CHECK(remit_runtime_cache(nullptr, str("x"), nullptr) != REMIT_OK);
    CHECK(remit_runtime_cache(host.runtime, remit_str{nullptr, 3}, nullptr) == REMIT_BAD_ARGUMENT);
    const remit_status status = remit_runtime_cache(host.runtime, str("/no/such/folder"), nullptr);
    CHECK(status == (remit_has_native() != 0 ? REMIT_BAD_ARGUMENT : REMIT_NO_NATIVE));
}
