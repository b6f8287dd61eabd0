// Policy: what a host holds. One or more layers (a policy and those it stands under), each with an engine; requests in, decisions
// out. Immutable and thread-safe after `load`; a Decider per thread holds the scratch memory.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vm/engine/decision.h"
#include "vm/engine/denials.h"
#include "vm/engine/kernel.h"
#include "vm/engine/names.h"
#include "vm/engine/read_value.h"
#include "vm/index/loaded.h"

namespace remit {

struct Layer {
    std::shared_ptr<const LoadedProgram> program;
    std::shared_ptr<const Kernel> kernel;
};

class Bindings;
struct Bound;
struct LayerPlan;
struct Request;

class Policy {
public:
    /// `layers`: the policy itself first, then its parent, ... Each kernel belongs to the program beside it.
    static Result<std::shared_ptr<const Policy>> make(std::vector<Layer> layers);
    ~Policy();
    Policy(const Policy&) = delete;
    Policy& operator=(const Policy&) = delete;
    const std::vector<Layer>& layers() const { return layers_; }
    /// Tools, parameters, symbols, roles and states as numbers, for typed calls.
    const Names& names() const { return names_; }

    // For the engine's own files.
    const Defaults& defaults(size_t layer) const { return defaults_[layer]; }
    const LayerPlan& plan(size_t layer) const;
    Bindings& bindings() const { return *bindings_; }

private:
    Policy();
    std::vector<Layer> layers_;
    std::vector<Defaults> defaults_;  // of each layer
    Names names_;
    std::vector<LayerPlan> plans_;        // of each layer
    std::unique_ptr<Bindings> bindings_;  // what bound sessions share; locks for itself
};

/// Scratch memory for deciding: one for each thread; reused from call to call.
class Decider {
public:
    explicit Decider(std::shared_ptr<const Policy> policy);
    ~Decider();

    /// Decides one request (one JSON text). Never throws; whatever is wrong with the request is a denial that says so.
    Decision decide(std::string_view request_json);

    /// Decides a request that was put together without JSON. What it refers to must live until this returns; `refused`, if there,
    /// is why it can be no request.
    Decision decide(const Request& request, const std::optional<Denied>& refused);

    /// For recorded sessions: `decide`, and when the verdict is allow, carries this call's marks, counts and high-water
    /// class into the state of later requests of the same session (`session.id`), as an orderly host would.
    Decision decide_stateful(std::string_view request_json);

    /// `decide` in two halves, for those who know by what the rules said which answer it makes: `hear` runs the rules, and `answer` is then
    /// what `decide` returns. Nothing: the request is refused before any rule. Valid until the next `hear`, `decide` or `prepare`.
    struct Heard {
        const Request& request;
        std::span<const Bound> bounds;      // of each layer
        std::span<const Outcome> outcomes;  // as bounds; nothing ran where a denial stopped it
    };
    std::optional<Heard> hear(std::string_view request_json);
    Decision answer();

    /// The request that was decided last, for those who put it on record; null if it was refused before it was read. It refers to this
    /// Decider's memory and is valid until its next `decide` or `prepare`, but for a request that came without JSON: see there.
    const Request* request() const;
    const Policy& policy() const;

    /// For benchmarks and embedders: reads once, then decides many times from the same frames. The prepared request refers to
    /// this Decider's memory and is valid until its next `decide` or `prepare`.
    struct Prepared;
    Prepared* prepare(std::string_view request_json);  // null: the request is denied before any rule
    Outcome run(Prepared&) noexcept;                   // the kernel alone, on the first layer

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace remit
