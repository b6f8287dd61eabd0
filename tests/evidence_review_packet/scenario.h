// A session as a reviewer would get it, written by the recorder: a look-up, from which came a refund that was asked about, approved and
// made, from which came a letter whose outcome nobody knows; and an agent that tried something else under a hostile name.
#pragma once

#include <memory>
#include <string>

#include "host/evidence/recorder/recorder.h"
#include "host/evidence/review/find.h"
#include "host/evidence/review/reading.h"

namespace remit::evidence::testing {

inline constexpr const char* kHostile = "x\"]; evil -> [<script>alert('&')</script>\\n\n\u202e\x1b[2J";

/// Signs the scenario's log: always the same key.
SignerKey scenario_key();

struct Scenario {
    /// Makes the log in `folder`, which does not exist, and publishes it.
    explicit Scenario(const std::string& folder);
    ~Scenario();
    Scenario(const Scenario&) = delete;
    Scenario& operator=(const Scenario&) = delete;

    Begun begin(const std::string& call, const std::string& parent, const std::string& tool,
                const std::string& more = "");
    void publish();

    std::unique_ptr<Disk> disk;
    std::unique_ptr<Log> log;
    std::unique_ptr<Keyring> keyring;
    std::unique_ptr<Recorder> recorder;
    std::shared_ptr<const Policy> policy;
    std::unique_ptr<Decider> decider;
    std::unique_ptr<Reading> reading;
    std::unique_ptr<FindIndex> find;

    uint64_t lookup = 0, asked = 0, refund = 0, letter = 0, hostile = 0;  // indices
};

}  // namespace remit::evidence::testing
