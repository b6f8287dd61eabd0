// PosixFile: an open file descriptor. The only place where bytes meet the operating system.
#pragma once

#include <string>

#include "host/evidence/disk/disk.h"

namespace remit::evidence {

/// What `error` (an errno) means; the message says "cannot VERB PATH: REASON".
DiskStatus disk_failure(int error, std::string_view verb, std::string_view path);

class PosixFile : public File {
public:
    /// Takes the descriptor. `path` is for messages.
    PosixFile(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
    PosixFile(const PosixFile&) = delete;
    PosixFile& operator=(const PosixFile&) = delete;
    ~PosixFile() override;

    DiskStatus write(uint64_t offset, std::string_view bytes) override;
    DiskStatus sync() override;
    void write_out(uint64_t offset, uint64_t size) override;
    DiskStatus read(uint64_t offset, std::span<char> out, size_t& got) override;
    uint64_t size() const override;

private:
    int descriptor_;
    std::string path_;
};

}  // namespace remit::evidence
