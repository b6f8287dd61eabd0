// What a `remit_evidence` is: a log that is open for recording, and for each thread that is in it just now the lines' reader of the
// policy's version that decides now. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "host/embed/vm/policy.h"
#include "host/evidence/lines/home.h"
#include "host/evidence/lines/lines.h"

namespace remit::embed {

class HostedEvidence {
public:
    static Refusal open(std::string_view folder, std::string_view origin, bool intents,
                        std::shared_ptr<HostedEvidence>& out);

    Refusal use(const Edition& edition, std::string_view image);
    std::string line(const Edition& edition, std::string_view line);
    std::string status() const;
    Refusal close();

private:
    struct Seat {
        uint64_t edition = 0;
        std::string answer;
        std::unique_ptr<evidence::Lines> lines;
    };
    static constexpr size_t kIdle = 64;
    HostedEvidence(evidence::Home home, bool intents) : home_(std::move(home)), intents_(intents) {}
    std::unique_ptr<Seat> take(const Edition& edition);
    void give(std::unique_ptr<Seat> seat);

    evidence::Home home_;
    const bool intents_;
    mutable std::shared_mutex open_;  // shared by all who use the log; closing it is alone
    std::mutex mutex_;
    std::vector<std::unique_ptr<Seat>> idle_;  // destroyed before home_
};

}  // namespace remit::embed
