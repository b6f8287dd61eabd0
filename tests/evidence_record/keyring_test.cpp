// The keyring: what it seals opens again, what it destroys is gone, and a file that others wrote does no harm.
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "host/evidence/payload/keyring.h"
#include "host/evidence/payload/slot.h"
#include "tests/catch.h"
#include "tests/evidence_log/fixture.h"

namespace remit::evidence {
using testing::Folder;

namespace {

std::string bytes_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}
void put_bytes(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}
std::unique_ptr<Keyring> open_ring(Disk& disk, bool write = true) {
    auto ring = Keyring::open(disk, write);
    if (!ring) FAIL(ring.error());
    return std::move(*ring);
}

/// Counts what is read of files.
class CountingFile : public File {
public:
    CountingFile(std::unique_ptr<File> file, std::atomic<uint64_t>& bytes) : file_(std::move(file)), bytes_(bytes) {}
    DiskStatus write(uint64_t offset, std::string_view bytes) override { return file_->write(offset, bytes); }
    DiskStatus sync() override { return file_->sync(); }
    DiskStatus read(uint64_t offset, std::span<char> out, size_t& got) override {
        const DiskStatus done = file_->read(offset, out, got);
        bytes_ += got;
        return done;
    }
    uint64_t size() const override { return file_->size(); }

private:
    std::unique_ptr<File> file_;
    std::atomic<uint64_t>& bytes_;
};
class CountingDisk : public Disk {
public:
    explicit CountingDisk(Disk& disk) : disk_(disk) {}
    DiskStatus open(const std::string& path, OpenMode mode, std::unique_ptr<File>& out) override {
        std::unique_ptr<File> file;
        const DiskStatus opened = disk_.open(path, mode, file);
        if (opened.ok()) out = std::make_unique<CountingFile>(std::move(file), bytes);
        return opened;
    }
    DiskStatus make_folder(const std::string& path) override { return disk_.make_folder(path); }
    DiskStatus list(const std::string& folder, std::vector<std::string>& names) override {
        return disk_.list(folder, names);
    }
    DiskStatus rename(const std::string& from, const std::string& to) override { return disk_.rename(from, to); }
    DiskStatus remove(const std::string& path) override { return disk_.remove(path); }
    DiskStatus sync_folder(const std::string& folder) override { return disk_.sync_folder(folder); }
    DiskStatus lock(const std::string& path, std::unique_ptr<File>& out) override { return disk_.lock(path, out); }

    std::atomic<uint64_t> bytes{0};

private:
    Disk& disk_;
};

}  // namespace

TEST_CASE("payloads open again, also by another keyring, and their commitments hold") {
    Folder folder;
    const auto disk = posix_disk(folder.path);
    auto ring = open_ring(*disk);
    const auto key = ring->key_for({"acme", "u-1", "standard"}, 5);
    REQUIRE(key);
    CHECK(*ring->key_for({"acme", "u-1", "standard"}, 6) == *key);
    CHECK(*ring->key_for({"acme", "u-2", "standard"}, 6) != *key);
    CHECK((std::filesystem::status(folder.path + "/keys").permissions() & std::filesystem::perms::others_all) ==
          std::filesystem::perms::none);
    std::string ciphertext, second;
    const auto sealed = ring->seal(*key, 3, "a secret text", ciphertext);
    REQUIRE(sealed);
    REQUIRE(ring->seal(*key, 3, "a secret text", second));
    CHECK(ciphertext != "a secret text");
    CHECK(ciphertext != second);  // another nonce
    CHECK(sealed->commitment == commitment(sealed->salt, "a secret text"));

    ring.reset();
    ring = open_ring(*disk, false);
    const auto opened = ring->open_payload(sealed->payload);
    REQUIRE(opened);
    REQUIRE(*opened);
    CHECK((*opened)->payload == "a secret text");
    CHECK((*opened)->salt == sealed->salt);
    CHECK_FALSE(ring->key_for({"acme", "u-9", "standard"}, 6));
    CHECK_FALSE(ring->destroy(*key));
    CHECK(Keyring::commit_value(sealed->salt, "ab", "c") != Keyring::commit_value(sealed->salt, "a", "bc"));
}

