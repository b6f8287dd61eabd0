// Published: is `tlog/`, which other people read, the same log as the segments?
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/evidence/review/problems.h"
#include "host/evidence/review/reading.h"

namespace remit::evidence {

class Published {
public:
    /// Reads the published checkpoint; one that is there and wrong is a problem.
    Published(const Reading& log, const VerifierKey& key, Problems& problems);

    /// What is published; size 0: nothing.
    const Checkpoint& checkpoint() const { return checkpoint_; }

    // As the records pass, from any of them on.
    void entry(uint64_t index, std::string_view bytes);
    void hash(unsigned level, uint64_t index, const Hash& root);
    /// Once all records below checkpoint().size have passed: the incomplete tiles.
    void finish();
    /// Forgets what it gathered: the records that follow are not those after the last one.
    void skip();

private:
    /// The slots [from, width) of a tile.
    struct Gathered {
        uint64_t tile = 0;
        unsigned from = 0, width = 0;
        std::string bytes;
    };
    static void reach(Gathered& gathered, uint64_t index);
    void compare(int level, Gathered& gathered);
    bool fits(int level, const Gathered& gathered, bool longer) const;

    const Reading& log_;
    Problems& problems_;
    Checkpoint checkpoint_;
    Gathered entries_;
    std::string file_;  // kept for its memory
    std::vector<Gathered> levels_;
};

}  // namespace remit::evidence
