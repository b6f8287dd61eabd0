#include "host/evidence/review/doubts.h"

namespace remit::evidence {

Result<Chains> chains_at_end(const Reading& log) {
    Chains chains;
    auto reader = log.another_reader();
    if (!reader) return Failure{reader.error()};
    // The newest segment may hold no record yet; then the one before it tells.
    for (size_t at = (*reader)->segments().size(); at-- > 0;) {
        const auto found = (*reader)->seek((*reader)->segments()[at].first);
        if (!found) return Failure{found.error()};
        if (!*found) continue;
        for (bool loaded = false;;) {
            const auto next = (*reader)->next();
            if (!next) return Failure{next.error()};
            if (*next == nullptr) return chains;
            if (!loaded) {
                std::string_view saved = (*reader)->snapshot();
                const auto frontier = Frontier::load(saved);
                const auto state = frontier ? chains.load(saved) : Result<bool>(Failure{frontier.error()});
                if (!state) return Failure{state.error()};
                loaded = true;
            }
            chains.apply((*next)->index, (*next)->meta, (*next)->entry, leaf_hash((*next)->entry));
        }
    }
    return chains;
}

Result<std::vector<InDoubt>> doubts_of(const Reading& log) {
    const auto chains = chains_at_end(log);
    if (!chains) return Failure{chains.error()};
    return chains->in_doubt();
}

}  // namespace remit::evidence
