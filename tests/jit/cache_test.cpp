// Machine code that is kept between starts, and what happens when what comes back is not what was stored.
#include <map>
#include <mutex>

#include "tests/jit/engines.h"

using namespace remit;
using namespace remit::test;

namespace {

class MemoryCache final : public ObjectCache {
public:
    std::optional<std::string> load(const std::string& key) noexcept override {
        const std::lock_guard<std::mutex> guard(lock_);
        const auto it = all.find(key);
        return it == all.end() ? std::nullopt : std::optional(it->second);
    }
    void store(const std::string& key, std::string_view bytes) noexcept override {
        const std::lock_guard<std::mutex> guard(lock_);
        all[key] = bytes;
    }
    std::map<std::string, std::string> all;

private:
    std::mutex lock_;
};

/// Two rules; `limit` is data, `reads` decides the code.
std::shared_ptr<const LoadedProgram> program(int64_t limit, int reads, uint8_t hash = 0) {
    Program p = empty_program();
    p.hash[0] = hash;
    const uint32_t x = add_slot(p, kIntType), y = add_slot(p, kIntType);
    ShapeAssembler a(p);
    const uint32_t in_table = a.ret(a.op(Op::LtI, a.param(kIntType), a.slot(reads ? y : x)));
    size_t begin = p.rows.size();
    add_row(p, {number(limit)});
    add_segment(p, Action::Allow, in_table, begin);
    ShapeAssembler b(p);
    const uint32_t run = b.ret(b.op(Op::LtI, b.param(kIntType), b.op(Op::AddI, b.slot(x), b.slot(y))));
    begin = p.rows.size();
    add_row(p, {number(limit * 2)});
    add_segment(p, Action::Block, run, begin);
    auto loaded = LoadedProgram::load(std::move(p));
    REQUIRE(loaded.ok());
    return *loaded;
}

NativeStats start(const std::shared_ptr<const LoadedProgram>& loaded, MemoryCache& cache, int level = 2) {
    NativeOptions options;
    options.opt_level = level;
    options.cache = &cache;
    NativeStats stats;
    auto native = make_native(loaded, options, &stats);
    REQUIRE(native.ok());
    const auto interpreter = make_interpreter(loaded);
    for (const V left : {V{0, 0}, V{5, 0}, V{50, 0}, V{500, 0}, error(Err::Absent)}) {
        for (const V right : {V{0, 0}, V{7, 0}, V{70, 0}, error(Err::Null)}) {
            std::vector<V> frame = frame_of(loaded->program());
            frame[kSlotRoles] = left;
            frame[kSlotRoles + 1] = right;
            CHECK((judge(**native, *loaded, 0, frame) == judge(*interpreter, *loaded, 0, frame)));
            CHECK((decide(**native, *loaded, 0, frame) == decide(*interpreter, *loaded, 0, frame)));
        }
    }
    return stats;
}

}  // namespace

TEST_CASE("a second start takes its code from the cache, also for another version") {
    MemoryCache cache;
    const NativeStats first = start(program(10, 0), cache);
    CHECK(first.compiled > 0);
    CHECK(first.cached == 0);
    CHECK(cache.all.size() == first.compiled);
    const NativeStats again = start(program(10, 0, /*hash=*/1), cache);
    CHECK(again.compiled == 0);
    CHECK(again.cached == first.compiled);
    CHECK(again.code_bytes == first.code_bytes);
    WARN("from LLVM " << first.llvm_ms << " ms, from the cache " << again.llvm_ms << " ms");
    start(program(11, 0), cache);                         // other literals
    CHECK(start(program(10, 1), cache).compiled > 0);     // other slots
    CHECK(start(program(10, 0), cache, 0).compiled > 0);  // another level
    CHECK(start(program(10, 0), cache).compiled == 0);
}

TEST_CASE("what was damaged, cut or mixed up is compiled anew and never run") {
    MemoryCache cache;
    start(program(10, 0), cache);
    const std::map<std::string, std::string> good = cache.all;
    REQUIRE(good.size() >= 2);
    for (const auto& [key, bytes] : good) {
        for (const size_t at : {size_t{0}, size_t{63}, size_t{64}, bytes.size() / 2, bytes.size() - 1}) {
            cache.all = good;
            cache.all[key][at] = static_cast<char>(cache.all[key][at] ^ 1);
            CHECK(start(program(10, 0), cache).compiled == 1);
            CHECK(cache.all == good);  // repaired
        }
        for (const size_t size : {size_t{0}, size_t{64}, bytes.size() - 1}) {
            cache.all = good;
            cache.all[key].resize(size);
            CHECK(start(program(10, 0), cache).compiled == 1);
        }
    }
    // Sound objects under each other's keys.
    cache.all = good;
    std::swap(cache.all.begin()->second, cache.all.rbegin()->second);
    CHECK(start(program(10, 0), cache).compiled == 2);
}

TEST_CASE("an explainer decides, and native code only judges") {
    const auto loaded = program(10, 0);
    NativeStats all, some;
    REQUIRE(make_native(loaded, {}, &all).ok());
    NativeOptions options;
    options.explainer = make_interpreter(loaded);
    auto native = make_native(loaded, options, &some);
    REQUIRE(native.ok());
    CHECK(some.functions == all.functions - 1);  // the guard that a table holds is not compiled
    std::vector<V> frame = frame_of(loaded->program());
    for (const int64_t n : {0, 15, 30}) {
        frame[kSlotRoles] = {n, 0};
        CHECK((decide(**native, *loaded, 0, frame) == decide(*options.explainer, *loaded, 0, frame)));
        CHECK((judge(**native, *loaded, 0, frame) == judge(*options.explainer, *loaded, 0, frame)));
    }
}
