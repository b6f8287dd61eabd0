#include "vm/engine/bind_facts.h"

#include "vm/value/scalar.h"

namespace remit {

namespace {

class FactBinder {
public:
    FactBinder(std::span<const FactIn> facts, const LoadedProgram& loaded, const Defaults& defaults, int64_t now,
               Arena& arena, V* frame, Denials& denials)
        : facts_(facts),
          loaded_(loaded),
          program_(loaded.program()),
          defaults_(defaults),
          now_(now),
          arena_(arena),
          frame_(frame),
          denials_(denials) {}
    void fact(const FactUse& use);

private:
    const FactIn* find_fact(const FactUse& use, bool& twice);
    bool keys_match(const FactUse& use, const FactDesc& desc, const Json& key);
    V key_of(const FactKey& key) const;
    void fact_fails(const FactUse& use, Denial d, Err err, const std::string& why);

    std::span<const FactIn> facts_;
    const LoadedProgram& loaded_;
    const Program& program_;
    const Defaults& defaults_;
    int64_t now_;
    Arena& arena_;
    V* frame_;
    Denials& denials_;
};

V FactBinder::key_of(const FactKey& key) const {
    return key.is_constant ? loaded_.constants()[key.constant] : frame_[key.slot];
}

bool FactBinder::keys_match(const FactUse& use, const FactDesc& desc, const Json& key) {
    if (key.size != desc.keys.size()) return false;
    for (size_t i = 0; i < desc.keys.size(); ++i) {
        ValueReader reader(program_, defaults_, arena_);
        V given;
        if (!reader.read_field(desc.keys[i], &key.items[i], given)) return false;
        if (compare_values(desc.keys[i].type, given, key_of(use.keys[i])) != 0) return false;
    }
    return true;
}

const FactIn* FactBinder::find_fact(const FactUse& use, bool& twice) {
    const FactDesc& desc = program_.facts[use.fact];
    const FactIn* found = nullptr;
    for (const FactIn& candidate : facts_) {
        if (candidate.fact != desc.name || !keys_match(use, desc, *candidate.key)) continue;
        if (found != nullptr) twice = true;
        found = &candidate;
    }
    return found;
}

void FactBinder::fact_fails(const FactUse& use, Denial d, Err err, const std::string& why) {
    for (const auto& [field, slot] : use.fields) frame_[slot] = error(err);
    denials_.push_back({d, program_.facts[use.fact].name + why});
}

void FactBinder::fact(const FactUse& use) {
    const FactDesc& desc = program_.facts[use.fact];
    for (const FactKey& key : use.keys) {
        const V value = key_of(key);
        if (value.err == 0) continue;
        // Nothing to look up by: no rule that is guarded by `has` or `is not null` needs the fact.
        for (const auto& [field, slot] : use.fields) frame_[slot] = value;
        return;
    }
    bool twice = false;
    const FactIn* in = find_fact(use, twice);
    if (in == nullptr) return fact_fails(use, Denial::FactMissing, Err::MissingFact, "");
    if (twice) return fact_fails(use, Denial::FactMissing, Err::MissingFact, ": given twice");
    int64_t until = 0;
    if (__builtin_add_overflow(in->as_of, desc.fresh_ns, &until)) until = INT64_MAX;
    if (in->as_of > now_) return fact_fails(use, Denial::FactStale, Err::StaleFact, ": from the future");
    if (until < now_)
        return fact_fails(use, Denial::FactStale, Err::StaleFact, ": as of " + format_timestamp(in->as_of));
    V* fields = arena_.array<V>(desc.fields.size());
    ValueReader reader(program_, defaults_, arena_);
    if (!reader.read_fields(desc.fields, *in->value, fields))
        return fact_fails(use, Denial::FactMissing, Err::BadValue, "." + reader.problem());
    for (const auto& [field, slot] : use.fields) frame_[slot] = fields[field];
}

}  // namespace

void bind_facts(std::span<const FactIn> facts, const LoadedProgram& program, const Defaults& defaults,
                const ToolDesc& tool, int64_t now, Arena& arena, V* frame, Denials& denials) {
    FactBinder binder(facts, program, defaults, now, arena, frame, denials);
    for (const uint32_t use : tool.facts) binder.fact(program.program().fact_uses[use]);
}

}  // namespace remit
