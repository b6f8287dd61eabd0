// What every Disk must do, asked of the operating system's and of the simulated one; and what only real ones can show.
#include "host/evidence/disk/disk.h"

#include <csignal>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/evidence/disk/clock.h"
#include "tests/evidence_journal/scratch_folder.h"
#include "tests/evidence_journal/small_log.h"

using namespace remit;
using namespace remit::evidence;
using namespace remit::evidence::testing;

namespace {

void check_contract(Disk& disk) {
    std::unique_ptr<File> file;
    CHECK(disk.open("a", OpenMode::Read, file).error == DiskError::NotFound);
    CHECK(disk.open("a", OpenMode::Write, file).error == DiskError::NotFound);
    REQUIRE(disk.open("a", OpenMode::CreateNew, file).ok());
    CHECK(disk.open("a", OpenMode::CreateNew, file).error == DiskError::Exists);
    REQUIRE(disk.open("a", OpenMode::Create, file).ok());
    CHECK(file->size() == 0);
    REQUIRE(file->write(3, "xyz").ok());
    REQUIRE(file->sync().ok());
    CHECK(file->size() == 6);
    char bytes[10];
    size_t got = 0;
    REQUIRE(file->read(0, bytes, got).ok());
    CHECK(std::string(bytes, got) == std::string("\0\0\0xyz", 6));
    REQUIRE(file->read(6, bytes, got).ok());
    CHECK(got == 0);
    REQUIRE(disk.open("a", OpenMode::Read, file).ok());
    CHECK(!file->write(0, "x").ok());

    REQUIRE(disk.make_folder("f/g").ok());
    REQUIRE(disk.make_folder("f/g").ok());
    for (const char* name : {"f/2", "f/10", "f/1"}) REQUIRE(disk.open(name, OpenMode::CreateSecret, file).ok());
    std::vector<std::string> names;
    REQUIRE(disk.list("f", names).ok());
    CHECK(names == std::vector<std::string>{"1", "10", "2", "g"});
    CHECK(disk.list("none", names).error == DiskError::NotFound);
    CHECK(disk.sync_folder("none").error == DiskError::NotFound);
    CHECK(disk.open("none/a", OpenMode::Create, file).error == DiskError::NotFound);
    CHECK(disk.rename("none", "a").error == DiskError::NotFound);
    CHECK(disk.remove("none").error == DiskError::NotFound);

    // A file that is open stays the same file, whatever becomes of its name.
    REQUIRE(disk.open("f/1", OpenMode::Write, file).ok());
    REQUIRE(disk.rename("f/1", "f/2").ok());
    REQUIRE(file->write(0, "one").ok());
    std::string text;
    REQUIRE(read_file(disk, "f/2", text, 100).ok());
    CHECK(text == "one");
    REQUIRE(disk.remove("f/2").ok());
    REQUIRE(disk.sync_folder("f").ok());
    REQUIRE(disk.list("f", names).ok());
    CHECK(names == std::vector<std::string>{"10", "g"});

    REQUIRE(replace_file(disk, "f/text", "old and long").ok());
    REQUIRE(replace_file(disk, "f/text", "new").ok());
    REQUIRE(read_file(disk, "f/text", text, 3).ok());
    CHECK(text == "new");
    CHECK(read_file(disk, "f/text", text, 2).error == DiskError::Io);
    CHECK(text.empty());
    REQUIRE(swap_file(disk, "f/text", "newer").ok());
    REQUIRE(read_file(disk, "f/text", text, 100).ok());
    CHECK(text == "newer");
    CHECK(read_file(disk, "f/none", text, 100).error == DiskError::NotFound);
    REQUIRE(disk.list("f", names).ok());
    CHECK(names == std::vector<std::string>{"10", "g", "text"});  // no temporary file is left

    std::unique_ptr<File> lock, second;
    REQUIRE(disk.lock("lock", lock).ok());
    CHECK(disk.lock("lock", second).error == DiskError::Locked);
    lock.reset();
    CHECK(disk.lock("lock", second).ok());
}

}  // namespace

TEST_CASE("the operating system's disk keeps the contract") {
    const ScratchFolder folder;
    const auto disk = posix_disk(folder.path() + "/below/it");
    REQUIRE(disk->make_folder("").ok());
    check_contract(*disk);
}

TEST_CASE("the simulated disk keeps the contract") {
    SimDisk disk;
    check_contract(disk);
}

TEST_CASE("failures name the path and the reason") {
    const ScratchFolder folder;
    const auto disk = posix_disk(folder.path());
    std::unique_ptr<File> file;
    CHECK(disk->open("x", OpenMode::Read, file).message ==
          "cannot open " + folder.path() + "/x: No such file or directory");
    REQUIRE(disk->open("x", OpenMode::Create, file).ok());
    CHECK(disk->make_folder("x/y").message.find("x/y") != std::string::npos);
}

