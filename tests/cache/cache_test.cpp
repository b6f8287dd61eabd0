// Machine code in a folder: found again, never trusted further than it may be.
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "host/cache/file_object_cache.h"
#include "tests/catch.h"
#include "tests/engine/builder.h"

using namespace remit;
namespace fs = std::filesystem;

namespace {

struct Folder {
    Folder() {
        std::string name = (fs::temp_directory_path() / "remit-cache-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~Folder() { fs::remove_all(path); }
    std::string path;
};

std::shared_ptr<const LoadedProgram> program() {
    test::Shop shop;
    shop.allow();
    return shop.load();
}

NativeStats compile(ObjectCache& cache) {
    NativeOptions options;
    options.cache = &cache;
    NativeStats stats;
    auto kernel = make_native(program(), options, &stats);
    REQUIRE(kernel.ok());
    return stats;
}

}  // namespace

TEST_CASE("a second start finds what the first compiled") {
    const Folder folder;
    auto cache = FileObjectCache::open(folder.path + "/objects");
    REQUIRE(cache.ok());
    const NativeStats first = compile(**cache);
    CHECK(first.compiled > 0);
    CHECK(first.cached == 0);
    const NativeStats second = compile(**cache);
    CHECK(second.compiled == 0);
    CHECK(second.cached == first.compiled);
}

TEST_CASE("damaged objects are compiled again") {
    const Folder folder;
    auto cache = FileObjectCache::open(folder.path);
    REQUIRE(cache.ok());
    const NativeStats first = compile(**cache);
    for (const auto& entry : fs::directory_iterator(folder.path)) {
        std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(static_cast<std::streamoff>(fs::file_size(entry.path()) / 2));
        file.put('\x5a');
    }
    CHECK(compile(**cache).compiled == first.compiled);
    CHECK(compile(**cache).cached == first.compiled);
}

TEST_CASE("a folder that others can write to is refused, and so is a file") {
    const Folder folder;
    const std::string open = folder.path + "/open", file = folder.path + "/file";
    REQUIRE(::mkdir(open.c_str(), 0777) == 0);
    REQUIRE(::chmod(open.c_str(), 0777) == 0);
    std::ofstream(file) << "x";
    CHECK(!FileObjectCache::open(open).ok());
    CHECK(!FileObjectCache::open(file).ok());
    CHECK(!FileObjectCache::open(folder.path + "/none/none").ok());
}

TEST_CASE("a cache keeps a limited number of objects") {
    const Folder folder;
    auto cache = FileObjectCache::open(folder.path);
    REQUIRE(cache.ok());
    for (size_t i = 0; i < FileObjectCache::kMostObjects + 20; ++i) (*cache)->store(std::to_string(i), "bytes");
    size_t files = 0;
    for (const auto& entry : fs::directory_iterator(folder.path)) files += entry.is_regular_file();
    CHECK(files == FileObjectCache::kMostObjects);
    CHECK((*cache)->load("no such key") == std::nullopt);
}
