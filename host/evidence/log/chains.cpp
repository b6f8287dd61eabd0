#include "host/evidence/log/chains.h"

#include <algorithm>

#include "host/evidence/record/entry.h"
#include "vm/engine/json.h"

namespace remit::evidence {

namespace {

constexpr std::string_view kMagic = "RMTCHN02";
constexpr uint64_t kMostChains = 1u << 20, kMostIntents = 1u << 24;  // in a saved state: more is no state of ours
constexpr size_t kMostChainBytes = 16 + sizeof(Hash) + 5 * 10;

void put_number(std::string& out, uint64_t value) {
    for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
    out += static_cast<char>(value);
}

/// Takes a saved state apart. After a fault everything reads as nothing.
class SavedReader {
public:
    explicit SavedReader(std::string_view bytes) : rest_(bytes) {}
    bool good() const { return good_; }
    bool at_end() const { return good_ && rest_.empty(); }
    void refuse() { good_ = false, rest_ = {}; }

    std::string_view take(size_t size) {
        if (size > rest_.size()) return refuse(), std::string_view();
        const std::string_view bytes = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return bytes;
    }
    /// In the shortest form only, so that a state has one text.
    uint64_t number(uint64_t most = UINT64_MAX) {
        uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            const std::string_view byte = take(1);
            if (!good_) return 0;
            const auto bits = static_cast<uint64_t>(static_cast<unsigned char>(byte[0]) & 0x7F);
            if (shift == 63 && bits > 1) break;
            value |= bits << shift;
            if ((byte[0] & 0x80) != 0) continue;
            if ((bits == 0 && shift > 0) || value > most) break;
            return value;
        }
        refuse();
        return 0;
    }
    template <class Bytes>
    Bytes array() {
        Bytes out{};
        const std::string_view bytes = take(out.size());
        if (good_) std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(out.data()));
        return out;
    }

private:
    std::string_view rest_;
    bool good_ = true;
};

/// A member of a record that is a whole number; 0 where it is none.
uint64_t number_in(const Json& record, std::string_view name) {
    const Json* found = record.find(name);
    if (found == nullptr || !found->is(JsonKind::Number) || found->text.size() > 16) return 0;
    uint64_t value = 0;
    for (const char c : found->text)
        if (c >= '0' && c <= '9') value = value * 10 + static_cast<uint64_t>(c - '0');
    return value;
}

struct Opening {
    std::string session;
    uint64_t ordinal = 0;
};
/// What a `session.open` record says of itself; empty where it says nothing.
Opening read_opening(std::string_view entry) {
    Opening opening;
    const auto view = read_entry(entry);
    if (!view) return opening;
    Arena arena;
    JsonReader json;
    const Json* record = json.read(view->record, arena);
    if (record == nullptr) return opening;
    if (const Json* session = record->find("session"); session != nullptr && session->is(JsonKind::String))
        opening.session = session->text.substr(0, kMaxSessionName);
    opening.ordinal = number_in(*record, "ordinal");
    return opening;
}

uint64_t read_pruned_below(std::string_view entry) {
    const auto view = read_entry(entry);
    if (!view) return 0;
    Arena arena;
    JsonReader json;
    const Json* record = json.read(view->record, arena);
    return record == nullptr ? 0 : number_in(*record, "below");
}

}  // namespace

size_t saved_bytes_of_chain(std::string_view session) { return kMostChainBytes + session.size(); }

void Chains::add(const ChainId& chain, ChainHead head) {
    if (chain != ChainId{}) by_session_.insert_or_assign({head.session, head.ordinal}, chain);
    saved_bytes_ += saved_bytes_of_chain(head.session) + head.open.size() * kSavedBytesOfIntent;
    chains_.emplace(chain, std::move(head));
}

void Chains::close(Open::iterator at) {
    const ChainHead& head = at->second;
    saved_bytes_ -= saved_bytes_of_chain(head.session) + head.open.size() * kSavedBytesOfIntent;
    const auto named = by_session_.find({head.session, head.ordinal});
    if (named != by_session_.end() && named->second == at->first) by_session_.erase(named);
    chains_.erase(at);
}

void Chains::open_session(const ChainId& chain, uint64_t index, std::string_view entry, const Hash& leaf) {
    if (chain == ChainId{} || chains_.count(chain) != 0) return;
    ++opened_;
    Opening opening = read_opening(entry);
    ChainHead head;
    head.session = std::move(opening.session);
    head.ordinal = opening.ordinal;
    head.count = 1;
    head.head = leaf;
    head.last = index;
    add(chain, std::move(head));
}

