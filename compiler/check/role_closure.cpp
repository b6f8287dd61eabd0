#include "compiler/check/role_closure.h"

#include <algorithm>

namespace remit {

namespace {

/// Tarjan's strongly connected components, with a stack of its own: chains of roles are as long as there are roles. A component is
/// finished after all that it includes, so its mask is made of finished ones.
class Closer {
public:
    Closer(const std::vector<std::vector<uint32_t>>& includes, size_t words)
        : includes_(includes), words_(words), state_(includes.size()) {
        out_.masks.resize(includes.size());
        out_.cyclic.resize(includes.size(), false);
    }

    RoleClosure run() {
        for (uint32_t r = 0; r < includes_.size(); ++r)
            if (state_[r].number == 0) visit(r);
        return std::move(out_);
    }

private:
    struct Role {
        uint32_t number = 0;  // in the order of visits, from 1
        uint32_t low = 0;     // the lowest number that it reaches in its component
        bool open = false;    // its component is not finished
    };
    struct Step {
        uint32_t role;
        size_t next = 0;  // inclusion to follow
    };

    void enter(uint32_t role) {
        state_[role] = {++visited_, visited_, true};
        component_.push_back(role);
        steps_.push_back({role});
    }

    void visit(uint32_t first) {
        enter(first);
        while (!steps_.empty()) {
            Step& step = steps_.back();
            const uint32_t role = step.role;
            if (step.next < includes_[role].size()) {
                const uint32_t to = includes_[role][step.next++];
                if (state_[to].number == 0)
                    enter(to);
                else if (state_[to].open)
                    state_[role].low = std::min(state_[role].low, state_[to].number);
                continue;
            }
            steps_.pop_back();
            if (!steps_.empty())
                state_[steps_.back().role].low = std::min(state_[steps_.back().role].low, state_[role].low);
            if (state_[role].low == state_[role].number) finish(role);
        }
    }

    void finish(uint32_t root) {
        const auto begin = std::find(component_.rbegin(), component_.rend(), root).base() - 1;
        const std::vector<uint32_t> members(begin, component_.end());
        component_.erase(begin, component_.end());
        std::vector<uint64_t> mask(words_, 0);
        bool cyclic = members.size() > 1;
        for (uint32_t role : members) {
            state_[role].open = false;
            mask[role / 64] |= uint64_t{1} << (role % 64);
        }
        for (uint32_t role : members)
            for (uint32_t to : includes_[role]) {
                cyclic = cyclic || to == role;
                const std::vector<uint64_t>& more = out_.masks[to];  // empty: of this component
                for (size_t w = 0; w < more.size(); ++w) mask[w] |= more[w];
            }
        for (uint32_t role : members) {
            out_.masks[role] = mask;
            out_.cyclic[role] = cyclic;
        }
    }

    const std::vector<std::vector<uint32_t>>& includes_;
    size_t words_;
    std::vector<Role> state_;
    RoleClosure out_;
    uint32_t visited_ = 0;
    std::vector<uint32_t> component_;  // visited, not finished
    std::vector<Step> steps_;
};

}  // namespace

RoleClosure close(const std::vector<std::vector<uint32_t>>& includes, size_t words) {
    return Closer(includes, words).run();
}

}  // namespace remit