TEST_CASE("a destroyed key is gone from memory and file; its number is never used again") {
    Folder folder;
    const auto disk = posix_disk(folder.path);
    auto ring = open_ring(*disk);
    const uint64_t key = *ring->key_for({"acme", "alice@acme.example", "standard"}, 5);
    std::string ciphertext;
    const auto sealed = ring->seal(key, 0, "text", ciphertext);
    REQUIRE(sealed);
    const std::string before = bytes_of(folder.path + "/keys").substr(key * kSlotBytes, kSlotBytes);
    CHECK(before.find("alice@acme.example") != before.npos);
    const std::string key_bytes = before.substr(32, 32);

    CHECK(*ring->destroy(key));
    CHECK_FALSE(*ring->destroy(key));
    CHECK_FALSE(ring->destroy(77));
    CHECK_FALSE(ring->destroy(0));
    const std::string after = bytes_of(folder.path + "/keys");
    CHECK(after.find("alice") == after.npos);
    CHECK(after.find(key_bytes) == after.npos);
    CHECK(after.find("acme") == after.npos);
    for (int round = 0; round < 2; ++round) {
        std::string out;
        CHECK_FALSE(ring->decrypt(sealed->payload, out));
        CHECK_FALSE(*ring->open_payload(sealed->payload));
        CHECK_FALSE(ring->seal(key, 0, "text", ciphertext));
        CHECK(ring->list().at(key - 1).destroyed);
        CHECK(ring->list().at(key - 1).label == KeyLabel{});
        ring = open_ring(*disk);
    }
    CHECK(*ring->key_for({"acme", "alice@acme.example", "standard"}, 9) == key + 1);
}

TEST_CASE("a reader sees keys that were made after it was opened") {
    Folder folder;
    const auto disk = posix_disk(folder.path);
    auto writer = open_ring(*disk);
    const auto reader = open_ring(*disk, false);
    const uint64_t key = *writer->key_for({"t", "s", "c"}, 1);
    std::string ciphertext, out;
    const auto sealed = writer->seal(key, 0, "late", ciphertext);
    CHECK(reader->decrypt(sealed->payload, out));
    CHECK(out == "late");
}

TEST_CASE("many keys, long labels, several threads") {
    Folder folder;
    const auto disk = posix_disk(folder.path);
    auto ring = open_ring(*disk);
    const std::string longest(kMaxLabelText, 'x'), longer(100'000, 'y');
    const uint64_t a = *ring->key_for({longest, longest, longest}, 1), b = *ring->key_for({longer, longer, longer}, 1);
    std::vector<std::thread> threads;
    std::atomic<int> wrong{0};
    for (int t = 0; t < 3; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 60; ++i) {
                const auto key = ring->key_for({"t", std::to_string(i), "c"}, t);
                std::string ciphertext, out;
                const auto sealed = key ? ring->seal(*key, 0, std::to_string(i), ciphertext)
                                        : Result<Keyring::Sealed>(Failure{""});
                if (!sealed || !ring->decrypt(sealed->payload, out) || out != std::to_string(i)) ++wrong;
            }
        });
    for (std::thread& t : threads) t.join();
    CHECK(wrong == 0);
    CHECK(ring->list().size() == 62);
    ring = open_ring(*disk);
    CHECK(ring->list().size() == 62);
    CHECK(*ring->key_for({longest, longest, longest}, 1) == a);
    CHECK(*ring->key_for({longer, longer, longer}, 1) == b);
    CHECK(ring->list().at(b - 1).label.tenant == remit::to_text(sha256(longer)));
}

TEST_CASE("a key that could not be written is not used, and no other is made before the file was read again") {
    Folder folder;
    testing::Faults faults;
    const auto disk = failing_disk(posix_disk(folder.path), faults);
    auto ring = open_ring(*disk);
    const uint64_t known = *ring->key_for({"t", "s", "c"}, 1);
    faults.dead = true;
    CHECK_FALSE(ring->key_for({"t", "new", "c"}, 1));
    CHECK_FALSE(ring->destroy(known));
    faults.dead = false;
    CHECK_FALSE(ring->key_for({"t", "new", "c"}, 1));
    CHECK(*ring->destroy(known));  // this may be tried again
    ring = open_ring(*disk);
    CHECK(*ring->key_for({"t", "new", "c"}, 1) == known + 1);
}

