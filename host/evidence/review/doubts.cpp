#include "host/evidence/review/doubts.h"

namespace remit::evidence {

Result<bool> load_saved(std::string_view saved, TreeWalk& tree, Chains& chains) {
    const auto loaded = tree.load(saved);
    if (!loaded) return loaded;
    if (saved.empty() && tree.size() > 0) return false;
    return chains.load(saved);
}

Result<Chains> chains_at_end(const Reading& log) {
    Chains chains;
    auto reader = log.another_reader();
    if (!reader) return Failure{reader.error()};
    // The newest segment may hold no record yet, or not the state: then one before it tells.
    for (size_t at = (*reader)->segments().size(); at-- > 0;) {
        const auto found = (*reader)->seek((*reader)->segments()[at].first);
        if (!found) return Failure{found.error()};
        if (!*found) continue;
        for (bool loaded = false;;) {
            const auto next = (*reader)->next();
            if (!next) return Failure{next.error()};
            if (*next == nullptr) return chains;
            if (!loaded) {
                TreeWalk tree;
                const auto state = load_saved((*reader)->snapshot(), tree, chains);
                if (!state) return Failure{state.error()};
                if (!*state) break;
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
