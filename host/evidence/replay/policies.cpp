#include "host/evidence/replay/policies.h"

#include <fmt/format.h>

#include "host/evidence/review/policies.h"
#include "vm/program/limits.h"
#include "vm/value/sha256.h"

namespace remit::evidence {

std::shared_ptr<const Policy> ReplayPolicies::find(std::string_view version) {
    if (options_.instead) return options_.instead;
    const std::lock_guard lock(mutex_);
    const auto [found, is_new] = ready_.try_emplace(std::string(version));
    if (!is_new) return found->second;
    auto loaded = load(found->first);
    if (loaded)
        found->second = std::move(*loaded);
    else
        problems_.emplace(found->first, loaded.error());
    return found->second;
}

Result<std::shared_ptr<const Policy>> ReplayPolicies::load(const std::string& version) const {
    const std::string path = policy_path(version);
    if (path.empty()) return Failure{"it is no hash"};
    std::string image;
    const DiskStatus read = read_file(disk_, path, image, limits::kMaxImageBytes);
    if (!read.ok()) return Failure{read.message};
    auto policy = options_.load(image);
    if (!policy) return policy;
    const std::string made = remit::to_text((*policy)->layers().front().program->program().hash);
    if (made != version) return Failure{fmt::format("the image kept for it is of {}", made)};
    return policy;
}

std::map<std::string, std::string> ReplayPolicies::problems() const {
    const std::lock_guard lock(mutex_);
    return problems_;
}

}  // namespace remit::evidence
