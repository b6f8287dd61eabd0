// Machine code kept in a folder, so that a second start need not compile. One file for each object, written beside and renamed into
// place, so that processes may share a folder. Whoever can write to the folder can choose the code that runs: it must belong to
// this user and be closed to others' writing, or it is refused. Thread-safe.
#pragma once

#include <memory>
#include <string>

#include "vm/jit/jit.h"

namespace remit {

class FileObjectCache final : public ObjectCache {
public:
    /// Objects that are kept; beyond that the oldest goes.
    static constexpr size_t kMostObjects = 256;
    static constexpr size_t kMostBytes = 16u << 20;  // of one object

    /// Makes the folder if it is not there (its parent must be).
    static Result<std::shared_ptr<ObjectCache>> open(std::string folder);

    std::optional<std::string> load(const std::string& key) noexcept override;
    void store(const std::string& key, std::string_view bytes) noexcept override;

private:
    explicit FileObjectCache(std::string folder) : folder_(std::move(folder)) {}
    std::string path_of(const std::string& key) const { return folder_ + "/" + key + ".o"; }
    void make_room() const;
    std::string folder_;
};

}  // namespace remit
