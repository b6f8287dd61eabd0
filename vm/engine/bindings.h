// Bindings: what bound sessions of one policy share. For each layer the slots that a session settles are classed once, and sessions whose
// roles and classes are the same get the same bound tables. Thread-safe by a lock, which only binding takes.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "vm/engine/kernel.h"
#include "vm/index/index.h"

namespace remit {

struct Layer;

/// The arrays of BoundTables.
struct BoundCells {
    std::vector<uint32_t> bases;
    std::vector<uint64_t> role_words;
    BoundTables view() const { return {bases.data(), role_words.data()}; }
};

class Bindings {
public:
    /// `layers` must outlive this. Nothing is computed before the first `bind`.
    explicit Bindings(const std::vector<Layer>& layers);
    ~Bindings();

    /// The tables of layer `layer` for a session whose slots are in `frame` (up to the role words).
    std::shared_ptr<const BoundCells> bind(size_t layer, const V* frame);
    /// A number that no other session of this policy has; never 0.
    uint64_t next_serial() { return serial_.fetch_add(1, std::memory_order_relaxed) + 1; }

private:
    struct OfLayer;
    std::vector<std::unique_ptr<OfLayer>> layers_;
    std::atomic<uint64_t> serial_{0};
};

}  // namespace remit
