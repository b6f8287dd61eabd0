// What an object file holds besides code, as its functions read it (bitcode/object_functions.h) and as
// object_tables.cpp writes it: plain data, the same on both sides. The copies of classes and role sets are flat: what
// they point to follows them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "vm/index/index.h"
#include "vm/index/role_sets.h"
#include "vm/ops/outcome.h"
#include "vm/ops/row.h"
#include "vm/value/value.h"

namespace remit::jit {

/// SearchClasses: int64_t thresholds[count], uint32_t steps[step_count].
struct FlatSearch {
    uint64_t count = 0, step_count = 0, shift = 0;
};
/// TextClasses: Entry entries[mask + 1], then for each class from 1 on a Range of bytes from the start of this.
struct FlatText {
    struct Entry {
        uint32_t hash = 0, text_class = 0;
    };
    struct Range {
        uint64_t at = 0, size = 0;
    };
    uint64_t mask = 0;
};
/// RoleSets: Word words[count].
struct FlatRoles {
    uint64_t count = 0;
};

/// The probes of each tool where they are walked: steps [begins[tool], begins[tool + 1]).
struct ObjectWalk {
    struct Step {
        void (*run)(const void* record, V* frame, Outcome* out) = nullptr;
        const void* record = nullptr;
    };
    uint64_t tools = 0;
    const uint32_t* begins = nullptr;
    const Step* steps = nullptr;
};

/// The rows that a leaf leaves to be run: steps [begins[list], begins[list + 1]).
struct ObjectSteps {
    struct Step {
        void (*run)(V* frame, Outcome* out, const Row* rows, const Row* end, const V* params) = nullptr;
        const Row *rows = nullptr, *end = nullptr;
    };
    const uint32_t* begins = nullptr;
    const Step* steps = nullptr;
    const V* params = nullptr;
};

/// What a rule that speaks does to the verdict.
struct ObjectEffect {
    enum What : uint64_t { Nothing, Ask, Never, Other };
    uint64_t what = Nothing;
    int64_t at_least = -1, at_most = INT64_MAX;  // Retain
};
/// Items and matched rules are numbers of `effects`.
struct ObjectEffects {
    const ListRange* lists = nullptr;
    const Item* items = nullptr;
    const ObjectEffect* effects = nullptr;
    uint64_t lanes = 0;
};

/// As the generated header declares it.
struct ObjectAnswer {
    int64_t risk = 0;
    uint32_t lane = 0, effects = 0;
    uint64_t version[4] = {};
};

}  // namespace remit::jit
