// The requests of generate/rules.h in each of the forms in which Remit takes them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bench/generate/rules.h"
#include "bench/ours/engine.h"
#include "vm/engine/session.h"

namespace bench {

struct Cases {
    Cases(const std::string& folder, const Engines& engines);
    const remit::V* frame(size_t i) const { return frames.data() + i * slots; }

    std::vector<Request> requests;
    std::string answers;
    int tool_count = 0;
    size_t slots = 0;
    std::vector<remit::V> frames;                      // one for each request
    std::vector<uint32_t> tools;                       // the program's number of request i's tool
    std::vector<std::string> tool_names;               // of request i
    std::vector<uint32_t> tool_of_program;             // the generator's number of the program's tool
    std::vector<uint64_t> role_bits;                   // of role r in the mask
    std::vector<std::vector<std::string>> role_names;  // of request i, as assigned
    uint32_t score_slot = remit::kNoSlot;
};

/// The same as columns.
struct ColumnCase {
    ColumnCase(const Cases& cases, const remit::Program& program);
    std::vector<std::vector<int64_t>> values;
    std::vector<const int64_t*> slots;
    std::vector<uint8_t> verdicts;
    remit::Columns columns;
};

/// One bound session for each different one among the requests.
std::vector<std::shared_ptr<const remit::Session>> bind_sessions(const Cases& cases,
                                                                 const std::shared_ptr<const remit::Policy>& policy);
std::string request_json(const Cases& cases, size_t i);

inline constexpr int64_t kNow = 1'767'225'600'000'000'000, kExpires = 4'102'444'800'000'000'000;

}  // namespace bench
