// The inside of a Call. Setters write what they are told where it belongs and note what cannot be settled by that alone (`stale`);
// `prepare` settles it: denials, labels, state and facts of every layer. `decide` is then the kernel and the joining of what it said.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "vm/engine/arena.h"
#include "vm/engine/bound_layer.h"
#include "vm/engine/call.h"
#include "vm/engine/call_plan.h"
#include "vm/engine/labels.h"
#include "vm/engine/request.h"

namespace remit {

constexpr uint32_t bit(Denial d) noexcept { return 1u << static_cast<uint32_t>(d); }
constexpr uint32_t stopping_denials() noexcept {
    uint32_t bits = 0;
    for (uint32_t i = 0; i < std::size(kDenials); ++i) bits |= kDenials[i].stops ? 1u << i : 0u;
    return bits;
}
inline constexpr uint32_t kStopping = stopping_denials();

/// One argument as it was set.
struct CallArgument {
    enum class As : uint8_t { Nothing, Number, Text, Json, Null };
    V value;             // its normal form, if nothing is wrong
    uint32_t wrong = 0;  // Arguments or Limit, as a bit
    As as = As::Nothing;
    bool labelled = false, touched = false;
    uint32_t data_class = Call::kNoClass;
    int64_t number = 0;
    std::string_view text;          // Text, Json: as given
    Str string;                     // what `value` refers to, if it is a plain string
    std::vector<uint32_t> sources;  // of its label
    std::vector<V> source_items;    // the same as a layer's list (of the layer being prepared)
    List source_list;
    std::unique_ptr<Arena> memory;  // of a value that was read from JSON or parsed

    bool given() const noexcept { return as != As::Nothing; }
};

/// A mark or a count as it was set.
struct CallState {
    enum class As : uint8_t { Nothing, Mark, Number, Json };
    As as = As::Nothing;
    int64_t number = 0;
    std::string_view text;  // Json: as given
};

struct CallFact {
    std::string_view fact, key, value;  // as given
    int64_t as_of = 0;
};

/// One layer's scratch.
struct CallLayer {
    const LayerPlan* plan = nullptr;
    const Kernel* kernel = nullptr;
    const Index* index = nullptr;
    std::vector<V> frame;
    std::vector<V> state;  // of Program::states: their slots before the rules run
    std::vector<uint32_t> matched;
    std::vector<Spoken> spoken;
    // of the current call:
    uint32_t tool = kUnknownName;
    const ToolPlan* tool_plan = nullptr;  // null: no such tool
    uint32_t denials = 0;                 // all but SessionExpired and what deciding finds
    BoundTables bound;
    bool unknown_tier = false;
    bool nevers_deny = false;
    Outcome outcome;
};

struct Call::Impl {
    explicit Impl(std::shared_ptr<const Policy> p);

    // begin
    void load(const Session& session) noexcept;
    void load(const SessionFields& session) noexcept;
    void forget(uint32_t param) noexcept;
    void change_tool(uint32_t tool) noexcept;
    void clear_tool(const CallLayer& layer, V* frame) const noexcept;
    void clear_rest() noexcept;
    void begin(uint32_t tool) noexcept;

    // arguments
    bool has_param(uint32_t param) noexcept;
    void touch(uint32_t param) noexcept {
        if (arguments[param].touched) return;
        arguments[param].touched = true;
        touched.push_back(param);  // reserved
    }
    const ParamPlan& own_param(uint32_t param) const noexcept { return own_params[param]; }
    void assign(uint32_t param, CallArgument::As as, V value, uint32_t wrong) noexcept;
    void read(uint32_t param, CallArgument::As as, const Json& json) noexcept;
    void set_number(uint32_t param, int64_t value) noexcept;
    void set_text(uint32_t param, std::string_view text) noexcept;
    void set_json(uint32_t param, std::string_view text) noexcept;
    void unset(uint32_t param) noexcept;
    Arena& memory_of(CallArgument& argument);

    // prepare
    void prepare() noexcept;
    void prepare_layer(CallLayer& layer);
    uint32_t argument_denials(const CallLayer& layer) const noexcept;
    bool label(CallLayer& layer);
    bool own_label(const CallLayer& layer, const Water& water, CallArgument& argument, Label& out) const;
    void write_labels(CallLayer& layer, size_t param, const Label& label);
    std::optional<Water> water(const CallLayer& layer) const noexcept;
    void write_state(CallLayer& layer);
    bool state_value(CallLayer& layer, const StateDesc& desc, const CallState& given);
    void write_facts(CallLayer& layer);

    // decide
    void decide() noexcept;
    void judge(CallLayer& layer) noexcept;
    bool rule_simply() noexcept;
    void join(bool judged) noexcept;
    int64_t charge_of(const CallLayer& layer, const RuleInfo& rule) const noexcept;

    Request request(Arena& arena);
    void write_session_in(SessionIn& out) const;

    std::shared_ptr<const Policy> policy;
    std::vector<CallLayer> layers;
    std::vector<CallArgument> arguments;  // as many as any tool has
    std::vector<Live> live;               // as arguments
    std::vector<uint32_t> touched;        // arguments that were given or labelled
    std::vector<CallState> states;        // by Names::mark, Names::count
    std::vector<CallFact> facts;
    std::vector<FactIn> facts_in;                // the same, read
    Arena fact_memory, scratch, explain_memory;  // scratch: of the latest prepare
    JsonReader json;
    std::unique_ptr<Decider> decider;  // for explain

    // session
    const Session* session = nullptr;  // bound; else `fields`
    const SessionFields* fields = nullptr;
    uint64_t serial = 0;  // of the session whose slots are in the frames; 0: none
    bool foreign = false, complete = false, revoked = false;
    int64_t expires = INT64_MAX;
    const Scope* scope = nullptr;
    SessionTexts texts;

    // call
    uint32_t tool = kUnknownName;
    uint32_t param_count = 0;
    const ParamPlan* own_params = nullptr;  // of the policy's own tool
    uint32_t required = 0;                  // arguments that must be given
    uint32_t missing = 0;                   // required arguments that are not given
    uint32_t wrong = 0;                     // arguments that do not fit
    uint32_t given = 0;                     // arguments
    uint32_t labelled = 0;                  // arguments with a label of their own
    bool facts_read = false;                // some layer's tool reads facts, whose keys may be arguments
    bool unknown_argument = false;
    bool rest_set = false;  // something below differs from what begin() leaves
    bool states_set = false;
    uint32_t unreadable = 0;  // Malformed or Limit: a fact's JSON
    bool has_time = false, has_isolation = false, has_data = false, has_high = false, has_low = false;
    int64_t time = 0;
    uint32_t isolation = 0, data = 0, high_water = 0, low_water = 0;
    Str id, parent;

    bool stale = true;
    bool evaluated = false;  // no layer stopped
    bool alone = false;      // one layer, and nothing denies but perhaps the session's end
    uint32_t denials = 0;    // of all layers
    Ruling ruling;
    V sink;  // where numbers go that no rule reads
};

}  // namespace remit
