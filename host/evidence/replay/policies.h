// Policies: each version that records name, made ready once. Thread-safe.
#pragma once

#include <mutex>
#include <unordered_map>

#include "host/evidence/replay/replay.h"

namespace remit::evidence {

class ReplayPolicies {
public:
    ReplayPolicies(Disk& disk, const ReplayOptions& options) : disk_(disk), options_(options) {}

    /// The policy that decides again what `version` ("sha256:...") decided; null if it cannot be had.
    std::shared_ptr<const Policy> find(std::string_view version);
    std::map<std::string, std::string> problems() const;

private:
    Result<std::shared_ptr<const Policy>> load(const std::string& version) const;

    Disk& disk_;
    const ReplayOptions& options_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, std::shared_ptr<const Policy>> ready_;
    std::map<std::string, std::string> problems_;
};

}  // namespace remit::evidence