void Chains::apply(uint64_t index, const Meta& meta, std::string_view entry, const Hash& leaf) {
    if (meta.kind == Kind::SessionOpen) return open_session(meta.chain, index, entry, leaf);
    if (meta.kind == Kind::Pruned) pruned_below_ = std::max(pruned_below_, std::min(read_pruned_below(entry), index));
    auto at = chains_.find(meta.chain);
    if (at == chains_.end() && meta.chain == ChainId{}) {
        add({}, {});
        at = chains_.find(meta.chain);
    }
    if (at == chains_.end() || meta.number == UINT64_MAX) return;
    if (meta.kind == Kind::SessionClose) return close(at);
    ChainHead& head = at->second;
    head.count = meta.number + 1;
    head.head = leaf;
    head.last = index;
    if (meta.kind == Kind::Intent && head.open.emplace(meta.number, index).second) saved_bytes_ += kSavedBytesOfIntent;
    if (meta.kind == Kind::Outcome && head.open.erase(meta.answers) != 0) saved_bytes_ -= kSavedBytesOfIntent;
}

void Chains::save(std::string& out) const {
    std::vector<const Open::value_type*> sorted;
    sorted.reserve(chains_.size());
    for (const auto& chain : chains_) sorted.push_back(&chain);
    std::sort(sorted.begin(), sorted.end(), [](auto* a, auto* b) { return a->first < b->first; });
    out += kMagic;
    put_number(out, opened_);
    put_number(out, pruned_below_);
    put_number(out, sorted.size());
    for (const auto* chain : sorted) {
        const ChainHead& head = chain->second;
        out.append(reinterpret_cast<const char*>(chain->first.bytes.data()), chain->first.bytes.size());
        put_number(out, head.ordinal);
        put_number(out, head.count);
        out.append(reinterpret_cast<const char*>(head.head.data()), head.head.size());
        put_number(out, head.last);
        put_number(out, head.session.size());
        out += head.session;
        put_number(out, head.open.size());
        uint64_t number = 0, index = 0;  // as differences: intents in doubt lie close together
        for (const auto& [n, i] : head.open) {
            put_number(out, n - number);
            put_number(out, i - index);
            number = n, index = i;
        }
    }
}

Result<bool> Chains::load(std::string_view saved) {
    *this = {};
    if (saved.empty()) return true;
    SavedReader in(saved);
    Chains loaded;
    if (in.take(kMagic.size()) != kMagic) in.refuse();
    loaded.opened_ = in.number();
    loaded.pruned_below_ = in.number();
    const uint64_t count = in.number(kMostChains);
    std::optional<ChainId> before;
    for (uint64_t n = 0; n < count && in.good(); ++n) {
        const ChainId chain{in.array<decltype(ChainId::bytes)>()};
        if (before && chain <= *before) in.refuse();
        before = chain;
        ChainHead head;
        head.ordinal = in.number();
        head.count = in.number();
        head.head = in.array<Hash>();
        head.last = in.number();
        head.session = in.take(in.number(kMaxSessionName));
        const uint64_t open = in.number(kMostIntents);
        uint64_t number = 0, index = 0;
        for (uint64_t i = 0; i < open && in.good(); ++i) {
            const uint64_t more = in.number(), further = in.number();
            if ((i > 0 && (more == 0 || further == 0)) || more > UINT64_MAX - number || further > UINT64_MAX - index)
                in.refuse();
            number += more, index += further;
            if (number >= head.count || index > head.last) in.refuse();
            head.open.emplace_hint(head.open.end(), number, index);
        }
        loaded.add(chain, std::move(head));
    }
    if (!in.at_end()) return Failure{"a saved state of the chains that is none"};
    *this = std::move(loaded);
    return true;
}

const ChainHead* Chains::find(const ChainId& chain) const {
    const auto at = chains_.find(chain);
    return at == chains_.end() ? nullptr : &at->second;
}

std::optional<ChainId> Chains::open_chain(std::string_view session) const {
    const auto behind = by_session_.upper_bound({std::string(session), UINT64_MAX});
    if (behind == by_session_.begin()) return std::nullopt;
    const auto newest = std::prev(behind);
    if (newest->first.first != session) return std::nullopt;
    return newest->second;
}

std::vector<InDoubt> Chains::in_doubt() const {
    std::vector<InDoubt> out;
    for (const auto& [chain, head] : chains_)
        for (const auto& [number, index] : head.open) out.push_back({chain, head.session, number, index});
    std::sort(out.begin(), out.end(), [](const InDoubt& a, const InDoubt& b) { return a.index < b.index; });
    return out;
}

}  // namespace remit::evidence