TEST_CASE("a secret is its owner's alone") {
    const ScratchFolder folder;
    const auto disk = posix_disk(folder.path());
    std::unique_ptr<File> file;
    REQUIRE(disk->open("secret", OpenMode::CreateSecret, file).ok());
    struct stat s{};
    REQUIRE(::stat((folder.path() + "/secret").c_str(), &s) == 0);
    CHECK((s.st_mode & 0777) == 0600);
    CHECK(disk->open("secret", OpenMode::CreateSecret, file).error == DiskError::Exists);
}

TEST_CASE("there is one writer: not another disk of this process, not another process, until it dies") {
    const ScratchFolder folder;
    const auto disk = posix_disk(folder.path()), other = posix_disk(folder.path());
    std::unique_ptr<File> lock, second;
    REQUIRE(disk->lock("lock", lock).ok());
    CHECK(other->lock("lock", second).error == DiskError::Locked);

    int ready[2];
    REQUIRE(::pipe(ready) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const bool refused = other->lock("lock", second).error == DiskError::Locked;
        char go = 0;
        // The parent has let go by now.
        const bool told = ::read(ready[0], &go, 1) == 1;
        // This process came with a copy of the parent's descriptor; without it the lock is free.
        lock.reset();
        const bool got = other->lock("lock", second).ok();
        ::_exit(refused && told && got ? 0 : 1);
    }
    REQUIRE(child > 0);
    lock.reset();
    CHECK(::write(ready[1], "x", 1) == 1);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK((WIFEXITED(status) && WEXITSTATUS(status) == 0));
    ::close(ready[0]);
    ::close(ready[1]);
    CHECK(disk->lock("lock", lock).ok());
}

TEST_CASE("the clock goes forward") {
    Clock& clock = system_clock();
    const int64_t before = clock.monotonic_ns();
    CHECK(clock.monotonic_ns() >= before);
    CHECK(clock.wall_ns() > 1'600'000'000'000'000'000);
}

namespace {

/// A small file system of its own, which can be full. Root alone may make one.
class SmallFileSystem {
public:
    explicit SmallFileSystem(std::string path) : path_(std::move(path)) {
        made_ = ::unshare(CLONE_NEWNS) == 0 && ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                ::mount("tmpfs", path_.c_str(), "tmpfs", 0, "size=640k") == 0;
    }
    ~SmallFileSystem() {
        if (made_) ::umount2(path_.c_str(), MNT_DETACH);
    }
    bool made() const { return made_; }

private:
    std::string path_;
    bool made_ = false;
};

}  // namespace

TEST_CASE("a disk that is really full leaves the reserve, and takes nothing away") {
    const ScratchFolder folder;
    const SmallFileSystem small(folder.path());
    if (!small.made()) {
        WARN("no right to mount a small file system: the simulated disk alone has been full");
        return;
    }
    const auto disk = posix_disk(folder.path());
    const JournalSettings settings{64u << 10, 2};
    DigestFold fold;
    Reference reference;
    Random random(1);
    auto made = Journal::create(*disk, kFolder, settings, fold);
    REQUIRE(made.ok());
    Journal& journal = **made;
    std::unique_ptr<File> filler;
    REQUIRE(disk->open("filler", OpenMode::CreateNew, filler).ok());
    const std::string block(4096, 'x');
    DiskStatus full;
    for (uint64_t at = 0; full.ok(); at += block.size()) full = filler->write(at, block);
    REQUIRE(full.error == DiskError::NoSpace);
    CHECK(full.message.find("filler: No space left on device") != std::string::npos);

    const auto commit = [&] {
        Batch batch;
        Record record = random_record(random, 500, 500);
        append(batch, record);
        const DiskStatus done = journal.commit(batch);
        if (done.ok()) reference.add(std::move(record));
        return done;
    };
    const auto prepare = [&] {
        Journal::Preparation preparation = journal.begin_preparing();
        const DiskStatus done = preparation.run();
        if (done.ok()) journal.prepared(preparation);
        return done;
    };
    DiskStatus done;
    while ((done = commit()).ok())
        if (journal.wanted() > 0) CHECK(prepare().error == DiskError::NoSpace);
    CHECK(done.error == DiskError::NoSpace);
    CHECK(journal.in_reserve());
    CHECK(reference.size() > 250);  // three segments full: nothing that was made ahead needed space
    CHECK(read_all(*disk, reference) == Found{0, reference.size(), "", ""});

    filler.reset();
    REQUIRE(disk->remove("filler").ok());
    REQUIRE(prepare().ok());
    REQUIRE(commit().ok());
    CHECK(read_all(*disk, reference) == Found{0, reference.size(), "", ""});
    made->reset();
    Recovery recovery;
    const auto opened = Journal::open(*disk, kFolder, settings, fold, recovery);
    REQUIRE(opened.ok());
    CHECK(fold.digest() == reference.digest(reference.size()));
}
