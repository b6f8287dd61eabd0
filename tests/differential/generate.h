// Random policies and random requests for them, as text, so that parser and reader are covered too. Type-directed: a policy is well
// typed by construction (nearly always; the agreement test counts the exceptions), a request fits the policy's tools and picks its
// values near the policy's literals, where the answers change. The same seed gives the same texts on every machine.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "vm/engine/decision.h"

namespace remit::oracle {

/// The files of a policy, the main file first.
struct PolicyFile {
    std::string name, text;
};
using Bundle = std::vector<PolicyFile>;
/// All files, each under a line with its name.
std::string text_of(const Bundle& bundle);

/// splitmix64; no standard distribution, for those differ between libraries.
class Random {
public:
    explicit Random(uint64_t seed) : state_(seed) {}
    uint64_t next();
    int below(int n) { return static_cast<int>(next() % static_cast<uint64_t>(n)); }  // 0 .. n-1
    int between(int low, int high) { return low + below(high - low + 1); }
    bool chance(int percent) { return below(100) < percent; }
    template <class List>
    const auto& pick(const List& list) {
        return list[static_cast<size_t>(below(static_cast<int>(list.size())))];
    }

private:
    uint64_t state_;
};

struct World;

class Generator {
public:
    explicit Generator(uint64_t seed);
    ~Generator();
    const Bundle& policy() const { return policy_; }
    /// A new request, as one line of JSON.
    std::string request();
    /// The latest request once more, signed in answer to `asked`: right, wrong and missing signatures.
    std::string signed_request(const Decision& asked);

private:
    std::unique_ptr<World> world_;
    Bundle policy_;
    std::string head_;  // the latest request without signatures and closing brace
};

}  // namespace remit::oracle
