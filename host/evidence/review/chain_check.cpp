#include "host/evidence/review/chain_check.h"

#include <fmt/format.h>

namespace remit::evidence {

void ChainCheck::record(uint64_t index, const Meta& meta, const EntryHead& head, std::string_view entry,
                        const Hash& leaf) {
    const ChainHead* chain = chains_.find(meta.chain);
    const bool own = meta.chain == ChainId{};
    if (meta.kind == Kind::SessionOpen && (own || chain != nullptr)) {
        problems_.at_record(ProblemKind::ChainUnknown, index, "a session is opened that is open already");
    } else if (meta.kind != Kind::SessionOpen && !own && chain == nullptr) {
        problems_.at_record(ProblemKind::ChainUnknown, index, fmt::format("chain {} is not open", to_text(meta.chain)));
    } else {
        link(index, meta, head, chain);
    }
    chains_.apply(index, meta, entry, leaf);
}

void ChainCheck::link(uint64_t index, const Meta& meta, const EntryHead& head, const ChainHead* chain) {
    const uint64_t expected = chain == nullptr ? 0 : chain->count;
    if (meta.number != expected) {
        problems_.at_record(ProblemKind::ChainNumber, index,
                            fmt::format("it is number {} of chain {}, where {} was to follow", meta.number,
                                        to_text(meta.chain), expected));
    }
    const bool continues = chain == nullptr ? !head.prev.has_value() : head.prev == chain->head;
    if (!continues) {
        problems_.at_record(ProblemKind::ChainHash, index,
                            chain == nullptr
                                ? std::string("a first record names one before it")
                                : fmt::format("it does not name record {}, which is before it", chain->last));
    }
    if (meta.kind == Kind::Outcome && (chain == nullptr || chain->open.count(meta.answers) == 0)) {
        problems_.at_record(ProblemKind::Answer, index,
                            fmt::format("number {} of its chain is no intent that waits", meta.answers));
    }
}

}  // namespace remit::evidence