TEST_CASE("a file that nobody of ours wrote") {
    Folder folder;
    const std::string path = folder.path + "/keys";
    const auto disk = posix_disk(folder.path);
    uint64_t key = 0;
    {
        auto ring = open_ring(*disk);
        key = *ring->key_for({"t", "s", "c"}, 1);
        REQUIRE(ring->key_for({"t", "s2", "c"}, 1));
    }
    const std::string good = bytes_of(path);
    SECTION("no keyring at all") {
        for (const std::string& wrong : {std::string("R"), std::string("RMTKEYS1"), std::string(4096, 'x')}) {
            put_bytes(path, wrong);
            CHECK_FALSE(Keyring::open(*disk, true));
            CHECK_FALSE(Keyring::open(*disk, false));
        }
        std::filesystem::remove(path);
        CHECK_FALSE(Keyring::open(*disk, false));
    }
    SECTION("every byte of a slot changed: its key is not used, the others are") {
        for (size_t at = 0; at < kSlotBytes; ++at) {
            std::string changed = good;
            changed[key * kSlotBytes + at] = static_cast<char>(changed[key * kSlotBytes + at] ^ 0x41);
            put_bytes(path, changed);
            const auto ring = open_ring(*disk);
            CHECK(ring->list().at(key - 1).damaged);
            CHECK_FALSE(ring->list().at(key).damaged);
            std::string ciphertext;
            CHECK_FALSE(ring->seal(key, 0, "x", ciphertext));
        }
    }
    SECTION("cut anywhere, or longer: no crash, and numbers are not used twice") {
        std::mt19937_64 random(4);
        for (int i = 0; i < 200; ++i) {
            std::string cut = good.substr(0, kSlotBytes + random() % (3 * kSlotBytes));
            cut += std::string(random() % 1000, static_cast<char>(random() % 2));
            put_bytes(path, cut);
            auto ring = Keyring::open(*disk, true);
            if (!ring) continue;
            const size_t known = (*ring)->list().size();
            const auto made = (*ring)->key_for({"new", "new", "new"}, 1);
            REQUIRE(made);
            CHECK(*made == known + 1);
            CHECK((*open_ring(*disk)).list().size() == known + 1);
        }
    }
}

TEST_CASE("a file that was made and never written is a new one") {
    Folder folder;
    const auto disk = posix_disk(folder.path);
    const std::string path = folder.path + "/keys";
    for (const size_t size : {size_t{0}, size_t{100}, kSlotBytes, 40 * kSlotBytes}) {
        INFO(size);
        put_bytes(path, std::string(size, '\0'));
        CHECK(open_ring(*disk, false)->list().empty());
        auto ring = open_ring(*disk);
        REQUIRE(ring->key_for({"acme", "u-1", ""}, 1));
        CHECK(open_ring(*disk, false)->list().size() == 1);
    }
    // Where keys must have been, zeros are damage.
    put_bytes(path, std::string(1000 * kSlotBytes, '\0'));
    CHECK_FALSE(Keyring::open(*disk, true));
}

TEST_CASE("a payload of an unknown key does not make a reader read the keys again") {
    Folder folder;
    const auto disk = posix_disk(folder.path);
    auto ring = open_ring(*disk);
    for (int i = 0; i < 300; ++i) REQUIRE(ring->key_for({"acme", std::to_string(i), ""}, 1));
    CountingDisk counting(*disk);
    auto reader = open_ring(counting, false);
    const uint64_t opened = counting.bytes;
    SealedPayload unknown;
    std::string out;
    for (const uint64_t id : {uint64_t{301}, uint64_t{350}, uint64_t{100'000}, UINT64_MAX}) {
        unknown.key_id = id;
        for (int i = 0; i < 100; ++i) CHECK_FALSE(reader->decrypt(unknown, out));
    }
    CHECK(counting.bytes - opened <= 4 * 100 * kSlotBytes);
    // A key that is made in a slot zeroed before, without another byte of file, is found.
    const auto made = ring->key_for({"acme", "new", ""}, 1);
    REQUIRE(made);
    std::string ciphertext;
    const auto sealed = ring->seal(*made, 0, "text", ciphertext);
    REQUIRE(sealed);
    CHECK(reader->decrypt(sealed->payload, out));
    CHECK(out == "text");
}

}  // namespace remit::evidence
